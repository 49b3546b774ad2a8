import type { Refusal } from '@yijie/errors';
import { effects, reasonOf } from './effects.ts';
import type { FilingCommand, FilingRecord, FilingTransition, Registered } from './filing-record.ts';
import { conditions, guards, notNow } from './guards.ts';
import type { RegistryContext } from './registry-context.ts';
import { transitionTable } from './transition-table.ts';

/**
 * One event on a filing: the row of the table for its state, the guards of that row in their order, then its effects.
 * Answers the next version, and the new filing that a change or a renewal makes.
 */
export function applyFilingEvent(
  filing: FilingRecord,
  command: FilingCommand,
  context: RegistryContext,
): Registered | Refusal {
  const row = transitionTable.find(
    ({ from, event, when }) =>
      event === command.event &&
      from.includes(filing.state) &&
      (when === undefined || conditions[when](filing, command, context)),
  );
  if (row === undefined) return notNow(filing, command);
  for (const guard of row.guards) {
    const refusal = guards[guard](filing, command, context);
    if (refusal !== undefined) return refusal;
  }

  const to = row.to === 'unchanged' ? filing.state : row.to;
  let next: FilingRecord = { ...filing, version: filing.version + 1, state: to };
  const added: FilingRecord[] = [];
  for (const effect of row.effects) {
    const effected = effects[effect](next, command, context);
    next = effected.filing;
    if (effected.added !== undefined) added.push(effected.added);
  }
  const history = (version: FilingRecord, from: FilingRecord['state'] | undefined): FilingTransition => ({
    filingId: version.filingId,
    version: version.version,
    from,
    to: version.state,
    event: command.event,
    actor: context.actor,
    at: context.now,
    reason: reasonOf(command),
  });
  return {
    ok: true,
    rows: [next, ...added],
    transitions: [history(next, filing.state), ...added.map((version) => history(version, undefined))],
  };
}
