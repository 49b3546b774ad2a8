import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { localChannelOptions } from '@yijie/cli';
import { OutcomeState } from '@yijie/contracts/common';
import { Call, TreatmentServiceClient, type TreatmentServiceService } from '@yijie/contracts/treatment';
import { systemClock } from '@yijie/runtime';
import { certificateFiles, clientCredentials, loadTlsIdentity } from '@yijie/security';
import { open, readBooks } from '../support/books.ts';
import { OTHER_INSTITUTION } from '../support/cluster.ts';
import { type ClusterWithMembers, clusterWithMembers } from '../support/cluster-with-members.ts';
import type { InventedMember } from '../support/invented-members.ts';

type Rpc = keyof typeof TreatmentServiceService;

/** What a call names: a stay, a settlement, a key of the caller's. */
interface Names {
  readonly visitId: string;
  readonly settlementId: string;
  readonly key: string;
}

const DAY = 20_250_205;
const BILL = {
  totalFen: 150_000,
  useAccount: true,
  quoteHash: Buffer.alloc(0),
  lines: [],
  dischargeDate: DAY,
  dischargeDiagnosisCode: 'C50.900',
  paidInFull: false,
  interim: false,
};
const LINE = {
  lineNumber: 1,
  itemCode: 'XY001',
  quantityE4: 10_000,
  unitPriceE4: 25_600,
  amountFen: 256,
  serviceDate: DAY,
  itemName: '',
  specification: '',
  unit: '',
  serviceTime: '',
  prescriberCode: '',
  outsideInstitutionCode: '',
};
const TERMS = {
  kind: 1,
  admissionDate: DAY,
  emergency: false,
  injury: false,
  thirdPartyLiable: false,
  injuryStatementSigned: false,
  chronicDiseaseCode: '',
  diagnosisCode: '',
};

/** Every RPC, with a request that names another's data; undefined for those whose request names nothing. */
const REQUESTS: Record<Rpc, ((names: Names) => object) | undefined> = {
  verifyPerson: undefined,
  checkBenefit: undefined,
  admit: undefined,
  changeAdmission: ({ visitId }) => ({
    idempotencyKey: randomUUID(),
    visitId,
    terms: TERMS,
    department: 'ward',
    bedNumber: '1',
  }),
  cancelAdmission: ({ visitId }) => ({ idempotencyKey: randomUUID(), visitId }),
  uploadCharges: ({ visitId }) => ({ idempotencyKey: randomUUID(), visitId, lines: [LINE] }),
  listStoredLines: ({ visitId }) => ({ visitId }),
  withdrawCharges: ({ visitId }) => ({ idempotencyKey: randomUUID(), visitId, lineNumbers: [1] }),
  discharge: ({ visitId }) => ({
    idempotencyKey: randomUUID(),
    visitId,
    dischargeDate: DAY,
    dischargeDiagnosisCode: 'C50.900',
    lineCount: 0,
    totalFen: 0,
  }),
  cancelDischarge: ({ visitId }) => ({ idempotencyKey: randomUUID(), visitId }),
  preSettle: ({ visitId }) => ({ visitId, totalFen: 150_000, useAccount: true }),
  settle: ({ visitId }) => ({ idempotencyKey: randomUUID(), visitId, ...BILL }),
  refund: ({ settlementId }) => ({ idempotencyKey: randomUUID(), settlementId, reason: 'test' }),
  reverse: ({ key }) => ({ idempotencyKey: randomUUID(), call: Call.SETTLE, originalKey: key }),
  getSettlement: ({ settlementId }) => ({ settlementId }),
  getOutcome: ({ key }) => ({ call: Call.SETTLE, idempotencyKey: key }),
  listSettlements: undefined,
  getVisit: ({ visitId }) => ({ visitId }),
  getSlip: ({ settlementId }) => ({ settlementId, withExplanation: true, remarks: [] }),
  explainSettlement: ({ settlementId }) => ({ settlementId }),
  listBillLines: ({ settlementId }) => ({ settlementId, afterLine: 0 }),
  listUnmappedItems: undefined,
  mapItems: undefined,
};
const NAMING = Object.entries(REQUESTS).filter(([, request]) => request !== undefined) as [
  Rpc,
  (names: Names) => object,
][];
// Last, because it lays a tombstone under the key that it names: from then on that key is the stranger's own, too.
NAMING.sort(([rpc], [other]) => Number(rpc === 'reverse') - Number(other === 'reverse'));

let parts: ClusterWithMembers;
let stranger: TreatmentServiceClient;
let openStay: Names;
let settledStay: Names;

