import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadFilings } from '@yijie/cli';
import type { LookupHasher } from '@yijie/security';
import { type CopyValue, copyRows } from '../settlement/copy-rows.ts';
import { cpuMs } from '../settlement/cpu.ts';
import type { HomeDatabase, RunningHome } from './home.ts';

export interface ImportRates {
  readonly lines: number;
  readonly perSecond: number;
  /** The same rows by COPY into a table with the same keys and indexes: no validation, no person looked up. */
  readonly copyPerSecond: number;
  readonly ofCopy: number;
  readonly refused: number;
  readonly cpuMicrosPerLine: { readonly service: number; readonly postgresql: number };
}

/** Loads a file as `yijie filings import` does: read, sent, checked, stored with audit and agenda. */
export async function measureImport(
  data: HomeDatabase,
  home: RunningHome,
  hasher: LookupHasher,
  lines: number,
  folder: string,
  postgresPid: number,
): Promise<ImportRates> {
  await copyRows(data.url, 'member', MEMBER_COLUMNS, members(lines, hasher));
  await data.database.query('ANALYZE member');
  const file = await writeFile(folder, lines);
  const before = { service: cpuMs(home.process.pid ?? 0), postgresql: cpuMs(postgresPid) };
  const startedMs = performance.now();
  const done = await loadFilings({
    client: home.imports,
    tokens: () => home.tokens(),
    file,
    source: 'bench',
    onProgress: () => {},
  });
  const importMs = performance.now() - startedMs;
  const used = {
    service: cpuMs(home.process.pid ?? 0) - before.service,
    postgresql: cpuMs(postgresPid) - before.postgresql,
  };
  const { rows } = await data.database.query<{ stored: number }>(
    `SELECT count(*)::int AS stored FROM filing WHERE event = 'import'`,
  );
  if (rows[0]?.stored !== done.accepted || done.lines !== lines)
    throw new Error(
      `doesn't count: ${rows[0]?.stored} stored, ${done.accepted} acknowledged, ${done.lines} lines`,
    );
  const copyMs = await copyTime(data);
  const perSecond = (lines / importMs) * 1_000;
  const copyPerSecond = (done.accepted / copyMs) * 1_000;
  return {
    lines,
    perSecond: Math.round(perSecond),
    copyPerSecond: Math.round(copyPerSecond),
    ofCopy: perSecond / copyPerSecond,
    refused: done.refused,
    cpuMicrosPerLine: {
      service: (used.service / lines) * 1_000,
      postgresql: (used.postgresql / lines) * 1_000,
    },
  };
}

const MEMBER_COLUMNS = [
  ...[
    'person_token',
    'home_pool',
    'scheme',
    'person_class',
    'birth_date',
    'gender',
    'insured_status',
    'insured_from',
  ],
  ...['contribution_years', 'groups', 'identity_cipher', 'lookup_version', 'lookup_hash', 'changed_at_ms'],
];
const CIPHER = Buffer.alloc(160, 0x5a);

function* members(count: number, hasher: LookupHasher): Generator<readonly CopyValue[]> {
  for (let index = 0; index < count; index += 1) {
    const { version, hash } = hasher.hash('certificate', certificateNumber(index));
    const token = Buffer.from(hash.subarray(0, 16)).toString('base64url');
    yield [
      token,
      '430100',
      'employee',
      'active',
      '1980-01-01',
      '1',
      'ACTIVE',
      '2005-01-01',
      20,
      '{}',
      CIPHER,
      version,
      hash,
      0,
    ];
  }
}

/** One line in a hundred can't be: what is refused costs as well. */
async function writeFile(folder: string, lines: number): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'filings.csv');
  const out = createWriteStream(file);
  out.write(
    'certificate_number,type,target_region,valid_from,last_day,channel,by_commitment,proof_pending,applied_on\n',
  );
  const types = ['LT_RESIDENT', 'TM_REFERRAL', 'TM_OTHER'];
  let text = '';
  for (let index = 0; index < lines; index += 1) {
    const type = types[index % 3];
    const lastDay = index % 3 === 0 ? '' : '2027-05-31';
    const from = index % 100 === 99 ? '2026-02-30' : '2026-11-01';
    text += `${certificateNumber(index)},${type},440100,${from},${lastDay},PROV_ONLINE,false,false,2026-10-20\n`;
    if (text.length > 1_000_000) {
      if (!out.write(text)) await once(out, 'drain');
      text = '';
    }
  }
  out.end(text);
  await once(out, 'close');
  return file;
}

/** What the server alone takes for these rows, with keys and indexes, in one COPY. */
async function copyTime({ database, url }: HomeDatabase): Promise<number> {
  await database.query('CREATE TABLE filing_floor (LIKE filing INCLUDING ALL)');
  const { rows: columns } = await database.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'filing' ORDER BY ordinal_position`,
  );
  const names = columns.map(({ name }) => name);
  const { rows } = await database.query<Record<string, CopyValue | null>>(
    `SELECT ${names.map((name) => `${name}::text AS ${name}`).join(', ')} FROM filing WHERE event = 'import'`,
  );
  const values = rows.map((row) => names.map((name) => row[name] ?? undefined));
  const startedMs = performance.now();
  await copyRows(url, 'filing_floor', names, values);
  return performance.now() - startedMs;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** An invented number: no region has the code 000000. */
function certificateNumber(index: number): string {
  const year = 1900 + (Math.floor(index / 28_000) % 120);
  const month = 1 + ((Math.floor(index / 1_000) % 28) % 12);
  const day = 1 + (Math.floor(index / 1_000) % 28);
  const body = `000000${year}${`${month}`.padStart(2, '0')}${`${day}`.padStart(2, '0')}${`${index % 1_000}`.padStart(3, '0')}`;
  let sum = 0;
  for (const [at, weight] of WEIGHTS.entries()) sum += weight * Number(body[at]);
  return `${body}${'10X98765432'[sum % 11]}`;
}
