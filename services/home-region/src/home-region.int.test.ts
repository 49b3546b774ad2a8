import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localDate, localDateAt, localDateToNumber } from '@yijie/calendar';
import { YearClosed } from '@yijie/contracts/clearing';
import { FilingType, OutcomeState, PersonClass, Scheme } from '@yijie/contracts/common';
import { Question, Reply, SealedCredential } from '@yijie/contracts/exchange';
import type { Member } from '@yijie/contracts/home';
import {
  CREDENTIAL_CONTEXT,
  clearingTopic,
  quoteTopic,
  requestTopic,
  resultTopic,
  sealRecords,
} from '@yijie/exchange';
import { failureFromError, systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { createRecordSigner, type RegionKeys, sealFor } from '@yijie/security';
import { CountingIds, waitFor } from '@yijie/testkit';
import { connect } from '../test/home-fixture.ts';
import {
  AGENCY,
  AUDITOR,
  CLERK,
  call,
  OTHER_AGENCY,
  REVIEWER,
  REVIEWER_2,
  type RunningHome,
  startRunningHome,
} from '../test/running-home.ts';
import { CommandMaker, HOME_POOL, INSTITUTION, idOf, TREATMENT_POOL } from '../test/wire-commands.ts';
import { INPATIENT_ONLY } from './core/settling/home-services.ts';
import { readDemoMembers } from './load-demo-members.ts';

const DEMO_FILE = fileURLToPath(new URL('../../../data/demo/members.json', import.meta.url));
const clock = systemClock();
const ids = systemIds(clock, systemRandom());

const NO_PAPERS = {
  materials: [],
  forReview: false,
  contact: undefined,
  referralInstitution: '',
  referralDocument: '',
};

let home: RunningHome;
const replies: Reply[] = [];

beforeAll(async () => {
  home = await startRunningHome({
    demoMembers: await readDemoMembers(DEMO_FILE),
    services: [
      {
        region: HOME_POOL,
        from: localDate('2025-01-01'),
        services: {
          ...INPATIENT_ONLY,
          outpatientHospitals: { atMost: 2, notChosen: 'refused', pharmacies: 'free' },
        },
      },
    ],
  });
  const topic = resultTopic(TREATMENT_POOL);
  await home.bus.ensureTopics([{ name: topic, partitions: 3 }]);
  await home.bus.subscribe({
    topics: [topic],
    groupId: 'treatment-site',
    startOffset: async () => undefined,
    onBatch: async (batch) => {
      for (const record of batch.records) replies.push(Reply.decode(record.value));
    },
  });
}, 60_000);
afterAll(() => home?.stop());

async function ask(body: NonNullable<Question['body']>): Promise<NonNullable<Reply['result']>> {
  const questionId = Buffer.from(ids.next());
  const payload = Question.encode({
    questionId,
    homePool: HOME_POOL,
    treatmentPool: TREATMENT_POOL,
    institutionCode: INSTITUTION,
    askedAtMs: clock.now(),
    expiresAtMs: clock.now() + 10_000,
    replyPartition: 1,
    body,
  }).finish();
  const topic = quoteTopic(HOME_POOL);
  const signer = createRecordSigner(home.treatmentKeys.signing);
  const outgoing = {
    topic,
    key: questionId.toString('hex'),
    partition: null,
    kind: 'question',
    payload,
    traceParent: null,
  } as const;
  await home.bus.publish(topic, sealRecords(signer, [outgoing]));
  return resultFor(questionId);
}

async function resultFor(id: Buffer): Promise<NonNullable<Reply['result']>> {
  const reply = await waitFor(() => replies.find((one) => one.answers.equals(id)), { what: 'the answer' });
  return reply.result as NonNullable<Reply['result']>;
}

function verify(credential: SealedCredential) {
  const key = home.trusted.sealing.get('430000');
  if (key === undefined) throw new Error('no sealing key of the home region');
  const sealed = sealFor(key, SealedCredential.encode(credential).finish(), CREDENTIAL_CONTEXT, ids);
  return ask({ $case: 'verifyPerson', verifyPerson: { sealedCredential: sealed } });
}

const MADE: CommandMaker = new CommandMaker(new CountingIds(77n));
/** A day on which the demonstration's filings and the packs hold. */
const DAY_MS = Date.parse('2025-03-03T02:00:00Z');

describe('a treatment site and a home region over the bus', () => {
  test('a person is verified by identity card, quoted, settled as quoted, and the settlement explained', async () => {
    const verified = await verify({
      type: 2,
      token: '',
      certificateNumber: '000000198904080047',
      name: '林知夏',
    });
    if (verified.$case !== 'personVerified') throw new Error(JSON.stringify(verified));
    const person = verified.personVerified;
    expect(person).toMatchObject({
      maskedName: '林**',
      scheme: Scheme.EMPLOYEE,
      personClass: PersonClass.ACTIVE,
    });
    expect(person.personToken).toMatch(/^[A-Za-z0-9_-]{22}$/);

    const bill = MADE.bill({
      settledAtMs: DAY_MS,
      admissionDate: 20250220,
      dischargeDate: 20250302,
      useAccount: true,
    });
    const quoted = await ask({
      $case: 'preSettle',
      preSettle: { personToken: person.personToken, settle: bill },
    });
    if (quoted.$case !== 'quoted') throw new Error(JSON.stringify(quoted));
    expect(quoted.quoted.quoteHash).toHaveLength(16);

    const nowMs = clock.now();
    const message = MADE.settle({
      person: person.personToken,
      settledAtMs: DAY_MS,
      expiresAtMs: nowMs + 30_000,
      quoteHash: quoted.quoted.quoteHash,
      bill: { ...bill, quoteHash: quoted.quoted.quoteHash },
    });
    const topic = requestTopic(HOME_POOL);
    const signer = createRecordSigner(home.treatmentKeys.signing);
    await home.bus.publish(
      topic,
      sealRecords(signer, [
        {
          topic,
          key: message.key,
          partition: null,
          kind: 'command',
          payload: message.payload,
          traceParent: null,
        },
      ]),
    );
    const result = await resultFor(idOf(message));
    if (result.$case !== 'settled') throw new Error(JSON.stringify(result));
    expect(result.settled.shares).toEqual(quoted.quoted.shares);
    expect(result.settled.quoteHash).toEqual(quoted.quoted.quoteHash);
    expect(result.settled.filingType).toBe(FilingType.TM_REFERRAL);

    const explained = await ask({ $case: 'explain', explain: { settlementId: idOf(message) } });
    if (explained.$case !== 'explained') throw new Error(JSON.stringify(explained));
    expect(explained.explained.steps.length).toBeGreaterThan(3);
    expect(explained.explained.steps.every((step) => step.sentenceZh !== '')).toBe(true);
  });

  test('somebody unknown and a wrong name get the same answer', async () => {
    const unknown = await verify({
      type: 2,
      token: '',
      certificateNumber: '000000200001010012',
      name: '林知夏',
    });
    const wrong = await verify({
      type: 2,
      token: '',
      certificateNumber: '000000198904080047',
      name: '林知秋',
    });
    expect(unknown).toEqual(wrong);
    expect(unknown).toMatchObject({ $case: 'refused', refused: { code: 'CRD-MISMATCH' } });
  });

  test('an e-credential verifies by itself, one that nobody holds is invalid', async () => {
    const known = { type: 1, token: 'demo-e-credential-retired', certificateNumber: '', name: '' };
    expect(await verify(known)).toMatchObject({ $case: 'personVerified' });
    expect(await verify({ ...known, token: 'somebody else' })).toMatchObject({
      $case: 'refused',
      refused: { code: 'CRD-INVALID' },
    });
  });

  test('a benefit check names the route and the filing, or why there is none', async () => {
    const person = await verify({
      type: 1,
      token: 'demo-e-credential-unfiled',
      certificateNumber: '',
      name: '',
    });
    if (person.$case !== 'personVerified') throw new Error(JSON.stringify(person));
    const { visit } = MADE.bill({ admissionDate: 20250220, dischargeDate: 0 });
    const { personToken } = person.personVerified;
    expect(await ask({ $case: 'checkBenefit', checkBenefit: { personToken, visit } })).toMatchObject({
      $case: 'benefitChecked',
      benefitChecked: { code: 'FIL-NONE', filing: undefined },
    });
    expect(
      await ask({ $case: 'checkBenefit', checkBenefit: { personToken: 'x'.repeat(22), visit } }),
    ).toMatchObject({ $case: 'refused', refused: { code: 'CRD-TOKEN' } });
    // Why it was refused can be looked up afterwards.
    const database = connect(home.databaseUrl);
    const codes = await waitFor(async () => {
      const { rows } = await database.query<{ code: string }>(
        "SELECT DISTINCT code FROM refusal WHERE code IN ('FIL-NONE', 'CRD-TOKEN') ORDER BY code",
      );
      return rows.length === 2 && rows.map((row) => row.code);
    });
    expect(codes).toEqual(['CRD-TOKEN', 'FIL-NONE']);
    await database.close();
  });
});

describe('the agency', () => {
  const member: Member = {
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
    accountBalanceFen: 999_999,
    familyAccountBalanceFen: 0,
    credentialToken: 'demo-e-credential-employee',
  };

  test('enrols: the token of a known person stays, a repeat gets the first answer, another body is refused', async () => {
    const client = await home.enrolment(AGENCY);
    const as = await home.asPersons(CLERK);
    const request = { idempotencyKey: 'put-1', members: [member] };
    const first = await call(client, client.putMembers, request, as);
    expect(first.outcome).toMatchObject({ state: OutcomeState.SETTLED });
    const again = await call(client, client.putMembers, request, as);
    expect(again).toEqual(first);
    const other = { ...request, members: [{ ...member, contributionYears: 13 }] };
    const error = await call(client, client.putMembers, other, as).catch((cause) => cause);
    expect(failureFromError(error)?.code).toBe('KEY-REUSED');

    const shown = await call(client, client.getMember, { personToken: first.personTokens[0] ?? '' }, as);
    expect(shown.member).toMatchObject({ name: '林**', contributionYears: 12, credentialToken: '' });
    expect(shown.member?.certificateNumber).toBe('0000**********0047');
    // The account moves by settlements, not by enrolment.
    expect(shown.member?.accountBalanceFen).toBeLessThanOrEqual(128_650);
  });

  test('sees and touches nobody of another pool', async () => {
    const own = await home.enrolment(AGENCY);
    const { personTokens } = await call(
      own,
      own.putMembers,
      { idempotencyKey: 'put-2', members: [member] },
      await home.asPersons(CLERK),
    );
    const other = await home.enrolment(OTHER_AGENCY);
    const as = await home.asPersons({ person: 'clerk-9', role: 'home-clerk', pool: '430200' });
    const seen = await call(other, other.getMember, { personToken: personTokens[0] ?? '' }, as).catch(
      (e) => e,
    );
    const unknown = await call(other, other.getMember, { personToken: 'y'.repeat(22) }, as).catch((e) => e);
    expect(failureFromError(seen)).toEqual(failureFromError(unknown));
    const put = await call(other, other.putMembers, { idempotencyKey: 'p', members: [member] }, as).catch(
      (e) => e,
    );
    expect(failureFromError(put)?.code).toBe('FRM-REGION');
  });

  test('the same key from twenty callers at once: one effect, equal answers', async () => {
    const client = await home.enrolment(AGENCY);
    const as = await home.asPersons(CLERK);
    const fresh = {
      ...member,
      certificateNumber: '000000201506120036',
      credentialToken: 'demo-e-credential-child',
    };
    const request = { idempotencyKey: 'put-many', members: [fresh] };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call(client, client.putMembers, request, as)),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const database = connect(home.databaseUrl);
    const { rows } = await database.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM audit_entry WHERE action = 'member.put' AND object = $1",
      [`member:${answers[0]?.personTokens[0]}`],
    );
    expect(rows).toEqual([{ count: 1 }]);
    await database.close();
  });

  test('two clerks who file the same at once: one filing, the other is told which', async () => {
    const enrolment = await home.enrolment(AGENCY);
    const filings = await home.filings(AGENCY);
    const as = await home.asPersons(CLERK);
    const { personTokens } = await call(
      enrolment,
      enrolment.putMembers,
      { idempotencyKey: 'put-both', members: [member] },
      as,
    );
    const file = (idempotencyKey: string) =>
      call(
        filings,
        filings.submitFiling,
        {
          idempotencyKey,
          personToken: personTokens[0] ?? '',
          type: FilingType.TM_OTHER,
          targetRegion: '420100',
          validFrom: 0,
          validUntil: 0,
          channel: 'COUNTER',
          byCommitment: false,
          ...NO_PAPERS,
        },
        as,
      );
    const both = await Promise.all([file('both-1'), file('both-2')]);
    const filed = both.find((answer) => answer.outcome?.state === OutcomeState.SETTLED);
    const told = both.find((answer) => answer.outcome?.state === OutcomeState.REFUSED);
    expect(told?.outcome?.failure).toMatchObject({ code: 'FIL-DUP', values: { filingId: filed?.filingId } });
  });

  test('files, lists and cancels; the past takes two persons', async () => {
    const enrolment = await home.enrolment(AGENCY);
    const filings = await home.filings(AGENCY);
    const as = await home.asPersons(CLERK);
    const unfiled = {
      ...member,
      certificateNumber: '000000197602280057',
      credentialToken: 'demo-e-credential-unfiled',
    };
    const { personTokens } = await call(
      enrolment,
      enrolment.putMembers,
      { idempotencyKey: 'put-3', members: [unfiled] },
      as,
    );
    const request = {
      idempotencyKey: 'file-1',
      personToken: personTokens[0] ?? '',
      type: FilingType.TM_OTHER,
      targetRegion: '410100',
      validFrom: 0,
      validUntil: 0,
      channel: 'COUNTER',
      byCommitment: false,
      ...NO_PAPERS,
    };
    const filed = await call(filings, filings.submitFiling, request, as);
    expect(filed).toMatchObject({ outcome: { state: OutcomeState.SETTLED }, state: 'EFFECTIVE' });
    const twice = await call(filings, filings.submitFiling, { ...request, idempotencyKey: 'file-2' }, as);
    expect(twice.outcome).toMatchObject({ state: OutcomeState.REFUSED, failure: { code: 'FIL-DUP' } });

    const past = { ...request, idempotencyKey: 'file-3', targetRegion: '420100', validFrom: 20250101 };
    const alone = await call(filings, filings.submitFiling, past, as).catch((cause) => cause);
    expect(failureFromError(alone)?.code).toBe('AUT-SECOND');

    const { filings: listed } = await call(
      filings,
      filings.listFilings,
      { personToken: request.personToken },
      as,
    );
    expect(listed).toHaveLength(1);
    const cancel = { idempotencyKey: 'cancel-1', filingId: filed.filingId, reason: 'WRONG_REGION' };
    expect((await call(filings, filings.cancelFiling, cancel, as)).outcome?.state).toBe(OutcomeState.SETTLED);
    const after = await call(filings, filings.listFilings, { personToken: request.personToken }, as);
    expect(after.filings[0]?.state).toBe('CANCELLED');
  });
});

