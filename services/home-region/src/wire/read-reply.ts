import { Reply } from '@yijie/contracts/exchange';
import { type CallEnd, refuse } from '@yijie/errors';

/** How a stored answer ended its command, for the one who asks why; nothing of the person is in it. */
export function readEnd(bytes: Buffer): {
  readonly call: string;
  readonly state: string;
  readonly end: CallEnd;
} {
  const { result } = Reply.decode(bytes);
  switch (result?.$case) {
    case 'settled': {
      const { refundedSettlementId, eligibilityCode, notes } = result.settled;
      const call = refundedSettlementId.length === 0 ? 'settle' : 'refund';
      const noted = [eligibilityCode, ...notes].filter((code) => code !== 'OK' && code !== 'OK-BEST');
      return { call, state: 'SETTLED', end: { notes: noted } };
    }
    case 'refused': {
      const { code, values } = result.refused;
      const call = code.startsWith('REV-') ? 'refund' : 'settle';
      return { call, state: 'REFUSED', end: { refusal: { code, values }, refusedBy: 'home-region' } };
    }
    case 'rolledBack':
      return {
        call: 'settle',
        state: 'ROLLED-BACK',
        end: { refusal: refuse('REV-ROLLEDBACK'), refusedBy: 'home-region' },
      };
    case 'expired':
      return {
        call: 'settle',
        state: 'EXPIRED',
        end: { refusal: refuse('STL-EXPIRED'), refusedBy: 'home-region' },
      };
    default:
      return { call: 'reverse', state: 'REVERSED', end: {} };
  }
}
