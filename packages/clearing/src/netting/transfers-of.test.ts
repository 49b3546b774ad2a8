import { expect, test } from '@jest/globals';
import { SCHEMES, VISIT_KINDS } from '@yijie/codes';
import { type Fen, fen } from '@yijie/money';
import fc from 'fast-check';
import type { Cell } from '../cells/cell.ts';
import { pairPositions } from '../cells/pair-position.ts';
import { NO_FUNDS } from '../funds.ts';
import { period } from '../period.ts';
import type { Transfer } from './transfer.ts';
import { compareModes, transfersOf } from './transfers-of.ts';

const PARTIES = ['110000', '220000', '330000', '440000'] as const;
const RUN = period(202603);

const cells = fc.array(
  fc
    .record({
      payer: fc.constantFrom(...PARTIES),
      payee: fc.constantFrom(...PARTIES),
      scheme: fc.constantFrom(...SCHEMES),
      visitKind: fc.constantFrom(...VISIT_KINDS),
      amount: fc.integer({ min: -300, max: 300 }),
    })
    .filter(({ payer, payee }) => payer !== payee)
    .map(
      ({ amount, ...rest }): Cell => ({
        ...rest,
        settledPeriod: RUN,
        times: 1,
        medicalFen: fen(amount),
        clearing: { ...NO_FUNDS, poolFundFen: amount as Fen },
        deducted: NO_FUNDS,
      }),
    ),
  { maxLength: 12 },
);

/** What each party has got less what it has given, by scheme; the hub left out. */
function balances(transfers: readonly Transfer[]): Record<string, readonly [number, number]> {
  const sums: Record<string, [number, number]> = {};
  const add = (party: string, { employeeFen, residentFen }: Transfer, sign: 1 | -1) => {
    const [employee, resident] = sums[party] ?? [0, 0];
    sums[party] = [employee + sign * employeeFen, resident + sign * residentFen];
  };
  for (const transfer of transfers) {
    add(transfer.payee, transfer, 1);
    add(transfer.payer, transfer, -1);
  }
  return Object.fromEntries(
    PARTIES.map((party) => {
      const [employee, resident] = sums[party] ?? [0, 0];
      return [party, [employee + 0, resident + 0] as const];
    }),
  );
}

test('every mode moves positive amounts that leave each party where it must be', () => {
  fc.assert(
    fc.property(cells, fc.boolean(), (list, splitByScheme) => {
      const pairs = pairPositions(list, RUN);
      const rules = { owner: 'CN', splitByScheme };
      const gross = transfersOf(pairs, { ...rules, mode: 'GROSS' });
      for (const mode of ['GROSS', 'HUB', 'PAIR'] as const) {
        const transfers = transfersOf(pairs, { ...rules, mode });
        for (const { employeeFen, residentFen, amountFen } of transfers) {
          expect(amountFen).toBeGreaterThan(0);
          expect(employeeFen + residentFen).toBe(amountFen);
        }
        // A line whose sum is 0 isn't made, so what the parties get agrees in sum, and per scheme when every scheme is a line.
        const [ours, theirs] = [balances(transfers), balances(gross)];
        for (const party of PARTIES) {
          const [employee, resident] = ours[party] ?? [0, 0];
          const [grossEmployee, grossResident] = theirs[party] ?? [0, 0];
          expect(employee + resident).toBe(grossEmployee + grossResident);
          if (splitByScheme) expect([employee, resident]).toEqual([grossEmployee, grossResident]);
        }
      }
      const [moved, , offset] = compareModes(pairs, rules);
      expect(offset?.movedFen).toBeLessThanOrEqual(moved?.movedFen ?? 0);
    }),
    { numRuns: 300 },
  );
});

test('a pair offsets only when both have signed', () => {
  const of = (payer: string, payee: string, amount: number): Cell => ({
    payer,
    payee,
    scheme: 'employee',
    visitKind: 'inpatient',
    settledPeriod: RUN,
    times: 1,
    medicalFen: fen(amount),
    clearing: { ...NO_FUNDS, poolFundFen: fen(amount) },
    deducted: NO_FUNDS,
  });
  const pairs = pairPositions([of('110000', '220000', 100), of('220000', '110000', 30)], RUN);
  const amounts = (unsigned: string) =>
    transfersOf(pairs, {
      owner: 'CN',
      mode: 'PAIR',
      splitByScheme: false,
      hasSigned: (party) => party !== unsigned,
    }).map(({ amountFen }) => amountFen);
  expect(amounts('none')).toEqual([70]);
  expect(amounts('220000')).toEqual([100, 30]);
});
