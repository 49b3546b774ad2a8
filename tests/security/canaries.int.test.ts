import { randomUUID } from 'node:crypto';
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { localChannelOptions, unary } from '@yijie/cli';
import { OutcomeState } from '@yijie/contracts/common';
import { Call, Credential_Type, TreatmentServiceClient } from '@yijie/contracts/treatment';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@yijie/local-cluster';
import { systemClock } from '@yijie/runtime';
import {
  type Canary,
  certificateFiles,
  clientCredentials,
  createCanaryScanner,
  loadTlsIdentity,
} from '@yijie/security';
import { ownPart, type Part } from '@yijie/testkit';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { readBooks } from '../support/books.ts';
import { HOME_POOL, INSTITUTION } from '../support/cluster.ts';
import { type ClusterWithMembers, clusterWithMembers } from '../support/cluster-with-members.ts';
import { inParallel } from '../support/in-parallel.ts';
import type { InventedMember } from '../support/invented-members.ts';
import { type PlacedHit, scanFiles, scanRedis, scanText, scanTopics } from '../support/places.ts';

const MEMBERS = 200;
const DEADLINE = { deadlineMs: 10_000 };

let folder: string;
let postgres: EmbeddedPostgres;
let broker: Part;
let redis: Part;
let parts: ClusterWithMembers;
let client: TreatmentServiceClient;
let canaries: readonly Canary[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yijie-canaries-'));
  chmodSync(folder, 0o755); // PostgreSQL may run as another user.
  // A server whose files this suite can read, with every statement that fails written to its log.
  postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    settings: { log_min_error_statement: 'error', log_parameter_max_length_on_error: -1 },
  });
  [broker, redis] = await Promise.all([ownPart('kafka'), ownPart('redis')]);
  parts = await clusterWithMembers(MEMBERS, {
    postgresUrl: postgres.url,
    kafkaBrokers: [broker.url],
    redisUrl: redis.url,
  });
  const { cluster, members } = parts;
  const identity = { kind: 'institution', institutionCode: INSTITUTION } as const;
  const tls = await loadTlsIdentity(certificateFiles(cluster.keyFolder, identity), {
    profile: 'development',
    clock: systemClock(),
  });
  client = new TreatmentServiceClient(
    cluster.treatmentSites[0]?.grpc ?? '',
    clientCredentials(tls),
    localChannelOptions,
  );
  canaries = members.flatMap(({ certificateNumber, name, credentialToken }, index) => [
    { id: `${index}`, field: 'certificateNumber', value: certificateNumber },
    { id: `${index}`, field: 'name', value: name },
    { id: `${index}`, field: 'credentialToken', value: credentialToken },
  ]);
}, 300_000);

