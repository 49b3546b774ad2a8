import { localDateAt } from '@yijie/calendar';
import {
  levelOf,
  type PartyTables,
  type Period,
  parsePeriod,
  type RunOwner,
  type Table,
  type TableNumber,
} from '@yijie/clearing';
import {
  type ExportDetailRequest,
  type ExportDetailResponse,
  type GenerateRunRequest,
  type GenerateRunResponse,
  type ReproduceRunRequest,
  type ReproduceRunResponse,
  type Run,
  type RunKey,
  RunServiceService,
} from '@yijie/contracts/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { type DownloadService, downloadService, type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { closeRun } from '../../application/runs/close-run.ts';
import { compareNetting } from '../../application/runs/compare-netting.ts';
import { confirmRun } from '../../application/runs/confirm-run.ts';
import { cutRun } from '../../application/runs/cut-run.ts';
import { decideParty } from '../../application/runs/decide-party.ts';
import { type GenerateProgress, generateRuns } from '../../application/runs/generate-runs.ts';
import { moveOutRows } from '../../application/runs/move-out-rows.ts';
import { previewCut } from '../../application/runs/preview-cut.ts';
import { reproduceRun } from '../../application/runs/reproduce-run.ts';
import { returnRun } from '../../application/runs/return-run.ts';
import type { RunDesk } from '../../application/runs/run-desk.ts';
import { signRun } from '../../application/runs/sign-run.ts';
import { readParameters } from '../../repositories/parameters.ts';
import { listCarried } from '../../repositories/runs/carried-rows.ts';
import { forEachDetailBatch } from '../../repositories/runs/run-detail.ts';
import { readPartyTables, readRunTable } from '../../repositories/runs/run-revisions.ts';
import { listRuns, loadRun, type StoredRun } from '../../repositories/runs/runs.ts';
import { writeDetailRow } from '../../wire/write-detail.ts';
import { writeParty, writeRun, writeTable } from '../../wire/write-run.ts';
import { actingOf, refuseOwner, refuseParty, refuseReading, refuseRun } from './acting-for.ts';
import { type ReadKey, readKey } from './run-key.ts';

/** A generation of millions of rows takes minutes, an export as long as its reader. */
const LONG_CALL_MS = 30 * 60_000;
const CARRIED_PAGE = 1_000;

