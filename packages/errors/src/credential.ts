import type { ErrorEntry } from './entry.ts';

/** Credentials and person tokens (凭证). */
export const credentialErrors = {
  'CRD-INVALID': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'after-fix',
    zh: '医保凭证无效：可能消磁、未更新、补换卡未登记，或不是本人的凭证。',
    en: "The credential isn't valid: demagnetised, out of date, a replaced card not registered, or not this person's own.",
    remedyZh: '请改用本人医保电子凭证；或到发卡机构更新社会保障卡后再试。',
    remedyEn: 'Use your own e-credential, or have the card updated by its issuer, then try again.',
    usually: {
      zh: '改用电子凭证立即；更新社保卡由发卡机构办理',
      en: 'at once with the e-credential; a card takes its issuer',
      basis: 'default',
    },
  },
  'CRD-MISMATCH': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'home-agency',
    retry: 'after-fix',
    zh: '姓名或证件号码与参保登记信息不一致。',
    en: 'The name or the certificate number differs from the enrolment.',
    remedyZh: '请先核对证件；如参保登记有误，请联系参保地医保经办机构更正个人信息后再试。',
    remedyEn:
      'Check the certificate first; if the enrolment is wrong, ask the home agency to correct it, then try again.',
  },
  'CRD-TOKEN': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'hospital',
    retry: 'after-fix',
    zh: '人员令牌不存在，或不属于该参保地[（{homePool}）]。',
    en: "The person token isn't known, or doesn't belong to that home region[ ({homePool})].",
    remedyZh: '请重新读取凭证并核验身份（人员信息获取），用返回的新令牌办理。',
    remedyEn: 'Read the credential and verify the person again, then use the token that comes back.',
  },
} as const satisfies Record<string, ErrorEntry>;
