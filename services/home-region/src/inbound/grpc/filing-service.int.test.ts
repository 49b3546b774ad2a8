import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, localDateAt, localDateToNumber } from '@yijie/calendar';
import { FilingType, OutcomeState, PersonClass, Route, Scheme, VisitKind } from '@yijie/contracts/common';
import {
  type ChangeFilingRequest,
  type EnrolmentServiceClient,
  FilingDocument,
  type FilingRecord,
  type FilingServiceClient,
  type SubmitFilingRequest,
} from '@yijie/contracts/home';
import { failureFromError, systemClock } from '@yijie/runtime';
import { CountingIds } from '@yijie/testkit';
import {
  AGENCY,
  AUDITOR,
  CLERK,
  call,
  OTHER_AGENCY,
  REVIEWER,
  type RunningHome,
  startRunningHome,
} from '../../../test/running-home.ts';

let home: RunningHome;
let filings: FilingServiceClient;
let enrolment: EnrolmentServiceClient;
const today = localDateAt(systemClock().now());
const ids = new CountingIds();
let keys = 0;
const newKey = () => `desk-${++keys}`;

beforeAll(async () => {
  home = await startRunningHome();
  filings = await home.filings(AGENCY);
  enrolment = await home.enrolment(AGENCY);
}, 60_000);
afterAll(() => home?.stop());

const asClerk = () => home.asPersons(CLERK);
const asReviewer = () => home.asPersons(REVIEWER);
const codeOf = (error: unknown) => failureFromError(error as never)?.code;
const PROOF = [{ kind: 'work-proof', reference: 'archive/1' }];
const REFERRAL = [{ kind: 'referral-document', reference: 'archive/2' }];

/** Somebody new, with a name that papers can show. */
async function person(insuredStatus = 'ACTIVE', number = ++people): Promise<string> {
  const member = {
    certificateNumber: certificateNumber(number),
    name: '测试丙',
    gender: '2',
    birthDate: 19800101,
    homePool: '430100',
    scheme: Scheme.EMPLOYEE,
    personClass: PersonClass.ACTIVE,
    insuredStatus,
    insuredFrom: 20000101,
    contributionYears: 20,
    groups: [],
    accountBalanceFen: 0,
    familyAccountBalanceFen: 0,
    credentialToken: '',
  };
  const put = { idempotencyKey: newKey(), members: [member] };
  const { personTokens } = await call(enrolment, enrolment.putMembers, put, await asClerk());
  return personTokens[0] ?? '';
}
let people = 0;

function form(personToken: string, change: Partial<SubmitFilingRequest> = {}): SubmitFilingRequest {
  return {
    idempotencyKey: newKey(),
    personToken,
    type: FilingType.TM_REFERRAL,
    targetRegion: '440100',
    validFrom: 0,
    validUntil: 0,
    channel: 'COUNTER',
    byCommitment: false,
    materials: REFERRAL,
    forReview: true,
    contact: { name: '测试丙', telephone: '000', address: '测试路1号' },
    referralInstitution: 'H43010500001',
    referralDocument: 'R-7',
    ...change,
  };
}

async function submit(personToken: string, change: Partial<SubmitFilingRequest> = {}): Promise<FilingRecord> {
  const answer = await call(filings, filings.submitFiling, form(personToken, change), await asClerk());
  if (answer.filing === undefined) throw new Error(answer.outcome?.failure?.code);
  return answer.filing;
}

const named = (filing: Pick<FilingRecord, 'filingId'>) => ({
  idempotencyKey: newKey(),
  filingId: filing.filingId,
});

