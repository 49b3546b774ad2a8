import { createHash } from 'node:crypto';
import { addDays, parseLocalDate } from '@yijie/calendar';
import { FILING_TYPES, type FilingType } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import { CHANNELS, type Channel, type FilingRecord, type ImportedFiling, importFiling } from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import { idToText } from '@yijie/runtime';
import type { AuditActor, LookupHasher } from '@yijie/security';
import { isCertificateNumber } from '../core/certificate-number.ts';
import { refuseTarget } from '../core/filing-target.ts';
import type { Member } from '../core/member.ts';
import { appendAudit } from '../repositories/audit.ts';
import {
  advanceLoad,
  type FilingLoad,
  findLoad,
  type RefusedLine,
  refusedLines,
} from '../repositories/filing-loads.ts';
import { appendVersions, filingsOfPersons, type NewVersion } from '../repositories/filing-rows.ts';
import { lockMembers, tokensByHash } from '../repositories/member-rows.ts';
import { contextOf, type FilingActor, type Registry } from './filing-registry.ts';

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
  registry: Registry & { readonly hasher: LookupHasher },
  tx: Queryable,
  batch: ImportBatch,
  actor: FilingActor & { readonly pool: string },
  audited: AuditActor,
  nowMs: number,
): Promise<ImportAnswer | Refusal> {
  const { loadId, firstLine, lines } = batch;
  const load = await findLoad(tx, loadId, actor.pool, { lock: true });
  if (load === undefined) return refuse('FIL-LOAD');
  const lastLine = firstLine + lines.length - 1;
  if (lastLine <= load.linesDone) return storedAnswer(tx, load, firstLine, lines.length);
  if (firstLine !== load.linesDone + 1) return refuse('FIL-LOAD', { nextLine: `${load.linesDone + 1}` });

  const { versions, refused } = await decideLines(registry, tx, batch, actor, nowMs);
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

interface Read {
  readonly line: number;
  readonly filing: Omit<ImportedFiling, 'filingId'>;
  readonly who: ImportLine;
}

async function decideLines(
  registry: Registry & { readonly hasher: LookupHasher },
  tx: Queryable,
  { firstLine, lines }: ImportBatch,
  actor: FilingActor & { readonly pool: string },
  nowMs: number,
): Promise<{ versions: NewVersion[]; refused: RefusedLine[] }> {
  const refused: RefusedLine[] = [];
  const refuseLine = (line: number, { code, values }: Refusal) => refused.push({ line, code, values });
  const good: Read[] = [];
  for (const [index, who] of lines.entries()) {
    const line = firstLine + index;
    const read = readLine(registry, who);
    if ('code' in read) refuseLine(line, read);
    else good.push({ line, filing: read, who });
  }
  const tokens = await personTokens(registry.hasher, tx, good);
  const people = await lockMembers(tx, [...new Set(tokens.filter((token) => token !== undefined))], {
    skipBusy: false,
  });
  const members = new Map(people.map((member) => [member.personToken, member]));
  const stored = await filingsOfPersons(tx, [...members.keys()]);
  const held = new Map<string, FilingRecord[]>();
  const versions: NewVersion[] = [];
  for (const [index, { line, filing }] of good.entries()) {
    const member = members.get(tokens[index] ?? '');
    // Another pool's people look like nobody.
    if (member === undefined || member.homePool !== actor.pool) {
      refuseLine(line, refuse('FIL-NOPERSON'));
      continue;
    }
    const own = heldBy(member, held, stored);
    const imported = { ...filing, filingId: idToText(registry.ids.next()) };
    const result = importFiling(imported, contextOf(registry, member, own, actor, nowMs));
    const record = result.ok ? result.rows[0] : undefined;
    const transition = result.ok ? result.transitions[0] : undefined;
    if (record === undefined || transition === undefined) refuseLine(line, result as Refusal);
    else {
      versions.push({ owner: member, record, transition });
      own.push(record);
    }
  }
  return { versions, refused: refused.toSorted((a, b) => a.line - b.line) };
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

/** The token of each line's person, in order; undefined where nobody has that number. */
async function personTokens(
  hasher: LookupHasher,
  tx: Queryable,
  lines: readonly Read[],
): Promise<(string | undefined)[]> {
  const hashes = lines.map(({ who }) =>
    who.personToken === '' ? hasher.candidates('certificate', who.certificateNumber.toUpperCase()) : [],
  );
  const found = await tokensByHash(tx, hashes);
  return lines.map(({ who }, index) => (who.personToken === '' ? found.get(index) : who.personToken));
}

function readLine(registry: Registry, line: ImportLine): Omit<ImportedFiling, 'filingId'> | Refusal {
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
