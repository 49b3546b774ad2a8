import { fileURLToPath } from 'node:url';
import type { Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, localDateAt, localDateToNumber } from '@yijie/calendar';
import { HospitalLevel, PersonClass, RatioClass, Scheme, VisitKind } from '@yijie/contracts/common';
import { PersonQueryServiceClient } from '@yijie/contracts/query';
import {
  type Claim,
  CorrectionServiceClient,
  ReimbursementServiceClient,
} from '@yijie/contracts/reimbursement';
import { StatisticFormat, StatisticsServiceClient } from '@yijie/contracts/statistics';
import { requestTopic, sealRecords } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import { failureFromError, idToText, systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { type AgencyPerson, createRecordSigner } from '@yijie/security';
import { CountingIds, waitFor } from '@yijie/testkit';
import { connect } from '../test/home-fixture.ts';
import { httpsCaller } from '../test/https-json.ts';
import {
  AGENCY,
  AUDITOR,
  CASHIER,
  CLERK,
  call,
  OTHER_AGENCY,
  REVIEWER,
  REVIEWER_2,
  type RunningHome,
  startRunningHome,
} from '../test/running-home.ts';
import { CommandMaker, HOME_POOL, INSTITUTION, idOf, TREATMENT_POOL } from '../test/wire-commands.ts';
import { readDemoMembers } from './load-demo-members.ts';

const DEMO_FILE = fileURLToPath(new URL('../../../data/demo/members.json', import.meta.url));
/** A day on which the demonstration's filing and packs hold. */
const SETTLED_AT_MS = Date.parse('2025-03-03T02:00:00Z');
const clock = systemClock();
const ids = systemIds(clock, systemRandom());
const unknownId = () => idToText(ids.next());
const PAPERS = ['identity', 'receipt', 'itemised-list', 'bank-account', 'discharge-record'];
const OTHERS = '430200';

let home: RunningHome;
let database: Database;
let http: ReturnType<typeof httpsCaller>;
/** Somebody with a settlement, and somebody else of the same pool. */
let mine: string;
let theirs: string;
let settlementId: string;
let corrections: CorrectionServiceClient;
let claims: ReimbursementServiceClient;
let statistics: StatisticsServiceClient;
let queries: PersonQueryServiceClient;
let keys = 0;
const newKey = () => `key-${++keys}`;

beforeAll(async () => {
  home = await startRunningHome({ demoMembers: await readDemoMembers(DEMO_FILE) });
  database = connect(home.databaseUrl);
  http = httpsCaller(home.service.httpAddress, home.authorityFile);
  const member = {
    certificateNumber: '000000198904080047',
    name: '林知夏',
    gender: '2',
    birthDate: 19890408,
    homePool: HOME_POOL,
    scheme: Scheme.EMPLOYEE,
    personClass: PersonClass.ACTIVE,
    insuredStatus: 'ACTIVE',
    insuredFrom: 20130701,
    contributionYears: 12,
    groups: [],
    accountBalanceFen: 0,
    familyAccountBalanceFen: 0,
    credentialToken: 'demo-e-credential-employee',
  };
  const other = { ...member, certificateNumber: '000000198001010021', credentialToken: 'claims-b' };
  const enrolment = await home.enrolment(AGENCY);
  const { personTokens } = await call(
    enrolment,
    enrolment.putMembers,
    { idempotencyKey: 'members', members: [member, other] },
    await home.asPersons(CLERK),
  );
  [mine = '', theirs = ''] = personTokens;
  settlementId = await settle(mine);
  corrections = await home.client(CorrectionServiceClient, AGENCY);
  claims = await home.client(ReimbursementServiceClient, AGENCY);
  statistics = await home.client(StatisticsServiceClient, AGENCY);
  queries = await home.client(PersonQueryServiceClient, AGENCY);
}, 60_000);
afterAll(async () => {
  await database?.close();
  await home?.stop();
});

/** Settled as a treatment site asks for it, over the bus. */
async function settle(person: string): Promise<string> {
  const maker = new CommandMaker(new CountingIds(99n));
  const message = maker.settle({
    person,
    totalFen: 2_500_000,
    settledAtMs: SETTLED_AT_MS,
    expiresAtMs: clock.now() + 30_000,
    admissionDate: 20250220,
    dischargeDate: 20250302,
  });
  const topic = requestTopic(HOME_POOL);
  const outgoing = { topic, key: message.key, partition: null, payload: message.payload, traceParent: null };
  const signer = createRecordSigner(home.treatmentKeys.signing);
  await home.bus.publish(topic, sealRecords(signer, [{ ...outgoing, kind: 'command' }]));
  await waitFor(
    async () => {
      const { rows } = await database.query('SELECT 1 FROM settlement WHERE settlement_id = $1', [
        idOf(message),
      ]);
      return rows.length > 0;
    },
    { what: 'the settlement' },
  );
  return idToText(idOf(message));
}

/** Papers of a stay that ended a week ago: in time whenever the suite runs. */
function claim(): Claim {
  const day = (ago: number) => localDateToNumber(addDays(localDateAt(clock.now()), -ago));
  return {
    visitKind: VisitKind.INPATIENT,
    treatmentPool: TREATMENT_POOL,
    institutionCode: INSTITUTION,
    institutionName: '某医院',
    hospitalLevel: HospitalLevel.THREE,
    hospitalKind: 'general',
    admissionDate: day(17),
    dischargeDate: day(7),
    paidOn: day(7),
    emergency: false,
    injury: false,
    thirdPartyLiable: false,
    injuryStatementSigned: false,
    diseaseCode: '',
    receiptNumber: newKey(),
    totalFen: 1_000_000,
    useAccount: false,
    cause: 'ORG-NOTNET',
    channel: 'COUNTER',
    bankName: '某银行',
    bankAccount: '6200000000001234',
    accountHolder: '林知夏',
  };
}

async function openClaim(person: string): Promise<string> {
  const opened = await call(
    claims,
    claims.openReimbursement,
    { idempotencyKey: newKey(), personToken: person, claim: claim() },
    await home.asPersons(CLERK),
  );
  return opened.reimbursement?.reimbursementId ?? '';
}

describe('corrections over gRPC', () => {
  test('proposed, approved and paid by three people, each act once for its key', async () => {
    const request = {
      idempotencyKey: newKey(),
      settlementId,
      reasonCode: 'WRONG_CLASS',
      reason: 'filed as a long-term resident',
      facts: {
        ratioClass: RatioClass.LOCAL,
        personClass: 0 as const,
        groups: undefined,
        hospitalLevel: 0 as const,
        hospitalKind: '',
        diseaseCode: '',
      },
      policyVersion: '',
    };
    const proposed = await call(
      corrections,
      corrections.proposeCorrection,
      request,
      await home.asPersons(CLERK),
    );
    expect(proposed.correction).toMatchObject({ state: 'OPEN', ordinal: 1, settlementId });
    expect(proposed.correction?.netFen).toBeGreaterThan(0);
    const again = await call(
      corrections,
      corrections.proposeCorrection,
      request,
      await home.asPersons(CLERK),
    );
    expect(again).toEqual(proposed);
    const { correctionId = '', netFen = 0 } = proposed.correction ?? {};
    const decision = {
      idempotencyKey: newKey(),
      correctionId,
      approve: true,
      recover: false,
      netFen,
      reason: 'checked',
    };
    const decided = await call(
      corrections,
      corrections.decideCorrection,
      decision,
      await home.asPersons(REVIEWER),
    );
    expect(decided.correction).toMatchObject({ state: 'APPROVED', decidedBy: 'agency:430100/reviewer-1' });
    const today = localDateToNumber(localDateAt(clock.now()));
    const payment = { idempotencyKey: newKey(), correctionId, bankReference: 'COR-1', paidOn: today };
    const paid = await call(
      corrections,
      corrections.recordCorrectionPayment,
      payment,
      await home.asPersons(CASHIER),
    );
    expect(paid.correction).toMatchObject({ state: 'PAID', bankReference: 'COR-1' });
    const { rows } = await database.query<{ action: string }>(
      'SELECT action FROM audit_entry WHERE object = $1 ORDER BY entry_id',
      [`correction:${correctionId}`],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'correction.propose',
      'correction.approve',
      'correction.pay',
    ]);
    const seen = await call(
      queries,
      queries.getPersonSettlement,
      { settlementId },
      await home.asPersons(CLERK),
    );
    expect(seen.settlement).toMatchObject({ correctedFen: netFen, totalFen: 2_500_000 });
    expect(seen.layers.length).toBeGreaterThan(1);
  });
});

