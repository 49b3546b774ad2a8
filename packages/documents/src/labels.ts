import type {
  FeeCategoryCode,
  FilingType,
  HospitalLevel,
  PersonClass,
  RatioClass,
  Scheme,
  VisitKind,
} from '@yijie/codes';

export type Language = 'zh' | 'en';

export interface Label {
  readonly zh: string;
  readonly en: string;
}

/** Every word that a document prints, both languages from one table. */
export const slipLabels = {
  titleInpatient: { zh: '异地就医住院结算单', en: 'Settlement slip, inpatient care away from home' },
  titleOutpatient: { zh: '异地就医门诊结算单', en: 'Settlement slip, outpatient care away from home' },
  titleRefund: { zh: '（退费）', en: ' (REFUND)' },
  unit: { zh: '单位：元', en: 'amounts in yuan' },
  settlementId: { zh: '结算流水号', en: 'Settlement' },
  originalSettlementId: { zh: '原结算号', en: 'Refunds settlement' },
  visitId: { zh: '就诊登记号', en: 'Visit' },
  name: { zh: '姓名', en: 'Name' },
  gender: { zh: '性别', en: 'Gender' },
  age: { zh: '年龄', en: 'Age' },
  certificateNumber: { zh: '证件号码', en: 'Certificate' },
  personNumber: { zh: '个人编号', en: 'Person no.' },
  scheme: { zh: '险种类型', en: 'Scheme' },
  personClass: { zh: '人员类别', en: 'Person class' },
  homeRegion: { zh: '参保地', en: 'Home region' },
  treatmentSite: { zh: '就医地', en: 'Treatment site' },
  filingType: { zh: '备案类型', en: 'Filing' },
  ratioClass: { zh: '待遇类别', en: 'Benefit class' },
  institution: { zh: '医疗机构', en: 'Institution' },
  level: { zh: '医院等级', en: 'Level' },
  department: { zh: '科室', en: 'Department' },
  bedNumber: { zh: '床号', en: 'Bed' },
  admissionNumber: { zh: '住院号', en: 'Admission no.' },
  admissionDiagnosis: { zh: '入院诊断', en: 'Diagnosis on admission' },
  dischargeDiagnosis: { zh: '出院诊断', en: 'Diagnosis at discharge' },
  admissionDate: { zh: '入院日期', en: 'Admitted' },
  dischargeDate: { zh: '出院日期', en: 'Discharged' },
  visitDate: { zh: '就诊日期', en: 'Visit day' },
  days: { zh: '住院天数', en: 'Days' },
  visitKind: { zh: '就医类别', en: 'Kind of visit' },
  emergency: { zh: '急诊', en: 'Emergency' },
  injury: { zh: '外伤', en: 'Injury' },
  yes: { zh: '是', en: 'yes' },
  no: { zh: '否', en: 'no' },
  category: { zh: '费用类别', en: 'Category' },
  amount: { zh: '金额', en: 'Amount' },
  selfPaid: { zh: '全自费', en: 'Self-paid' },
  overLimit: { zh: '超限价', en: 'Over-limit' },
  prepaySelf: { zh: '先行自付', en: 'Prepay-self' },
  inScope: { zh: '符合范围', en: 'In scope' },
  total: { zh: '合计', en: 'Total' },
  fundPart: { zh: '基金支付', en: 'PAID BY FUNDS' },
  personalPart: { zh: '个人支付及其他', en: 'PAID BY THE PERSON, AND OTHER' },
  billTotal: { zh: '医疗费总额', en: 'Bill total' },
  poolFund: { zh: '统筹基金支付', en: 'Pool fund' },
  largeAmount: { zh: '职工大额支付', en: 'Large-amount' },
  seriousIllness: { zh: '大病保险支付', en: 'Serious-illness insurance' },
  civilServant: { zh: '公务员补助支付', en: 'Civil-servant supplement' },
  enterpriseSupplement: { zh: '企业补充支付', en: 'Enterprise supplement' },
  medicalAid: { zh: '医疗救助支付', en: 'Medical aid' },
  otherFund: { zh: '其他基金支付', en: 'Other funds' },
  fundTotal: { zh: '基金支付合计', en: 'Fund total' },
  capitals: { zh: '基金支付合计（大写）', en: 'Fund total in capitals' },
  deductible: { zh: '起付标准（本次实付）', en: 'Deductible paid in this visit' },
  account: { zh: '个人账户支付', en: 'Personal account' },
  familyAccount: { zh: '其中：家庭共济', en: 'of which family account' },
  cash: { zh: '个人现金支付', en: 'Personal cash' },
  personalTotal: { zh: '个人支付合计', en: 'Personal total' },
  hospitalPart: { zh: '医院负担', en: 'Borne by the hospital' },
  accountBalance: { zh: '账户余额（结算后）', en: 'Account balance (after)' },
  yearDeductible: { zh: '本年度累计起付标准', en: 'Deductible used this year' },
  yearPool: { zh: '本年度累计统筹支付', en: 'Pool fund used this year' },
  policyVersion: { zh: '待遇政策', en: 'Policy' },
  remarks: { zh: '备注', en: 'Remarks' },
  bestFiling: {
    zh: '同时有多条备案覆盖本次就医，已按其中待遇最好的一条结算。',
    en: 'Several filings covered this visit; the one with the best benefit was taken.',
  },
  explanation: { zh: '计算说明', en: 'How it was computed' },
  source: { zh: '依据', en: 'source' },
  settledAt: { zh: '结算时间', en: 'Settled at' },
  operator: { zh: '经办人', en: 'Operator' },
  personSignature: { zh: '参保人（家属）签字', en: 'Patient or relative' },
  hospitalSeal: { zh: '医疗机构（章）', en: 'Hospital seal' },
  date: { zh: '日期', en: 'Date' },
} as const satisfies Record<string, Label>;