export function runService(desk: RunDesk): UnaryService<Authorized> {
  const { database, clock } = desk;

  async function show(run: StoredRun): Promise<Run> {
    return writeRun(run, await readParameters(database, run.owner, localDateAt(clock.now())));
  }

  return unaryService(RunServiceService, {
    async listRuns({ period, owner }, { identity }) {
      const at = period === 0 ? undefined : parsePeriod(`${period}`);
      if (period !== 0 && at === undefined) return refuse('FRM-VALUE', { field: 'period' });
      const owners = desk.owners.filter(
        (one) => (owner === '' || one === owner) && refuseRun(identity, one) === undefined,
      );
      const runs = await listRuns(database, owners, at);
      return { runs: await Promise.all(runs.map(show)) };
    },

    async getRun({ run }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseRun(identity, key.owner);
      if (refusal !== undefined) return refusal;
      const found = await loadRun(database, key.owner, key.period);
      if (found === undefined) return noRun(key);
      return { run: await show(found) };
    },

    async cutRun({ run, dryRun }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseOwner(identity, key.owner);
      if (refusal !== undefined) return refusal;
      if (dryRun) return { run: undefined, ...(await previewCut(desk, key.owner, key.period)) };
      const cut = await cutRun(desk, key.owner, key.period, actingOf(identity));
      if (!cut.ok) return cut;
      const { settlements } = await previewCut(desk, key.owner, key.period);
      return { run: await show(cut.run), settlements, carried: cut.run.carried };
    },

    async signRun({ run, revision, party, contentHash }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseParty(identity, party);
      if (refusal !== undefined) return refusal;
      const signed = await signRun(desk, { ...key, revision, party, contentHash }, actingOf(identity));
      if (!signed.ok) return signed;
      return { party: writeParty(signed.party), runState: signed.state };
    },

    async returnRun({ run, revision, party, reason, settlements }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseParty(identity, party);
      if (refusal !== undefined) return refusal;
      const command = { ...key, revision, party, reason, rows: settlements };
      const returned = await returnRun(desk, command, actingOf(identity));
      return returned.ok ? { party: writeParty(returned.party) } : returned;
    },

    async moveRows({ run, settlements, reason }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseOwner(identity, key.owner);
      if (refusal !== undefined) return refusal;
      const moved = await moveOutRows(desk, { ...key, rows: settlements, reason }, actingOf(identity));
      return moved.ok ? { moved: moved.moved, toPeriod: moved.toPeriod } : moved;
    },

    async decideParty({ run, party, reason }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseOwner(identity, key.owner);
      if (refusal !== undefined) return refusal;
      const decided = await decideParty(desk, { ...key, party, reason }, actingOf(identity));
      return decided.ok ? { party: writeParty(decided.party) } : decided;
    },

    async confirmRun({ run }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseOwner(identity, key.owner);
      if (refusal !== undefined) return refusal;
      const confirmed = await confirmRun(desk, key.owner, key.period, actingOf(identity));
      return confirmed.ok ? { run: await show(confirmed.run) } : confirmed;
    },

    async closeRun({ run }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseOwner(identity, key.owner);
      if (refusal !== undefined) return refusal;
      const closed = await closeRun(desk, key.owner, key.period, actingOf(identity));
      return closed.ok ? { run: await show(closed.run) } : closed;
    },

    async compareNetting({ run }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseRun(identity, key.owner);
      if (refusal !== undefined) return refusal;
      const compared = await compareNetting(desk, key.owner, key.period);
      if (!compared.ok) return compared;
      const modes = compared.modes.map((mode) => ({ ...mode, inForce: mode.mode === compared.inForce }));
      return { modes };
    },

    async getTable({ run, revision, party, tableNo }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const { owner, period } = key;
      const refusal = tableNo === '9' ? refuseRun(identity, owner) : refuseReading(identity, owner, party);
      if (refusal !== undefined) return refusal;
      const found = await loadRun(database, owner, period);
      if (found === undefined || found.revision === 0) return noRun(key);
      const at = revision === 0 ? found.revision : revision;
      const stored =
        tableNo === '9'
          ? await readRunTable(database, owner, period, at)
          : pickTable(await readPartyTables(database, owner, period, at, party), tableNo);
      if (stored === undefined) return refuse('CLR-PARTY', { party });
      return {
        header: {
          level: levelOf(owner),
          ownerCode: tableNo === '9' ? owner : party,
          ownerName: desk.names.get(tableNo === '9' ? owner : party) ?? '',
          period: `${period}`,
          category: '',
          tableNo,
          revision: at,
          generatedAtMs: stored.generatedAtMs,
          contentHash: stored.contentHash,
        },
        table: writeTable(stored.content),
      };
    },

    async listCarried({ run, after }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseReading(identity, key.owner, undefined);
      if (refusal !== undefined) return refusal;
      if (!/^([0-9a-f]{32})?$/.test(after)) return refuse('FRM-VALUE', { field: 'after' });
      const from = Buffer.from(after, 'hex');
      const rows = await listCarried(database, key.owner, key.period, from, CARRIED_PAGE);
      const last = rows.length === CARRIED_PAGE ? rows.at(-1) : undefined;
      return {
        rows: rows.map((row) => ({
          settlementId: row.settlement_id.toString('hex'),
          homePool: row.home_pool ?? '',
          treatmentPool: row.treatment_pool ?? '',
          institutionCode: row.institution_code ?? '',
          settledPeriod: row.settled_period ?? 0,
          totalFen: row.total_fen ?? 0,
          reasons: [...row.reasons],
        })),
        next: last?.settlement_id.toString('hex') ?? '',
      };
    },
  });
}

