import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultFundColumns, FUND_NAMES } from '@yijie/clearing';
import { fen, NO_SHARES } from '@yijie/money';
import { byteaArray } from '@yijie/postgres';
import { waitFor } from '@yijie/testkit';
import { type Content, FactMaker } from '../test/facts.ts';
import { type RunningClearing, startRunningClearing } from '../test/running-clearing.ts';

let clearing: RunningClearing;
let facts: FactMaker;

beforeAll(async () => {
  clearing = await startRunningClearing([], [], ['CN', '110000', '220000']);
  facts = new FactMaker(clearing.bus, clearing.topicPrefix, clearing.keysOf);
}, 60_000);
afterAll(() => clearing?.stop());

interface OpenRow {
  readonly match_state: string;
  readonly sides: number;
  readonly reasons: readonly string[];
}

async function openRow({ settlementId }: Content): Promise<OpenRow | undefined> {
  const { rows } = await clearing.database.query<OpenRow>(
    'SELECT match_state, sides, reasons FROM open_row WHERE settlement_id = $1',
    [settlementId],
  );
  return rows[0];
}

function untilState(content: Content, state: string): Promise<OpenRow> {
  return waitFor(
    async () => {
      const row = await openRow(content);
      return row?.match_state === state && row;
    },
    { what: `${state} on the exception list` },
  );
}

async function factsOf({ settlementId }: Content): Promise<number> {
  const { rows } = await clearing.database.query('SELECT 1 FROM fact WHERE settlement_id = $1', [
    settlementId,
  ]);
  return rows.length;
}

/** Code and reason of the record of this settlement that wasn't taken. */
function untilRefused({ settlementId }: Content): Promise<{ code: string; reason: string }> {
  const key = settlementId.toString('hex');
  return waitFor(
    async () => {
      const { rows } = await clearing.database.query<{ code: string; reason: string }>(
        `SELECT reason_code AS code, reason FROM exchange_dead_letter
          WHERE replace(key, '-', '') = $1 AND state = 'WAITING'`,
        [key],
      );
      return rows[0];
    },
    { what: 'the refusal' },
  );
}

describe('facts of both sides', () => {
  test('match in either order, each once however often it comes', async () => {
    const [one, other] = [facts.settlement(), facts.settlement()];
    await facts.publish('home', one);
    await facts.publish('treatment', other);
    expect(await untilState(one, 'ONE_SIDED')).toMatchObject({ sides: 2 });
    expect(await untilState(other, 'ONE_SIDED')).toMatchObject({ sides: 1 });
    await facts.publishBoth(one, other, one);
    for (const content of [one, other]) {
      expect(await untilState(content, 'MATCHED')).toEqual({
        match_state: 'MATCHED',
        sides: 3,
        reasons: ['NOT_HOSPITAL_CONFIRMED'],
      });
      expect(await factsOf(content)).toBe(2);
    }
  });

  test('that differ are kept with every field of both', async () => {
    const content = facts.settlement();
    const shares = { ...NO_SHARES, poolFundFen: fen(2_999_900), personalCashFen: fen(2_000_100) };
    await facts.publish('treatment', content);
    await facts.publish('home', { ...content, shares });
    await untilState(content, 'DIFFERENT');
    const { rows } = await clearing.database.query(
      'SELECT field, treatment_value, home_value FROM match_difference WHERE settlement_id = $1 ORDER BY field',
      [content.settlementId],
    );
    expect(rows).toEqual([
      { field: 'personalCashFen', treatment_value: '2000000', home_value: '2000100' },
      { field: 'poolFundFen', treatment_value: '3000000', home_value: '2999900' },
    ]);
  });
});

test('a fact of owners whose runs are kept elsewhere is left to them', async () => {
  const [theirs, ours] = [
    facts.settlement({ homePool: '440300', treatmentPool: '440100' }),
    facts.settlement({ homePool: '440300' }),
  ];
  await facts.publishBoth(theirs, ours);
  await untilState(ours, 'MATCHED');
  await waitFor(async () => (await unreadRecords()) === 0, { what: 'everything read' });
  expect(await factsOf(theirs)).toBe(0);
});

