import {
  applyRunCommand,
  type CheckFailure,
  levelOf,
  NATIONAL_CENTRE,
  type PartyCode,
  type Period,
  type Run,
  type RunOwner,
  type RunTables,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Fen } from '@yijie/money';
import { type PreparedRun, prepareRun } from '../../core/prepare-run.ts';
import { appendAudit } from '../../repositories/audit.ts';
import { findMisplacedRows, findUnconfirmedRows } from '../../repositories/matching/misplaced-rows.ts';
import { readParameters } from '../../repositories/parameters.ts';
import { type CellReading, readRunCells } from '../../repositories/runs/run-cells.ts';
import { readDeductedSettlements, readRunDeductions } from '../../repositories/runs/run-deductions.ts';
import { packRevision, readRevisionTables, storeRevision } from '../../repositories/runs/run-revisions.ts';
import { type RowTotals, readRowTotals } from '../../repositories/runs/run-row-totals.ts';
import { loadRun, type StoredRun, saveRun } from '../../repositories/runs/runs.ts';
import { sm3 } from '../../signing/sm3.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from './run-desk.ts';

export interface GenerateCommand {
  readonly owners: readonly RunOwner[];
  readonly period: Period;
  /** Makes and checks everything, and stores nothing. */
  readonly dryRun: boolean;
}

/** How far a generation is: statements read, then one step for each owner's tables, checks and storing. */
export interface GenerateProgress {
  readonly step: 'READ' | 'TABLES' | 'CHECKS' | 'STORE';
  readonly done: number;
  readonly of: number;
}

export interface GeneratedRun {
  readonly owner: RunOwner;
  readonly revision: number;
  readonly contentHash: string;
  /** False when the newest revision has this content already. */
  readonly isNew: boolean;
  readonly settlements: number;
  readonly clearingFen: Fen;
  readonly partiesTouched: readonly PartyCode[];
}

/**
 * Makes the tables of cut runs: reads sums for all owners at once, then for each owner builds, checks and stores a revision in
 * one transaction. What dies on the way leaves whole revisions behind; generating again finds their content unchanged.
 */
export async function generateRuns(
  desk: RunDesk,
  { owners, period, dryRun }: GenerateCommand,
  acting: Acting,
  onProgress: (progress: GenerateProgress) => Promise<void> | void = () => {},
): Promise<{ readonly ok: true; readonly runs: readonly GeneratedRun[] } | Refusal> {
  for (const owner of owners) {
    const run = await loadRun(desk.database, owner, period);
    const refusal = refuseGeneration(run, owner, period);
    if (refusal !== undefined) return refusal;
  }
  const runs: GeneratedRun[] = [];
  for await (const { prepared, totals } of prepareOwners(desk, owners, period, onProgress)) {
    const stored = await storeOwner(desk, period, prepared, totals, acting, dryRun);
    if (!stored.ok) return stored;
    runs.push(stored.run);
    await onProgress({ step: 'STORE', done: runs.length, of: owners.length });
  }
  return { ok: true, runs };
}

/** Reads once for all owners, then makes and checks one owner's tables at a time: no two of them are in memory. */
export async function* prepareOwners(
  desk: RunDesk,
  owners: readonly RunOwner[],
  period: Period,
  onProgress: (progress: GenerateProgress) => Promise<void> | void,
): AsyncGenerator<{ readonly prepared: PreparedRun; readonly totals: RowTotals }> {
  const material = await readMaterial(desk, owners, period, onProgress);
  let national: RunTables | undefined;
  for (const [at, owner] of nationalFirst(owners).entries()) {
    await onProgress({ step: 'TABLES', done: at, of: owners.length });
    national ??= await nationalTables(desk, owner, period);
    const totals = material.totals.get(owner);
    if (totals === undefined) throw new Error(`nothing was read for ${owner}`);
    const prepared = await prepareOwner(desk, owner, period, material, totals, national);
    if (owner === NATIONAL_CENTRE) national = prepared.tables;
    await onProgress({ step: 'CHECKS', done: at + 1, of: owners.length });
    yield { prepared, totals };
  }
}

/** Only a run that is cut has rows that don't change while they are read. */
function refuseGeneration(run: StoredRun | undefined, owner: RunOwner, period: Period): Refusal | undefined {
  if (run === undefined) return refuse('CLR-RUN-STATE', { state: 'OPEN', event: 'generate' });
  const locked = ['CONFIRMED', 'NOTICED', 'PAYING', 'CLOSED'].includes(run.state);
  return locked ? refuse('CLR-LOCKED', { owner, period: `${period}` }) : undefined;
}

