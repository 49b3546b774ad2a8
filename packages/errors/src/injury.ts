import type { ErrorEntry } from './entry.ts';

/** Injuries (外伤). */
export const injuryErrors = {
  'INJ-3P': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'no',
    zh: '外伤由第三方责任造成，医保不直接结算。',
    en: 'A third party is liable for the injury; it is not settled directly.',
    remedyZh: '请先自费结算，费用向责任方主张；其余部分请咨询参保地医保经办机构。',
    remedyEn: 'Pay, claim from the liable party, and ask the home agency about the rest.',
    usually: {
      zh: '向责任方索赔，时间不定',
      en: 'a claim on the liable party; no usual time',
      basis: 'default',
    },
  },
  'INJ-STMT': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'after-fix',
    zh: '外伤就医未签署《外伤无第三方责任承诺书》。',
    en: 'The statement that no third party is liable has not been signed.',
    remedyZh: '请到医院医保窗口签署承诺书，医院上传后重新结算。',
    remedyEn: 'Sign the statement at the insurance desk; the hospital reports it and settles again.',
    usually: { zh: '签署后立即', en: 'at once after signing', basis: 'default' },
  },
} as const satisfies Record<string, ErrorEntry>;
