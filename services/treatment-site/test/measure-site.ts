/**
 * What one settlement costs the treatment site itself, in CPU of this process and in statements: decoding, accepting,
 * storing the answer, encoding; without gRPC, and with a bus that takes every message at once.
 *
 *   node_modules/.bin/node services/treatment-site/test/measure-site.ts [seconds] [callers]
 */
import { generateKeyPairSync } from 'node:crypto';
import { Command, Reply } from '@yijie/contracts/exchange';
import { decodeSettleLines } from '@yijie/contracts/hot';
import { SettleRequest, SettleResponse, VisitTerms } from '@yijie/contracts/treatment';
import { type Incoming, startOutboxRelay } from '@yijie/exchange';
import { connectPostgres, type Database, migrate, type Queryable } from '@yijie/postgres';
import { DATA_FOLDER, readCatalogue, readMappings } from '@yijie/reference-data';
import { createLogger, idToText, Metrics, systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { createRecordSigner, signingKeyFromPem } from '@yijie/security';
import { servePartsForTests } from '@yijie/testkit';
import { createCommandAcceptor } from '../src/application/accept-commands.ts';
import { settleAnswer } from '../src/application/answers.ts';
import { bodyHash } from '../src/application/body-hash.ts';
import { createCommandsInFlight } from '../src/application/commands-in-flight.ts';
import { flowMetrics } from '../src/application/flow-metrics.ts';
import { openItemMappings } from '../src/application/item-mappings.ts';
import { createResultStore } from '../src/application/store-results.ts';
import type { Institution } from '../src/core/institution.ts';
import { withIndexScans } from '../src/repositories/index-scans.ts';
import { treatmentMigrations } from '../src/repositories/migrations.ts';
import { bill, settleRequest, totalOf } from './requests.ts';
import { settled } from './scripted-home.ts';

const seconds = Number(process.argv[2] ?? 10);
const callers = Number(process.argv[3] ?? 256);
const LINES = 50;
const HOSPITAL = 'H41010599901';

const clock = systemClock();
const random = systemRandom();
const ids = systemIds(clock, random);
const logger = createLogger({ level: 'warn', service: 'measure' });
const metrics = new Metrics({ service: 'measure', processMetrics: false });
const parts = await servePartsForTests();
const { url } = await parts.start('postgres');
const plain = connectPostgres({
  connectionString: withIndexScans(url),
  applicationName: 'measure',
  poolSize: 8,
  statementTimeoutMs: 60_000,
  connectTimeoutMs: 10_000,
});
await migrate(plain, await treatmentMigrations());
let statements = 0;
const byStatement = new Map<string, { count: number; ms: number }>();
const database: Database = {
  ...(plain as Database),
  query: <Row>(statement: Parameters<Queryable['query']>[0], params?: readonly unknown[]) => {
    statements += 1;
    const name = typeof statement === 'string' ? statement.slice(0, 40) : statement.name;
    const from = performance.now();
    return plain.query<Row>(statement, params).finally(() => {
      const time = byStatement.get(name) ?? { count: 0, ms: 0 };
      byStatement.set(name, { count: time.count + 1, ms: time.ms + performance.now() - from });
    });
  },
  transaction: (work) => plain.transaction(work),
  session: (work) => plain.session(work),
  ping: () => plain.ping(),
  close: () => plain.close(),
};

const institution: Institution = {
  institutionCode: HOSPITAL,
  name: 'x',
  pool: '410100',
  level: 'L3',
  kind: 'general',
  openKinds: ['outpatient'],
  openChronic: [],
  suspended: false,
};
const { privateKey } = generateKeyPairSync('ed25519');
const signer = createRecordSigner(
  signingKeyFromPem('410000', privateKey.export({ type: 'pkcs8', format: 'pem' })),
);
let offset = 0;
const answers: Incoming[] = [];
let answering = false;
const bus = {
  publish: async (topic: string, records: readonly { key: string; value: Uint8Array }[]) => {
    if (!topic.includes('request')) return;
    for (const record of records) {
      const command = Command.decode(record.value as Buffer);
      const result = {
        $case: 'settled' as const,
        settled: settled(
          command.commandId,
          command.body?.$case === 'settle' ? command.body.settle.totalFen : 0,
        ),
      };
      answers.push({
        topic: 'result',
        partition: 0,
        offset: offset++,
        key: record.key,
        kind: 'reply',
        payload: Reply.encode({ answers: command.commandId, result }).finish(),
        signedBy: '430000',
        traceParent: null,
        headers: {},
        appendedAtMs: 0,
      });
    }
    void pump();
  },
} as never;
async function pump(): Promise<void> {
  if (answering) return;
  answering = true;
  while (answers.length > 0) {
    const messages = answers.splice(0, 500);
    await results.handle({ messages, dead: [], moves: [] });
  }
  answering = false;
}
const relay = await startOutboxRelay({ database, bus, signer, clock, random, logger });
const inFlight = createCommandsInFlight({ clock, logger, lookUp: async () => [] });
const noTiming = { timed: <Result>(_size: number, flush: () => Promise<Result>) => flush() };
let batches = 0;
const mappings = await openItemMappings({
  database,
  catalogue: readCatalogue('410000', DATA_FOLDER),
  tables: new Map([[HOSPITAL, readMappings(HOSPITAL, DATA_FOLDER)]]),
});
const results = createResultStore({
  database,
  relay,
  inFlight,
  home: { answer: () => true } as never,
  clock,
  logger,
  flow: flowMetrics(metrics),
  metrics: noTiming,
  onDeadLetter: () => undefined,
  topicPrefix: '',
});
const acceptor = createCommandAcceptor({
  database,
  relay,
  inFlight,
  clock,
  ids,
  logger,
  metrics: {
    timed: (_size, flush) => {
      batches += 1;
      return flush();
    },
  },
  indexFor: mappings.indexFor,
  replyPartition: () => 0,
  topicPrefix: '',
  commandLifeMs: 300_000,
  settlementInstant: (now) => now,
  batchMax: 200,
  outboxRowsMax: 1_000_000,
});

const visitCount = Math.ceil(seconds * 9_000);
await plain.query(
  `INSERT INTO visit (visit_id, version, institution_code, person_token, home_pool, local_admission_number, terms,
                      department, bed_number, stay_open, cancelled, discharge_diagnosis, line_count, total_fen,
                      line_ranges, totals, upload_count, admitted_at_ms)
   SELECT decode(lpad(to_hex(n), 32, '0'), 'hex'), 1, $1, 'person-' || n % 100000, '430100', n::text, $2, '', '',
          false, false, '', 0, 0, '{}', '', 0, 0 FROM generate_series(1, $3::int) n`,
  [
    HOSPITAL,
    Buffer.from(
      VisitTerms.encode({
        kind: 2,
        admissionDate: 20250601,
        emergency: false,
        injury: false,
        thirdPartyLiable: false,
        injuryStatementSigned: false,
        chronicDiseaseCode: '',
        diagnosisCode: 'C34.9',
      }).finish(),
    ),
    visitCount,
  ],
);
await plain.query('ANALYZE');

const codes = readMappings(HOSPITAL, DATA_FOLDER).map((row) => row.itemCode);
const template = bill(LINES).map((each, index) => ({ ...each, itemCode: codes[index % codes.length] ?? '' }));
let nextVisit = 0;
const times = { decode: 0, encode: 0 };
async function settleOne(): Promise<void> {
  nextVisit += 1;
  const visitId = Buffer.alloc(16);
  visitId.writeUInt32BE(nextVisit, 12);
  const bytes = Buffer.from(
    SettleRequest.encode(
      settleRequest({ visitId: idToText(visitId), lines: template, totalFen: totalOf(template) }),
    ).finish(),
  );
  const begin = performance.now();
  const request = decodeSettleLines(bytes);
  const hash = bodyHash(bytes);
  times.decode += performance.now() - begin;
  const accepted = await acceptor.accept({
    call: 8,
    institution,
    key: request.idempotencyKey,
    bodyHash: hash,
    audit: { actor: 'institution:x', certificateSerial: '1', role: 'hospital' },
    traceParent: null,
    visitId,
    statement: request,
    bytes,
  });
  if (accepted.kind !== 'known') throw new Error(JSON.stringify(accepted));
  const ending = await inFlight.wait(accepted.known, clock.now() + 30_000);
  if (ending === undefined || ending === 'parked') throw new Error('no answer');
  const from = performance.now();
  SettleResponse.encode(settleAnswer({ ...accepted.known, result: ending })).finish();
  times.encode += performance.now() - from;
}

function print(figures: object): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

async function run(untilMs: number): Promise<void> {
  while (performance.now() < untilMs) await settleOne();
}

await Promise.all(Array.from({ length: callers }, () => run(performance.now() + 2_000)));
const before = { count: nextVisit, cpu: process.cpuUsage(), statements, batches, ...times };
const begin = performance.now();
await Promise.all(Array.from({ length: callers }, () => run(begin + seconds * 1_000)));
const wall = (performance.now() - begin) / 1_000;
const cpu = process.cpuUsage(before.cpu);
const count = nextVisit - before.count;
const micros = (ms: number) => ((ms * 1_000) / count).toFixed(1);
print({
  settlementsPerSecond: Math.round(count / wall),
  cpuMicrosPerSettlement: ((cpu.user + cpu.system) / count).toFixed(1),
  decodeAndHashMicros: micros(times.decode - before.decode),
  encodeMicros: micros(times.encode - before.encode),
  batch: (count / (batches - before.batches)).toFixed(1),
  statementsPerBatch: ((statements - before.statements) / (batches - before.batches)).toFixed(2),
  statementsPerSettlement: ((statements - before.statements) / count).toFixed(3),
});
const { rows } = await plain.query(
  `SELECT (SELECT count(*) FROM command) AS commands, (SELECT count(*) FROM command_result) AS results,
          (SELECT count(*) FROM settlement_bill) AS bills, (SELECT count(*) FROM audit_entry) AS audit`,
);
print({ acknowledged: nextVisit, ...rows[0] });
for (const [name, { count, ms }] of byStatement) print({ statement: name, count, msEach: ms / count });
await relay.close();
await plain.close();
await parts.close();
process.exitCode = 0;