describe('a record that is not taken', () => {
  test.each<[string, () => Content, string]>([
    ['whose shares do not add up', () => facts.settlement({ totalFen: 5_000_001 }), 'CLR-SUM'],
    ['of an unknown region', () => facts.settlement({ homePool: '220990' }), 'CLR-REGION'],
    [
      'with money of a fund that the scheme does not have',
      () => facts.settlement({ shares: { ...NO_SHARES, seriousIllnessFen: fen(5_000_000) } }),
      'CLR-FUNDCOL',
    ],
    [
      'of a settlement that is negative',
      () => ({ ...facts.refundOf(facts.settlement()), kind: 1, originalSettlementId: Buffer.alloc(0) }),
      'CLR-SIDE',
    ],
    ['that names no kind', () => facts.settlement({ kind: 0 }), 'DLQ-DECODE'],
  ])('%s is kept with its code', async (_, make, code) => {
    const content = make();
    await facts.publish('treatment', content);
    expect((await untilRefused(content)).code).toBe(code);
    expect(await factsOf(content)).toBe(0);
  });

  test('signed by another province than speaks is kept with its code', async () => {
    const content = facts.settlement();
    await facts.publishAs('440000', 'home', content);
    expect(await untilRefused(content)).toEqual({
      code: 'SIG-REGION',
      reason: '{"province":"440000","expectedProvince":"220000"}',
    });
  });

  test('whose hash is not that of its content is kept with its code', async () => {
    const content = facts.settlement();
    await facts.publishAs('110000', 'treatment', content, { contentHash: Buffer.alloc(32, 7) });
    expect((await untilRefused(content)).code).toBe('DLQ-DECODE');
  });

  test('that contradicts what its side said before never overwrites it', async () => {
    const content = facts.settlement();
    await facts.publish('treatment', content);
    await facts.publish('treatment', { ...content, institutionCode: 'H11010100009' });
    expect(await untilRefused(content)).toEqual({
      code: 'CLR-CONTRA',
      reason: '{"field":"institutionCode","stored":"H11010100001","received":"H11010100009"}',
    });
    expect(await untilState(content, 'ONE_SIDED')).toMatchObject({ sides: 1 });
  });
});

test('every fact counts once although its transactions are cut off at any moment', async () => {
  const contents = Array.from({ length: 400 }, () => facts.settlement());
  const cutting = new AbortController();
  let cutOff = 0;
  const cuts = (async () => {
    while (!cutting.signal.aborted) {
      const { rows } = await clearing.database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'clearing-100000-rows' AND datname = current_database() AND state <> 'idle'`,
      );
      cutOff += rows.length;
    }
  })();
  try {
    await facts.publishMany('treatment', contents, 20);
    await facts.publishMany('home', contents, 20);
  } finally {
    cutting.abort();
    await cuts;
  }
  const ids = contents.map(({ settlementId }) => settlementId);
  await waitFor(
    async () => {
      const { rows } = await clearing.database.query<{ facts: number; matched: number }>(
        `SELECT (SELECT count(*)::int FROM fact WHERE settlement_id = ANY ($1::bytea[])) AS facts,
                (SELECT count(*)::int FROM open_row
                  WHERE settlement_id = ANY ($1::bytea[]) AND match_state = 'MATCHED') AS matched`,
        [byteaArray(ids)],
      );
      return rows[0]?.facts === 800 && rows[0].matched === 400;
    },
    { what: 'both sides of 400 settlements', withinMs: 20_000 },
  );
  expect(cutOff).toBeGreaterThan(0);
});

test('what was read before a stop is not read again, what came meanwhile is, by the parameters of now', async () => {
  const [before, meanwhile] = [facts.settlement(), facts.settlement()];
  await facts.publishBoth(before);
  await untilState(before, 'MATCHED');
  const repeated = await repeatedFacts();
  // A province whose policy has the fund opens its column.
  await clearing.database.query(
    `INSERT INTO parameter_version VALUES ('220000', '2026-01-01', $1, 'the policy of the province')`,
    [JSON.stringify({ fundColumns: { ...defaultFundColumns, employee: FUND_NAMES } })],
  );
  await clearing.restart();
  const opened = facts.settlement({ shares: { ...NO_SHARES, seriousIllnessFen: fen(5_000_000) } });
  await facts.publishBoth(meanwhile, opened);
  await untilState(meanwhile, 'MATCHED');
  await untilState(opened, 'MATCHED');
  expect(await repeatedFacts()).toBe(repeated);
});

async function repeatedFacts(): Promise<number> {
  const found = /yijie_facts_total\{[^}]*result="repeated"[^}]*} (\d+)/.exec(await clearing.metrics.text());
  return Number(found?.[1]);
}

/** Records of the fact topic past the positions that the database holds. */
async function unreadRecords(): Promise<number> {
  const found = [...(await clearing.metrics.text()).matchAll(/yijie_consumer_lag\{[^}]*} (\d+)/g)];
  return found.reduce((sum, [, lag]) => sum + Number(lag), 0);
}
