import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  adjustmentTransfers,
  adjustQuota,
  balancesOf,
  buildRunTables,
  cellsOf,
  componentsOf,
  defaultParameters,
  hubOf,
  imbalances,
  type LedgerEntry,
  NETTING_MODES,
  postAdvance,
  postPayment,
  postRun,
  postYearEnd,
  schemeComponents,
  transfersOf,
  type YearEndApplication,
  yearEndTransfers,
} from '../src/index.ts';
import {
  EXAMPLE_PERIOD,
  exampleDeduction,
  exampleMarch,
  exampleQuotas,
  exampleYearEnd,
} from '../src/worked-example/worked-example.ts';

const { pairs } = buildRunTables({
  owner: 'CN',
  period: EXAMPLE_PERIOD,
  cells: cellsOf('CN', exampleMarch, [exampleDeduction]),
  deductions: [],
});
const ran = postRun(pairs).flatMap(({ entries }) => entries);

test('a run books claims and deductions per pair, scheme and fund', () => {
  expect(imbalances(ran)).toEqual([]);
  const onFund = balancesOf(
    ran,
    ({ party, account, scheme, fund }) => `${party} ${account} ${scheme} ${fund}`,
  );
  expect(onFund.get('220000 PAYABLE employee poolFundFen')).toBe(-2_850_000);
  expect(onFund.get('220000 COST employee poolFundFen')).toBe(3_000_000 - 700_000);
  expect(onFund.get('110000 DEDUCTION employee poolFundFen')).toBe(150_000);
  expect(onFund.get('220000 RECEIVABLE resident seriousIllnessFen')).toBe(-30_000);
});

describe.each(NETTING_MODES)('paying in mode %s', (mode) => {
  test.each([false, true])(
    'in any parts settles every payable and receivable to the fen; split %s',
    (splitByScheme) => {
      const transfers = transfersOf(pairs, { owner: 'CN', mode, splitByScheme });
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 9_999 }), { maxLength: 4 }), (cuts) => {
          const entries: LedgerEntry[] = [...ran];
          for (const transfer of transfers) {
            const components = componentsOf(transfer, pairs, mode, hubOf('CN'));
            const steps = [
              ...new Set([
                ...cuts.map((cut) => Math.floor((transfer.amountFen * cut) / 10_000)),
                transfer.amountFen,
              ]),
            ]
              .filter((step) => step > 0)
              .toSorted((a, b) => a - b);
            let paidBeforeFen = 0;
            for (const paidAfterFen of steps) {
              const part = { transfer, components, paidBeforeFen, paidAfterFen, hub: hubOf('CN') };
              const { entries: posted } = postPayment(part);
              expect(imbalances(posted)).toEqual([]);
              const cash = posted.filter((one) => one.account === 'CASH' && one.party === transfer.payee);
              expect(cash.reduce((sum, one) => sum + one.amountFen, 0)).toBe(paidAfterFen - paidBeforeFen);
              entries.push(...posted);
              paidBeforeFen = paidAfterFen;
            }
          }
          const open = balancesOf(
            entries.filter(({ account }) => ['PAYABLE', 'RECEIVABLE', 'HUB'].includes(account)),
            ({ party, account, payer, payee, scheme, fund }) =>
              [party, account, payer, payee, scheme, fund].join(' '),
          );
          expect([...open].filter(([, amount]) => amount !== 0)).toEqual([]);
        }),
        { numRuns: 25 },
      );
    },
  );
});

test('the float: increases and returns change what is held, per scheme', () => {
  const adjustments = exampleQuotas.map((input) => adjustQuota(input, defaultParameters));
  const entries = adjustmentTransfers(adjustments).flatMap((transfer) => {
    const components = schemeComponents(transfer);
    const half = Math.floor(transfer.amountFen / 2);
    return [
      ...postAdvance({ transfer, components, paidBeforeFen: 0, paidAfterFen: half }).entries,
      ...postAdvance({ transfer, components, paidBeforeFen: half, paidAfterFen: transfer.amountFen }).entries,
    ];
  });
  expect(imbalances(entries)).toEqual([]);
  const held = balancesOf(
    entries.filter(({ account }) => account === 'ADVANCE'),
    ({ party, payer, payee }) => `${party} on ${payer}→${payee}`,
  );
  expect(Object.fromEntries(held)).toEqual({
    '220000 on 220000→110000': 800_000,
    '110000 on 220000→110000': -800_000,
    '110000 on 110000→440000': -200_000,
    '440000 on 110000→440000': 200_000,
    '220000 on 220000→440000': 40_000,
    '440000 on 220000→440000': -40_000,
    '440000 on 440000→220000': 150_000,
    '220000 on 440000→220000': -150_000,
  });
});

test('the year’s end: what is owed more or less, and its payment', () => {
  const applications = exampleYearEnd.map(
    ({ totals, changes }): YearEndApplication => ({ year: 2025, totals, changes, state: 'CONFIRMED' }),
  );
  const entries = [
    ...postYearEnd(applications).entries,
    ...yearEndTransfers(applications, false).flatMap((transfer) => {
      const components = schemeComponents(transfer);
      return postPayment({ transfer, components, paidBeforeFen: 0, paidAfterFen: transfer.amountFen })
        .entries;
    }),
  ];
  expect(imbalances(entries)).toEqual([]);
  const sums = balancesOf(entries, ({ party, account }) => `${party} ${account}`);
  expect(Object.fromEntries([...sums].filter(([, amount]) => amount !== 0))).toEqual({
    '220000 COST': -400_000 - 150_000,
    '220000 CASH': 550_000,
    '110000 COST': 400_000,
    '110000 CASH': -400_000,
    '440000 COST': 150_000,
    '440000 CASH': -150_000,
  });
});
