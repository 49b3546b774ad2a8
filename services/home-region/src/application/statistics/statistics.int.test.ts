import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalDate, localDate, localDateAt } from '@yijie/calendar';
import { Command, Reply } from '@yijie/contracts/exchange';
import type { Incoming } from '@yijie/exchange';
import { fen } from '@yijie/money';
import type { Queryable, Statement } from '@yijie/postgres';
import { SeededRandom } from '@yijie/testkit';
import { ClaimDesk } from '../../../test/claim-desk.ts';
import { batchOf, HomeFixture, type Replica, replyTo } from '../../../test/home-fixture.ts';
import { NOON } from '../../../test/wire-commands.ts';
import { handlingTime, indicatorsOf } from '../../core/statistics/statistic-indicators.ts';
import { STATISTIC_MEASURES, type StatisticMeasure } from '../../core/statistics/statistic-measures.ts';
import type { StatisticFilter, StatisticGrouping } from '../../core/statistics/statistic-question.ts';
import { correctionsOf, settledAfter } from '../../repositories/claims/correction-rows.ts';
import {
  caseOfReceipt,
  casesAtDesk,
  casesOfPerson,
  directSettlementOf,
  findCase,
  overdueClaims,
} from '../../repositories/claims/reimbursement-rows.ts';
import { filingsOfPerson } from '../../repositories/filing/filing-rows.ts';
import {
  personSettlements,
  personYearCosts,
  visibleSettlement,
} from '../../repositories/queries/person-settlements.ts';
import { countedRows, statisticSums } from '../../repositories/statistics/statistic-sums.ts';
import { projectStatistics } from './project-statistics.ts';

const DAY_MS = 86_400_000;
const EVERYTHING: StatisticFilter = { fromMonth: 202501, untilMonth: 202512 };

let home: HomeFixture;
let replica: Replica;
let desk: ClaimDesk;
/** Every settlement command that was sent, whatever became of it. */
const sent: Incoming[] = [];

beforeAll(async () => {
  home = await HomeFixture.start();
  replica = await home.replica();
  desk = await ClaimDesk.at(home);
  await liveThroughSomeMonths();
  await projectStatistics(home.database);
}, 60_000);
afterAll(() => home.close());

async function send(...messages: Incoming[]): Promise<void> {
  await replica.processor.process(batchOf(...messages));
  for (const message of messages) await replyTo(home.all, message);
}

/** Settled, refused, refused and then settled, late, refunded, deemed, filed, claimed: over several months. */
async function liveThroughSomeMonths(): Promise<void> {
  const random = new SeededRandom(5);
  const settle = (options: Parameters<typeof home.make.settle>[0]) => {
    const message = home.make.settle(options);
    sent.push(message);
    return message;
  };
  for (let round = 0; round < 24; round += 1) {
    const settledAtMs = NOON - (round % 4) * 31 * DAY_MS;
    const person = await home.person({
      scheme: round % 3 === 0 ? 'resident' : 'employee',
      personClass: round % 3 === 0 ? 'resident' : round % 2 === 0 ? 'retired' : 'active',
      filing: round % 5 === 4 ? null : round % 2 === 0 ? 'TM_OTHER' : 'LT_RESIDENT',
    });
    const bill = home.make.bill({
      totalFen: 100_000 + Math.floor(random.next() * 3_000_000),
      admissionDate: Number(localDateAt(settledAtMs - 9 * DAY_MS).replaceAll('-', '')),
      dischargeDate: Number(localDateAt(settledAtMs - DAY_MS).replaceAll('-', '')),
      settledAtMs,
    });
    const message = settle({ person, bill, settledAtMs });
    await send(message);
    // Nobody filed: held for it, twice; then as an emergency, for the same visit.
    if (round % 5 === 4) {
      await send(settle({ person, bill, settledAtMs }));
      const visit = bill.visit && { ...bill.visit, emergency: true };
      const emergency = settle({ person, bill: { ...bill, visit }, settledAtMs });
      if (round % 2 === 0) await send(emergency);
      if (round === 14) await send(home.make.refund(person, emergency));
    } else if (round % 6 === 1) {
      await send(home.make.refund(person, message, { refundedAtMs: NOON }));
      await send(settle({ person, bill, settledAtMs }));
    }
    if (round % 7 === 3) await send(settle({ person, expiresAtMs: NOON - 120_000 }));
  }
  await fileInEveryWay();
  await claim();
}

