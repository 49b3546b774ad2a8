import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, localDate } from '@yijie/calendar';
import { type Channel, filingParameterBook } from '@yijie/filing';
import { CLERK, RegistryFixture } from '../../../test/registry-fixture.ts';
import { endEnrolments } from './end-enrolments.ts';
import { readParticulars } from './filing-particulars.ts';
import { refileFiling } from './refile-filing.ts';
import type { FilingResult } from './submit-filing.ts';

let home: RegistryFixture;
beforeAll(async () => {
  home = await RegistryFixture.start();
}, 60_000);
afterAll(() => home.close());

function made(result: FilingResult) {
  if (!result.ok) throw new Error(`${result.code} ${JSON.stringify(result.values)}`);
  return result;
}

const PROOF = [{ kind: 'work-proof', reference: 'archive/17' }] as const;

describe('two channels at once', () => {
  const RACES = 1_000;
  const AT_ONCE = 8;

  test('exactly one filing comes of it, and the other channel learns which', async () => {
    home.on('2025-06-02');
    const people = await home.people(RACES);
    const pairs: (readonly [Channel, Channel])[] = [
      ['NHSA_APP', 'COUNTER'],
      ['COUNTER', 'COUNTER'],
      ['GOV_CLIENT', 'NHSA_MINI'],
      ['PHONE', 'PROV_ONLINE'],
    ];
    const race = async (person: string, index: number) => {
      const [one, other] = pairs[index % pairs.length] ?? pairs[0]!;
      const both = [home.submit(person, { channel: one }), home.submit(person, { channel: other })];
      const results = await Promise.all(index % 2 === 0 ? both : both.toReversed());
      const filed = results.filter((result) => result.ok);
      const told = results.find((result) => !result.ok);
      expect(filed).toHaveLength(1);
      const [winner] = filed;
      expect(told).toMatchObject({
        code: 'FIL-DUP',
        values: {
          filingId: winner?.ok && winner.filing.filingId,
          channel: winner?.ok && winner.filing.channel,
          lastDay: '2025-12-01',
        },
      });
    };
    // As many at once as there are connections for.
    for (let index = 0; index < RACES; index += AT_ONCE)
      await Promise.all(people.slice(index, index + AT_ONCE).map((person, n) => race(person, index + n)));
    const { rows } = await home.database.query<{ effective: number; people: number }>(
      `SELECT count(*)::int AS people, max(n)::int AS effective
         FROM (SELECT person_token, count(DISTINCT filing_id) AS n FROM filing WHERE state = 'EFFECTIVE' GROUP BY 1) e`,
    );
    expect(rows).toEqual([{ people: RACES, effective: 1 }]);
  }, 60_000);
});

