import type { Level, NoticeCategory, NoticeState, TransferKind } from '@yijie/clearing';

/** The float is called 预付金 between provinces and 周转金 within one (clearing-and-filing §0.3). */
export const noticeCategoryLabels: Readonly<Record<string, Readonly<Record<Level, string>>>> = {
  ADV_ADJUST: { NATIONAL: '预付金额度调整', PROVINCIAL: '周转金额度调整' },
  ADV_URGENT: { NATIONAL: '预付金紧急调增', PROVINCIAL: '周转金紧急调增' },
  MONTHLY: { NATIONAL: '异地就医医疗费用清算', PROVINCIAL: '异地就医医疗费用清算' },
  YEAR_END: { NATIONAL: '异地就医年终清算', PROVINCIAL: '异地就医年终清算' },
} satisfies Record<NoticeCategory, Record<Level, string>>;

export const noticeStateLabels: Readonly<Record<NoticeState, string>> = {
  ISSUED: '已签发',
  SUBMITTED: '已提交财政',
  PARTIAL: '部分支付',
  PAID: '已支付',
  CONFIRMED_BY_PAYEE: '已确认到账',
  VOID: '已作废',
};

export const transferKindLabels: Readonly<Record<TransferKind, string>> = { NORMAL: '正常', RETURN: '退款' };