/** Rows as the registry writes them: online and at the counter, decided in time, late, by self-service, at once. */
async function fileInEveryWay(): Promise<void> {
  const person = await home.person({ filing: null });
  const versions: [string, number, string, string, string | null, number][] = [
    ['NHSA_APP', 1, 'submit-self-service', '', null, NOON],
    ['NHSA_MINI', 1, 'submit', '', '2025-06-04', NOON],
    ['NHSA_MINI', 2, 'approve', 'REQUESTED', null, NOON + 2 * DAY_MS],
    ['PROV_ONLINE', 1, 'submit', '', '2025-06-04', NOON],
    ['PROV_ONLINE', 2, 'reject', 'REQUESTED', null, NOON + 3 * DAY_MS],
    ['COUNTER', 1, 'submit', '', '2025-06-04', NOON],
    ['COUNTER', 2, 'approve', 'REQUESTED', null, NOON],
    ['PHONE', 1, 'submit', '', null, NOON],
    // The calendar didn't know its year: nobody can say whether it was in time.
    ['PHONE', 2, 'approve', 'REQUESTED', null, NOON + 40 * DAY_MS],
  ];
  for (const [channel, version, event, from, reviewDueOn, atMs] of versions) {
    await home.database.query(
      `INSERT INTO filing (filing_id, version, person_token, scheme, type, target_region, valid_from, channel,
         by_commitment, proof, state, event, from_state, actor, applied_at_ms, at_ms, review_due_on)
       VALUES (md5($1)::uuid, $2, $3, 'employee', 'TM_OTHER', '410100', '2025-06-02', $1, false, 'NONE', 'EFFECTIVE',
         $4, $5, 'test', $6, $7, $8)`,
      [channel, version, person, event, from === '' ? null : from, NOON, atMs, reviewDueOn],
    );
  }
}

async function claim(): Promise<void> {
  for (const [days, change] of [
    [3, {}],
    [10, { totalFen: fen(4_000_000) }],
    // 31 working days from 2 June 2025.
    [43, {}],
    [5, { treatmentPool: '430200' }],
    [6, { hospitalLevel: 'L2' as const }],
  ] as const) {
    const person = await home.person();
    const { id, amounts } = await desk.underReview(person, change);
    const decided = await desk.approve(id, amounts.payableFen, undefined, NOON + days * DAY_MS);
    if (!decided.ok) throw new Error(decided.code);
  }
  const rejected = await desk.underReview(await home.person());
  await desk.reject(rejected.id, NOON + 14 * DAY_MS);
}

/** One thing that happened, told by the base tables alone. */
interface Happening {
  readonly measure: StatisticMeasure;
  readonly month: number;
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly scheme: string;
  readonly person_class: string;
  readonly visit_kind: string;
  readonly hospital_level: string;
  readonly count: number;
  readonly amountFen: number;
  readonly days?: number;
  readonly once?: string;
}

const monthOf = (atMs: number) => Number(localDateAt(atMs).slice(0, 7).replace('-', ''));

/** The slow and obvious way: reads every base row and says what it adds. Shares nothing with the projection. */
async function happenings(): Promise<Happening[]> {
  return [...(await settled()), ...(await tried()), ...(await filed()), ...(await claimed())];
}