describe('the benefit registry', () => {
  const today = () => localDateToNumber(localDateAt(clock.now()));
  const qualification = {
    qualificationId: '',
    version: 0,
    diseaseCode: 'M03900',
    validFrom: 20_250_101,
    validUntil: 0,
    institutionCodes: [INSTITUTION],
    scheme: Scheme.UNSPECIFIED,
    recordedAtMs: 0,
  };

  const tokenOf = async (certificateNumber: string, name: string): Promise<string> => {
    const verified = await verify({ type: 2, token: '', certificateNumber, name });
    if (verified.$case !== 'personVerified') throw new Error(JSON.stringify(verified));
    return verified.personVerified.personToken;
  };

  test('records a qualification once, changes it as a next version, and keeps what was', async () => {
    const client = await home.benefits(AGENCY);
    const as = await home.asPersons(CLERK);
    const both = await home.asPersons(CLERK, REVIEWER);
    const personToken = await tokenOf('00000019520719001X', '周秉谦');
    const put = { idempotencyKey: 'qualify-1', personToken, qualification, reason: 'RECORDS' };
    const alone = await call(client, client.putQualification, put, as).catch((cause) => cause);
    expect(failureFromError(alone)?.code).toBe('AUT-SECOND');
    const first = await call(client, client.putQualification, put, both);
    expect(first).toMatchObject({ outcome: { state: OutcomeState.SETTLED }, qualification: { version: 1 } });
    expect(await call(client, client.putQualification, put, both)).toEqual(first);

    const overlapping = {
      ...put,
      idempotencyKey: 'qualify-2',
      qualification: { ...qualification, validFrom: today() },
    };
    const refused = await call(client, client.putQualification, overlapping, as);
    expect(refused.outcome).toMatchObject({ state: OutcomeState.REFUSED, failure: { code: 'CHR-OVERLAP' } });

    const id = first.qualification?.qualificationId ?? '';
    const ended = { ...qualification, qualificationId: id, validUntil: today() + 10_000 };
    const next = await call(
      client,
      client.putQualification,
      { idempotencyKey: 'qualify-3', personToken, qualification: ended, reason: '' },
      as,
    );
    expect(next.qualification).toMatchObject({
      qualificationId: id,
      version: 2,
      validUntil: today() + 10_000,
    });
    const { qualifications } = await call(client, client.listQualifications, { personToken }, as);
    expect(qualifications.map(({ version, diseaseCode }) => [version, diseaseCode])).toEqual([[2, 'M03900']]);
  });

  test.each<[string, Partial<typeof qualification>, string]>([
    ['a code of no disease', { diseaseCode: 'I10' }, 'FRM-VALUE'],
    ['an end before the beginning', { validUntil: 20_241_231 }, 'FRM-DATE'],
    ['a day that does not exist', { validFrom: 20_250_230 }, 'FRM-DATE'],
    ['a hospital twice', { institutionCodes: [INSTITUTION, INSTITUTION] }, 'FRM-VALUE'],
    ['a version of nothing', { qualificationId: '01980000-0000-7000-8000-000000000000' }, 'CHR-NOTFOUND'],
  ])('refuses %s and changes nothing', async (_, change, code) => {
    const client = await home.benefits(AGENCY);
    const as = await home.asPersons(CLERK, REVIEWER);
    const personToken = await tokenOf('000000196811030025', '陶佩兰');
    const request = {
      idempotencyKey: `refused-${code}`,
      personToken,
      qualification: { ...qualification, ...change },
      reason: '',
    };
    const refused = await call(client, client.putQualification, request, as).catch((cause) => cause);
    expect(failureFromError(refused)?.code).toBe(code);
    expect((await call(client, client.listQualifications, { personToken }, as)).qualifications).toEqual([]);
  });

  test('chooses hospitals within the number of the region; the latest choice comes first', async () => {
    const client = await home.benefits(AGENCY);
    const as = await home.asPersons(CLERK);
    const personToken = await tokenOf('000000198904080047', '林知夏');
    const choose = (idempotencyKey: string, institutionCodes: string[], validFrom = 0) =>
      call(
        client,
        client.chooseHospitals,
        { idempotencyKey, personToken, validFrom, institutionCodes, reason: '' },
        as,
      );
    const many = await choose('choose-1', ['H41010599901', 'H41010599902', 'H41010599903']);
    expect(many.outcome).toMatchObject({ state: OutcomeState.REFUSED, failure: { code: 'ORG-CHOICE' } });
    expect((await choose('choose-2', ['H41010599901'])).choice).toMatchObject({
      ordinal: 1,
      validFrom: today(),
    });
    expect((await choose('choose-3', ['H41010599902'])).choice).toMatchObject({ ordinal: 2 });
    const { choices, atMost } = await call(client, client.listChosenHospitals, { personToken }, as);
    expect(choices.map(({ ordinal, institutionCodes }) => [ordinal, institutionCodes])).toEqual([
      [2, ['H41010599902']],
      [1, ['H41010599901']],
    ]);
    expect(atMost).toBe(2);
    const past = await choose('choose-4', [], 20_250_101).catch((cause) => cause);
    expect(failureFromError(past)?.code).toBe('AUT-SECOND');
  });

  test('another pool sees and touches nobody here', async () => {
    const client = await home.benefits(OTHER_AGENCY);
    const as = await home.asPersons({ ...CLERK, pool: '430200' });
    const personToken = await tokenOf('000000196811030025', '陶佩兰');
    const listed = await call(client, client.listQualifications, { personToken }, as).catch((cause) => cause);
    expect(failureFromError(listed)?.code).toBe('ENR-NOTFOUND');
    const request = { idempotencyKey: 'other-1', personToken, qualification, reason: '' };
    const put = await call(client, client.putQualification, request, as).catch((cause) => cause);
    expect(failureFromError(put)?.code).toBe('CRD-TOKEN');
  });
});

