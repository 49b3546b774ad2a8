import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { requestTopic } from '@yijie/exchange';
import { connectPostgres, type Database, migrate, withIndexScans } from '@yijie/postgres';
import { idToText, systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { sealAuditBlock, signingKeyFromPem } from '@yijie/security';
import { treatmentMigrations } from '@yijie/treatment-site';
import pg from 'pg';

import {
  type AcceptedBatch,
  saveCommands,
} from '../../services/treatment-site/src/repositories/save-commands.ts';
import { INSTITUTION, makeBills } from '../settlement/bills.ts';
import { cpuMs } from '../settlement/cpu.ts';
import type { Servers } from '../settlement/environment.ts';
import { median } from '../settlement/latencies.ts';
import { HOME_POOL, HOME_PROVINCE, TREATMENT_PROVINCE } from '../settlement/people.ts';

/** What a part of the treatment site's statement costs: the statement with it against the statement without it. */
export interface StatementCosts {
  /** CPU of PostgreSQL and of the calling process, µs a settlement. */
  readonly full: Cpu;
  /** One audit row more; one message more, written and deleted. */
  readonly audit: Cpu;
  readonly outbox: Cpu;
  /** Sealing, µs an audit row. */
  readonly sealing: Cpu;
}

interface Cpu {
  readonly postgresql: number;
  readonly process: number;
}

const BATCH = 64;
const BATCHES_A_TURN = 50;
const TURNS = 15;

const ids = systemIds(systemClock(), systemRandom());
const bills = makeBills(200, 50);

/** On the product's schema and statement, variants in turn; the outbox is emptied as the relay does it. */
export async function measureStatements(servers: Servers): Promise<StatementCosts> {
  const database = await emptyTreatmentDatabase(servers.postgresUrl);
  try {
    const variants = {
      full: (batch: AcceptedBatch) => batch,
      withoutAudit: (batch: AcceptedBatch) => ({ ...batch, audit: [] }),
      withoutOutbox: (batch: AcceptedBatch) => ({ ...batch, outbox: [] }),
    };
    const costs: Record<keyof typeof variants, Cpu[]> = { full: [], withoutAudit: [], withoutOutbox: [] };
    for (let turn = 0; turn <= TURNS; turn += 1) {
      for (const [name, change] of Object.entries(variants)) {
        const batches = Array.from({ length: BATCHES_A_TURN }, () => change(newBatch()));
        const cost = await cpuOf(servers.postgresPid, BATCH * BATCHES_A_TURN, async () => {
          for (const batch of batches) await store(database, batch);
        });
        // The first turn compiles and is thrown away.
        if (turn > 0) costs[name as keyof typeof variants].push(cost);
      }
    }
    return {
      full: medianCpu(costs.full),
      audit: medianCpu(differences(costs.full, costs.withoutAudit)),
      outbox: medianCpu(differences(costs.full, costs.withoutOutbox)),
      sealing: await sealingCost(servers, database),
    };
  } finally {
    await database.close();
  }
}

async function store(database: Database, batch: AcceptedBatch): Promise<void> {
  const inserted = await saveCommands(database, batch, { owner: 1, nowMs: Date.now() });
  if (inserted.length === 0) return;
  await database.query(
    {
      name: 'delete',
      sql: 'DELETE FROM exchange_outbox WHERE outbox_id = ANY ($1::int8[])',
    },
    [inserted.map((row) => row.outboxId)],
  );
}

async function sealingCost(servers: Servers, database: Database): Promise<Cpu> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = signingKeyFromPem(
    TREATMENT_PROVINCE,
    privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  const { rows } = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM audit_entry');
  return cpuOf(servers.postgresPid, rows[0]?.count ?? 0, async () => {
    const options = { database, chain: 'bench', key, clock: systemClock() };
    while ((await sealAuditBlock(options)) !== undefined);
  });
}

async function cpuOf(postgresPid: number, settlements: number, work: () => Promise<void>): Promise<Cpu> {
  const server = cpuMs(postgresPid);
  const own = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(own);
  return {
    postgresql: ((cpuMs(postgresPid) - server) * 1_000) / settlements,
    process: (user + system) / settlements,
  };
}

/** Turn by turn, so that a slow moment of the machine stands on both sides. */
function differences(all: readonly Cpu[], less: readonly Cpu[]): Cpu[] {
  return all.map((one, turn) => ({
    postgresql: one.postgresql - (less[turn]?.postgresql ?? Number.NaN),
    process: one.process - (less[turn]?.process ?? Number.NaN),
  }));
}

function medianCpu(costs: readonly Cpu[]): Cpu {
  return {
    postgresql: median(costs.map(({ postgresql }) => postgresql)),
    process: median(costs.map((cost) => cost.process)),
  };
}

/** What a batch of settlements writes, with messages of the usual size. */
function newBatch(): AcceptedBatch {
  const nowMs = Date.now();
  const rows = Array.from({ length: BATCH }, (_, index) => ({
    commandId: Buffer.from(ids.next()),
    visitId: Buffer.from(ids.next()),
    personToken: randomBytes(16).toString('base64url'),
    bill: bills[index % bills.length] as (typeof bills)[number],
  }));
  const message = (index: number) => randomBytes(MESSAGE_BYTES + (index % 8));
  return {
    commands: rows.map(({ commandId, visitId, personToken, bill }, index) => ({
      commandId,
      institutionCode: INSTITUTION,
      call: 8,
      key: idToText(commandId),
      bodyHash: randomBytes(32),
      sequence: index,
      visitId,
      personToken,
      homePool: HOME_POOL,
      originalId: undefined,
      totalFen: bill.totalFen,
      message: undefined,
      messageBytes: message(index),
      acceptedAtMs: nowMs,
      expiresAtMs: nowMs + 300_000,
    })),
    bills: rows.map(({ commandId, bill }) => ({ commandId, bytes: bill.settleLines })),
    claims: rows.map(({ commandId, visitId }) => ({ kind: 1, subject: visitId, commandId })),
    results: [],
    held: [],
    discharging: [],
    outbox: rows.map(({ personToken }, index) => ({
      topic: requestTopic(HOME_PROVINCE),
      key: personToken,
      partition: null,
      kind: 'command',
      payload: message(index),
      traceParent: null,
    })),
    audit: rows.map(({ commandId }) => ({
      by: {
        actor: `institution:${INSTITUTION}`,
        certificateSerial: '2FD9A6E0B57A4C7E9F31',
        role: 'institution',
      },
      action: 'settle',
      object: `settlement:${idToText(commandId)}`,
    })),
  };
}

/** A settlement's command on the wire, measured. */
const MESSAGE_BYTES = 470;

async function emptyTreatmentDatabase(serverUrl: string): Promise<Database> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query('CREATE DATABASE statement_costs');
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = '/statement_costs';
  const database = connectPostgres({
    connectionString: withIndexScans(url.toString()),
    applicationName: 'bench',
    poolSize: 4,
    statementTimeoutMs: 30_000,
    connectTimeoutMs: 5_000,
  });
  await migrate(database, await treatmentMigrations());
  return database;
}
