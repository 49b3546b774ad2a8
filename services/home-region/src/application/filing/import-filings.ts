import { createHash } from 'node:crypto';
import { addDays, parseLocalDate } from '@yijie/calendar';
import { FILING_TYPES, type FilingType } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import {
  CHANNELS,
  type Channel,
  type FilingRecord,
  type FilingTransition,
  type ImportedFiling,
  importFiling,
} from '@yijie/filing';
import type { Database, Queryable } from '@yijie/postgres';
import { idToText } from '@yijie/runtime';
import type { AuditActor, LookupHash, LookupHasher } from '@yijie/security';
import { refuseTarget } from '../../core/filing/filing-target.ts';
import { isCertificateNumber } from '../../core/members/certificate-number.ts';
import type { Member } from '../../core/members/member.ts';
import { appendAudit } from '../../repositories/audit.ts';
import {
  advanceLoad,
  type FilingLoad,
  findLoad,
  type RefusedLine,
  refusedLines,
} from '../../repositories/filing/filing-loads.ts';
import { appendVersions, filingsOfPersons, type NewVersion } from '../../repositories/filing/filing-rows.ts';
import { lockMembers, lockMembersByHash } from '../../repositories/members/member-rows.ts';
import { contextOf, type FilingActor, type Registry } from './filing-registry.ts';

export type ImportRegistry = Registry & { readonly hasher: LookupHasher };

/** A line of a file, as text: what is wrong with it is said line by line. */
export interface ImportLine {
  readonly certificateNumber: string;
  readonly personToken: string;
  readonly type: string;
  readonly targetRegion: string;
  readonly validFrom: string;
  readonly lastDay: string;
  readonly channel: string;
  readonly byCommitment: boolean;
  readonly proofPending: boolean;
  readonly appliedOn: string;
}

export interface ImportBatch {
  readonly loadId: string;
  readonly firstLine: number;
  readonly lines: readonly ImportLine[];
}

export interface ImportAnswer {
  readonly ok: true;
  readonly accepted: number;
  readonly refused: readonly RefusedLine[];
  readonly linesDone: number;
}

/** Lines in one transaction: a quarter of a second of locks on these people's rows. */
export const IMPORT_LINES_MAX = 5_000;

/**
 * Stores a batch of lines, the good ones as filings and the others as refusals, in one transaction that also moves the
 * load on. A batch that was stored before gets its answer again; one that would leave a gap is refused.
 */
export async function importFilings(
  registry: ImportRegistry,
  database: Database,
  batch: ImportBatch,
  actor: FilingActor & { readonly pool: string },
  audited: AuditActor,
  nowMs: number,
): Promise<ImportAnswer | Refusal> {
  const { loadId, firstLine, lines } = batch;
  // Before the load's row is locked: meanwhile the batch before this one may be stored.
  const read = readLines(registry, batch);
  return database.transaction(async (tx) => {
    const load = await findLoad(tx, loadId, actor.pool, { lock: true });
    if (load === undefined) return refuse('FIL-LOAD');
    const lastLine = firstLine + lines.length - 1;
    if (lastLine <= load.linesDone) return storedAnswer(tx, load, firstLine, lines.length);
    if (firstLine !== load.linesDone + 1) return refuse('FIL-LOAD', { nextLine: `${load.linesDone + 1}` });

    const { versions, refused } = await decideLines(registry, tx, read, actor, nowMs);
    await appendVersions(tx, versions);
    const after = await advanceLoad(tx, loadId, lines.length, refused);
    await appendAudit(tx, [
      {
        ...audited,
        atMs: nowMs,
        action: 'filing.import',
        object: `filing-load:${loadId}/${firstLine}-${lastLine}`,
        purpose: load.source,
        afterHash: hashOf(versions),
      },
    ]);
    return { ok: true, accepted: versions.length, refused, linesDone: after.linesDone };
  });
}

async function storedAnswer(
  tx: Queryable,
  load: FilingLoad,
  firstLine: number,
  lines: number,
): Promise<ImportAnswer> {
  const refused = await refusedLines(tx, load.loadId, firstLine - 1, firstLine + lines - 1, lines);
  return { ok: true, accepted: lines - refused.length, refused, linesDone: load.linesDone };
}

interface GoodLine {
  readonly line: number;
  readonly filing: Omit<ImportedFiling, 'filingId'>;
  readonly personToken: string;
  readonly hashes: readonly LookupHash[];
}

interface ReadLines {
  readonly good: readonly GoodLine[];
  readonly refused: readonly RefusedLine[];
}

/** What can be said of the lines by themselves. */
function readLines(registry: ImportRegistry, { firstLine, lines }: ImportBatch): ReadLines {
  const good: GoodLine[] = [];
  const refused: RefusedLine[] = [];
  for (const [index, text] of lines.entries()) {
    const line = firstLine + index;
    const filing = readLine(registry, text);
    if ('code' in filing) {
      refused.push({ line, code: filing.code, values: filing.values });
      continue;
    }
    const { personToken } = text;
    const hashes =
      personToken === ''
        ? registry.hasher.candidates('certificate', text.certificateNumber.toUpperCase())
        : [];
    good.push({ line, filing, personToken, hashes });
  }
  return { good, refused };
}

