import {
  type DeductionReason,
  type DeductionSource,
  decideDeduction,
  type FundAmounts,
  NATIONAL_CENTRE,
  raiseObjection,
} from '@yijie/clearing';
import { provinceOf } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import { appendAudit } from '../../repositories/audit.ts';
import {
  type DeductibleRow,
  findDeduction,
  insertDeduction,
  lockDeductible,
  type StoredDeduction,
  setObjection,
} from '../../repositories/deductions/deductions.ts';
import { readParameters } from '../../repositories/parameters.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';

export interface DeductionForm {
  /** The agency's own number: repeating it answers what was recorded. */
  readonly deductId: string;
  readonly settlementId: string;
  readonly funds: FundAmounts;
  readonly reason: DeductionReason;
  readonly reasonText: string;
  readonly source: DeductionSource;
  readonly evidenceNo: string;
}

type Recorded = { readonly ok: true; readonly deduction: StoredDeduction } | Refusal;
/** Whether the caller acts for the pool that treats. */
export type MayAct = (settlement: Pick<DeductibleRow, 'treatmentPool' | 'homePool'>) => Refusal | undefined;

/** The treatment agency deducts from what its hospital claims; the next cut books it, unless the hospital objects. */
export function recordDeduction(
  desk: RunDesk,
  form: DeductionForm,
  acting: Acting,
  mayAct: MayAct = () => undefined,
): Promise<Recorded> {
  return inTransaction(desk.database, async (tx) => {
    const settlement = await lockDeductible(tx, form.settlementId);
    if (settlement === undefined) return refuse('CLR-ROW', { settlementId: form.settlementId.slice(0, 40) });
    const refusal = mayAct(settlement);
    if (refusal !== undefined) return refusal;
    const known = await findDeduction(tx, form.deductId);
    if (known !== undefined) return { ok: true as const, deduction: known };
    const decided = decideDeduction(form.funds, settlement);
    if (!decided.ok) return decided;
    const { at, today } = now(desk, acting);
    const parameters = await readParameters(tx, ownerOf(settlement), today);
    const objection = raiseObjection(today, today, parameters);
    if (!objection.ok) return objection;
    await insertDeduction(tx, settlement, {
      ...form,
      decidedBy: acting.by,
      decidedOn: today,
      decidedAtMs: at,
      objectionUntil: objection.until,
    });
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'deduction.record', object: `deduction:${form.deductId}` },
    ]);
    return stored(await findDeduction(tx, form.deductId), form.deductId);
  });
}

/** The hospital objects in time: until it is decided no run takes the deduction. */
export function objectToDeduction(
  desk: RunDesk,
  { deductId, reason }: { readonly deductId: string; readonly reason: string },
  acting: Acting,
  mayAct: (deduction: StoredDeduction) => Refusal | undefined = () => undefined,
): Promise<Recorded> {
  return inTransaction(desk.database, async (tx) => {
    const found = await findDeduction(tx, deductId, 'FOR UPDATE OF d');
    if (found === undefined || found.takesBack !== undefined) return refuse('CLR-DEDUCT-NONE', { deductId });
    const refusal = mayAct(found);
    if (refusal !== undefined) return refusal;
    if (reason.trim() === '') return refuse('CLR-REASON');
    const { at, today } = now(desk, acting);
    if (today > found.objectionUntil) return refuse('CLR-OBJ-LATE', { date: found.objectionUntil });
    if (found.period !== undefined) return refuse('CLR-LOCKED', { period: `${found.period}` });
    if (found.objectionState !== 'NONE') return { ok: true as const, deduction: found };
    await setObjection(tx, deductId, 'OPEN', { reason, by: undefined });
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'deduction.object', object: `deduction:${deductId}` },
    ]);
    return stored(await findDeduction(tx, deductId), deductId);
  });
}

/** Another person than who deducted decides: upheld, the deduction falls; rejected, the next cut books it. */
export function decideObjection(
  desk: RunDesk,
  { deductId, upheld, reason }: { deductId: string; upheld: boolean; reason: string },
  acting: Acting,
  mayAct: MayAct = () => undefined,
): Promise<Recorded> {
  return inTransaction(desk.database, async (tx) => {
    const found = await findDeduction(tx, deductId, 'FOR UPDATE OF d');
    if (found === undefined) return refuse('CLR-DEDUCT-NONE', { deductId });
    const refusal = mayAct(found);
    if (refusal !== undefined) return refusal;
    if (found.objectionState !== 'OPEN')
      return refuse('CLR-DSP-STATE', { state: found.objectionState, event: 'decide' });
    if (found.decidedBy === acting.by) return refuse('CLR-FOUREYES');
    if (reason.trim() === '') return refuse('CLR-REASON');
    await setObjection(tx, deductId, upheld ? 'UPHELD' : 'REJECTED', { reason, by: acting.by });
    const { at } = now(desk, acting);
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'deduction.decide', object: `deduction:${deductId}` },
    ]);
    return stored(await findDeduction(tx, deductId), deductId);
  });
}

/** Whose parameters count: the centre's between provinces. */
function ownerOf({ homePool, treatmentPool }: { homePool: string; treatmentPool: string }): string {
  const province = provinceOf(treatmentPool);
  return provinceOf(homePool) === province ? province : NATIONAL_CENTRE;
}

function stored(deduction: StoredDeduction | undefined, deductId: string): Recorded {
  if (deduction === undefined) throw new Error(`deduction ${deductId} is gone`);
  return { ok: true, deduction };
}
