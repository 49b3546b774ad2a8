import type { Label } from './labels.ts';

/** Words of the forms (attachments 1 to 4); `{name}` is a value. */
export const formLabels = {
  titleFiling: { zh: '异地就医备案登记表', en: 'Filing for treatment away from home' },
  titleCommitment: { zh: '异地就医备案个人承诺书', en: 'Personal commitment for a filing' },
  titleInjury: { zh: '外伤无第三方责任承诺书', en: 'Statement: injury without a liable third party' },
  titleOutside: { zh: '外院检查（治疗、购药）单', en: 'Examination, treatment or purchase elsewhere' },
  filingId: { zh: '备案号', en: 'Filing' },
  state: { zh: '状态', en: 'State' },
  channel: { zh: '办理渠道', en: 'Channel' },
  appliedOn: { zh: '申请日期', en: 'Applied on' },
  name: { zh: '姓名', en: 'Name' },
  gender: { zh: '性别', en: 'Gender' },
  certificateNumber: { zh: '证件号码', en: 'Certificate' },
  scheme: { zh: '险种类型', en: 'Scheme' },
  personClass: { zh: '人员类别', en: 'Person class' },
  homeRegion: { zh: '参保地', en: 'Home region' },
  targetRegion: { zh: '备案就医地', en: 'Filed to' },
  filingType: { zh: '备案类型', en: 'Type' },
  validity: { zh: '有效期', en: 'Valid' },
  openEndedFrom: { zh: '{from} 起长期有效', en: 'from {from}, open-ended' },
  fromTo: { zh: '{from} 至 {lastDay}', en: '{from} to {lastDay}' },
  proof: { zh: '证明材料', en: 'Proof' },
  byCommitment: { zh: '以承诺方式办理', en: 'by commitment' },
  byCommitmentUntil: {
    zh: '以承诺方式办理（{proofDueOn} 前补交）',
    en: 'by commitment (due by {proofDueOn})',
  },
  proofGiven: { zh: '已提交', en: 'supplied' },
  proofNone: { zh: '不需要', en: 'none needed' },
  proofDueOn: { zh: '补交期限', en: 'Proof due on' },
  referralHospital: { zh: '转诊医院', en: 'Referring hospital' },
  referralDocument: { zh: '转诊材料编号', en: 'Referral document' },
  address: { zh: '居住地址', en: 'Address' },
  telephone: { zh: '联系电话', en: 'Telephone' },
  contact: { zh: '联系人', en: 'Contact' },
  notes: { zh: '须知', en: 'Please note' },
  promise: { zh: '本人承诺', en: 'I promise' },
  statement: { zh: '本人声明', en: 'I declare' },
  injuredAt: { zh: '受伤时间', en: 'Time of the injury' },
  place: { zh: '受伤地点', en: 'Place' },
  cause: { zh: '受伤经过', en: 'How it happened' },
  institution: { zh: '就诊医疗机构', en: 'Hospital' },
  admissionNumber: { zh: '住院号', en: 'Admission no.' },
  department: { zh: '科室', en: 'Department' },
  stay: { zh: '住院日期', en: 'Stay' },
  outsideInstitution: { zh: '外院（药店）名称', en: 'Institution elsewhere' },
  reason: { zh: '外出原因', en: 'Why elsewhere' },
  item: { zh: '项目', en: 'Item' },
  quantity: { zh: '数量', en: 'Quantity' },
  day: { zh: '日期', en: 'Day' },
  amount: { zh: '金额（元）', en: 'Amount (yuan)' },
  total: { zh: '合计', en: 'Total' },
  capitals: { zh: '合计（大写）', en: 'Total in capitals' },
  personSignature: { zh: '参保人（代办人）签字', en: 'Signature' },
  physicianSignature: { zh: '主管医师签字', en: 'Physician' },
  officeSeal: { zh: '医院医保办公室（章）', en: 'Seal of the insurance office' },
  agencySeal: { zh: '医保经办机构（章）', en: 'Seal of the agency' },
  date: { zh: '日期', en: 'Date' },
} as const satisfies Record<string, Label>;

/** What the person is told or signs, by form; `{name}` is a value. */
export const formTexts = {
  filingNotes: [
    {
      zh: '备案到就医城市即可，不必选择医院；直辖市、海南、西藏、兵团备案到省级。',
      en: 'One files to a city, no hospital is named; to a municipality, Hainan, Tibet or the Corps as a whole.',
    },
    {
      zh: '直接结算执行就医地目录、参保地待遇政策；起付线、支付比例、封顶线以参保地为准。',
      en: "The treatment site's catalogue and the home region's policy apply.",
    },
    {
      zh: '住院前未备案的，出院结算前补办备案仍可直接结算。',
      en: 'A filing made up before the discharge settlement still gives direct settlement.',
    },
  ],
  commitment: [
    { zh: '以上填报内容真实、准确。', en: 'What is stated above is true and exact.' },
    {
      zh: '符合“{filingType}”的条件：{fact}。',
      en: 'I meet the conditions of "{filingType}": {fact}.',
    },
    {
      zh: '在 {proofDueOn} 前补交证明材料；补交前在参保地就医暂不直接结算。',
      en: 'I supply the proof by {proofDueOn}; until then visits at home are not settled directly.',
    },
    {
      zh: '知晓逾期未补交的，备案将被取消，并在规定期限内不能再以承诺方式备案。',
      en: 'I know that otherwise the filing is cancelled and commitments are barred for a time.',
    },
  ],
  injury: [
    {
      zh: '本次受伤不存在第三方责任，不属于工伤，也不属于应由公共卫生负担或在境外就医的情形。',
      en: 'No third party is liable for this injury; it is no work injury and no case of public health or care abroad.',
    },
    {
      zh: '以上情况属实；如有不实，自愿退回医保基金支付的费用，并承担相应法律责任。',
      en: 'This is true; if it is not, I return what the funds paid and answer for it.',
    },
  ],
} as const satisfies Record<string, readonly Label[]>;