async function settled(): Promise<Happening[]> {
  const rows = await rowsOf<{
    readonly person_class: string;
    readonly hospital_level: string;
    readonly home_pool: string;
    readonly treatment_pool: string;
    readonly scheme: string;
    readonly visit_kind: string;
    readonly settled_at_ms: number;
    readonly is_refund: boolean;
    readonly reply: Buffer;
  }>(
    `SELECT s.*, b.reply, s.original_id IS NOT NULL AS is_refund,
            COALESCE(s.policy_input, o.policy_input) -> 'facts' ->> 'personClass' AS person_class,
            COALESCE(s.policy_input, o.policy_input) -> 'facts' ->> 'hospitalLevel' AS hospital_level
       FROM settlement s JOIN inbox b ON b.command_id = s.settlement_id
       LEFT JOIN settlement o ON o.settlement_id = s.original_id`,
  );
  return rows.flatMap(({ settled_at_ms, is_refund, reply, ...sides }) => {
    const { result } = Reply.decode(reply);
    if (result?.$case !== 'settled') throw new Error('a settlement without its answer');
    const { shares, eligibilityCode, totalFen } = result.settled;
    if (shares === undefined) throw new Error('an answer without shares');
    const { ownAccountFen, familyAccountFen, personalCashFen, hospitalPartFen } = shares;
    const amountFen = totalFen - ownAccountFen - familyAccountFen - personalCashFen - hospitalPartFen;
    const event = { ...sides, month: monthOf(settled_at_ms), count: is_refund ? -1 : 1, amountFen: 0 };
    return [
      { ...event, measure: 'direct', amountFen },
      ...(is_refund ? [{ ...event, measure: 'refunded', count: 1 } as const] : []),
      ...(eligibilityCode === 'OK-DEEMED' ? [{ ...event, measure: 'deemed' } as const] : []),
    ] satisfies Happening[];
  });
}

async function tried(): Promise<Happening[]> {
  const found: Happening[] = [];
  for (const message of sent) {
    const command = Command.decode(message.payload);
    if (command.body?.$case !== 'settle') throw new Error('not a settlement');
    const { visit, settledAtMs } = command.body.settle;
    const [answer] = await rowsOf<{ outcome: string; reply: Buffer; decided_at_ms: number }>(
      'SELECT outcome, reply, decided_at_ms FROM inbox WHERE command_id = $1',
      [command.commandId],
    );
    // One was made and not sent after all.
    if (answer === undefined) continue;
    const [member] = await rowsOf<{ scheme: string; person_class: string }>(
      'SELECT scheme, person_class FROM member WHERE person_token = $1',
      [command.personToken],
    );
    const isSettled = answer.outcome === 'SETTLED';
    const event = {
      month: monthOf(isSettled ? settledAtMs : answer.decided_at_ms),
      home_pool: command.homePool,
      treatment_pool: command.treatmentPool,
      scheme: member?.scheme ?? '',
      person_class: member?.person_class ?? '',
      visit_kind: 'inpatient',
      hospital_level: 'L3',
      count: 1,
      amountFen: 0,
      once: visit?.visitId.toString('hex') ?? '',
    };
    found.push({ ...event, measure: 'visit-attempted' });
    if (isSettled) found.push({ ...event, measure: 'visit-settled' });
    const { result } = Reply.decode(answer.reply);
    if (result?.$case === 'refused' && result.refused.code === 'FIL-NONE')
      found.push({ ...event, measure: 'visit-without-filing' });
  }
  return found;
}

async function filed(): Promise<Happening[]> {
  const rows = await rowsOf<{
    readonly version: number;
    readonly channel: string;
    readonly event: string;
    readonly applied_at_ms: number;
    readonly at_ms: number;
    readonly was_due: LocalDate | null;
    readonly home_pool: string;
    readonly treatment_pool: string;
    readonly scheme: string;
    readonly person_class: string;
  }>(
    `SELECT f.version, f.channel, f.event, f.applied_at_ms, f.at_ms, f.scheme, f.target_region AS treatment_pool,
            m.home_pool, m.person_class,
            (SELECT review_due_on FROM filing p WHERE p.filing_id = f.filing_id AND p.version = f.version - 1) AS was_due
       FROM filing f JOIN member m USING (person_token) WHERE channel <> 'DEEMED'`,
  );
  return rows.flatMap(({ version, channel, event, applied_at_ms, at_ms, was_due, ...sides }) => {
    const found: Happening[] = [];
    const one = { ...sides, visit_kind: '', hospital_level: '', count: 1, amountFen: 0 };
    const month = monthOf(applied_at_ms);
    if (version === 1) found.push({ ...one, month, measure: 'filed' });
    if (version === 1 && /^NHSA|^GOV|ONLINE$/.test(channel))
      found.push({ ...one, month, measure: 'filed-online' });
    const atOnce = event === 'submit-self-service';
    const reviewed = (event === 'approve' || event === 'reject') && was_due !== null;
    const inTime = atOnce || (was_due !== null && localDateAt(at_ms) <= was_due);
    if (atOnce || reviewed) found.push({ ...one, month: monthOf(at_ms), measure: 'decided' });
    if ((atOnce || reviewed) && inTime)
      found.push({ ...one, month: monthOf(at_ms), measure: 'decided-in-time' });
    return found;
  });
}