beforeAll(async () => {
  parts = await clusterWithMembers(4);
  const { cluster, hospital, members } = parts;
  const identity = { kind: 'institution', institutionCode: OTHER_INSTITUTION } as const;
  const tls = await loadTlsIdentity(certificateFiles(cluster.keyFolder, identity), {
    profile: 'development',
    clock: systemClock(),
  });
  stranger = new TreatmentServiceClient(
    cluster.treatmentSites[0]?.grpc ?? '',
    clientCredentials(tls),
    localChannelOptions,
  );
  const [first, second] = members as [InventedMember, InventedMember];
  openStay = { ...unknownNames(), visitId: await hospital.admit(first) };
  const [visitId, key] = [await hospital.admit(second), randomUUID()];
  const settled = await hospital.settle(visitId, key);
  expect(settled.outcome?.state).toBe(OutcomeState.SETTLED);
  settledStay = { visitId, key, settlementId: settled.settlement?.settlementId ?? '' };
}, 240_000);

afterAll(async () => {
  stranger?.close();
  await parts?.remove();
});

/** Ids of the form that the services make, which nobody has. */
function unknownNames(): Names {
  return { visitId: laterId(), settlementId: laterId(), key: randomUUID() };
}

/** A version 7 id of this moment. */
function laterId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const rest = randomBytes(9).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6)}`;
}

interface Told {
  readonly status: number;
  readonly text: string;
  readonly tookMs: number;
}

/** Everything that an answer says, with the ids that the caller itself named, and made anew, blanked out. */
function ask(rpc: Rpc, request: object, names: Names): Promise<Told> {
  const began = performance.now();
  return new Promise((resolve) => {
    const method = stranger[rpc] as unknown as (
      request: object,
      callback: (
        error: { code: number; details: string; metadata: { toJSON(): unknown } } | null,
        answer: object,
      ) => void,
    ) => void;
    method.call(stranger, request, (error, answer) => {
      const said = error ? { details: error.details, trailers: error.metadata.toJSON() } : answer;
      let text = JSON.stringify(said, (_, value) =>
        value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
      );
      for (const name of Object.values(names)) text = text.replaceAll(name, '<named>');
      text = text
        .replace(/"date":\[[^\]]*\]/, '')
        .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<new>');
      resolve({ status: error?.code ?? 0, text, tookMs: performance.now() - began });
    });
  });
}

test('the table names every RPC of the service once', () => {
  expect(NAMING.length).toBe(17);
});

test.each(['getVisit', 'getSettlement', 'settle', 'getOutcome'] as const)(
  '%s: the time it takes doesn’t tell them apart',
  async (rpc) => {
    const request = REQUESTS[rpc] as (names: Names) => object;
    const took: { theirs: number[]; none: number[] } = { theirs: [], none: [] };
    // In turns, so that whatever else the machine does falls on both.
    for (let round = 0; round < 80; round += 1) {
      const unknown = unknownNames();
      took.theirs.push((await ask(rpc, request(settledStay), settledStay)).tookMs);
      took.none.push((await ask(rpc, request(unknown), unknown)).tookMs);
    }
    const median = (times: number[]) => times.sort((one, other) => one - other)[times.length / 2] ?? 0;
    const ratio = median(took.theirs) / median(took.none);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  },
  60_000,
);

test.each(NAMING)(
  '%s: another’s stay, settled or not, and one that doesn’t exist look alike',
  async (rpc, request) => {
    const unknown = unknownNames();
    const none = await ask(rpc, request(unknown), unknown);
    for (const theirs of [openStay, settledStay]) {
      const foreign = await ask(rpc, request(theirs), theirs);
      expect({ status: foreign.status, text: foreign.text }).toEqual({
        status: none.status,
        text: none.text,
      });
    }
  },
);

test('lists hold nothing of another’s', async () => {
  const nobody = unknownNames();
  const settlements = await ask(
    'listSettlements',
    { pageSize: 100, pageToken: '', fromDate: 0, untilDate: 0 },
    nobody,
  );
  expect(settlements.text).not.toContain(settledStay.settlementId);
  const items = await ask('listUnmappedItems', { pageSize: 100, pageToken: '' }, nobody);
  expect(JSON.parse(items.text).items).toEqual([]);
});

test('what the stranger tried has changed nothing', async () => {
  const { cluster, hospital } = parts;
  const database = open(cluster.treatmentDatabaseUrl);
  try {
    const { rows } = await database.query<{ count: number }>(
      `SELECT count(*) AS count FROM command c JOIN command_result r USING (command_id)
        WHERE c.institution_code = $1 AND r.outcome = 1`,
      [OTHER_INSTITUTION],
    );
    expect(rows[0]?.count).toBe(0);
  } finally {
    await database.close();
  }
  expect((await hospital.settle(openStay.visitId)).outcome?.state).toBe(OutcomeState.SETTLED);
  expect((await hospital.refund(settledStay.settlementId)).outcome?.state).toBe(OutcomeState.SETTLED);
  const books = await readBooks(cluster);
  expect(books.flaws).toEqual([]);
  expect(books.home.size).toBe(3);
});
