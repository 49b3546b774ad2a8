import type { PartyCode, Period, RunOwner, RunParty } from '@yijie/clearing';
import type { Refusal } from '@yijie/errors';
import { inTransaction } from '../in-transaction.ts';
import { changeRun } from './change-run.ts';
import type { Acting, RunDesk } from './run-desk.ts';

/** After the deadline the owner signs for a party that didn't, by a decision with its reason. */
export function decideParty(
  desk: RunDesk,
  { owner, period, party, reason }: { owner: RunOwner; period: Period; party: PartyCode; reason: string },
  acting: Acting,
): Promise<{ readonly ok: true; readonly party: RunParty } | Refusal> {
  return inTransaction(desk.database, async (tx) => {
    const changed = await changeRun(desk, tx, owner, period, acting, (_, moment) => ({
      event: 'decide',
      parties: [party],
      reason,
      ...moment,
    }));
    if (!changed.ok) return changed;
    const decided = changed.run.parties.find((one) => one.party === party);
    if (decided === undefined) throw new Error(`${party} was decided and is no party`);
    return { ok: true as const, party: decided };
  });
}