async function claimed(): Promise<Happening[]> {
  const rows = await rowsOf<{
    readonly state: string;
    readonly decided_at_ms: number;
    readonly fund_fen: number;
    readonly handled_days: number;
    readonly home_pool: string;
    readonly treatment_pool: string;
    readonly scheme: string;
    readonly person_class: string;
    readonly visit_kind: string;
    readonly hospital_level: string;
  }>('SELECT * FROM reimbursement WHERE decided_by IS NOT NULL');
  return rows.flatMap(({ state, decided_at_ms, fund_fen, handled_days, ...sides }) => {
    const event = { ...sides, month: monthOf(decided_at_ms), count: 1, amountFen: 0 };
    const handled: Happening = { ...event, measure: 'manual-handled', days: handled_days };
    return state === 'REJECTED' ? [handled] : [handled, { ...event, measure: 'manual', amountFen: fund_fen }];
  });
}

async function rowsOf<Row>(sql: string, params: readonly unknown[] = []): Promise<readonly Row[]> {
  return (await home.database.query<Row>(sql, params)).rows;
}

/** What happened in a group, each visit once in a month and on its sides. */
function naively(all: readonly Happening[], filter: StatisticFilter, groupBy: readonly StatisticGrouping[]) {
  const seen = new Set<string>();
  const counted = all.filter((one) => {
    if (one.month < filter.fromMonth || one.month > filter.untilMonth) return false;
    if (filter.scheme !== undefined && one.scheme !== filter.scheme) return false;
    if (filter.visitKind !== undefined && one.visit_kind !== filter.visitKind) return false;
    if (filter.homePool !== undefined && one.home_pool !== filter.homePool) return false;
    if (
      filter.treatmentPool !== undefined &&
      !one.treatment_pool.startsWith(filter.treatmentPool.slice(0, 2))
    )
      return false;
    if (one.once === undefined) return true;
    const key = `${one.measure} ${one.month} ${one.once}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return Map.groupBy(counted, (one) => groupBy.map((side) => `${one[side]}`).join(' '));
}

function naiveIndicators(group: readonly Happening[]): Record<string, [number, number]> {
  const count = (measure: string, test: (one: Happening) => boolean = () => true) =>
    group.filter((one) => one.measure === measure && test(one)).reduce((sum, one) => sum + one.count, 0);
  const money = (measure: string, test: (one: Happening) => boolean) =>
    group.filter((one) => one.measure === measure && test(one)).reduce((sum, one) => sum + one.amountFen, 0);
  const across = (one: Happening) =>
    one.visit_kind === 'inpatient' && one.home_pool.slice(0, 2) !== one.treatment_pool.slice(0, 2);
  return {
    'direct-rate': [count('direct', across), count('direct', across) + count('manual', across)],
    'direct-rate-by-amount': [money('direct', across), money('direct', across) + money('manual', across)],
    'success-rate': [count('visit-settled'), count('visit-attempted')],
    'filing-online-rate': [count('filed-online'), count('filed')],
    'filing-on-time-rate': [count('decided-in-time'), count('decided')],
    'deemed-share': [count('deemed'), count('direct')],
    'no-filing-share': [count('visit-without-filing'), count('visit-attempted')],
    'refund-rate': [count('refunded'), count('direct', (one) => one.count > 0)],
  };
}

describe('every number', () => {
  test.each<[string, StatisticFilter, StatisticGrouping[]]>([
    ['over everything', EVERYTHING, []],
    ['by month', EVERYTHING, ['month']],
    ['by region and service', EVERYTHING, ['home_pool', 'treatment_pool', 'visit_kind']],
    [
      'by all there is',
      EVERYTHING,
      ['month', 'home_pool', 'treatment_pool', 'scheme', 'person_class', 'visit_kind', 'hospital_level'],
    ],
    [
      'of one scheme, by class and level',
      { ...EVERYTHING, scheme: 'employee' },
      ['person_class', 'hospital_level'],
    ],
    [
      'of June, stays in another province',
      { fromMonth: 202506, untilMonth: 202506, visitKind: 'inpatient', treatmentPool: '41%' },
      ['month'],
    ],
  ])('%s is what the base tables give, counted naively', async (_, filter, groupBy) => {
    const groups = await statisticSums(home.database, filter, groupBy);
    const expected = naively(await happenings(), filter, groupBy);
    expect(groups.length).toBeGreaterThan(0);
    expect(groups.map(({ sides }) => sides.join(' ')).sort()).toEqual([...expected.keys()].sort());
    for (const { sides, sums, handled } of groups) {
      const happened = expected.get(sides.join(' ')) ?? [];
      const indicators = Object.fromEntries(
        indicatorsOf(sums).map(({ name, top, bottom }) => [name, [top, bottom]]),
      );
      expect(indicators).toEqual(naiveIndicators(happened));
      const days = happened
        .flatMap((one) => (one.days === undefined ? [] : [one.days]))
        .sort((a, b) => a - b);
      expect(handlingTime(handled)).toMatchObject({
        decided: days.length,
        medianDays: days[Math.ceil(days.length / 2) - 1],
        withinLimit: days.filter((day) => day <= 30).length,
      });
    }
  });

  test('is not nothing: each indicator had something to count', async () => {
    const [all] = await statisticSums(home.database, EVERYTHING, []);
    for (const { name, top, bottom, ratioBp } of indicatorsOf(all?.sums ?? new Map())) {
      expect([name, top > 0 && bottom > top]).toEqual([name, true]);
      expect([name, ratioBp]).toEqual([name, Math.round((top / bottom) * 10_000)]);
    }
  });

  test('is explained by its rows, page by page, which add up to it', async () => {
    const [all] = await statisticSums(home.database, EVERYTHING, []);
    for (const measure of STATISTIC_MEASURES) {
      const rows = [];
      for (let after: { cellId: number; sourceId: Uint8Array } | undefined; ; ) {
        const page = await countedRows(home.database, EVERYTHING, measure, after, 3);
        rows.push(...page);
        after = page.at(-1);
        if (page.length < 3) break;
      }
      const sum = all?.sums.get(measure)?.all;
      expect([measure, rows.reduce((added, row) => added + row.count, 0)]).toEqual([measure, sum?.count]);
      expect(rows.reduce((added, row) => added + row.amountFen, 0)).toBe(sum?.amountFen);
      const keys = rows.map((row) => `${row.cellId} ${row.sourceId.toString('hex')}`);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

describe('the projection', () => {
  const cells = () =>
    rowsOf<Record<string, unknown>>(
      'SELECT month, measure, treatment_pool, scheme, person_class, bucket, count, amount_fen FROM statistic_cell ORDER BY cell_id',
      [],
    );

  test('has read everything, and reading it all again changes nothing', async () => {
    const before = await cells();
    expect(await projectStatistics(home.database)).toBe(0);
    await home.database.query('DELETE FROM statistic_cursor');
    expect(await projectStatistics(home.database)).toBeGreaterThan(50);
    expect(await cells()).toEqual(before);
  });

  test('waits for a transaction that began before, and then counts both in one go', async () => {
    const counted = async () =>
      (await statisticSums(home.database, EVERYTHING, []))[0]?.sums.get('filed')?.all.count ?? 0;
    const before = await counted();
    const insert = (
      tx: { query(sql: string, params: unknown[]): Promise<unknown> },
      id: string,
      person: string,
    ) =>
      tx.query(
        `INSERT INTO filing (filing_id, version, person_token, scheme, type, target_region, valid_from, channel,
           by_commitment, proof, state, event, actor, applied_at_ms, at_ms)
         VALUES (md5($1)::uuid, 1, $2, 'employee', 'TM_OTHER', '410100', '2025-06-02', 'COUNTER', false, 'NONE',
           'REQUESTED', 'submit', 'test', $3, $3)`,
        [id, person, NOON],
      );
    const [first, second] = [await home.person({ filing: null }), await home.person({ filing: null })];
    await home.database.transaction(async (slow) => {
      await insert(slow, 'slow', first);
      await insert(home.database, 'quick', second);
      await projectStatistics(home.database);
      // The quick one is committed, but the slow one has the lower number.
      expect(await counted()).toBe(before);
    });
    await projectStatistics(home.database);
    expect(await counted()).toBe(before + 2);
  });

  test('counts each row once, however many replicas count', async () => {
    await home.database.query('DELETE FROM statistic_cursor');
    const before = await cells();
    await Promise.all([1, 2, 3].map(() => projectStatistics(home.database)));
    expect(await cells()).toEqual(before);
  });

  test('counts a claim of today in the month of its decision', async () => {
    const june = { ...EVERYTHING, fromMonth: 202507, untilMonth: 202507 };
    const [before] = await statisticSums(home.database, june, []);
    const { id, amounts } = await desk.underReview(await home.person(), {
      paidInFullOn: localDate('2025-04-02'),
    });
    await desk.approve(id, amounts.payableFen, undefined, Date.parse('2025-07-01T02:00:00Z'));
    await projectStatistics(home.database);
    const [after] = await statisticSums(home.database, june, []);
    const manual = (group: typeof after) => group?.sums.get('manual')?.all.count ?? 0;
    expect(manual(after) - manual(before)).toBe(1);
  });
});

describe('what people look up', () => {
  const someId = Buffer.alloc(16, 1);
  const person = 'y'.repeat(22);
  const reads: [string, (database: Queryable) => Promise<unknown>][] = [
    ["a person's settlements", (db) => personSettlements(db, person, '430100', undefined, 51)],
    ['one settlement', (db) => visibleSettlement(db, someId, { personToken: person })],
    ["a person's year", (db) => personYearCosts(db, person, 'employee', '2025')],
    ["a person's filings", (db) => filingsOfPerson(db, person)],
    ["a person's claims", (db) => casesOfPerson(db, person, '430100', undefined, 51)],
    ['the claims at a desk', (db) => casesAtDesk(db, '430100', 'RECEIVED', undefined, 51)],
    ['claims that are overdue', (db) => overdueClaims(db, localDate('2025-06-02'))],
    ['a claim', (db) => findCase(db, someId, { pool: '430100' })],
    ['the claim of a receipt', (db) => caseOfReceipt(db, 'H1', 'R1')],
    [
      'whether a stay was settled directly',
      (db) => directSettlementOf(db, { personToken: person, claim: desk.claim() }),
    ],
    ['the corrections of a settlement', (db) => correctionsOf(db, someId, '430100')],
    ['what was settled after it', (db) => settledAfter(db, someId)],
    ['sums', (db) => statisticSums(db, EVERYTHING, ['month'])],
    ['the rows behind a number', (db) => countedRows(db, EVERYTHING, 'direct', undefined, 51)],
  ];

  test.each(reads)('%s: by indexes alone', async (_, read) => {
    const statements: (string | Statement)[] = [];
    const plans: string[] = [];
    await read({
      async query(statement, params = []) {
        statements.push(statement);
        const sql = typeof statement === 'string' ? statement : statement.sql;
        const { rows } = await home.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, params);
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        return home.database.query(statement, params);
      },
    });
    expect(statements).toHaveLength(1);
    expect(plans[0]).toContain('Index');
    expect(plans[0]).not.toContain('Seq Scan');
  });
});