afterAll(async () => {
  client?.close();
  await parts?.remove();
  await Promise.all([postgres?.stop(), broker?.stop(), redis?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Every way to show a person, right and wrong, and a stay with the person printed on the slip. */
async function liveThroughADay(member: InventedMember, index: number): Promise<void> {
  const { certificateNumber, name, credentialToken } = member;
  const { hospital, members } = parts;
  const other = members[(index + 1) % members.length] as InventedMember;
  const card = { type: Credential_Type.ID_CARD, token: '', certificateNumber, name };
  const shown = [
    card,
    { ...card, type: Credential_Type.SOCIAL_SECURITY_CARD, token: credentialToken },
    { type: Credential_Type.E_CREDENTIAL, token: credentialToken, certificateNumber: '', name: '' },
    { ...card, name: other.name },
    { ...card, certificateNumber: `${certificateNumber.slice(0, -1)}?` },
    { ...card, certificateNumber: name, name: certificateNumber },
  ];
  for (const credential of shown.slice(0, index % 5 === 0 ? shown.length : 2)) {
    await attempt((metadata) =>
      unary(client, client.verifyPerson, { credential, homePool: HOME_POOL }, { ...DEADLINE, metadata }),
    );
  }
  const visitId = await hospital.admit(member);
  const [key, second] = [randomUUID(), randomUUID()];
  const settled = await hospital.settle(visitId, key);
  const settlementId = settled.settlement?.settlementId ?? '';
  await attempt((metadata) =>
    unary(
      client,
      client.getSlip,
      { settlementId, withExplanation: true, remarks: [] },
      { ...DEADLINE, metadata },
    ),
  );
  if (index % 4 === 0) await hospital.refund(settlementId);
  if (index % 4 === 1) await hospital.reverse(key, second);
  if (index % 5 === 0) await sayItWhereItMustNotBeSaid(member, visitId, settlementId);
}

/** Identities in fields that aren't for them. */
async function sayItWhereItMustNotBeSaid(
  { certificateNumber, name, credentialToken }: InventedMember,
  visitId: string,
  settlementId: string,
): Promise<void> {
  const misplaced = new Metadata();
  misplaced.set('yijie-operator', certificateNumber);
  misplaced.set('traceparent', `00-${certificateNumber.padEnd(32, '0')}-${'1'.repeat(16)}-01`);
  await attempt(() => unary(client, client.getVisit, { visitId: certificateNumber }, DEADLINE));
  await attempt(() =>
    unary(client, client.getVisit, { visitId: name }, { ...DEADLINE, metadata: misplaced }),
  );
  await attempt(() => unary(client, client.getSettlement, { settlementId: credentialToken }, DEADLINE));
  await attempt(() =>
    unary(client, client.getOutcome, { call: Call.SETTLE, idempotencyKey: certificateNumber }, DEADLINE),
  );
  await attempt(() =>
    unary(
      client,
      client.refund,
      { idempotencyKey: randomUUID(), settlementId, reason: `for ${certificateNumber}` },
      DEADLINE,
    ),
  );
  await attempt(() =>
    unary(
      client,
      client.changeAdmission,
      {
        idempotencyKey: randomUUID(),
        visitId,
        terms: undefined,
        department: certificateNumber,
        bedNumber: certificateNumber,
      },
      DEADLINE,
    ),
  );
  await attempt(() =>
    unary(
      client,
      client.admit,
      {
        idempotencyKey: certificateNumber,
        personToken: certificateNumber,
        homePool: name,
        terms: undefined,
        localAdmissionNumber: certificateNumber,
        department: '',
        bedNumber: '',
        personOnSlip: { name, certificateNumber, gender: '女', birthDate: 19_800_101 },
      },
      DEADLINE,
    ),
  );
}

/** Calls whatever comes of it: refusals are what is wanted. */
async function attempt(call: (metadata: Metadata) => Promise<unknown>): Promise<void> {
  await call(new Metadata()).catch(() => undefined);
}

interface Places {
  readonly logs: readonly PlacedHit[];
  readonly metrics: readonly PlacedHit[];
  readonly topics: readonly PlacedHit[];
  readonly redis: readonly PlacedHit[];
  readonly database: readonly PlacedHit[];
  readonly records: number;
}

async function scanEverywhere(): Promise<Places> {
  const { cluster } = parts;
  const scanner = createCanaryScanner(canaries);
  const metrics: PlacedHit[] = [];
  for (const service of [...cluster.treatmentSites, ...cluster.homeRegions]) {
    for (const page of ['/metrics', '/health/ready', '/health/live']) {
      const text = await (await fetch(service.operations + page)).text();
      expect(text).not.toBe('');
      metrics.push(...scanText(scanner, service.name + page, text));
    }
  }
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query('CHECKPOINT');
  await admin.end();
  const { hits, records } = await scanTopics(scanner, [broker.url]);
  return {
    logs: [...scanFiles(scanner, cluster.logFolder), ...scanFiles(scanner, `${postgres.dataDir}.log`)],
    metrics,
    topics: hits,
    redis: await scanRedis(scanner, redis.url),
    database: scanFiles(scanner, postgres.dataDir),
    records,
  };
}

/** Where canaries were found, each kind of place and field once. */
function summary(hits: readonly PlacedHit[]): string[] {
  return [...new Set(hits.map(({ place, field, encoding }) => `${field} as ${encoding} in ${place}`))];
}

test('a day of calls, failures and broken servers leaves no identity behind', async () => {
  const { members, cluster, hospital } = parts;
  let lived = 0;
  let breaking: Promise<unknown> | undefined;
  await inParallel(members, 8, async (member, index) => {
    await liveThroughADay(member, index);
    lived += 1;
    if (lived === 50) breaking = breakThings();
  });
  await breaking;
  const [first] = members as [InventedMember];
  expect((await hospital.settle(await hospital.admit(first))).outcome?.state).toBe(OutcomeState.SETTLED);

  const found = await scanEverywhere();
  expect(found.records).toBeGreaterThan(2 * members.length);
  expect({
    logs: summary(found.logs),
    metrics: summary(found.metrics),
    topics: summary(found.topics),
    redis: summary(found.redis),
    database: summary(found.database),
  }).toEqual({ logs: [], metrics: [], topics: [], redis: [], database: [] });
  const books = await readBooks(cluster);
  expect(books.flaws).toEqual([]);
}, 300_000);

/** Crashes write things that calm running doesn't. */
async function breakThings(): Promise<void> {
  const { cluster } = parts;
  const [home] = cluster.homeRegions;
  await home?.kill();
  await home?.restart();
  await postgres.kill?.();
  await postgres.restart?.();
}

test('a leak planted in each kind of place is found', async () => {
  const { cluster, members } = parts;
  const [one, two, three, four] = members as [InventedMember, InventedMember, InventedMember, InventedMember];
  appendFileSync(
    join(cluster.logFolder, 'home-region-0.log'),
    Buffer.from(`"name":"${one.name}"`).toString('base64'),
  );
  const admin = new pg.Client({ connectionString: cluster.homeDatabaseUrl });
  await admin.connect();
  await admin.query('CREATE TABLE planted AS SELECT $1::text AS leak', [two.certificateNumber]);
  await admin.end();
  const cache = new Redis(redis.url);
  await cache.set('planted', encodeURIComponent(three.name));
  cache.disconnect();
  const kafka = new Kafka({ brokers: [broker.url], logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  const topics = kafka.admin();
  await Promise.all([producer.connect(), topics.connect()]);
  await topics.createTopics({ topics: [{ topic: 'planted', numPartitions: 1 }], waitForLeaders: true });
  await producer.send({
    topic: 'planted',
    messages: [{ value: 'x', headers: { trace: Buffer.from(four.credentialToken, 'utf16le') } }],
  });
  await Promise.all([producer.disconnect(), topics.disconnect()]);

  const found = await scanEverywhere();
  expect(found.logs.map(({ id, field }) => `${id} ${field}`)).toContain('0 name');
  expect(found.database.map(({ id, field }) => `${id} ${field}`)).toContain('1 certificateNumber');
  // Both in the table's file and in the log of changes.
  expect(new Set(found.database.map(({ place }) => place.includes('pg_wal'))).size).toBe(2);
  expect(found.redis.map(({ id, field }) => `${id} ${field}`)).toContain('2 name');
  expect(found.topics.map(({ id, field }) => `${id} ${field}`)).toContain('3 credentialToken');
}, 120_000);
