import type { NoticeState, TransferKind } from '@yijie/clearing';
import type { Words } from './printing.ts';

const states: Readonly<Record<NoticeState, Words>> = {
  ISSUED: { zh: '已签发', en: 'issued' },
  SUBMITTED: { zh: '已提交财政', en: 'with finance' },
  PARTIAL: { zh: '部分支付', en: 'partly paid' },
  PAID: { zh: '已支付', en: 'paid' },
  CONFIRMED_BY_PAYEE: { zh: '已确认到账', en: 'received' },
  VOID: { zh: '已作废', en: 'void' },
};

const kinds: Readonly<Record<TransferKind, Words>> = {
  NORMAL: { zh: '正常', en: 'normal' },
  RETURN: { zh: '退款', en: 'return' },
};

/** Levels of clearing-and-filing §4.8. */
const overdue: Readonly<Record<string, Words>> = {
  REMIND: { zh: '提醒', en: 'remind' },
  WARN_SUPERIOR: { zh: '报上级', en: 'warn the superior' },
  PUBLISH: { zh: '通报', en: 'publish' },
};

export function noticeStateWords(state: string): Words {
  return states[state as NoticeState] ?? { zh: state, en: state };
}

export function transferKindWords(kind: string): Words {
  return kinds[kind as TransferKind] ?? { zh: kind, en: kind };
}

export function overdueWords(level: string): Words {
  return overdue[level] ?? { zh: level, en: level };
}