describe('the desk of the agency', () => {
  test('an application goes through review: queue, material, decision, history, form', async () => {
    const token = await person();
    const filing = await submit(token);
    expect(filing).toMatchObject({ state: 'REQUESTED', version: 1, channel: 'COUNTER' });
    const queue = await call(
      filings,
      filings.listReviewQueue,
      { pageSize: 1, pageToken: '' },
      await asReviewer(),
    );
    expect(queue.filings[0]).toMatchObject({ filingId: filing.filingId, personToken: token });

    const asked = await call(
      filings,
      filings.askForMaterial,
      { ...named(filing), missing: ['page 2', 'stamp'] },
      await asReviewer(),
    );
    expect(asked.filing).toMatchObject({ state: 'SUPPLEMENT', missing: ['page 2', 'stamp'], reviewDueOn: 0 });
    const supplied = await call(
      filings,
      filings.supplyMaterial,
      { ...named(filing), materials: [{ kind: 'referral-document', reference: 'archive/3' }] },
      await asClerk(),
    );
    expect(supplied.filing).toMatchObject({ state: 'REQUESTED', missing: [] });
    // Who applied doesn't approve alone.
    const own = await call(filings, filings.approveFiling, named(filing), await asClerk()).catch(codeOf);
    expect(own).toBe('AUT-SECOND');
    const key = named(filing);
    const approved = await call(filings, filings.approveFiling, key, await asReviewer());
    expect(approved.filing).toMatchObject({ state: 'EFFECTIVE', version: 4 });
    // A repeat gets the first answer; another attempt meets the state it left.
    expect(await call(filings, filings.approveFiling, key, await asReviewer())).toEqual(approved);
    const again = await call(filings, filings.approveFiling, named(filing), await asReviewer());
    expect(again.outcome).toMatchObject({ state: OutcomeState.REFUSED, failure: { code: 'FIL-STATE' } });

    const whole = await call(filings, filings.getFiling, { filingId: filing.filingId }, await asClerk());
    expect(whole.history.map(({ event, actor }) => [event, actor])).toEqual([
      ['submit', 'agency:430100/clerk-1'],
      ['ask-material', 'agency:430100/reviewer-1'],
      ['supply', 'agency:430100/clerk-1'],
      ['approve', 'agency:430100/reviewer-1'],
    ]);
    expect(whole).toMatchObject({ referralInstitution: 'H43010500001', referralDocument: 'R-7' });
    expect(whole.materials).toHaveLength(2);
    const print = (document: FilingDocument) =>
      call(filings, filings.printFiling, { filingId: filing.filingId, document, language: '' }, asClerkNow);
    const asClerkNow = await asClerk();
    const { text } = await print(FilingDocument.FORM);
    for (const shown of [
      '测试丙',
      certificateNumber(1),
      '测试路1号',
      'H43010500001',
      'R-7',
      '长沙市',
      '广州市',
    ])
      expect(text).toContain(shown);
    expect(await print(FilingDocument.COMMITMENT).catch(codeOf)).toBe('FIL-NOLETTER');
  });

  test('a commitment has its letter; proof, change, renewal, rejection, withdrawal, filing anew', async () => {
    const token = await person();
    const promised = await submit(token, {
      type: FilingType.LT_WORKER,
      byCommitment: true,
      materials: [],
      forReview: false,
    });
    expect(promised).toMatchObject({ state: 'EFFECTIVE', proof: 'PENDING' });
    const letter = { filingId: promised.filingId, document: FilingDocument.COMMITMENT, language: 'zh' };
    const { text } = await call(filings, filings.printFiling, letter, await asClerk());
    expect(text).toContain(addDays(today, 180));
    const proved = await call(
      filings,
      filings.supplyProof,
      { ...named(promised), materials: PROOF },
      await asClerk(),
    );
    expect(proved.filing).toMatchObject({ proof: 'COMPLETE', proofDueOn: 0 });

    const change: ChangeFilingRequest = {
      ...named(promised),
      type: FilingType.UNSPECIFIED,
      targetRegion: '440300',
      byCommitment: undefined,
      materials: [],
      contact: undefined,
    };
    const changed = await call(filings, filings.changeFiling, change, await asClerk());
    expect(changed).toMatchObject({
      filing: { state: 'CHANGED' },
      newFiling: {
        state: 'EFFECTIVE',
        targetRegion: '440300',
        supersedesId: promised.filingId,
        proof: 'COMPLETE',
      },
    });
    const wrong = changed.newFiling as FilingRecord;
    const refiled = await call(
      filings,
      filings.refileFiling,
      { ...named(wrong), targetRegion: '310000' },
      await asClerk(),
    );
    expect(refiled).toMatchObject({ filing: { state: 'CANCELLED' }, newFiling: { state: 'EFFECTIVE' } });

    const requested = await submit(token, { targetRegion: '320100' });
    const early = await call(
      filings,
      filings.renewFiling,
      named(refiled.newFiling as FilingRecord),
      await asClerk(),
    );
    expect(early.outcome?.failure?.code).toBe('FIL-NORENEW');
    const rejected = await call(
      filings,
      filings.rejectFiling,
      { ...named(requested), reasonCode: 'R12' },
      await asReviewer(),
    );
    expect(rejected.filing).toMatchObject({ state: 'REJECTED', reasonCode: 'R12' });
    const next = await submit(token, { targetRegion: '320100' });
    const withdrawn = await call(filings, filings.withdrawFiling, named(next), await asClerk());
    expect(withdrawn.filing?.state).toBe('CANCELLED');
  });

  test('the queue is paged, oldest first, and a token that is none is refused', async () => {
    for (let made = 0; made < 3; made += 1) await submit(await person());
    const seen: string[] = [];
    for (let pageToken = ''; ; ) {
      const page = await call(
        filings,
        filings.listReviewQueue,
        { pageSize: 2, pageToken },
        await asReviewer(),
      );
      seen.push(...page.filings.map(({ filingId }) => filingId));
      pageToken = page.nextPageToken;
      if (pageToken === '') break;
    }
    expect(seen).toEqual(seen.toSorted());
    expect(new Set(seen).size).toBe(seen.length);
    const refused = { pageSize: 2, pageToken: 'x.y' };
    expect(await call(filings, filings.listReviewQueue, refused, await asReviewer()).catch(codeOf)).toBe(
      'FRM-PAGE',
    );
  });

  test('the past takes two persons, at submission as at approval', async () => {
    const past = form(await person(), { validFrom: localDateToNumber(addDays(today, -10)) });
    expect(await call(filings, filings.submitFiling, past, await asClerk()).catch(codeOf)).toBe('AUT-SECOND');
    const both = await home.asPersons(CLERK, REVIEWER);
    const submitted = await call(filings, filings.submitFiling, past, both);
    const alone = await call(filings, filings.approveFiling, named(submitted), await asReviewer()).catch(
      codeOf,
    );
    expect(alone).toBe('AUT-SECOND');
    const approved = await call(
      filings,
      filings.approveFiling,
      named(submitted),
      await home.asPersons(REVIEWER, CLERK),
    );
    expect(approved.filing?.state).toBe('EFFECTIVE');
  });

  test('whether a visit would settle is said before there is one', async () => {
    const token = await person();
    const ask = async (treatmentPool: string, admissionDate = 0) =>
      call(
        filings,
        filings.checkEligibility,
        {
          personToken: token,
          treatmentPool,
          visitKind: VisitKind.INPATIENT,
          admissionDate,
          institutionCode: '',
          chronicDiseaseCode: '',
        },
        await asClerk(),
      );
    expect(await ask('440100')).toMatchObject({ route: Route.HOLD, code: 'FIL-NONE', row: '18' });
    await submit(token, { type: FilingType.TM_OTHER, materials: [], forReview: false });
    expect(await ask('440100')).toMatchObject({
      route: Route.DIRECT,
      code: 'OK',
      row: '13',
      failure: undefined,
    });
    expect((await ask('310000')).failure?.code).toBe('FIL-REGION');
    const tomorrow = localDateToNumber(addDays(today, 1));
    expect(await ask('440100', tomorrow).catch(codeOf)).toBe('FRM-DATE');
  });

  test('enrolment that moves takes the filings with it, in the same call', async () => {
    const number = ++people;
    const token = await person('ACTIVE', number);
    await submit(token, { type: FilingType.TM_OTHER, materials: [], forReview: false });
    await person('MOVED', number);
    const { filings: held } = await call(
      filings,
      filings.listFilings,
      { personToken: token },
      await asClerk(),
    );
    expect(held).toMatchObject([{ state: 'CANCELLED', reasonCode: 'ENROLMENT', version: 3 }]);
  });
});

