import type { Shares } from '@yijie/money';
import type { Fund, LayerName, Part } from '../pack/pack-schema.ts';

/** What people of the field call the layers and parts, on papers in Chinese and English. */
export const LAYER_WORDS: Readonly<Record<LayerName, { zh: string; en: string }>> = {
  largeAmount: { zh: '职工大额医疗费用补助', en: 'employee large-amount fund' },
  largeAmountPersonal: {
    zh: '职工大额医疗费用补助（个人负担部分）',
    en: 'employee large-amount fund (personal part)',
  },
  seriousIllness: { zh: '大病保险', en: 'serious-illness insurance' },
  seriousIllnessOver: { zh: '大病保险（超限额部分）', en: 'serious-illness insurance (over the ceiling)' },
  remainingCost: { zh: '补充医疗保险', en: 'supplementary insurance' },
  retireeSupplement: { zh: '退休人员补充医疗保险', en: "retirees' supplement" },
  civilServant: { zh: '公务员医疗补助', en: 'civil-servant subsidy' },
  civilServantOver: { zh: '公务员医疗补助（超限额部分）', en: 'civil-servant subsidy (over the ceiling)' },
  civilServantDeductible: { zh: '公务员医疗补助（起付线部分）', en: 'civil-servant subsidy (deductible)' },
  enterpriseSupplement: { zh: '企业补充医疗保险', en: 'enterprise supplement' },
  medicalAid: { zh: '医疗救助', en: 'medical aid' },
  tiltAid: { zh: '倾斜救助', en: 'tilt aid' },
  other: { zh: '其他基金', en: 'other fund' },
};

export const PART_WORDS: Readonly<Record<Part, { zh: string; en: string }>> = {
  selfPaid: { zh: '全自费', en: 'self-paid' },
  overLimit: { zh: '超限价', en: 'over-limit' },
  prepaySelf: { zh: '先行自付', en: 'prepay-self' },
  awayPrepay: { zh: '异地先行自付', en: 'away prepay' },
  deductible: { zh: '起付线', en: 'deductible' },
  copay: { zh: '按比例自付', en: 'co-pay' },
  overCeiling: { zh: '超限额', en: 'over the ceiling' },
  sideCopay: { zh: '单行支付自付', en: 'own part of single-line items' },
};

export const FUND_SHARES: Readonly<Record<Fund, keyof Shares>> = {
  largeAmount: 'largeAmountFen',
  seriousIllness: 'seriousIllnessFen',
  civilServant: 'civilServantFen',
  enterpriseSupplement: 'enterpriseSupplementFen',
  medicalAid: 'medicalAidFen',
  otherFund: 'otherFundFen',
};
