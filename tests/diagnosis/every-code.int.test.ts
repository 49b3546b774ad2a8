import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localDateAt, localDateToNumber, minuteText } from '@yijie/calendar';
import { Actor, FilingType, OutcomeState, Retry, VisitKind } from '@yijie/contracts/common';
import { type Check, CheckState, type DiagnoseResponse } from '@yijie/contracts/diagnosis';
import { Credential_Type } from '@yijie/contracts/treatment';
import { checkOf } from '@yijie/errors';
import type { Database } from '@yijie/postgres';
import { waitFor } from '@yijie/testkit';
import { type CommandLine, commandLineFor } from '../operations/command-line.ts';
import { open } from '../support/books.ts';
import {
  type ClusterForTest,
  clusterForTest,
  HOME_POOL,
  INSTITUTION,
  OTHER_INSTITUTION,
} from '../support/cluster.ts';
import { type InventedMember, writeInventedMembers } from '../support/invented-members.ts';
import { Counter, failureOf, idOf, line } from './counter.ts';

/** clearing-and-filing §2.5, every code that a patient's counter meets. */
const COUNTER_CODES = [
  'CRD-INVALID CRD-MISMATCH ENR-INACTIVE ENR-MOVED HOME-NOTOPEN',
  'FIL-NONE FIL-PENDING FIL-REGION FIL-EXPIRED FIL-DUP FIL-PROOF FIL-AFTER FIL-REVIEW',
  'ORG-NOTNET ORG-NOTCHOSEN ORG-SUSPENDED CHR-LIST CHR-QUAL CHR-ORG INJ-3P INJ-STMT MAT-CLOSED',
  'CAT-UNMAPPED CAT-DATE STL-SUM STL-DRIFT STL-LIMIT ACC-BALANCE STL-DUP STL-UNKNOWN NET-HOME',
  'REV-CLOSED REV-NOTOWNER',
].flatMap((row) => row.split(' '));

let folder: string;
let cluster: ClusterForTest;
let counter: Counter;
let otherCounter: Counter;
let home: Database;
let treatment: Database;
let command: CommandLine;
let members: readonly InventedMember[];
let used = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yijie-diagnosis-'));
  const file = join(folder, 'members.json');
  members = writeInventedMembers(file, 60);
  cluster = await clusterForTest('postgres', {
    identities: [
      { kind: 'institution', institutionCode: INSTITUTION },
      { kind: 'institution', institutionCode: OTHER_INSTITUTION },
      { kind: 'agency', pool: HOME_POOL },
      { kind: 'agency', pool: '430200' },
      { kind: 'operations', person: 'ops' },
    ],
    overrides: { homeRegion: { YIJIE_DEMO_MEMBERS: file, YIJIE_SERVICES_FILE: writeServices(folder) } },
  });
  const address = cluster.treatmentSites[0]?.grpc ?? '';
  counter = await Counter.at(cluster.keyFolder, address, INSTITUTION);
  otherCounter = await Counter.at(cluster.keyFolder, address, OTHER_INSTITUTION);
  home = open(cluster.homeDatabaseUrl);
  treatment = open(cluster.treatmentDatabaseUrl);
  command = commandLineFor(cluster);
}, 120_000);

