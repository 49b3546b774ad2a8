import { applyRunCommand, type Period, type RunCommand, type RunOwner } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { appendAudit } from '../../repositories/audit.ts';
import { readParameters } from '../../repositories/parameters.ts';
import { loadRun, type StoredRun, saveRun } from '../../repositories/runs/runs.ts';
import { type Acting, now, type RunDesk } from './run-desk.ts';

export type RunChange = { readonly ok: true; readonly run: StoredRun } | Refusal;

/** Loads a run, lets the core decide, stores what changed with its audit row: inside the caller's transaction. */
export async function changeRun(
  desk: RunDesk,
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  acting: Acting,
  commandOf: (run: StoredRun, moment: ReturnType<typeof now>) => Promise<RunCommand | Refusal> | RunCommand,
): Promise<RunChange> {
  const found = await loadRun(tx, owner, period, 'FOR UPDATE');
  if (found === undefined) return refuse('CLR-RUN-NONE', { owner, period: `${period}` });
  const moment = now(desk, acting);
  const parameters = await readParameters(tx, owner, moment.today);
  const command = await commandOf(found, moment);
  if ('code' in command) return command;
  const opened = opensSigning(found, command)
    ? applyRunCommand(found, { event: 'submit', ...moment }, parameters)
    : { ok: true as const, run: found };
  if (!opened.ok) return opened;
  const changed = applyRunCommand(opened.run, command, parameters);
  if (!changed.ok) return changed;
  await saveRun(tx, found, changed.run, moment.at);
  await appendAudit(tx, [
    {
      ...acting.audit,
      atMs: moment.at,
      action: `run.${command.event}`,
      object: `run:${owner}/${period}/${changed.run.revision}`,
      ...('party' in command ? { purpose: command.party } : {}),
    },
  ]);
  return { ok: true, run: { ...found, ...changed.run } };
}

/** The first act of a party opens the signing of what was generated; a run without parties has nothing to sign. */
function opensSigning(run: StoredRun, { event }: RunCommand): boolean {
  return run.state === 'GENERATED' && ['sign', 'return', 'decide', 'confirm'].includes(event);
}
