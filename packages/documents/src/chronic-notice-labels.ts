import type { Label } from './labels.ts';

/** Words of the cross-province chronic-disease notice; `{name}` is a value. */
export const chronicNoticeLabels = {
  title: { zh: '门诊慢特病跨省联网告知书', en: 'Notice: chronic outpatient care across provinces' },
  name: { zh: '姓名', en: 'Name' },
  certificateNumber: { zh: '证件号码', en: 'Certificate' },
  scheme: { zh: '险种类型', en: 'Scheme' },
  homeRegion: { zh: '参保地', en: 'Home region' },
  issuedOn: { zh: '告知日期', en: 'Issued on' },
  filedTo: { zh: '备案就医地', en: 'Filed to' },
  noFiling: { zh: '没有有效备案', en: 'no filing in force' },
  qualifications: { zh: '本人的门诊慢特病待遇资格', en: 'Qualifications held' },
  noQualification: { zh: '没有有效的门诊慢特病待遇资格。', en: 'No qualification in force.' },
  validFrom: { zh: '{from} 起', en: 'from {from}' },
  validBetween: { zh: '{from} 至 {lastDay}', en: '{from} to {lastDay}' },
  opened: { zh: '可跨省直接结算', en: 'settles directly across provinces' },
  notOpened: {
    zh: '未开通跨省直接结算，先自费，回参保地报销',
    en: 'not opened across provinces: pay, then claim at home',
  },
  hospitals: { zh: '就诊医疗机构：{hospitals}', en: 'at: {hospitals}' },
  anyHospital: {
    zh: '就诊医疗机构：已开通该病种的联网定点医疗机构',
    en: 'at: any hospital opened for this disease',
  },
  openedList: { zh: '全国已开通跨省直接结算的病种：{diseases}', en: 'Opened across provinces: {diseases}' },
  notes: { zh: '须知', en: 'Please note' },
  contacts: { zh: '参保地医保经办机构', en: 'Agency of the home region' },
  contact: { zh: '{office}，{phone}', en: '{office}, {phone}' },
  agencySeal: { zh: '医保经办机构（章）', en: 'Seal of the agency' },
  personSignature: { zh: '参保人（代办人）签字', en: 'Signature' },
} as const satisfies Record<string, Label>;

export const chronicNoticeNotes = [
  {
    zh: '先备案到就医城市，再持医保电子凭证或社会保障卡到开通该病种的联网定点医疗机构就诊，并主动告知享受门诊慢特病待遇。',
    en: 'File to the city first, then go with the e-credential or card to a hospital opened for the disease, and say that you hold the qualification.',
  },
  {
    zh: '直接结算执行就医地目录，起付线、支付比例、限额按参保地门诊慢特病政策执行。',
    en: "The treatment site's catalogue applies; deductible, ratio and limits are those of the home region.",
  },
  {
    zh: '病种未开通、医院未开通该病种或没有待遇资格的，请先自费结算，回参保地申请手工报销，不要按普通门诊结算。',
    en: 'If the disease or the hospital is not opened, or without a qualification, pay and claim at home; do not settle as ordinary outpatient.',
  },
] as const satisfies readonly Label[];