afterAll(async () => {
  counter?.close();
  otherCounter?.close();
  command?.remove();
  await Promise.all([home?.close(), treatment?.close()]);
  await cluster?.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Ordinary outpatient care is opened from February on, with hospitals that must be chosen; maternity never. */
function writeServices(into: string): string {
  const file = join(into, 'services.json');
  const row = { region: '430100', source: 'of this test' };
  const opened = ['inpatient', 'chronic'];
  const rows = [
    { ...row, from: '2025-01-01', until: '2025-02-01', opened },
    {
      ...row,
      from: '2025-02-01',
      opened: [...opened, 'outpatient'],
      outpatientHospitals: { atMost: 2, notChosen: 'refused' },
    },
  ];
  writeFileSync(file, JSON.stringify({ note: 'of this test', rows }));
  return file;
}

function nextMember(): InventedMember {
  used += 1;
  return members[used] as InventedMember;
}

interface Given {
  /** Of the member's filings, at the home region. */
  readonly filing?: string;
  readonly member?: string;
  readonly terms?: Parameters<Counter['admit']>[1];
  readonly settle?: Parameters<Counter['settle']>[1];
}

/** A visit whose settlement meets what is given; the id that its answer names. */
async function settling(given: Given): Promise<string> {
  const token = await counter.verify(nextMember());
  if (given.filing) await home.query(`${given.filing} WHERE person_token = $1`, [token]);
  if (given.member) await home.query(`UPDATE member SET ${given.member} WHERE person_token = $1`, [token]);
  const visitId = await counter.admit(token, given.terms);
  const { outcome } = await counter.settle(visitId, given.settle);
  return idOf(outcome);
}

const chronic = (diseaseCode: string) => ({
  terms: { kind: VisitKind.CHRONIC, chronicDiseaseCode: diseaseCode },
  settle: { dischargeDate: 0, dischargeDiagnosisCode: '' },
});

const outpatient = (day: number) => ({
  terms: { kind: VisitKind.OUTPATIENT, admissionDate: day },
  settle: { dischargeDate: 0, dischargeDiagnosisCode: '', lines: [line(1, { serviceDate: day })] },
});

/** A registration that the treatment site itself refuses. */
async function admitting(desk: Counter, terms: Parameters<Counter['admit']>[1] = {}): Promise<string> {
  const { outcome } = await desk.tryToAdmit(await desk.verify(nextMember()), terms);
  return idOf(outcome);
}

/** How each code is met for real; what it answers is the id that its failing answer names. */
const DRIVEN: Readonly<Record<string, () => Promise<string>>> = {
  'CRD-INVALID': async () => {
    const stranger = { ...nextMember(), credentialToken: 'no-such-card' };
    return (await failureOf(counter.verify(stranger, Credential_Type.E_CREDENTIAL))).diagnosisId;
  },
  'CRD-MISMATCH': async () =>
    (await failureOf(counter.verify({ ...nextMember(), name: '另一人' }))).diagnosisId,
  'ENR-INACTIVE': () => settling({ member: `insured_status = 'ARREARS'` }),
  'ENR-MOVED': () => settling({ member: `insured_status = 'MOVED'` }),
  'HOME-NOTOPEN': () => settling(outpatient(20_250_120)),
  'ORG-NOTCHOSEN': () => settling(outpatient(20_250_205)),
  'FIL-NONE': () => settling({ filing: 'DELETE FROM filing' }),
  'FIL-PENDING': () => settling({ filing: `UPDATE filing SET state = 'REQUESTED', effective_at_ms = NULL` }),
  'FIL-REGION': () => settling({ filing: `UPDATE filing SET target_region = '440100'` }),
  'FIL-EXPIRED': () => settling({ filing: `UPDATE filing SET valid_until = '2025-02-01'` }),
  'FIL-AFTER': () => settling({ filing: 'DELETE FROM filing', settle: { paidInFull: true } }),
  'FIL-REVIEW': () => settling({ filing: `UPDATE filing SET valid_from = '2025-03-01'` }),
  'ORG-NOTNET': () => admitting(otherCounter, chronic('M03900').terms),
  'CHR-LIST': () => admitting(counter, chronic('M00105').terms),
  'CHR-ORG': () => admitting(counter, chronic('M00200').terms),
  'CHR-QUAL': () => settling(chronic('M03900')),
  'INJ-3P': () => settling({ terms: { injury: true, thirdPartyLiable: true } }),
  'INJ-STMT': () => settling({ terms: { injury: true } }),
  'MAT-CLOSED': () => settling({ terms: { kind: VisitKind.MATERNITY } }),
  'CAT-UNMAPPED': async () => {
    const visitId = await counter.admit(await counter.verify(nextMember()));
    return idOf(await counter.upload(visitId, [line(1, { itemCode: 'NOBODY-KNOWS' })]));
  },
  'CAT-DATE': async () => {
    const visitId = await counter.admit(await counter.verify(nextMember()));
    return idOf(await counter.upload(visitId, [line(1, { serviceDate: 20_250_101 })]));
  },
  'STL-SUM': () => settling({ settle: { totalFen: 9_999 } }),
  'STL-DRIFT': () => settling({ settle: { quoteHash: Buffer.alloc(16, 7) } }),
  'STL-LIMIT': () =>
    settling({ settle: { lines: [line(1, { quantityE4: 500_000_000, amountFen: 500_000_000 })] } }),
  'ACC-BALANCE': () => settling({}),
  'STL-DUP': async () => {
    const visitId = await counter.admit(await counter.verify(nextMember()));
    await counter.settle(visitId);
    return idOf((await counter.settle(visitId, { lines: [], totalFen: 10_000 })).outcome);
  },
  'REV-CLOSED': async () => {
    const settlementId = await settling({});
    await home.query(`INSERT INTO closed_year (settlement_year, closed_at_ms) VALUES (2025, 1)`);
    const refused = await counter.refund(settlementId);
    await home.query('DELETE FROM closed_year');
    return idOf(refused);
  },
  'REV-NOTOWNER': async () => {
    const settlementId = await settling({});
    await home.query(`UPDATE settlement SET institution_code = 'H41010599909' WHERE settlement_id = $1`, [
      Buffer.from(settlementId.replaceAll('-', ''), 'hex'),
    ]);
    return idOf(await counter.refund(settlementId));
  },
};

/** FIL-DUP is a bureau's answer (below); FIL-PROOF takes a visit inside the home region, which no other region sees. */
const ELSEWHERE = ['FIL-DUP', 'FIL-PROOF'];
const AWAY = ['STL-UNKNOWN', 'NET-HOME', 'ORG-SUSPENDED'];

function checkWith(answer: DiagnoseResponse, code: string): Check | undefined {
  return answer.checks.find((check) => check.code === code);
}

describe('every code of the counter', () => {
  test('is driven here, or named as not', () => {
    expect([...Object.keys(DRIVEN), ...ELSEWHERE, ...AWAY].toSorted()).toEqual(COUNTER_CODES.toSorted());
  });

  test.each(Object.keys(DRIVEN))('%s is named, one call away from its answer', async (code) => {
    const id = await DRIVEN[code]?.();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const answer = await counterOf(code).diagnose(id ?? '');
    const check = checkWith(answer, code);
    if (!check)
      throw new Error(`${answer.call} ${answer.first?.code} ${JSON.stringify(answer.first?.values)}`);
    expect(check).toMatchObject({ name: checkOf(code) });
    const isNote = code === 'STL-LIMIT' || code === 'ACC-BALANCE';
    expect(check?.state).toBe(isNote ? CheckState.PASSED : CheckState.FAILED);
    for (const sentence of [check?.patientZh, check?.patientEn, check?.deskZh, check?.deskEn])
      expect(sentence).not.toBe('');
    if (isNote) return;
    expect(check?.actor).not.toBe(Actor.UNSPECIFIED);
    expect(check?.retry).not.toBe(Retry.UNSPECIFIED);
    expect(check?.usualDuration?.basis).not.toBe('');
    const at = answer.checks.findIndex((one) => one.name === check?.name);
    expect(answer.checks.slice(0, at).every(({ state }) => state !== CheckState.FAILED)).toBe(true);
    expect(answer.checks.slice(at + 1).every(({ state }) => state === CheckState.NOT_REACHED)).toBe(true);
    // Nothing has changed since: what the home region refused then, it would refuse now.
    if (answer.call === 'settle' && answer.messageId !== '')
      expect(failing(answer.today)).toContain(`${check?.name} ${code}`);
  });

  test.each([...ELSEWHERE, ...AWAY])('%s is explained by its code alone', async (code) => {
    const answer = await counter.ask({ subject: { $case: 'code', code: { code, values: {} } } });
    expect(answer.first).toMatchObject({ code, name: checkOf(code), state: CheckState.FAILED });
  });
});

function counterOf(code: string): Counter {
  return code === 'ORG-NOTNET' ? otherCounter : counter;
}

function askHomeFor(subject: object): string[] {
  const agency = ['--as', 'agency/430100', '--person', 'clerk-1', '--role', 'home-clerk'];
  return ['DiagnosisService/Diagnose', JSON.stringify(subject), '--service', 'home-region', ...agency];
}

async function askHome(subject: object) {
  const said = await command.yijie('call', ...askHomeFor(subject));
  if (said.status !== 0) throw new Error(said.err);
  return JSON.parse(said.out);
}

describe('what a diagnosis tells', () => {
  test('everything that stands in the way today, and that it is gone after the fix', async () => {
    const token = await counter.verify(nextMember());
    await home.query('UPDATE member SET insured_status = $2 WHERE person_token = $1', [token, 'ARREARS']);
    await home.query(`UPDATE filing SET target_region = '440100' WHERE person_token = $1`, [token]);
    const visitId = await counter.admit(token, { injury: true });
    const { outcome } = await counter.settle(visitId);
    const before = await counter.diagnose(outcome?.messageId ?? '');
    expect(failing(before.checks)).toEqual(['enrolment ENR-INACTIVE']);
    expect(failing(before.today)).toEqual(['enrolment ENR-INACTIVE', 'injury INJ-STMT', 'filing FIL-REGION']);
    expect(before.first?.values).toEqual({ enrolment: 'ARREARS' });

    await home.query('UPDATE member SET insured_status = $2 WHERE person_token = $1', [token, 'ACTIVE']);
    await home.query(`UPDATE filing SET target_region = '410100' WHERE person_token = $1`, [token]);
    const after = await counter.diagnose(visitId);
    expect(failing(after.today)).toEqual(['injury INJ-STMT']);
    expect(after.changed).toEqual(['enrolment']);
    expect(after.attempts.map(({ code, id }) => [code, id])).toEqual([['ENR-INACTIVE', outcome?.messageId]]);
  });

  test('an answer that is a gRPC error leads there too', async () => {
    const failure = await counter.failingRead(randomUUID());
    const answer = await counter.diagnose(failure.diagnosisId);
    expect(answer).toMatchObject({ call: 'get-visit', state: 'REFUSED', first: { code: 'VST-NOTFOUND' } });
  });

  test("another institution's visit, message and refusal look like none", async () => {
    const visitId = await counter.admit(await counter.verify(nextMember()));
    const { outcome } = await counter.settle(visitId, { totalFen: 1 });
    const settled = await counter.settle(visitId);
    for (const id of [visitId, idOf(outcome), idOf(settled.outcome)]) {
      expect(await failureOf(otherCounter.diagnose(id))).toMatchObject({ code: 'DGN-UNKNOWN' });
      expect((await counter.diagnose(id)).checks.length).toBeGreaterThan(0);
    }
  });

  test("a bureau's refusal is explained by its code and values", async () => {
    const token = await counter.verify(nextMember());
    const request = {
      idempotencyKey: randomUUID(),
      personToken: token,
      type: FilingType.TM_REFERRAL,
      targetRegion: '410100',
      validFrom: localDateToNumber(localDateAt(Date.now())),
      channel: 'COUNTER',
    };
    const said = await command.yijie(
      ...['call', 'FilingService/SubmitFiling', JSON.stringify(request), '--person', 'clerk-1'],
    );
    if (said.status !== 0) throw new Error(said.err);
    const refused = JSON.parse(said.out);
    const failure = refused.outcome?.failure ?? refused;
    expect(failure).toMatchObject({ code: 'FIL-DUP' });
    const { code, values } = failure;
    const answer = await askHome({ code: { code, values } });
    expect(answer.first.deskZh).toContain(values.filingId);
  });

  test("the home region explains what it refused, to the person's agency", async () => {
    const messageId = await settling({ member: `insured_status = 'ARREARS'` });
    expect(await askHome({ id: messageId })).toMatchObject({
      state: 'REFUSED',
      first: { code: 'ENR-INACTIVE', values: { enrolment: 'ARREARS' } },
    });
    const questionId = await DRIVEN['CRD-MISMATCH']?.();
    const refused = await command.yijie('call', ...askHomeFor({ id: questionId }));
    expect(refused.err).toContain('DGN-UNKNOWN');
  });

  test('the command line prints it in both languages, or as JSON', async () => {
    const id = await settling({ filing: 'DELETE FROM filing' });
    const clerk = (pool: string) => ['--as', `agency/${pool}`, '--person', 'clerk-1'];
    const [text, json, byHomeClerk, byAnother] = await Promise.all([
      command.yijie('diagnose', id),
      command.yijie('diagnose', id, '--json'),
      command.yijie('diagnose', id, ...clerk(HOME_POOL)),
      command.yijie('diagnose', id, ...clerk('430200')),
    ]);
    expect(text.out).toContain('FIL-NONE');
    expect(text.out).toContain('请在出院结算前通过');
    expect(text.out).toContain('File by the national app');
    expect(text.status).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ first: { code: 'FIL-NONE' } });
    expect(byHomeClerk.out).toContain('FIL-NONE');
    expect(byAnother.err).toContain('DGN-UNKNOWN');
  });
});

