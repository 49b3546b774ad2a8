import type { CarryReason } from '@yijie/clearing';
import type { Words } from './printing.ts';

const reasons: Readonly<Record<CarryReason, Words>> = {
  NOT_HOSPITAL_CONFIRMED: { zh: '医院未确认', en: 'not confirmed by the hospital' },
  NOT_MATCHED: { zh: '双方未对平', en: 'not matched' },
  OBJECTION_OPEN: { zh: '申诉未决', en: 'objection open' },
  MOVED_OUT: { zh: '退回移出', en: 'moved out' },
  TOO_LATE: { zh: '超过时限', en: 'too late' },
  ORIGINAL_NOT_CLEARED: { zh: '原结算未清算', en: 'original not cleared' },
};

export function carryReasonWords(reason: string): Words {
  return reasons[reason as CarryReason] ?? { zh: reason, en: reason };
}
