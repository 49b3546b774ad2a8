import type { ErrorEntry } from './entry.ts';

/** Policy packs (待遇政策包). */
export const policyErrors = {
  'POL-NONE': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'home-agency',
    retry: 'after-fix',
    zh: '参保地没有当日有效的待遇政策[（{homePool}，{scheme}，{date}）]。',
    en: 'The home region has no policy in force on that day[ ({homePool}, {scheme}, {date})].',
    remedyZh: '请参保地医保经办机构发布该日期的政策；在此之前不能直接结算。',
    remedyEn: 'The home agency publishes a policy for that day; until then no direct settlement.',
  },
  'POL-OVERLAP': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'home-agency',
    retry: 'after-fix',
    zh: '同一天有两份待遇政策有效[（{homePool}，{scheme}，{date}）]。',
    en: 'Two policies are in force on the same day[ ({homePool}, {scheme}, {date})].',
    remedyZh: '请参保地医保经办机构更正政策的起止日期。',
    remedyEn: "The home agency corrects the policies' dates.",
  },
  'POL-LIMIT': {
    grpc: 'INVALID_ARGUMENT',
    actor: 'home-agency',
    retry: 'after-fix',
    zh: '支付比例的下调幅度超过国家规定上限[（{class}：{points} 个百分点，上限 {max}）]。',
    en: 'The reduction of the ratio exceeds the national limit[ ({class}: {points} points, at most {max})].',
    remedyZh: '请核对政策文件写的是“百分点”还是“百分比”；确有依据的，请注明 exceedsNationalLimit 和出处。',
    remedyEn:
      'Check whether the document says points or per cent; if it is founded, state exceedsNationalLimit with its source.',
  },
  'POL-FORM': {
    grpc: 'INVALID_ARGUMENT',
    actor: 'home-agency',
    retry: 'after-fix',
    zh: '政策包内容有误[：{path}][，{problem}]。',
    en: 'The policy pack is wrong[: {path}][, {problem}].',
    remedyZh: '请按提示的字段更正后重新检查。',
    remedyEn: 'Correct the field named and check again.',
  },
  'POL-INPUT': {
    grpc: 'FAILED_PRECONDITION',
    actor: 'home-agency',
    retry: 'after-fix',
    zh: '待遇政策没有规定这种情形，不能计算[（{field}：{value}）]。',
    en: 'The policy has no rule for this case and computes nothing[ ({field}: {value})].',
    remedyZh: '请参保地医保经办机构核对参保信息，或补充政策。',
    remedyEn: 'The home agency checks the enrolment data or completes the policy.',
  },
} as const satisfies Record<string, ErrorEntry>;
