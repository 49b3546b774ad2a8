import {
  applyForYearEnd,
  buildTable15,
  type OtherAdjust,
  otherAdjusts,
  type PartyCode,
  type RunOwner,
  type Table,
  totalsKey,
  type YearEndApplication,
  type YearEndChanges,
  type YearTotals,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { fen } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import { appendAudit } from '../../repositories/audit.ts';
import { readLateOnes } from '../../repositories/year-end/late-rows.ts';
import {
  addYearStep,
  readYearLines,
  type StoredLine,
  takeLateOnes,
} from '../../repositories/year-end/year-lines.ts';
import { findYear, lockYear, type YearState } from '../../repositories/year-end/years.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';
import { checkApplication, readYearFigures, yearContext } from './year-figures.ts';

/** What the applicant adds to what was cleared, for one payer and scheme. */
export interface YearEndEntry extends Pick<YearTotals, 'payer' | 'scheme'> {
  readonly changes: YearEndChanges;
}

export interface YearEndRequest {
  readonly owner: RunOwner;
  readonly year: number;
  readonly payee: PartyCode;
  readonly entries: readonly YearEndEntry[];
  /** Shows the table, and stores nothing. */
  readonly dryRun: boolean;
}

/**
 * Table 15 of a treatment party: a line per payer and scheme with the year's totals from confirmed runs, what came too
 * late for any run as other adjustment, and what the applicant adds. Lines that were applied for and still rest on the
 * same figures stay as they are; applying again with the same amounts changes nothing.
 */
export function applyYearEnd(
  desk: RunDesk,
  request: YearEndRequest,
  acting: Acting,
): Promise<{ readonly ok: true; readonly table: Table } | Refusal> {
  const { owner, year, payee, dryRun } = request;
  return inTransaction(desk.database, async (tx) => {
    const { state } = dryRun ? await findYear(tx, owner, year) : await lockYear(tx, owner, year);
    const refusal = refuseIssued(state, year, 'apply');
    if (refusal !== undefined) return refusal;
    const figures = await readYearFigures(tx, owner, year);
    const late = await readLateOnes(tx, owner, year, payee);
    const drafts = draftsOf(request, figures.all, otherAdjusts(owner, late.rows, late.deductions), [
      ...(await readYearLines(tx, owner, year, payee)),
    ]);
    if (!drafts.ok) return drafts;
    const lines = drafts.lines.map(({ application }) => application);
    const table = buildTable15(payee, lines, yearContext(desk, owner));
    const [failure] = await checkApplication(tx, owner, year, figures, table);
    if (failure !== undefined) return refuse('CLR-CHECK', { check: failure.check, row: failure.row });
    const changed = drafts.lines.filter(({ isNew }) => isNew);
    if (!dryRun && changed.length > 0) await storeDrafts(tx, desk, request, changed, acting);
    return { ok: true as const, table };
  });
}

/** Nothing is applied for or answered once the figures of the year stand. */
export function refuseIssued(state: YearState, year: number, event: string): Refusal | undefined {
  if (state === 'CLOSED') return refuse('CLR-YE-CLOSED', { year: `${year}` });
  return state === 'ISSUED' ? refuse('CLR-YE-STATE', { state, event }) : undefined;
}

interface Draft {
  readonly application: YearEndApplication;
  readonly isNew: boolean;
  readonly step: number;
  readonly adjust: OtherAdjust | undefined;
}

function draftsOf(
  { year, payee, entries }: YearEndRequest,
  totals: readonly YearTotals[],
  adjusts: readonly OtherAdjust[],
  stored: readonly StoredLine[],
): { readonly ok: true; readonly lines: readonly Draft[] } | Refusal {
  const totalsOf = keyed(totals.filter((one) => one.payee === payee));
  const adjustOf = keyed(adjusts.filter((one) => one.payee === payee));
  const storedOf = new Map(stored.map((line) => [totalsKey(line.application.totals), line]));
  const keys = new Set([...totalsOf.keys(), ...adjustOf.keys(), ...storedOf.keys()]);
  const entryOf = new Map<string, YearEndEntry>();
  for (const entry of entries) {
    const key = totalsKey({ ...entry, payee });
    // A pair without rows has nothing that a year's result could change; the same line twice says two things.
    if (!keys.has(key) || entryOf.has(key))
      return refuse('FRM-VALUE', { field: 'lines', value: `${entry.payer} ${entry.scheme}` });
    entryOf.set(key, entry);
  }
  const lines: Draft[] = [];
  for (const key of [...keys].sort()) {
    const known = storedOf.get(key);
    const adjust = adjustOf.get(key);
    const current = totalsOf.get(key) ?? nothingCleared(known?.application.totals ?? adjust);
    const given = entryOf.get(key)?.changes;
    const isSame = known !== undefined && restsOn(known, current, adjust);
    const changes = withLateOnes(given ?? NO_CHANGES, adjust);
    if (known !== undefined && isSame && (given === undefined || stands(known, changes))) {
      lines.push({ application: known.application, isNew: false, step: known.step, adjust });
      continue;
    }
    // What was added before rested on other figures: the applicant says anew what it adds to these.
    if (given === undefined && known !== undefined && !isUnchanged(known.application.changes))
      return refuse('CLR-YE-STATE', { state: known.application.state, event: 'apply' });
    const applied = applyForYearEnd(year, current, changes, isSame ? known?.application.state : undefined);
    if (!applied.ok) return applied;
    lines.push({ application: applied.application, isNew: true, step: (known?.step ?? 0) + 1, adjust });
  }
  return { ok: true, lines };
}

async function storeDrafts(
  tx: Queryable,
  desk: RunDesk,
  { owner, year, payee }: YearEndRequest,
  changed: readonly Draft[],
  acting: Acting,
): Promise<void> {
  const { at } = now(desk, acting);
  for (const { application, step, adjust } of changed) {
    await addYearStep(tx, owner, application, { step, by: acting.by, atMs: at });
    await takeLateOnes(tx, owner, application, adjust);
  }
  await appendAudit(tx, [
    { ...acting.audit, atMs: at, action: 'year-end.apply', object: `year-end:${owner}/${year}/${payee}` },
  ]);
}

const NO_CHANGES: YearEndChanges = {
  yearDeductFen: fen(0),
  caseAdjustFen: fen(0),
  withheldReleaseFen: fen(0),
  otherAdjustFen: fen(0),
  otherNote: '',
  evidenceNo: '',
};

/** The applicant's own other adjustment and what came too late, with both notes. */
function withLateOnes(changes: YearEndChanges, adjust: OtherAdjust | undefined): YearEndChanges {
  if (adjust === undefined) return changes;
  return {
    ...changes,
    otherAdjustFen: fen(changes.otherAdjustFen + adjust.amountFen),
    otherNote: [changes.otherNote, adjust.note].filter((note) => note !== '').join('；'),
  };
}

function restsOn(line: StoredLine, totals: YearTotals, adjust: OtherAdjust | undefined): boolean {
  const { times, medicalFen, clearingFen, deductedFen } = line.application.totals;
  const taken = (adjust?.ids ?? []).toSorted();
  return (
    times === totals.times &&
    medicalFen === totals.medicalFen &&
    clearingFen === totals.clearingFen &&
    deductedFen === totals.deductedFen &&
    taken.join(' ') === [...line.takenIds].toSorted().join(' ')
  );
}

/** Applied for or confirmed with exactly these amounts: saying it again changes nothing. */
function stands({ application }: StoredLine, changes: YearEndChanges): boolean {
  return application.state !== 'RETURNED' && isEqual(application.changes, changes);
}

function isUnchanged(changes: YearEndChanges): boolean {
  return isEqual({ ...changes, evidenceNo: '' }, NO_CHANGES);
}

function isEqual(one: YearEndChanges, other: YearEndChanges): boolean {
  return (Object.keys(NO_CHANGES) as (keyof YearEndChanges)[]).every((name) => one[name] === other[name]);
}

function nothingCleared(of: Pick<YearTotals, 'payer' | 'payee' | 'scheme'> | undefined): YearTotals {
  if (of === undefined) throw new Error('a line of nothing');
  const { payer, payee, scheme } = of;
  return { payer, payee, scheme, times: 0, medicalFen: fen(0), clearingFen: fen(0), deductedFen: fen(0) };
}

function keyed<One extends Pick<YearTotals, 'payer' | 'payee' | 'scheme'>>(
  list: readonly One[],
): ReadonlyMap<string, One> {
  return new Map(list.map((one) => [totalsKey(one), one]));
}