export const schemeLabels: Readonly<Record<Scheme, Label>> = {
  employee: { zh: '职工医保', en: 'employee' },
  resident: { zh: '居民医保', en: 'resident' },
};

export const personClassLabels: Readonly<Record<PersonClass, Label>> = {
  active: { zh: '在职', en: 'active' },
  retired: { zh: '退休', en: 'retired' },
  resident: { zh: '居民', en: 'resident' },
  child: { zh: '学生儿童', en: 'child or student' },
};

export const visitKindLabels: Readonly<Record<VisitKind, Label>> = {
  inpatient: { zh: '住院', en: 'inpatient' },
  outpatient: { zh: '普通门诊', en: 'outpatient' },
  chronic: { zh: '门诊慢特病', en: 'chronic outpatient' },
  maternity: { zh: '生育', en: 'maternity' },
};

export const hospitalLevelLabels: Readonly<Record<HospitalLevel, Label>> = {
  community: { zh: '社区及以下', en: 'community' },
  L1: { zh: '一级', en: 'level 1' },
  L2: { zh: '二级', en: 'level 2' },
  L3: { zh: '三级', en: 'level 3' },
  provincial: { zh: '省部属三级', en: 'provincial' },
};

export const filingTypeLabels: Readonly<Record<FilingType, Label>> = {
  LT_RETIREE: { zh: '异地安置退休人员', en: 'retiree settled elsewhere' },
  LT_RESIDENT: { zh: '异地长期居住人员', en: 'long-term resident' },
  LT_WORKER: { zh: '常驻异地工作人员', en: 'long-term worker' },
  TM_REFERRAL: { zh: '异地转诊就医人员', en: 'referral' },
  TM_EMERGENCY: { zh: '异地急诊抢救人员', en: 'emergency (deemed)' },
  TM_OTHER: { zh: '其他跨省临时外出就医人员', en: 'other temporary' },
  MATERNITY: { zh: '异地生育', en: 'maternity' },
};

export const ratioClassLabels: Readonly<Record<RatioClass, Label>> = {
  LOCAL: { zh: '参保地本地待遇', en: 'as at home' },
  REDUCED_A: { zh: '临时外出（转诊、急诊）', en: 'reduced: referral, emergency' },
  REDUCED_B: { zh: '临时外出（其他）', en: 'reduced: other temporary' },
  TWO_WAY_HOME: { zh: '双向待遇（回参保地）', en: 'two-way, at home' },
  HOME_POLICY: { zh: '按参保地规定', en: 'home policy' },
};

/** English names of the 14 national categories; the Chinese ones are those of the national code table. */
export const feeCategoryNamesEn: Readonly<Record<FeeCategoryCode, string>> = {
  '01': 'Bed',
  '02': 'Consultation',
  '03': 'Examination',
  '04': 'Laboratory',
  '05': 'Treatment',
  '06': 'Operation',
  '07': 'Nursing',
  '08': 'Medical materials',
  '09': 'Western medicine',
  '10': 'Chinese herbal pieces',
  '11': 'Chinese patent medicine',
  '12': 'General consultation',
  '13': 'Registration',
  '14': 'Other',
};