describe('what cannot be, and who may not', () => {
  test.each<[string, Partial<SubmitFilingRequest>, string]>([
    ['30 February', { validFrom: 20270230 }, 'FRM-DATE'],
    ['no type', { type: 0 }, 'FRM-VALUE'],
    ['no channel', { channel: '' }, 'FRM-REQUIRED'],
    ['a channel that is none', { channel: 'FAX' }, 'FRM-VALUE'],
    ['a region in another form', { targetRegion: '4401' }, 'FRM-REGION'],
    ['a region nobody has', { targetRegion: '448800' }, 'FRM-REGION'],
    ['a whole province', { targetRegion: '440000' }, 'FIL-TARGET'],
    ['a paper that is none', { materials: [{ kind: 'selfie', reference: 'x' }] }, 'FRM-VALUE'],
    ['a paper that lies nowhere', { materials: [{ kind: 'work-proof', reference: '' }] }, 'FRM-REQUIRED'],
    ['too many papers', { materials: Array(21).fill(REFERRAL[0]) }, 'FRM-VALUE'],
    ['a line break on a form', { referralDocument: 'a\nb' }, 'FRM-VALUE'],
    ['nobody', { personToken: 'x'.repeat(22) }, 'CRD-TOKEN'],
    ['no key', { idempotencyKey: '' }, 'KEY-MISSING'],
  ])('%s: its own code, and nothing is kept', async (_what, change, code) => {
    const token = await person();
    const refused = await call(filings, filings.submitFiling, form(token, change), await asClerk()).catch(
      codeOf,
    );
    expect(refused).toBe(code);
    const { filings: held } = await call(
      filings,
      filings.listFilings,
      { personToken: token },
      await asClerk(),
    );
    expect(held).toEqual([]);
  });

  test("another pool's agency sees and changes nothing, as if there were nothing", async () => {
    const token = await person();
    const filing = await submit(token);
    const pool = '430200';
    const others = await home.filings(OTHER_AGENCY);
    const as = await home.asPersons({ ...CLERK, pool }, { ...REVIEWER, pool });
    const unknown = idText();
    const calls = [
      (filingId: string) => call(others, others.getFiling, { filingId }, as),
      (filingId: string) => call(others, others.approveFiling, named({ filingId }), as),
      (filingId: string) =>
        call(others, others.askForMaterial, { ...named({ filingId }), missing: ['x'] }, as),
      (filingId: string) =>
        call(others, others.supplyMaterial, { ...named({ filingId }), materials: PROOF }, as),
      (filingId: string) =>
        call(others, others.rejectFiling, { ...named({ filingId }), reasonCode: 'x' }, as),
      (filingId: string) => call(others, others.cancelFiling, { ...named({ filingId }), reason: 'x' }, as),
      (filingId: string) => call(others, others.renewFiling, named({ filingId }), as),
      (filingId: string) => call(others, others.withdrawFiling, named({ filingId }), as),
      (filingId: string) =>
        call(others, others.supplyProof, { ...named({ filingId }), materials: PROOF }, as),
      (filingId: string) =>
        call(others, others.refileFiling, { ...named({ filingId }), targetRegion: '310000' }, as),
      (filingId: string) => call(others, others.printFiling, { filingId, document: 1, language: '' }, as),
    ];
    for (const ask of calls) {
      expect(await ask(filing.filingId).catch(codeOf)).toBe('FIL-NOTFOUND');
      expect(await ask(unknown).catch(codeOf)).toBe('FIL-NOTFOUND');
    }
    expect(await call(others, others.listFilings, { personToken: token }, as).catch(codeOf)).toBe(
      'ENR-NOTFOUND',
    );
    const queue = await call(others, others.listReviewQueue, { pageSize: 0, pageToken: '' }, as);
    expect(queue.filings).toEqual([]);
    const mine = await call(filings, filings.getFiling, { filingId: filing.filingId }, await asClerk());
    expect(mine.filing).toMatchObject({ state: 'REQUESTED', version: 1 });
  });

  test('an auditor reads and decides nothing', async () => {
    const filing = await submit(await person());
    const auditor = await home.filings(AUDITOR);
    const read = await call(auditor, auditor.getFiling, { filingId: filing.filingId });
    expect(read.filing?.filingId).toBe(filing.filingId);
    expect(await call(auditor, auditor.approveFiling, named(filing)).catch(codeOf)).toBe('AUT-ROLE');
    expect(
      await call(auditor, auditor.printFiling, {
        filingId: filing.filingId,
        document: 1,
        language: '',
      }).catch(codeOf),
    ).toBe('AUT-ROLE');
  });
});

function idText(): string {
  const hex = Buffer.from(ids.next()).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** An invented number: no region has the code 000000. */
function certificateNumber(index: number): string {
  const body = `00000019810101${index.toString().padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return `${body}${'10X98765432'[sum % 11]}`;
}
