/** Values that are words of the code, as a person reads them. Anything else is shown as it is. */
export const valueWords: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  'open-ended': { zh: '长期', en: 'open-ended' },
  // insured status
  ACTIVE: { zh: '正常参保', en: 'active' },
  ARREARS: { zh: '欠费', en: 'in arrears' },
  STOPPED: { zh: '停保', en: 'stopped' },
  WAITING: { zh: '待遇等待期', en: 'in the waiting period' },
  MOVED: { zh: '已转出', en: 'moved away' },
  // visit kind
  inpatient: { zh: '住院', en: 'inpatient' },
  outpatient: { zh: '普通门诊', en: 'outpatient' },
  chronic: { zh: '门诊慢特病', en: 'chronic outpatient' },
  maternity: { zh: '生育', en: 'maternity' },
  // scheme
  employee: { zh: '职工医保', en: 'employee scheme' },
  resident: { zh: '居民医保', en: 'resident scheme' },
  // filing type
  LT_RETIREE: { zh: '异地安置退休人员', en: 'retiree settled elsewhere' },
  LT_RESIDENT: { zh: '异地长期居住人员', en: 'long-term resident elsewhere' },
  LT_WORKER: { zh: '常驻异地工作人员', en: 'long-term worker elsewhere' },
  TM_REFERRAL: { zh: '异地转诊就医人员', en: 'referred patient' },
  TM_EMERGENCY: { zh: '异地急诊抢救人员', en: 'emergency patient' },
  TM_OTHER: { zh: '其他跨省临时外出就医人员', en: 'other temporary traveller' },
  MATERNITY: { zh: '异地生育', en: 'maternity elsewhere' },
  // filing state
  REQUESTED: { zh: '待审核', en: 'waiting for review' },
  SUPPLEMENT: { zh: '待补正', en: 'waiting for material' },
  SCHEDULED: { zh: '已通过、未到生效日', en: 'approved, not yet in force' },
  EFFECTIVE: { zh: '有效', en: 'effective' },
  REJECTED: { zh: '未通过', en: 'rejected' },
  CANCELLED: { zh: '已取消', en: 'cancelled' },
  CHANGED: { zh: '已变更', en: 'replaced by a change' },
  EXPIRED: { zh: '已到期', en: 'expired' },
  // channel
  NHSA_APP: { zh: '国家医保服务平台APP', en: 'the national app' },
  NHSA_MINI: { zh: '国家异地就医备案小程序', en: 'the national mini-program' },
  GOV_CLIENT: { zh: '国务院客户端小程序', en: 'the State Council client' },
  PROV_ONLINE: { zh: '省级线上平台', en: "the province's online platform" },
  COUNTER: { zh: '经办窗口', en: 'the agency counter' },
  PHONE: { zh: '电话', en: 'telephone' },
  DEEMED: { zh: '结算时视同备案', en: 'the settlement itself (emergency)' },
};