/** The centre's tables come first: a province's are compared with them. */
function nationalFirst(owners: readonly RunOwner[]): readonly RunOwner[] {
  return owners.toSorted((a, b) => Number(b === NATIONAL_CENTRE) - Number(a === NATIONAL_CENTRE));
}

interface Material {
  readonly cells: Awaited<ReturnType<typeof readRunCells>>;
  readonly totals: ReadonlyMap<RunOwner, RowTotals>;
  /** R10, looked for once for all owners. */
  readonly unconfirmed: readonly CheckFailure[];
}

async function readMaterial(
  { database, provinces, generateWorkers }: RunDesk,
  owners: readonly RunOwner[],
  period: Period,
  onProgress: (progress: GenerateProgress) => Promise<void> | void,
): Promise<Material> {
  const onRead: CellReading['onRead'] = (done, of) => void onProgress({ step: 'READ', done, of });
  const reading = { database, owners, period, provinces, workers: generateWorkers, onRead };
  const [cells, totals, unconfirmed] = await Promise.all([
    readRunCells(reading),
    readRowTotals(database, owners, period),
    findUnconfirmedRows(database, period),
  ]);
  return { cells, totals, unconfirmed };
}

/** The stored national tables, where this generation doesn't make them itself. */
async function nationalTables(
  { database, owners }: RunDesk,
  owner: RunOwner,
  period: Period,
): Promise<RunTables | undefined> {
  if (levelOf(owner) === 'NATIONAL' || !owners.includes(NATIONAL_CENTRE)) return undefined;
  const run = await loadRun(database, NATIONAL_CENTRE, period);
  if (run === undefined || run.revision === 0 || run.isStale) return undefined;
  return readRevisionTables(database, NATIONAL_CENTRE, period, run.revision);
}

async function prepareOwner(
  { database, names }: RunDesk,
  owner: RunOwner,
  period: Period,
  { cells, unconfirmed }: Material,
  rows: RowTotals,
  national: RunTables | undefined,
): Promise<PreparedRun> {
  const [deductions, deducted, misplaced] = await Promise.all([
    readRunDeductions(database, owner, period),
    readDeductedSettlements(database, owner, period),
    findMisplacedRows(database, owner, period),
  ]);
  const material = { owner, period, cells: cells.get(owner) ?? [], deductions, rows, deducted };
  const prepared = prepareRun(material, { digest: sm3, national, names });
  return { ...prepared, failures: [...unconfirmed, ...misplaced, ...prepared.failures] };
}

async function storeOwner(
  desk: RunDesk,
  period: Period,
  { tables, content, failures }: PreparedRun,
  totals: RowTotals,
  acting: Acting,
  dryRun: boolean,
): Promise<{ readonly ok: true; readonly run: GeneratedRun } | Refusal> {
  const { owner } = tables;
  const packed = dryRun ? undefined : await packRevision(tables, content.partyHashes, content.contentHash);
  return inTransaction(desk.database, async (tx) => {
    const run = await loadRun(tx, owner, period, 'FOR UPDATE');
    if (run === undefined) return refuse('CLR-RUN-STATE', { state: 'OPEN', event: 'generate' });
    const moment = now(desk, acting);
    const parameters = await readParameters(tx, owner, moment.today);
    const changed = applyRunCommand(run, { event: 'generate', content, failures, ...moment }, parameters);
    if (!changed.ok) return changed;
    const isNew = changed.run.revision !== run.revision;
    const settlements = totals.settlements + totals.refunds;
    const { clearingFen } = totals;
    if (packed !== undefined) {
      const made = {
        contentHash: content.contentHash,
        by: acting.by,
        atMs: moment.at,
        settlements,
        clearingFen,
      };
      if (isNew) await storeRevision(tx, changed.run, packed, made);
      await saveRun(tx, run, changed.run, moment.at);
      await appendAudit(tx, [
        {
          ...acting.audit,
          atMs: moment.at,
          action: 'run.generate',
          object: `run:${owner}/${period}/${changed.run.revision}`,
          afterHash: Buffer.from(content.contentHash, 'hex'),
        },
      ]);
    }
    const { revision } = changed.run;
    const partiesTouched = touched(run, changed.run);
    return {
      ok: true,
      run: {
        owner,
        revision,
        contentHash: content.contentHash,
        isNew,
        settlements,
        clearingFen,
        partiesTouched,
      },
    };
  });
}

function touched(before: Run, after: Run): readonly PartyCode[] {
  const hashes = new Map(before.parties.map(({ party, contentHash }) => [party, contentHash]));
  return after.parties.filter((one) => hashes.get(one.party) !== one.contentHash).map(({ party }) => party);
}