describe("a filing's way through the registry", () => {
  test('material asked for, supplied and approved: its versions stand one after the other', async () => {
    const person = await home.on('2025-06-03').person();
    const { filing } = made(
      await home.submit(person, {
        type: 'TM_REFERRAL',
        forReview: true,
        particulars: {
          materials: [{ kind: 'referral-document', reference: 'scan/1' }],
          referralInstitution: 'H43010500001',
          contact: { name: 'a', telephone: '1', address: 'b' },
        },
      }),
    );
    expect(filing).toMatchObject({ state: 'REQUESTED', reviewDueOn: '2025-06-05' });
    made(await home.act(filing.filingId, { kind: 'ask-material', missing: ['page 2'] }));
    home.on('2025-06-06');
    const supplied = made(
      await home.act(filing.filingId, {
        kind: 'supply',
        materials: [{ kind: 'referral-document', reference: 'scan/2' }],
      }),
    );
    expect(supplied.filing).toMatchObject({ state: 'REQUESTED', version: 3, reviewDueOn: '2025-06-10' });
    const approved = made(await home.act(filing.filingId, { kind: 'approve' }));
    expect(approved.filing).toMatchObject({ state: 'EFFECTIVE', version: 4, decidedBy: CLERK.name });
    expect(await readParticulars(home.registry.cipher, home.database, filing.filingId)).toEqual({
      contact: { name: 'a', telephone: '1', address: 'b' },
      referralInstitution: 'H43010500001',
      referralDocument: undefined,
      materials: [
        { kind: 'referral-document', reference: 'scan/1' },
        { kind: 'referral-document', reference: 'scan/2' },
      ],
    });
    const { rows } = await home.database.query<{ contact_cipher: Buffer }>(
      'SELECT contact_cipher FROM filing_particulars WHERE filing_id = $1',
      [filing.filingId],
    );
    for (const { contact_cipher } of rows) expect(contact_cipher.includes('telephone')).toBe(false);
  });

  test('a change ends one and begins another, which takes over papers and contact', async () => {
    const person = await home.on('2025-06-03').person();
    const contact = { name: 'a', telephone: '1', address: 'b' };
    const { filing } = made(
      await home.submit(person, { type: 'LT_WORKER', particulars: { materials: PROOF, contact } }),
    );
    const changed = made(
      await home.act(filing.filingId, { kind: 'change', targetRegion: '440300', materials: [] }),
    );
    expect(changed.filing).toMatchObject({ state: 'CHANGED', until: '2025-06-04' });
    expect(changed.added).toMatchObject({
      state: 'EFFECTIVE',
      targetRegion: '440300',
      supersedesId: filing.filingId,
      proof: 'COMPLETE',
    });
    const after = await readParticulars(home.registry.cipher, home.database, changed.added?.filingId ?? '');
    expect(after).toMatchObject({ contact, materials: PROOF });
  });

  test('proof for a commitment, a renewal in time, a withdrawal, a cancellation, a rejection', async () => {
    const person = await home.on('2025-06-03').person();
    const promised = made(await home.submit(person, { type: 'LT_WORKER', byCommitment: true }));
    const kept = await home.act(promised.filing.filingId, { kind: 'proof-supplied', materials: PROOF });
    expect(made(kept).filing).toMatchObject({ proof: 'COMPLETE', state: 'EFFECTIVE', proofDueOn: undefined });
    expect(await home.agenda(person)).toEqual([]);

    const other = made(await home.submit(person, { targetRegion: '310000' }));
    home.on('2025-11-20');
    const renewed = made(await home.act(other.filing.filingId, { kind: 'renew' }));
    expect(renewed.added).toMatchObject({
      state: 'SCHEDULED',
      from: '2025-12-03',
      supersedesId: other.filing.filingId,
    });
    const withdrawn = made(await home.act(renewed.added?.filingId ?? '', { kind: 'withdraw' }));
    expect(withdrawn.filing.state).toBe('CANCELLED');
    const cancelled = made(
      await home.act(other.filing.filingId, { kind: 'cancel', reasonCode: 'MOVED-BACK' }),
    );
    expect(cancelled.filing).toMatchObject({
      state: 'CANCELLED',
      until: '2025-11-21',
      reasonCode: 'MOVED-BACK',
    });

    const asked = made(await home.submit(person, { targetRegion: '310000', forReview: true }));
    const rejected = made(await home.act(asked.filing.filingId, { kind: 'reject', reasonCode: 'R07' }));
    expect(rejected.filing).toMatchObject({ state: 'REJECTED', reasonCode: 'R07' });
    expect(await home.agenda(person)).toEqual([]);
  });

  test('two who act on one filing at once: the second meets the state that the first left', async () => {
    const person = await home.on('2025-06-03').person();
    const { filing } = made(await home.submit(person, { forReview: true }));
    const both = await Promise.all([
      home.act(filing.filingId, { kind: 'approve' }),
      home.act(filing.filingId, { kind: 'reject', reasonCode: 'R07' }),
    ]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both.find(({ ok }) => !ok)).toMatchObject({ code: 'FIL-STATE' });
  });

  test('a wrong region is cancelled and filed anew, or nothing happens', async () => {
    const person = await home.on('2025-06-03').person();
    const wrong = made(
      await home.submit(person, { type: 'LT_WORKER', channel: 'COUNTER', targetRegion: '440100' }),
    );
    const refile = (target: string) =>
      home.database.transaction((tx) =>
        refileFiling(home.registry, tx, wrong.filing.filingId, target, CLERK, home.clock.now()),
      );
    expect(await refile('440106')).toMatchObject({ ok: false, code: 'FRM-REGION' });
    expect(await home.histories(person)).toEqual(['submit>REQUESTED approve>EFFECTIVE']);
    const right = made(await refile('440300'));
    expect([right.filing.state, right.added?.state, right.added?.targetRegion]).toEqual([
      'CANCELLED',
      'EFFECTIVE',
      '440300',
    ]);
    expect(right.filing.reasonCode).toBe('WRONG-REGION');
    expect(await home.histories(person)).toEqual([
      'submit>REQUESTED approve>EFFECTIVE cancel>CANCELLED',
      'submit-self-service>EFFECTIVE',
    ]);
  });

  test('enrolment that ends takes every filing with it that still could serve', async () => {
    const person = await home.on('2025-06-03').person();
    made(await home.submit(person));
    made(await home.submit(person, { targetRegion: '310000', from: localDate('2025-07-01') }));
    made(await home.submit(person, { targetRegion: '320100', forReview: true }));
    await home.database.transaction(async (tx) => {
      const member = { personToken: person, homePool: '430100', scheme: 'employee', insuredStatus: 'MOVED' };
      const ended = await endEnrolments(home.registry, tx, [member as never], CLERK, home.clock.now());
      expect(ended).toHaveLength(3);
    });
    expect((await home.histories(person)).toSorted()).toEqual([
      'submit-self-service>EFFECTIVE enrolment-ended>CANCELLED',
      'submit-self-service>SCHEDULED enrolment-ended>CANCELLED',
      'submit>REQUESTED enrolment-ended>CANCELLED',
    ]);
    expect(await home.agenda(person)).toEqual([]);
  });
});

