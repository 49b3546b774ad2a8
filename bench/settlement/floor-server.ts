/**
 * What settling costs when it is written down in the first way that comes to mind: one service, one transaction per
 * bill, no bus, no second region, no signatures, no audit. `node floor-server.ts <mode> <key folder> <database URL>`:
 * `transaction` stores each bill in a transaction of its own, `answer` stores nothing and only answers, `plain` is the same without TLS.
 * Decoding is that
 * of the generated code, conversion the product's, the policy a stand-in of a few integer steps.
 */
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { localDate, localDateFromNumber } from '@yijie/calendar';
import { buildIndex, convert } from '@yijie/catalogue';
import { OutcomeState } from '@yijie/contracts/common';
import {
  ExchangeRequest,
  type ExchangeResponse,
  SettleResponse,
  TreatmentStreamServiceService,
} from '@yijie/contracts/treatment';
import { readCatalogue, readMappings } from '@yijie/reference-data';
import { idFromText, systemClock } from '@yijie/runtime';
import { certificateFiles, loadTlsIdentity, serverCredentials } from '@yijie/security';
import pg from 'pg';
import { INSTITUTION } from './bills.ts';
import { TREATMENT_PROVINCE } from './people.ts';

const [mode, keyFolder, databaseUrl] = process.argv.slice(2) as [string, string, string];
const pool = new pg.Pool({ connectionString: databaseUrl, max: 32 });
await pool.query(`
  CREATE TABLE IF NOT EXISTS floor_visit (visit_id bytea PRIMARY KEY, settled boolean NOT NULL);
  CREATE TABLE IF NOT EXISTS floor_bill (visit_id bytea PRIMARY KEY, bytes bytea NOT NULL);
  CREATE TABLE IF NOT EXISTS floor_settlement (
    visit_id bytea PRIMARY KEY, idempotency_key text UNIQUE, total_fen bigint, fund_fen bigint, cash_fen bigint);
  ALTER TABLE floor_bill ALTER COLUMN bytes SET STORAGE EXTERNAL;`);
const index = buildIndex(readMappings(INSTITUTION), readCatalogue(TREATMENT_PROVINCE));

const server = new Server({ 'grpc.max_receive_message_length': 8 * 1_024 * 1_024 });
const { exchange } = TreatmentStreamServiceService;
server.addService(
  {
    exchange: {
      ...exchange,
      requestDeserialize: (bytes: Buffer): Arrived => ({ bytes, request: ExchangeRequest.decode(bytes) }),
    },
  },
  {
    exchange: (stream: ServerDuplexStream<Arrived, ExchangeResponse>) => {
      stream.on('data', (arrived: Arrived) => {
        void answer(arrived).then((response) => stream.write(response));
      });
      stream.on('end', () => stream.end());
    },
  },
);
const tls = await loadTlsIdentity(
  certificateFiles(keyFolder, { kind: 'service', service: 'treatment-site', province: TREATMENT_PROVINCE }),
  { profile: 'development', clock: systemClock() },
);
const credentials = mode === 'plain' ? ServerCredentials.createInsecure() : serverCredentials(tls);
server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
  if (error) throw error;
  process.send?.({ port });
});

interface Arrived {
  readonly bytes: Buffer;
  readonly request: ExchangeRequest;
}

async function answer({ bytes, request }: Arrived): Promise<ExchangeResponse> {
  const { correlation, call } = request;
  if (call?.$case !== 'settle') throw new Error('the floor only settles');
  const { settle } = call;
  const dischargeDate = localDateFromNumber(settle.dischargeDate);
  const stay = { admissionDate: localDate('2025-02-05'), lastDate: dischargeDate ?? localDate('2025-02-05') };
  const conversion = convert(index, stay, settle.lines);
  if (!conversion.ok || conversion.bill.totalFen !== settle.totalFen) throw new Error('the bill is wrong');
  let inScopeFen = 0;
  for (const category of conversion.bill.categories) inScopeFen += category.inScopeFen;
  const fundFen = Math.floor((Math.max(0, inScopeFen - 110_000) * 6) / 10);
  const cashFen = settle.totalFen - fundFen;
  const visitId = Buffer.from(idFromText(settle.visitId) ?? []);
  const row = { visitId, key: settle.idempotencyKey, totalFen: settle.totalFen, fundFen, cashFen, bytes };
  if (mode === 'transaction') await store(row);
  return {
    correlation,
    answer: {
      $case: 'settle',
      settle: SettleResponse.fromPartial({
        outcome: { state: OutcomeState.SETTLED },
        settlement: {
          settlementId: settle.visitId,
          totalFen: settle.totalFen,
          shares: { poolFundFen: fundFen, personalCashFen: cashFen },
        },
      }),
    },
  };
}

interface Row {
  readonly visitId: Buffer;
  readonly key: string;
  readonly totalFen: number;
  readonly fundFen: number;
  readonly cashFen: number;
  readonly bytes: Buffer;
}

/** Five round trips, as an object mapper would make them. */
async function store({ visitId, key, totalFen, fundFen, cashFen, bytes }: Row): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query({
      name: 'visit',
      text: 'INSERT INTO floor_visit (visit_id, settled) VALUES ($1, true)',
      values: [visitId],
    });
    await client.query({
      name: 'bill',
      text: 'INSERT INTO floor_bill (visit_id, bytes) VALUES ($1, $2)',
      values: [visitId, bytes],
    });
    await client.query({
      name: 'settlement',
      text: `INSERT INTO floor_settlement (visit_id, idempotency_key, total_fen, fund_fen, cash_fen)
             VALUES ($1, $2, $3, $4, $5)`,
      values: [visitId, key, totalFen, fundFen, cashFen],
    });
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}
