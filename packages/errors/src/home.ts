import type { ErrorEntry } from './entry.ts';

/** What the home region has opened (参保地开通情况). */
export const homeErrors = {
  'HOME-NOTOPEN': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'no',
    zh: '参保地[（{homePool}）]尚未开通这类异地就医直接结算[（{visitKind}）]。',
    en: 'The home region[ ({homePool})] has not opened this service away from home yet[ ({visitKind})].',
    remedyZh: '请先自费结算，保留票据和费用清单，回参保地申请手工报销。',
    remedyEn: 'Pay the bill, keep the receipt and the itemised list, and claim at home.',
    usually: { zh: '手工报销 30 个工作日内', en: 'manual claim within 30 working days', basis: 'default' },
  },
  'HOME-POOL': {
    grpc: 'INVALID_ARGUMENT',
    actor: 'hospital',
    retry: 'after-fix',
    zh: '参保地[{homePool}]不在已接入的统筹区名单中。',
    en: "The home region[ {homePool}] isn't one of the connected pools.",
    remedyZh: '请按凭证上的参保地填写六位统筹区代码；确实无误的，请联系就医地医保经办机构。',
    remedyEn:
      'Use the six-digit pool code that the credential names; if it is right, call the treatment agency.',
    keyStaysFree: true,
  },
} as const satisfies Record<string, ErrorEntry>;
