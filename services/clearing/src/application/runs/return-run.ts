import type { PartyCode, Period, RunOwner, RunParty } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { rowsOutsideParty } from '../../repositories/runs/run-rows.ts';
import { inTransaction } from '../in-transaction.ts';
import { changeRun } from './change-run.ts';
import type { Acting, RunDesk } from './run-desk.ts';

export interface ReturnCommand {
  readonly owner: RunOwner;
  readonly period: Period;
  readonly revision: number;
  readonly party: PartyCode;
  readonly reason: string;
  /** Settlement ids that the party disputes; empty when it returns the tables as a whole. */
  readonly rows: readonly string[];
}

/** A party returns its tables (退回), naming rows of its own. */
export function returnRun(
  desk: RunDesk,
  command: ReturnCommand,
  acting: Acting,
): Promise<{ readonly ok: true; readonly party: RunParty } | Refusal> {
  const { owner, period, revision, party, reason, rows } = command;
  return inTransaction(desk.database, async (tx) => {
    const stranger = await firstStranger(tx, command);
    if (stranger !== undefined) return refuse('CLR-ROW', { settlementId: stranger });
    const changed = await changeRun(desk, tx, owner, period, acting, (_, moment) => ({
      event: 'return',
      party,
      revision,
      reason,
      rows,
      ...moment,
    }));
    if (!changed.ok) return changed;
    const returned = changed.run.parties.find((one) => one.party === party);
    if (returned === undefined) throw new Error(`${party} returned and is no party`);
    return { ok: true as const, party: returned };
  });
}

async function firstStranger(tx: Queryable, command: ReturnCommand): Promise<string | undefined> {
  const { owner, period, party, rows } = command;
  if (rows.length === 0) return undefined;
  const [first] = await rowsOutsideParty(tx, owner, period, party, rows);
  return first;
}