describe('input that cannot be', () => {
  test.each([
    ['a code that nobody has', { targetRegion: '448800' }, 'FRM-REGION'],
    ['a whole province', { targetRegion: '430000' }, 'FIL-TARGET'],
    ['a district', { targetRegion: '110101' }, 'FIL-TARGET'],
    ['a prefecture that was dissolved', { targetRegion: '371200' }, 'FIL-TARGET'],
    ['the home region itself', { targetRegion: '430100' }, 'FIL-TARGET'],
    ['yesterday', { from: localDate('2025-06-02') }, 'FIL-DATES'],
    ['an end before the start', { until: localDate('2025-06-01') }, 'FIL-DATES'],
    ['a month only', { until: localDate('2025-07-03') }, 'FIL-DATES'],
    ['an emergency by application', { type: 'TM_EMERGENCY' as const }, 'FIL-DEEMED'],
    ['a referral without its document', { type: 'TM_REFERRAL' as const }, 'FIL-MATERIAL'],
    ['a referral by promise', { type: 'TM_REFERRAL' as const, byCommitment: true }, 'FIL-NOCOMMIT'],
  ])('%s: its own code, and nothing changes', async (_what, form, code) => {
    const person = await home.on('2025-06-03').person();
    expect(await home.submit(person, form)).toMatchObject({ ok: false, code });
    expect(await home.histories(person)).toEqual([]);
    expect(await home.agenda(person)).toEqual([]);
  });

  test.each([
    ['ARREARS', 'ENR-INACTIVE'],
    ['WAITING', 'ENR-INACTIVE'],
    ['STOPPED', 'ENR-INACTIVE'],
    ['MOVED', 'ENR-MOVED'],
  ])('whose enrolment is %s: %s', async (status, code) => {
    expect(await home.submit(await home.on('2025-06-03').person(status))).toMatchObject({ code });
  });

  test("another's filing and another pool's person look like none at all", async () => {
    const [person, stranger] = [await home.on('2025-06-03').person(), await home.person()];
    const { filing } = made(await home.submit(person));
    const asStranger = { name: 'insured', pool: undefined, withSecondPerson: false, personToken: stranger };
    const asOther = { ...CLERK, pool: '430200' };
    for (const actor of [asStranger, asOther]) {
      expect(await home.act(filing.filingId, { kind: 'cancel', reasonCode: 'x' }, actor)).toMatchObject({
        code: 'FIL-NOTFOUND',
        keepsKey: false,
      });
    }
    expect(await home.act('018f0000-0000-7000-8000-000000000000', { kind: 'renew' })).toMatchObject({
      code: 'FIL-NOTFOUND',
    });
    expect(await home.submit(person, {}, asOther)).toMatchObject({ code: 'CRD-TOKEN' });
  });
});

describe("a region's own settings", () => {
  let own: RegistryFixture;
  beforeAll(async () => {
    const values = {
      validity: { TM_OTHER: 12 },
      backdateDays: { TM_OTHER: 5 },
      activeTemporaryMax: 1,
      commitmentProofDueDays: 30,
      longTermLockMonths: 1,
    } as const;
    const settings = { region: '430100', from: '2025-06-03', source: 'a notice', values };
    own = await RegistryFixture.start(filingParameterBook([settings]));
  }, 60_000);
  afterAll(() => own.close());

  test.each([
    ['2025-06-02', '2025-12-02', '2025-11-29', '2025-12-02', 'FIL-DATES', 'filed'],
    ['2025-06-03', '2026-06-03', '2025-07-03', '2025-07-03', 'filed', 'FIL-MANY'],
  ])(
    'on %s: until %s, proof due %s, locked until %s, five days back %s, a second one %s',
    async (day, until, proofDueOn, lockedUntil, back, second) => {
      const [one, two, three] = await own.on(day).people(3);
      const code = (result: FilingResult) => (result.ok ? 'filed' : result.code);
      expect(made(await own.submit(one ?? '')).filing.until).toBe(until);
      const promised = await own.submit(two ?? '', { type: 'LT_WORKER', byCommitment: true });
      expect(made(promised).filing).toMatchObject({ proofDueOn, lockedUntil });
      const from = addDays(localDate(day), -5);
      expect(code(await own.submit(three ?? '', { from }))).toBe(back);
      expect(code(await own.submit(three ?? '', { from: addDays(from, -1) }))).toBe('FIL-DATES');
      expect(code(await own.submit(one ?? '', { targetRegion: '310000' }))).toBe(second);
    },
  );
});
