import type { TableNumber } from './table.ts';

/** Titles of the attachments (Jilin's list of attachments). */
export const TABLE_TITLES: Readonly<Record<TableNumber, string>> = {
  '5': '异地就医住院结算单',
  '6-1': '省平台周转金额度调整明细表',
  '6-2': '统筹区周转金额度调整明细表',
  '7': '收款通知书',
  '8': '付款通知书',
  '9': '异地医保业务费用清算表',
  '10': '异地医保费用收款清算表',
  '11': '异地医保费用付款清算表',
  '12': '职工医保基金明细表',
  '13': '居民医保基金明细表',
  '14': '费用扣款分项明细表',
  '15': '年终清算申请表',
  '16': '年终清算汇总表',
  '17': '年终清算收款表',
  '18': '年终清算付款表',
};