/** The calls that answer with many messages: progress of a generation, rows of an export. */
export function runStreams(desk: RunDesk): readonly DownloadService<Authorized>[] {
  const options = { deadlineMs: LONG_CALL_MS };
  return [
    downloadService(
      RunServiceService.generateRun,
      ({ owners, period, dryRun }: GenerateRunRequest, { identity }, send) =>
        generate(desk, owners, period, dryRun, identity, send),
      options,
    ),
    downloadService(
      RunServiceService.reproduceRun,
      ({ run }: ReproduceRunRequest, { identity }, send) => reproduce(desk, run, identity, send),
      options,
    ),
    downloadService(
      RunServiceService.exportDetail,
      (request: ExportDetailRequest, { identity }, send) => exportDetail(desk, request, identity, send),
      options,
    ),
  ];
}

async function generate(
  desk: RunDesk,
  owners: readonly RunOwner[],
  yyyymm: number,
  dryRun: boolean,
  identity: Authorized,
  send: (message: GenerateRunResponse) => Promise<void>,
): Promise<Refusal | undefined> {
  if (owners.length === 0) return refuse('FRM-REQUIRED', { field: 'owners' });
  for (const owner of owners) {
    const key = readKey(desk, { owner, period: yyyymm });
    if (!key.ok) return key;
    const refusal = refuseOwner(identity, owner);
    if (refusal !== undefined) return refusal;
  }
  const period = yyyymm as Period;
  const onProgress = (progress: GenerateProgress) => send({ part: { $case: 'progress', progress } });
  const made = await generateRuns(desk, { owners, period, dryRun }, actingOf(identity), onProgress);
  if (!made.ok) return made;
  for (const { owner, partiesTouched, ...run } of made.runs) {
    const key = { owner, period };
    await send({ part: { $case: 'run', run: { key, ...run, partiesTouched: [...partiesTouched] } } });
  }
  return undefined;
}

async function reproduce(
  desk: RunDesk,
  run: RunKey | undefined,
  identity: Authorized,
  send: (message: ReproduceRunResponse) => Promise<void>,
): Promise<Refusal | undefined> {
  const key = readKey(desk, run);
  if (!key.ok) return key;
  const refusal = refuseRun(identity, key.owner);
  if (refusal !== undefined) return refusal;
  const onProgress = (progress: GenerateProgress) => send({ part: { $case: 'progress', progress } });
  const made = await reproduceRun(desk, key.owner, key.period, onProgress);
  if (!made.ok) return made;
  const { revision, storedHash, madeHash } = made;
  const { owner, period } = key;
  const answer = {
    key: { owner, period },
    revision,
    storedHash,
    madeHash,
    equal: made.failures.length === 0,
  };
  await send({ part: { $case: 'run', run: answer } });
  return undefined;
}

async function exportDetail(
  desk: RunDesk,
  { run, party }: ExportDetailRequest,
  identity: Authorized,
  send: (message: ExportDetailResponse) => Promise<void>,
): Promise<Refusal | undefined> {
  const key = readKey(desk, run);
  if (!key.ok) return key;
  const only = party === '' ? undefined : party;
  const refusal = refuseReading(identity, key.owner, only);
  if (refusal !== undefined) return refusal;
  let done = 0;
  await forEachDetailBatch(desk.database, { ...key, party: only }, async (rows, of) => {
    done += rows.length;
    await send({ rows: rows.map(writeDetailRow), done, of });
  });
  return undefined;
}

function noRun({ owner, period }: ReadKey): Refusal {
  return refuse('CLR-RUN-NONE', { owner, period: `${period}` });
}

const PARTY_TABLES: Partial<Record<TableNumber, keyof Omit<PartyTables, 'party'>>> = {
  '10': 'receipts',
  '11': 'payments',
  '12': 'employeeFunds',
  '13': 'residentFunds',
  '14': 'deductions',
};

function pickTable(
  stored: Awaited<ReturnType<typeof readPartyTables>>,
  tableNo: string,
): { content: Table; contentHash: string; generatedAtMs: number } | undefined {
  const which = PARTY_TABLES[tableNo as TableNumber];
  if (stored === undefined || which === undefined) return undefined;
  return { ...stored, content: stored.content[which] };
}
