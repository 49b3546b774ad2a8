import type { ErrorEntry } from './entry.ts';

/** Insured status (参保状态). */
export const enrolmentErrors = {
  'ENR-INACTIVE': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'after-fix',
    zh: '参保状态不正常，不能直接结算[（当前状态：{enrolment}）]。欠费、停保、待遇等待期都属于这种情况。',
    en: 'The insured status is not active, so direct settlement is not possible[ (status: {enrolment})]: arrears, stopped, or in the waiting period.',
    remedyZh:
      '请补缴欠费，或向参保地医保经办机构咨询；来不及的，先自费结算，待遇恢复并覆盖就诊当日的，再回参保地申请手工报销。',
    remedyEn:
      'Pay the arrears or ask the home agency. If that takes too long, pay the bill and claim at home once cover is restored for the day of treatment.',
    usually: {
      zh: '补缴后待遇恢复之日起；来不及的手工报销 30 个工作日内',
      en: 'once cover is restored; a manual claim within 30 working days',
      basis: 'default',
    },
  },
  'ENR-MOVED': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'insured-person',
    retry: 'after-fix',
    zh: '医保关系已转移到其他统筹区，原参保地不再办理结算。',
    en: 'The enrolment has been transferred to another home region; the old one no longer settles.',
    remedyZh: '请在新参保地重新办理异地就医备案，并选择新参保地后再结算。',
    remedyEn: 'File again from the new home region, then settle with that region.',
    usually: {
      zh: '自助开通立即生效；线上审核 2 个工作日内；窗口当场办结',
      en: 'self-service at once; online review within 2 working days; at the counter at once',
      basis: '医保异地就医费用结算方式（2025）',
    },
  },
  'ENR-NOTFOUND': {
    grpc: 'NOT_FOUND',
    actor: 'home-agency',
    retry: 'no',
    zh: '本统筹区没有该人员的参保登记。',
    en: 'There is no enrolment of this person in this region.',
    remedyZh: '请核对参保地是否选对；确在本地参保的，请先办理参保登记。',
    remedyEn: 'Check that the home region is right; if it is, enrol the person first.',
  },
} as const satisfies Record<string, ErrorEntry>;
