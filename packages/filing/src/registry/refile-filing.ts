import type { Refusal } from '@yijie/errors';
import { applyFilingEvent } from './apply-filing-event.ts';
import type { FilingRecord, Registered } from './filing-record.ts';
import type { RegistryContext } from './registry-context.ts';
import { type FilingRequest, submitFiling } from './submit-filing.ts';

/**
 * A region chosen wrongly (clearing-and-filing §1.7): the wrong filing is cancelled, or withdrawn where it isn't in
 * force yet, and the right one is asked for. Both happen or neither.
 */
export function refileFiling(
  wrong: FilingRecord,
  request: FilingRequest,
  context: RegistryContext,
): Registered | Refusal {
  const ended = applyFilingEvent(
    wrong,
    wrong.state === 'EFFECTIVE' ? { event: 'cancel', reasonCode: 'WRONG-REGION' } : { event: 'withdraw' },
    context,
  );
  if (!ended.ok) return ended;
  const held = context.held.map(
    (filing) => ended.rows.find((row) => row.filingId === filing.filingId) ?? filing,
  );
  const filed = submitFiling(request, { ...context, held });
  if (!filed.ok) return filed;
  return {
    ok: true,
    rows: [...ended.rows, ...filed.rows],
    transitions: [...ended.transitions, ...filed.transitions],
  };
}
