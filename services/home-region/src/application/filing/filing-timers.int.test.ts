import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDays, localDate, localDateAt, startOfDay } from '@yijie/calendar';
import { Metrics, metric } from '@yijie/runtime';
import { connect } from '../../../test/home-fixture.ts';
import { RegistryFixture } from '../../../test/registry-fixture.ts';
import { overdueFilings } from '../../core/filing/overdue-filings.ts';
import { filingBacklog } from '../../repositories/filing/filing-backlog.ts';
import { sweepFilings } from './run-filing-timers.ts';
import type { FilingResult } from './submit-filing.ts';

let home: RegistryFixture;
beforeAll(async () => {
  home = await RegistryFixture.start();
}, 60_000);
afterAll(() => home.close());

function made(result: FilingResult) {
  if (!result.ok) throw new Error(result.code);
  return result.filing;
}

describe('what the days bring', () => {
  test('a filing to come starts at 00:00 of its first day and ends after its last', async () => {
    const person = await home.on('2025-06-02').person();
    const filing = made(await home.submit(person, { from: localDate('2025-06-10') }));
    expect(filing).toMatchObject({ state: 'SCHEDULED', until: '2025-12-10' });

    home.clock.nowMs = startOfDay(localDate('2025-06-10')) - 1;
    expect(await home.sweep()).toEqual({ done: 0, left: 0 });
    home.clock.nowMs = startOfDay(localDate('2025-06-10'));
    expect(await home.sweep()).toEqual({ done: 1, left: 0 });
    expect(await home.histories(person)).toEqual(['submit-self-service>SCHEDULED start>EFFECTIVE']);
    expect(await home.agenda(person)).toEqual([{ due_on: '2025-12-10', waiting: false }]);

    home.clock.nowMs = startOfDay(localDate('2025-12-10')) - 1;
    expect(await home.sweep()).toEqual({ done: 0, left: 0 });
    home.clock.nowMs = startOfDay(localDate('2025-12-10'));
    expect(await home.sweep()).toEqual({ done: 1, left: 0 });
    expect(await home.histories(person)).toEqual([
      'submit-self-service>SCHEDULED start>EFFECTIVE expire>EXPIRED',
    ]);
    expect(await home.agenda(person)).toEqual([]);
  });

  test('one that started and ended while nobody looked gets both events at once', async () => {
    const person = await home.on('2025-06-02').person();
    made(await home.submit(person, { from: localDate('2025-06-10') }));
    home.on('2026-03-01');
    expect(await home.sweep()).toEqual({ done: 1, left: 0 });
    expect(await home.histories(person)).toEqual([
      'submit-self-service>SCHEDULED start>EFFECTIVE expire>EXPIRED',
    ]);
  });

  test('asked-for material that never comes: rejected after the fifteenth day', async () => {
    const person = await home.on('2025-06-02').person();
    const { filingId } = made(await home.submit(person, { forReview: true }));
    expect(await home.agenda(person)).toEqual([{ due_on: null, waiting: true }]);
    made(await home.act(filingId, { kind: 'ask-material', missing: ['referral-document'] }));
    home.on('2025-06-17');
    expect(await home.sweep()).toMatchObject({ done: 0 });
    home.on('2025-06-18');
    expect(await home.sweep()).toMatchObject({ done: 1 });
    expect(await home.histories(person)).toEqual([
      'submit>REQUESTED ask-material>SUPPLEMENT supplement-timeout>REJECTED',
    ]);
  });

  test('a promise that is not kept ends the filing, and bars the next promise', async () => {
    const person = await home.on('2025-06-02').person();
    const filing = made(await home.submit(person, { type: 'LT_WORKER', byCommitment: true }));
    expect(filing).toMatchObject({ state: 'EFFECTIVE', proof: 'PENDING', proofDueOn: '2025-11-29' });
    home.on('2025-11-29');
    expect(await home.sweep()).toMatchObject({ done: 0 });
    home.on('2025-11-30');
    expect(await home.sweep()).toMatchObject({ done: 1 });
    expect(await home.histories(person)).toEqual(['submit-self-service>EFFECTIVE proof-overdue>CANCELLED']);
    expect(await home.submit(person, { type: 'LT_WORKER', byCommitment: true })).toMatchObject({
      code: 'FIL-BARRED',
      values: { barredUntil: '2027-11-30' },
    });
    const withProof = { materials: [{ kind: 'work-proof', reference: 'archive/1' }] } as const;
    made(await home.submit(person, { type: 'LT_WORKER', particulars: withProof }));
  });

  test('every event is audited and counted', async () => {
    const { rows } = await home.database.query<{ action: string; count: number }>(
      `SELECT action, count(*)::int AS count FROM audit_entry WHERE actor = 'timer' GROUP BY action ORDER BY action`,
    );
    expect(rows).toEqual([
      { action: 'filing.expire', count: 2 },
      { action: 'filing.proof-overdue', count: 1 },
      { action: 'filing.start', count: 2 },
      { action: 'filing.supplement-timeout', count: 1 },
    ]);
  });
});

