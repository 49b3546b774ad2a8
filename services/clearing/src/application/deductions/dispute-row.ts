import {
  applyDisputeCommand,
  type DisputeEvent,
  effectOfDispute,
  NATIONAL_CENTRE,
  type PartyCode,
  type Period,
  RAISED_DISPUTE,
  type RunOwner,
} from '@yijie/clearing';
import { provinceOf } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { appendAudit } from '../../repositories/audit.ts';
import { setDisputeState, setObjection } from '../../repositories/deductions/deductions.ts';
import {
  appendDisputeStep,
  findDispute,
  type StoredDispute,
} from '../../repositories/deductions/disputes.ts';
import { moveRows } from '../../repositories/runs/move-rows.ts';
import { loadRun, markStale } from '../../repositories/runs/runs.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';

export interface DisputeForm {
  /** The region's own number: repeating it answers what was raised. */
  readonly disputeId: string;
  readonly settlementId: string;
  readonly deductId: string | undefined;
  readonly party: PartyCode;
  readonly reason: string;
}

type Raised = { readonly ok: true; readonly dispute: StoredDispute; readonly rowCarried: boolean } | Refusal;

/**
 * A region disputes a row or a deduction of it. Before the run is confirmed the row leaves it; afterwards the amount is paid
 * meanwhile and corrected in the next period.
 */
export function raiseDispute(desk: RunDesk, form: DisputeForm, acting: Acting): Promise<Raised> {
  return inTransaction(desk.database, async (tx) => {
    const known = await findDispute(tx, form.disputeId);
    if (known !== undefined) return { ok: true as const, dispute: known, rowCarried: false };
    if (form.reason.trim() === '') return refuse('CLR-REASON');
    const place = await placeOf(tx, form.settlementId);
    if (place === undefined || !place.parties.includes(form.party))
      return refuse('CLR-ROW', { settlementId: form.settlementId.slice(0, 40) });
    const { at } = now(desk, acting);
    const { disputeId, settlementId, deductId, party: raisedBy, reason: words } = form;
    const step = { disputeId, step: 1, settlementId, deductId, raisedBy, words, ...RAISED_DISPUTE };
    await appendDisputeStep(tx, step, acting.by, at);
    if (deductId !== undefined) await setDisputeState(tx, deductId, 'RAISED');
    const rowCarried = await carryRow(tx, settlementId, place, { by: acting.by, at, reason: words });
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'dispute.raise', object: `dispute:${disputeId}` },
    ]);
    const dispute = await findDispute(tx, disputeId);
    if (dispute === undefined) throw new Error(`dispute ${disputeId} is gone`);
    return { ok: true as const, dispute, rowCarried };
  });
}

/** The other side accepts or rejects, either side takes it a level up, and that level decides. */
export function answerDispute(
  desk: RunDesk,
  answer: { disputeId: string; event: DisputeEvent; words: string; stands: boolean },
  acting: Acting,
  mayAct: (dispute: StoredDispute) => Refusal | undefined = () => undefined,
): Promise<{ readonly ok: true; readonly dispute: StoredDispute } | Refusal> {
  const { disputeId, event, words, stands } = answer;
  return inTransaction(desk.database, async (tx) => {
    const found = await findDispute(tx, disputeId);
    if (found === undefined) return refuse('CLR-DISPUTE-NONE', { disputeId });
    const refusal = mayAct(found);
    if (refusal !== undefined) return refusal;
    if (event !== 'escalate' && found.raisedByPerson === acting.by) return refuse('CLR-FOUREYES');
    const applied = applyDisputeCommand(found, { event, reason: words, stands });
    if (!applied.ok) return applied;
    const { at } = now(desk, acting);
    const { state, level } = applied.dispute;
    await appendDisputeStep(tx, { ...found, state, level, step: found.step + 1, words }, acting.by, at);
    const { deductId } = found;
    if (deductId !== undefined) {
      await setDisputeState(tx, deductId, state);
      // What no run has booked yet falls with the dispute; what is booked is corrected by ± rows of the next period.
      if (applied.dispute.stands === false)
        await setObjection(tx, deductId, 'UPHELD', { reason: words, by: acting.by });
    }
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: `dispute.${event}`, object: `dispute:${disputeId}` },
    ]);
    const dispute = await findDispute(tx, disputeId);
    if (dispute === undefined) throw new Error(`dispute ${disputeId} is gone`);
    return { ok: true as const, dispute };
  });
}

interface Place {
  readonly owner: RunOwner;
  readonly period: Period;
  readonly parties: readonly PartyCode[];
}

async function placeOf(tx: Queryable, settlementId: string): Promise<Place | undefined> {
  if (!/^[0-9a-f]{32}$/.test(settlementId)) return undefined;
  const { rows } = await tx.query<{ home_pool: string; treatment_pool: string; period: Period }>(
    `SELECT home_pool, treatment_pool, coalesce(national_period, home_period) AS period FROM cleared_row
      WHERE settlement_id = $1`,
    [Buffer.from(settlementId, 'hex')],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const [home, treatment] = [provinceOf(row.home_pool), provinceOf(row.treatment_pool)];
  return {
    owner: home === treatment ? home : NATIONAL_CENTRE,
    period: row.period,
    parties: [row.home_pool, row.treatment_pool, home, treatment],
  };
}

/** Only out of a run that is cut and not confirmed; a row of a month still open isn't in any table yet. */
async function carryRow(
  tx: Queryable,
  settlementId: string,
  { owner, period }: Place,
  { by, at, reason }: { readonly by: string; readonly at: number; readonly reason: string },
): Promise<boolean> {
  const run = await loadRun(tx, owner, period, 'FOR UPDATE');
  if (run === undefined || effectOfDispute(run.state) !== 'CARRY_ROW') return false;
  const cause = { cause: 'MOVED_OUT', reason, by, atMs: at } as const;
  const moved = await moveRows(tx, [Buffer.from(settlementId, 'hex')], owner, period, cause);
  for (const other of new Set(moved.flatMap(({ owners }) => owners)))
    await markStale(tx, other, period, true);
  return moved.length > 0;
}