describe('operations', () => {
  test('a record that no treatment site would send is listed, shown without the person, and dropped by two', async () => {
    const topic = requestTopic(HOME_POOL);
    const signer = createRecordSigner(home.treatmentKeys.signing);
    await home.bus.publish(
      topic,
      sealRecords(signer, [
        {
          topic,
          key: 'z'.repeat(22),
          partition: null,
          kind: 'command',
          payload: Buffer.from('?'),
          traceParent: null,
        },
      ]),
    );
    const client = await home.operations(AGENCY);
    const as = await home.asPersons(REVIEWER, REVIEWER_2);
    const letter = await waitFor(async () => {
      const page = await call(
        client,
        client.listDeadLetters,
        { pageSize: 10, pageToken: '', includeClosed: false },
        as,
      );
      return page.deadLetters[0];
    });
    expect(letter).toMatchObject({ state: 'WAITING', reasonCode: 'DLQ-DECODE' });
    const { deadLetterId } = letter;
    const shown = await call(client, client.showDeadLetter, { deadLetterId }, as);
    expect(shown.body).toHaveLength(0);
    const alone = await call(
      client,
      client.dropDeadLetter,
      { deadLetterId, reason: 'noise' },
      await home.asPersons(REVIEWER),
    ).catch((e) => e);
    expect(failureFromError(alone)?.code).toBe('AUT-SECOND');
    const dropped = await call(client, client.dropDeadLetter, { deadLetterId, reason: 'noise' }, as);
    expect(dropped.result).toBe('DROPPED');
    const again = await call(client, client.dropDeadLetter, { deadLetterId, reason: 'noise' }, as);
    expect(again.result).toBe('ALREADY_CLOSED');
  });

  test('the audit chain is sealed within seconds and holds', async () => {
    const client = await home.operations(AUDITOR);
    const report = await waitFor(async () => {
      const answer = await call(client, client.verifyAudit, { fromBlock: 0, untilBlock: 0 });
      return answer.blocks > 0 && answer.entries > 3 && answer;
    });
    expect(report).toMatchObject({ intact: true, findings: [] });
    expect(report.headHash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('health and metrics answer', async () => {
    const { operationsAddress } = home.service;
    expect((await fetch(`http://${operationsAddress}/health/ready`)).status).toBe(200);
    const text = await (await fetch(`http://${operationsAddress}/metrics`)).text();
    expect(text).toContain('yijie_flush_batch_size_bucket');
  });
});

describe('closed years', () => {
  function say(by: RegionKeys, year: number, homeProvince: string): Promise<unknown> {
    const payload = YearClosed.encode({ year, homeProvince, closedAtMs: 1 }).finish();
    const topic = clearingTopic();
    const message = {
      topic,
      key: homeProvince,
      partition: null,
      kind: 'fact',
      payload,
      traceParent: null,
    } as const;
    return home.bus.publish(topic, sealRecords(createRecordSigner(by.signing), [message]));
  }

  test('are taken from the national centre alone, once, and only those of the own province', async () => {
    const database = connect(home.databaseUrl);
    await say(home.treatmentKeys, 2021, '430000');
    await say(home.nationalKeys, 2022, '440000');
    await say(home.nationalKeys, 2020, '430000');
    await say(home.nationalKeys, 2020, '430000');
    await say(home.nationalKeys, 2023, '430000');
    const years = () =>
      database.query<{ settlement_year: number }>('SELECT settlement_year FROM closed_year ORDER BY 1');
    await waitFor(async () => (await years()).rows.some((row) => row.settlement_year === 2023), {
      what: 'the last year',
    });
    expect((await years()).rows.map((row) => row.settlement_year)).toEqual([2020, 2023]);
    const { rows } = await database.query<{ reason_code: string }>(
      'SELECT reason_code FROM exchange_dead_letter WHERE topic = $1',
      [clearingTopic()],
    );
    expect(rows).toEqual([{ reason_code: 'SIG-REGION' }]);
    await database.close();
  });
});