describe('while something is stopped', () => {
  test('ORG-SUSPENDED is named with the end of the notice', async () => {
    const endsAtMs = Date.now() + 3_600_000;
    const request = {
      idempotencyKey: 'notice-1',
      scope: { institutionCode: INSTITUTION },
      startsAtMs: Date.now() - 1,
      endsAtMs,
      reasonZh: '机房断电',
    };
    const asOperations = ['--as', 'operations/ops'];
    const published = await command.yijie(
      ...['call', 'DirectoryService/PublishNotice', JSON.stringify(request), ...asOperations],
    );
    const { noticeId } = JSON.parse(published.out).notice;
    const answer = await counter.diagnose(await settling({}));
    expect(answer.first).toMatchObject({ code: 'ORG-SUSPENDED', values: { until: minuteText(endsAtMs) } });
    expect(answer.first?.deskZh).toContain(minuteText(endsAtMs));
    await command.yijie(
      ...['call', 'DirectoryService/WithdrawNotice', JSON.stringify({ noticeId }), ...asOperations],
    );
  });

  test('a dead letter and what waits behind it are told apart from a slow answer', async () => {
    const token = await counter.verify(nextMember());
    // A fault planted in the database of the home region: what settles this person can't be stored.
    await home.query(
      `ALTER TABLE settlement ADD CONSTRAINT planted CHECK (person_token <> '${token}') NOT VALID`,
    );
    const first = await counter.settle(await counter.admit(token), {}, 1_500);
    const dead = await waitFor(async () => {
      const answer = await counter.diagnose(idOf(first.outcome));
      return answer.state === 'DEAD-LETTER' && answer;
    });
    expect(dead.first).toMatchObject({ name: 'outcome', code: 'DLQ-FAILED', actor: Actor.OPERATIONS });
    const behind = await counter.settle(await counter.admit(token), {}, 1_500);
    const parked = await counter.diagnose(idOf(behind.outcome));
    expect(parked).toMatchObject({ state: 'PARKED', first: { name: 'outcome', code: 'NET-PARKED' } });
    await home.query('ALTER TABLE settlement DROP CONSTRAINT planted');
  });

  test('NET-HOME and STL-UNKNOWN are named, and the outcome is known once it is back', async () => {
    const visitId = await counter.admit(await counter.verify(nextMember()));
    const waiting = await counter.admit(await counter.verify(nextMember()));
    await counter.upload(waiting, [line(1)]);
    for (const service of cluster.homeRegions) service.signal('SIGSTOP');
    try {
      const quote = counter.preSettle(waiting, 10_000, 1_500);
      const { outcome } = await counter.settle(visitId, { idempotencyKey: 'away-1' }, 1_500);
      expect(outcome?.state).toBe(OutcomeState.PENDING);
      const answer = await counter.ask({
        subject: { $case: 'key', key: { idempotencyKey: 'away-1', call: 0, institutionCode: '' } },
      });
      expect(answer).toMatchObject({ state: 'PENDING', first: { code: 'STL-UNKNOWN', name: 'outcome' } });
      expect(failing(answer.today)).toEqual([
        'duplicates STL-RUNNING',
        'network NET-HOME',
        'outcome STL-UNKNOWN',
      ]);
      const failure = await quote;
      expect((await counter.diagnose(failure?.diagnosisId ?? '')).first?.code).toBe('NET-HOME');
    } finally {
      for (const service of cluster.homeRegions) service.signal('SIGCONT');
    }
    const settled = await counter.settle(visitId, { idempotencyKey: 'away-1' });
    expect(settled.outcome?.state).toBe(OutcomeState.SETTLED);
    expect((await counter.diagnose(visitId)).first).toBeUndefined();
  }, 60_000);
});

function failing(checks: readonly Check[]): string[] {
  return checks.filter(({ state }) => state === CheckState.FAILED).map(({ name, code }) => `${name} ${code}`);
}