describe('what the alarms watch', () => {
  const watched = async () => {
    const nowMs = home.clock.now();
    const { pendingSinceMs, ...due } = await filingBacklog(home.database, nowMs);
    return { ...due, overdue: overdueFilings(pendingSinceMs.map(localDateAt), localDateAt(nowMs)) };
  };

  test('FIL-AGE: an application that waits longer than a working day, until it is decided', async () => {
    const person = await home.on('2025-09-30').person();
    const { filingId } = made(await home.submit(person, { forReview: true }));
    // The eight days of National Day are no working days.
    home.on('2025-10-09');
    expect(await watched()).toMatchObject({ overdue: 0 });
    home.on('2025-10-10');
    expect(await watched()).toMatchObject({ overdue: 1 });
    // Asked for material, it waits for the person and not for the agency.
    made(await home.act(filingId, { kind: 'ask-material', missing: ['page 2'] }));
    home.on('2025-10-20');
    expect(await watched()).toMatchObject({ overdue: 0 });
    made(await home.act(filingId, { kind: 'supply', materials: [] }));
    home.on('2025-10-22');
    expect(await watched()).toMatchObject({ overdue: 1 });
    made(await home.act(filingId, { kind: 'approve' }));
    expect(await watched()).toMatchObject({ overdue: 0 });
  });

  test.each([
    ['2026-03-01', 0, 0],
    ['2026-03-02', 1, 0],
    ['2026-03-24', 1, 0],
    ['2026-03-25', 1, 1],
    ['2026-04-01', 1, 1],
  ])('PROOF-DUE on %s: %i within 30 days, %i within 7', async (day, dueWithin30, dueWithin7) => {
    const before = await home.on(day).person();
    await home.database.query('DELETE FROM filing_agenda WHERE proof_due_on IS NOT NULL');
    // 180 days before 2026-04-01.
    made(await home.on('2025-10-03').submit(before, { type: 'LT_WORKER', byCommitment: true }));
    home.on(day);
    expect(await watched()).toMatchObject({ dueWithin30, dueWithin7 });
  });
});

describe('two replicas', () => {
  const PEOPLE = 250;

  test('share what is due: each filing gets its event once', async () => {
    home.on('2026-01-05');
    const people = await home.people(PEOPLE);
    const from = addDays(localDate('2026-01-05'), 3);
    await Promise.all(people.map((person) => home.submit(person, { from })));
    home.on('2026-01-08');
    const metrics = new Metrics({ service: 'home-region', processMetrics: false });
    const sweeps = await Promise.all([1, 2, 3].map(() => sweepFilings({ ...home.timerParts(), metrics })));
    // Whom another replica held is left for the next round.
    const rest = await home.sweep();
    expect(sweeps.reduce((sum, { done }) => sum + done, rest.done)).toBe(PEOPLE);
    const { rows } = await home.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM filing WHERE event = 'start' AND at_ms = $1`,
      [home.clock.now()],
    );
    expect(rows).toEqual([{ count: PEOPLE }]);
    expect(await metrics.text()).toContain(metric.filingTimerEvents.name);
  }, 60_000);

  test('somebody who is being filed for at that moment is left for the next round, the others are not', async () => {
    const [busy, idle] = [await home.on('2026-02-02').person(), await home.person()];
    for (const person of [busy, idle]) made(await home.submit(person, { from: localDate('2026-02-04') }));
    home.on('2026-02-04');
    const other = connect(home.url);
    await other.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM member WHERE person_token = $1 FOR UPDATE', [busy]);
      expect(await home.sweep()).toEqual({ done: 1, left: 1 });
    });
    expect(await home.sweep()).toEqual({ done: 1, left: 0 });
    await other.close();
    expect(await home.histories(idle)).toEqual(await home.histories(busy));
  });
});
