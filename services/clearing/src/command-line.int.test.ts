import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Scheme, VisitKind } from '@yijie/contracts/common';
import { HospitalClearingServiceClient } from '@yijie/contracts/matching';
import { fen, NO_SHARES } from '@yijie/money';
import { type Identity, NATIONAL_POOL } from '@yijie/security';
import { waitFor } from '@yijie/testkit';
import { type Printed, yijieClearing } from '../test/command-line.ts';
import { type Content, FactMaker, HOSPITAL } from '../test/facts.ts';
import { call, type RunningClearing, startRunningClearing } from '../test/running-clearing.ts';

const HOSPITAL_ID: Identity = { kind: 'institution', institutionCode: HOSPITAL };
/** Known, in a run, matched. */
const MATCHED = [/^220000 +110000 +2 +0 +2 /m, /^440000 +110000 +1 +0 +1 /m];
const AGENCIES = [NATIONAL_POOL, '110000', '220000', '440000', '440100'];

let clearing: RunningClearing;
/** S1 to S4 of the worked example (clearing-and-filing §4.13), without the deduction. */
let rows: readonly Content[];

beforeAll(async () => {
  const agencies = AGENCIES.map((pool): Identity => ({ kind: 'agency', pool }));
  clearing = await startRunningClearing([HOSPITAL_ID, ...agencies]);
  const facts = new FactMaker(clearing.bus, clearing.topicPrefix, clearing.keysOf);
  rows = [
    facts.settlement({
      shares: {
        ...NO_SHARES,
        poolFundFen: fen(3_000_000),
        largeAmountFen: fen(400_000),
        personalCashFen: fen(1_600_000),
      },
    }),
    facts.settlement({
      homePool: '220200',
      scheme: Scheme.RESIDENT,
      totalFen: 2_800_000,
      shares: {
        ...NO_SHARES,
        poolFundFen: fen(1_400_000),
        seriousIllnessFen: fen(120_000),
        medicalAidFen: fen(80_000),
        personalCashFen: fen(1_200_000),
      },
    }),
    facts.settlement({
      homePool: '440100',
      visitKind: VisitKind.CHRONIC,
      totalFen: 300_000,
      shares: {
        ...NO_SHARES,
        poolFundFen: fen(210_000),
        civilServantFen: fen(30_000),
        ownAccountFen: fen(40_000),
        personalCashFen: fen(20_000),
      },
    }),
  ];
  await facts.publishBoth(...rows);
}, 60_000);
afterAll(() => clearing?.stop());

const idOf = ({ settlementId }: Content) => settlementId.toString('hex');

/** As somebody at an agency's desk, for the run of March 2026. */
function desk(person: string, ...words: readonly string[]): Promise<Printed> {
  const at = ['--at', clearing.service().grpcAddress, '--keys', clearing.keyFolder];
  return yijieClearing(...words, ...at, '--person', person, '--period', '202603');
}

describe('match', () => {
  test('the report shows what waits, by pair of provinces', async () => {
    const report = await waitFor(
      async () => {
        const printed = await desk('li', 'match');
        return MATCHED.every((line) => line.test(printed.out)) && printed;
      },
      { what: 'both facts of every settlement' },
    );
    expect(report.out).toMatch(/^参保省 +就医省 +已知/);
  });

  test('the list says why a settlement is in no run, in either language', async () => {
    const zh = await desk('li', 'match', 'list');
    expect(zh.out).toContain('医院未确认');
    expect(zh.out).toContain('50,000.00');
    const en = await desk('li', 'match', 'list', '--language', 'en');
    expect(en.out).toContain('not confirmed by the hospital');
  });

  test('show prints both facts of one', async () => {
    const [first] = rows;
    const printed = await desk('li', 'match', 'show', first ? idOf(first) : '');
    expect(printed.out).toContain('就医方  2026-03-10 12:00  50,000.00  220100 → 110000');
    expect(printed.out).toContain('参保方');
  });

  test('a decision that takes two persons is refused to one, with its code and remedy', async () => {
    const [first] = rows;
    const words = ['match', 'accept', first ? idOf(first) : '', '--side', 'home', '--reason', 'test'];
    const printed = await desk('li', ...words);
    expect(printed).toMatchObject({ status: 1, out: '' });
    expect(printed.err).toMatch(/^AUT-SECOND {2}此操作须由两名/);
  });

  test('after the hospital confirms, everything is in its runs', async () => {
    const hospital = await clearing.client(HospitalClearingServiceClient, HOSPITAL_ID);
    const settlementIds = rows.map(idOf);
    await call(hospital, hospital.confirmRows, { idempotencyKey: 'all', settlementIds });
    const printed = await desk('li', 'match', 'list');
    expect(printed.out).toBe('没有异常结算。');
  });
});

test('somebody who does not say who they are is told how', async () => {
  await expect(yijieClearing('status', '--at', 'localhost:1', '--keys', clearing.keyFolder)).rejects.toThrow(
    '--person',
  );
});