describe('claims over gRPC', () => {
  test('opened, previewed, received, rejected by another person, printed with the whole name', async () => {
    const as = await home.asPersons(CLERK);
    const reimbursementId = await openClaim(mine);
    const preview = await call(
      claims,
      claims.previewMaterials,
      { idempotencyKey: newKey(), reimbursementId, materials: PAPERS.slice(1) },
      as,
    );
    expect(preview).toMatchObject({ missing: ['identity'], reimbursement: { state: 'DRAFTED' } });
    expect(preview.reimbursement?.claim).toMatchObject({ bankAccount: '****1234', accountHolder: '' });
    const received = await call(
      claims,
      claims.receiveMaterials,
      { idempotencyKey: newKey(), reimbursementId, materials: PAPERS },
      as,
    );
    expect(received.reimbursement).toMatchObject({ state: 'RECEIVED', catalogueSide: 'home' });
    const desk = await call(
      claims,
      claims.listReimbursements,
      { personToken: '', state: 'RECEIVED', pageSize: 0, pageToken: '' },
      as,
    );
    expect(desk.reimbursements.map((one) => one.reimbursementId)).toContain(reimbursementId);
    const decision = {
      idempotencyKey: newKey(),
      reimbursementId,
      approve: false,
      payableFen: 0,
      reasonCode: 'NOT_COVERED',
      reason: 'not in scope',
    };
    await call(claims, claims.decideReimbursement, decision, await home.asPersons(REVIEWER));
    const { text } = await call(claims, claims.printReimbursement, { reimbursementId, language: '' }, as);
    expect(text).toContain('林知夏');
    expect(text).toContain('不予报销');
    const { history } = await call(claims, claims.getReimbursement, { reimbursementId }, as);
    expect(history.map(({ event }) => event)).toEqual(['open', 'preview-incomplete', 'receive', 'reject']);
  });

  test('more calls at once than there are connections, all on one claim: each is answered', async () => {
    const reimbursementId = await openClaim(theirs);
    const as = await home.asPersons(CLERK);
    const previews = await Promise.all(
      Array.from({ length: 24 }, () =>
        call(
          claims,
          claims.previewMaterials,
          { idempotencyKey: newKey(), reimbursementId, materials: PAPERS },
          as,
        ),
      ),
    );
    expect(previews.map(({ reimbursement }) => reimbursement?.state)).toEqual(Array(24).fill('PREVIEWED'));
  });

  test('a list goes on page by page and ends', async () => {
    for (let count = 0; count < 3; count += 1) await openClaim(theirs);
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await call(
        claims,
        claims.listReimbursements,
        { personToken: theirs, state: '', pageSize: 2, pageToken },
        await home.asPersons(CLERK),
      );
      seen.push(...page.reimbursements.map((one) => one.reimbursementId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(new Set(seen).size).toBe(4);
  });
});

describe("somebody else's data", () => {
  const asOf = (person: AgencyPerson) => home.asPersons({ ...person, pool: OTHERS });
  type Ask = (id: string, as: Metadata) => Promise<unknown>;
  const asks: [string, AgencyPerson, () => string | Promise<string>, (client: Clients) => Ask][] = [
    [
      'ProposeCorrection',
      CLERK,
      () => settlementId,
      ({ corrections: c }) =>
        (id, as) =>
          call(
            c,
            c.proposeCorrection,
            {
              idempotencyKey: newKey(),
              settlementId: id,
              reasonCode: 'UNDO',
              reason: 'x',
              facts: undefined,
              policyVersion: '',
            },
            as,
          ),
    ],
    [
      'ListCorrections',
      CASHIER,
      () => settlementId,
      ({ corrections: c }) =>
        (id, as) =>
          call(c, c.listCorrections, { settlementId: id }, as),
    ],
    [
      'OpenReimbursement',
      CLERK,
      () => mine,
      ({ claims: c }) =>
        (id, as) =>
          call(c, c.openReimbursement, { idempotencyKey: newKey(), personToken: id, claim: claim() }, as),
    ],
    [
      'PreviewMaterials',
      CLERK,
      () => openClaim(mine),
      ({ claims: c }) =>
        (id, as) =>
          call(c, c.previewMaterials, { idempotencyKey: newKey(), reimbursementId: id, materials: [] }, as),
    ],
    [
      'ReceiveMaterials',
      CLERK,
      () => openClaim(mine),
      ({ claims: c }) =>
        (id, as) =>
          call(
            c,
            c.receiveMaterials,
            { idempotencyKey: newKey(), reimbursementId: id, materials: PAPERS },
            as,
          ),
    ],
    [
      'EnterReimbursementBill',
      CLERK,
      () => openClaim(mine),
      ({ claims: c }) =>
        (id, as) =>
          call(
            c,
            c.enterReimbursementBill,
            {
              idempotencyKey: newKey(),
              reimbursementId: id,
              categories: [
                { code: '09', totalFen: 1, selfPaidFen: 0, overLimitFen: 0, prepaySelfFen: 0, inScopeFen: 1 },
              ],
              groups: [],
              items: [],
            },
            as,
          ),
    ],
    [
      'DecideReimbursement',
      REVIEWER,
      () => openClaim(mine),
      ({ claims: c }) =>
        (id, as) =>
          call(
            c,
            c.decideReimbursement,
            {
              idempotencyKey: newKey(),
              reimbursementId: id,
              approve: false,
              payableFen: 0,
              reasonCode: 'OTHER',
              reason: 'x',
            },
            as,
          ),
    ],
    [
      'RecordReimbursementPayment',
      CASHIER,
      () => openClaim(mine),
      ({ claims: c }) =>
        (id, as) =>
          call(
            c,
            c.recordReimbursementPayment,
            { idempotencyKey: newKey(), reimbursementId: id, bankReference: 'x', paidOn: 20250101 },
            as,
          ),
    ],
    [
      'WithdrawReimbursement',
      CLERK,
      () => openClaim(mine),
      ({ claims: c }) =>
        (id, as) =>
          call(
            c,
            c.withdrawReimbursement,
            { idempotencyKey: newKey(), reimbursementId: id, reason: 'x' },
            as,
          ),
    ],
    [
      'GetReimbursement',
      REVIEWER,
      () => openClaim(mine),
      ({ claims: c }) =>
        (id, as) =>
          call(c, c.getReimbursement, { reimbursementId: id }, as),
    ],
    [
      'PrintReimbursement',
      REVIEWER,
      () => openClaim(mine),
      ({ claims: c }) =>
        (id, as) =>
          call(c, c.printReimbursement, { reimbursementId: id, language: '' }, as),
    ],
    [
      'ListReimbursements',
      CLERK,
      () => mine,
      ({ claims: c }) =>
        (id, as) =>
          call(c, c.listReimbursements, { personToken: id, state: '', pageSize: 0, pageToken: '' }, as),
    ],
    [
      'ListPersonFilings',
      CLERK,
      () => mine,
      ({ queries: c }) =>
        (id, as) =>
          call(c, c.listPersonFilings, { personToken: id, group: '', pageSize: 0, pageToken: '' }, as),
    ],
    [
      'ListPersonSettlements',
      CLERK,
      () => mine,
      ({ queries: c }) =>
        (id, as) =>
          call(c, c.listPersonSettlements, { personToken: id, pageSize: 0, pageToken: '' }, as),
    ],
    [
      'GetPersonSettlement',
      REVIEWER,
      () => settlementId,
      ({ queries: c }) =>
        (id, as) =>
          call(c, c.getPersonSettlement, { settlementId: id }, as),
    ],
    [
      'GetPersonYear',
      CLERK,
      () => mine,
      ({ queries: c }) =>
        (id, as) =>
          call(c, c.getPersonYear, { personToken: id, benefitYear: '2025' }, as),
    ],
    [
      'PrintChronicNotice',
      CLERK,
      () => mine,
      ({ queries: c }) =>
        (id, as) =>
          call(c, c.printChronicNotice, { personToken: id, language: '' }, as),
    ],
  ];
  interface Clients {
    readonly corrections: CorrectionServiceClient;
    readonly claims: ReimbursementServiceClient;
    readonly queries: PersonQueryServiceClient;
  }

  let clients: Clients;
  beforeAll(async () => {
    clients = {
      corrections: await home.client(CorrectionServiceClient, OTHER_AGENCY),
      claims: await home.client(ReimbursementServiceClient, OTHER_AGENCY),
      queries: await home.client(PersonQueryServiceClient, OTHER_AGENCY),
    };
  });

  test.each(asks)('%s: of another pool it looks like none at all', async (_, person, known, ask) => {
    const id = await known();
    const unknown = id.includes('-') ? unknownId() : 'y'.repeat(22);
    const [seen, none] = await Promise.all(
      [id, unknown].map(async (one) => {
        try {
          return JSON.stringify(await ask(clients)(one, await asOf(person)));
        } catch (error) {
          const failure = failureFromError(error);
          return JSON.stringify({ code: failure?.code, message: failure?.messageEn.replace(one, '…') });
        }
      }),
    );
    expect(seen).toBe(none);
    expect(seen).not.toMatch(/AUT-|KEY-/);
  });

  test('a decision and a payment of a correction', async () => {
    const { rows } = await database.query<{ correction_id: Buffer }>(
      'SELECT correction_id FROM correction LIMIT 1',
    );
    const correctionId = idToText(rows[0]?.correction_id ?? Buffer.alloc(16));
    const { corrections: foreign } = clients;
    for (const id of [correctionId, unknownId()]) {
      const decision = { correctionId: id, approve: false, recover: false, netFen: 0, reason: 'x' };
      const decided = call(
        foreign,
        foreign.decideCorrection,
        { idempotencyKey: newKey(), ...decision },
        await asOf(REVIEWER_2),
      );
      expect(failureFromError(await decided.catch((error) => error))?.code).toBe('COR-NOTFOUND');
      const paid = call(
        foreign,
        foreign.recordCorrectionPayment,
        { idempotencyKey: newKey(), correctionId: id, bankReference: 'y', paidOn: 20250101 },
        await asOf(CASHIER),
      );
      expect(failureFromError(await paid.catch((error) => error))?.code).toBe('COR-NOTFOUND');
    }
  });
});

describe('statistics over gRPC', () => {
  const filter = {
    fromMonth: 202503,
    untilMonth: 202503,
    homePool: '',
    treatmentPool: '410000',
    scheme: '',
    personClass: '',
    visitKind: '',
    hospitalLevel: '',
  };

  test('the settlement is counted, explained by its row, and exported', async () => {
    const as = await home.asPersons(REVIEWER);
    const group = await waitFor(async () => {
      const { groups } = await call(
        statistics,
        statistics.getStatistics,
        { filter, groupBy: ['month', 'treatment_pool'] },
        as,
      );
      return groups[0];
    });
    expect(group.sides).toEqual(['202503', TREATMENT_POOL]);
    expect(group.indicators).toContainEqual({
      indicator: 'success-rate',
      top: 1,
      bottom: 1,
      ratioBp: 10_000,
    });
    const { rows } = await call(
      statistics,
      statistics.listStatisticRows,
      { filter, measure: 'direct', pageSize: 0, pageToken: '' },
      as,
    );
    expect(rows).toMatchObject([{ sourceId: settlementId, count: 1, month: 202503 }]);
    const file = (format: StatisticFormat) =>
      call(statistics, statistics.exportStatistics, { filter, groupBy: [], format, language: '' }, as);
    const { content, mediaType } = await file(StatisticFormat.CSV);
    expect(mediaType).toBe('text/csv; charset=utf-8');
    expect(content.toString('utf8')).toContain('结算成功率,1,1,,,1.0000');
    expect((await file(StatisticFormat.EXCEL)).content.subarray(0, 2).toString()).toBe('PK');
    expect((await file(StatisticFormat.PDF)).content.subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('another pool has none of them, whatever it asks for; an auditor has all', async () => {
    const foreign = await home.client(StatisticsServiceClient, OTHER_AGENCY);
    const as = await home.asPersons({ ...REVIEWER, pool: OTHERS });
    const { groups } = await call(foreign, foreign.getStatistics, { filter, groupBy: [] }, as);
    expect(groups).toEqual([]);
    const asked = { filter: { ...filter, homePool: HOME_POOL }, groupBy: [] };
    const refused = await call(foreign, foreign.getStatistics, asked, as).catch((error) => error);
    expect(failureFromError(refused)?.code).toBe('FRM-REGION');
    const auditor = await home.client(StatisticsServiceClient, AUDITOR);
    expect((await call(auditor, auditor.getStatistics, asked)).groups).toHaveLength(1);
  });
});

describe('over HTTP', () => {
  test("sees one's own settlements by layer, and nobody else's", async () => {
    const token = await home.channelToken(mine);
    const list = await http('GET', '/v1/settlements', { token });
    expect(list.body).toMatchObject({
      settlements: [{ settlementId, treatmentPoolName: '郑州市', totalFen: 2_500_000 }],
      nextPageToken: null,
    });
    const detail = await http('GET', `/v1/settlements/${settlementId}`, { token });
    expect(detail.body.shares.poolFundFen).toBeGreaterThan(0);
    const foreign = await home.channelToken(theirs);
    expect((await http('GET', '/v1/settlements', { token: foreign })).body.settlements).toEqual([]);
    const [seen, none] = await Promise.all(
      [settlementId, unknownId()].map((id) => http('GET', `/v1/settlements/${id}`, { token: foreign })),
    );
    const told = ({ status, body: { requestId: _, ...body } }: typeof list) => ({ status, body });
    expect(seen && told(seen)).toEqual(none && told(none));
  });

  test('benefits and the chronic notice are printed for oneself', async () => {
    const token = await home.channelToken(mine);
    expect((await http('GET', '/v1/benefits', { token })).body).toEqual({
      qualifications: [],
      chosenHospitals: [],
    });
    const notice = await http('GET', '/v1/chronic-notice', { token });
    expect(notice.text).toContain('门诊慢特病跨省联网告知书');
    expect(notice.text).toContain('林知夏');
    expect((await http('GET', '/v1/chronic-notice?language=fr', { token })).status).toBe(400);
  });

  test('claims, previews, follows and withdraws; a repeat gets the first answer', async () => {
    const token = await home.channelToken(mine);
    const { admissionDate, dischargeDate, receiptNumber } = claim();
    const text = (day: number) => `${day}`.replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3');
    const body = {
      visitKind: 'inpatient',
      treatmentPool: TREATMENT_POOL,
      institutionCode: INSTITUTION,
      institutionName: '某医院',
      hospitalLevel: 'L3',
      admissionDate: text(admissionDate),
      dischargeDate: text(dischargeDate),
      paidInFullOn: text(dischargeDate),
      receiptNumber,
      totalFen: 1_000_000,
      cause: 'FIL-AFTER',
      bankName: '某银行',
      bankAccount: '6200000000001234',
      accountHolder: '林知夏',
    };
    const key = newKey();
    const opened = await http('POST', '/v1/reimbursements', { token, key, body });
    expect(opened).toMatchObject({ status: 201, body: { state: 'DRAFTED', receivedOn: null } });
    expect(opened.body.requiredMaterials).toContain('filing-proof');
    expect((await http('POST', '/v1/reimbursements', { token, key, body })).text).toBe(opened.text);
    expect(opened.text).not.toContain('62000000');
    const { reimbursementId } = opened.body;
    const path = `/v1/reimbursements/${reimbursementId}`;
    const previewed = await http('POST', `${path}/preview`, {
      token,
      key: newKey(),
      body: { materials: [...PAPERS, 'filing-proof'] },
    });
    expect(previewed.body).toMatchObject({ missing: [], reimbursement: { state: 'PREVIEWED' } });
    const twice = await http('POST', '/v1/reimbursements', { token, key: newKey(), body });
    expect(twice).toMatchObject({ status: 409, body: { code: 'REI-DUP', values: { reimbursementId } } });

    const foreign = await home.channelToken(theirs);
    for (const [method, suffix, change] of [
      ['GET', '', undefined],
      ['POST', '/preview', { materials: [] }],
      ['POST', '/withdraw', { reason: 'x' }],
    ] as const) {
      const asked = (id: string) =>
        http(method, `/v1/reimbursements/${id}${suffix}`, {
          token: foreign,
          ...(change === undefined ? {} : { key: newKey(), body: change }),
        });
      const [seen, none] = [await asked(reimbursementId), await asked(unknownId())];
      expect([seen.status, seen.body.code]).toEqual([404, 'REI-NOTFOUND']);
      expect(none.body.code).toBe('REI-NOTFOUND');
    }
    const withdrawn = await http('POST', `${path}/withdraw`, {
      token,
      key: newKey(),
      body: { reason: 'settled after all' },
    });
    expect(withdrawn.body.state).toBe('WITHDRAWN');
    const listed = await http('GET', '/v1/reimbursements?pageSize=1', { token });
    expect(listed.body.reimbursements).toHaveLength(1);
    expect(listed.body.nextPageToken).not.toBeNull();
  });

  test('what makes no sense has a code and changes nothing', async () => {
    const token = await home.channelToken(mine);
    const bad = (change: object) =>
      http('POST', '/v1/reimbursements', {
        token,
        key: newKey(),
        body: { visitKind: 'inpatient', ...change },
      });
    expect((await bad({})).body.code).toBe('FRM-REQUIRED');
    expect((await http('GET', '/v1/settlements?pageToken=zzz', { token })).body.code).toBe('FRM-PAGE');
    expect((await http('GET', '/v1/reimbursements?pageToken=zzz', { token })).body.code).toBe('FRM-PAGE');
  });
});
