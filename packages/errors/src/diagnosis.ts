import type { ErrorEntry } from './entry.ts';

/** Asking why something failed (诊断). */
export const diagnosisErrors = {
  'DGN-UNKNOWN': {
    grpc: 'NOT_FOUND',
    actor: 'hospital',
    retry: 'no',
    zh: '没有这个编号的就诊、报文或拒绝记录[（{id}）]；拒绝记录保存 30 天。',
    en: 'No visit, message or refusal has this number[ ({id})]; refusals are kept for 30 days.',
    remedyZh: '请核对编号：就诊登记号、报文号、结算流水号或失败回答中的诊断编号；也可以按错误代码查询。',
    remedyEn:
      'Check it: a visit, message or settlement number, or the diagnosis id of a failing answer; or ask by the code alone.',
  },
} as const satisfies Record<string, ErrorEntry>;
