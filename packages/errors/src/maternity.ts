import type { ErrorEntry } from './entry.ts';

/** Maternity (生育). */
export const maternityErrors = {
  'MAT-CLOSED': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'no',
    zh: '参保地和就医地没有同时开通异地生育直接结算。',
    en: 'Maternity is not opened on both sides.',
    remedyZh: '请先自费结算，保留票据、费用清单和出院记录，回参保地申请手工报销。',
    remedyEn: 'Pay, keep the receipt, the itemised list and the discharge record, and claim at home.',
    usually: { zh: '手工报销 30 个工作日内', en: 'manual claim within 30 working days', basis: 'default' },
  },
} as const satisfies Record<string, ErrorEntry>;