/** What has to be known of the people to decide: who they are, and what they hold. */
async function decideLines(
  registry: ImportRegistry,
  tx: Queryable,
  read: ReadLines,
  actor: FilingActor & { readonly pool: string },
  nowMs: number,
): Promise<{ versions: NewVersion[]; refused: RefusedLine[] }> {
  const refused = [...read.refused];
  const people = await lockPeople(tx, read.good);
  const stored = await filingsOfPersons(tx, [
    ...new Set([...people.values()].map(({ personToken }) => personToken)),
  ]);
  const held = new Map<string, FilingRecord[]>();
  const versions: NewVersion[] = [];
  for (const [index, { line, filing }] of read.good.entries()) {
    const member = people.get(index);
    // Another pool's people look like nobody.
    if (member === undefined || member.homePool !== actor.pool) {
      refused.push({ line, code: 'FIL-NOPERSON', values: {} });
      continue;
    }
    const own = heldBy(member, held, stored);
    const imported = { ...filing, filingId: idToText(registry.ids.next()) };
    const result = importFiling(imported, contextOf(registry, member, own, actor, nowMs));
    if (!result.ok) {
      refused.push({ line, code: result.code, values: result.values });
      continue;
    }
    const record = result.rows[0] as FilingRecord;
    versions.push({ owner: member, record, transition: result.transitions[0] as FilingTransition });
    own.push(record);
  }
  return { versions, refused: refused.sort((a, b) => a.line - b.line) };
}

/** The member of each line, by its place among the good ones, locked until the batch is stored. */
async function lockPeople(tx: Queryable, good: readonly GoodLine[]): Promise<ReadonlyMap<number, Member>> {
  const found = await lockMembersByHash(
    tx,
    good.map(({ hashes }) => hashes),
  );
  const named = good.flatMap(({ personToken }) => (personToken === '' ? [] : [personToken]));
  if (named.length === 0) return found;
  const members = await lockMembers(tx, named, { skipBusy: false });
  const byToken = new Map(members.map((member) => [member.personToken, member]));
  const people = new Map(found);
  for (const [index, { personToken }] of good.entries()) {
    const member = byToken.get(personToken);
    if (member !== undefined) people.set(index, member);
  }
  return people;
}

/** What the person holds, earlier lines of the batch included. */
function heldBy(
  member: Member,
  held: Map<string, FilingRecord[]>,
  stored: Awaited<ReturnType<typeof filingsOfPersons>>,
): FilingRecord[] {
  const known = held.get(member.personToken);
  if (known !== undefined) return known;
  const own = (stored.get(member.personToken) ?? [])
    .filter(({ scheme }) => scheme === member.scheme)
    .map(({ record }) => record);
  held.set(member.personToken, own);
  return own;
}

function readLine(
  registry: Pick<Registry, 'regions'>,
  line: ImportLine,
): Omit<ImportedFiling, 'filingId'> | Refusal {
  if (line.personToken === '' && !isCertificateNumber(line.certificateNumber.toUpperCase()))
    return refuse('FRM-CERTIFICATE');
  const type = TYPES.get(line.type);
  if (type === undefined) return refuse('FRM-VALUE', { field: 'type' });
  const channel = CHANNEL_NAMES.get(line.channel);
  if (channel === undefined) return refuse('FRM-VALUE', { field: 'channel' });
  const from = parseLocalDate(line.validFrom);
  if (from === undefined) return refuseDay('valid_from', line.validFrom);
  const lastDay = line.lastDay === '' ? undefined : parseLocalDate(line.lastDay);
  if (line.lastDay !== '' && lastDay === undefined) return refuseDay('last_day', line.lastDay);
  const appliedOn = line.appliedOn === '' ? from : parseLocalDate(line.appliedOn);
  if (appliedOn === undefined) return refuseDay('applied_on', line.appliedOn);
  const misdirected = refuseTarget(registry.regions, line.targetRegion);
  if (misdirected !== undefined) return misdirected;
  const { targetRegion, byCommitment, proofPending } = line;
  const until = lastDay && addDays(lastDay, 1);
  return { type, channel, targetRegion, from, until, byCommitment, proofPending, appliedOn };
}

const TYPES: ReadonlyMap<string, FilingType> = new Map(FILING_TYPES.map((type) => [type, type]));
const CHANNEL_NAMES: ReadonlyMap<string, Channel> = new Map(CHANNELS.map((channel) => [channel, channel]));
/** Longer than any day: not repeated, it may be anything. */
const SHOWN_MAX = 12;

function refuseDay(field: string, value: string): Refusal {
  return refuse('FRM-DATE', value.length <= SHOWN_MAX ? { field, value } : { field });
}

/** Which filings a batch made, in order: what the audit row stands for. */
function hashOf(versions: readonly NewVersion[]): Buffer {
  const hash = createHash('sha256');
  for (const { owner, record } of versions) hash.update(`${owner.personToken} ${record.filingId}\n`);
  return hash.digest();
}
