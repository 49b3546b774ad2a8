import { describe, expect, test } from '@jest/globals';
import { assertShares, type Fen, fundTotal, SHARE_NAMES } from '@yijie/money';
import fc from 'fast-check';
import { arbitraryInput } from '../test/arbitrary-input.ts';
import { packFiles, packOf } from '../test/published-packs.ts';
import { accumulatorChange, applyChange } from './accumulators.ts';
import { compilePack } from './compile-pack.ts';
import { compute } from './compute.ts';
import type { Accumulators, PolicyInput, PolicyResult } from './contract.ts';
import { explain } from './explain/explain.ts';
import type { Pack } from './pack/pack.ts';

/** Every pack of the repository that can compute something. Nanjing's employees have no published ratio. */
const packs = packFiles()
  .filter(({ file }) => file !== 'nanjing/employee-2025.yaml')
  .map(({ file, text }) => [file, packOf(text, file)] as const);

const RUNS = 60;
const forInputs = (pack: Pack, check: (input: PolicyInput) => void) =>
  fc.assert(fc.property(arbitraryInput(pack), check), { numRuns: RUNS });

describe.each(packs)('%s', (_, pack) => {
  test('parts add up to the total, and nobody pays less than nothing', () => {
    forInputs(pack, (input) => {
      const { shares, totalFen, layers } = compute(pack, input);
      expect(totalFen).toBe(input.groups.reduce((sum, group) => sum + group.totalFen, 0));
      assertShares(shares, totalFen);
      for (const layer of layers) {
        expect(layer.paidFen).toBeGreaterThanOrEqual(0);
        expect(layer.carriedFen).toBeGreaterThanOrEqual(0);
      }
    });
  });

  test('more in-scope cost never lowers what the funds pay', () => {
    forInputs(pack, (input) => {
      const [first, ...rest] = input.groups;
      const more = 12_345;
      const larger = {
        ...input,
        groups: [
          {
            ...first!,
            totalFen: (first!.totalFen + more) as Fen,
            inScopeFen: (first!.inScopeFen + more) as Fen,
          },
          ...rest,
        ],
      };
      expect(fundTotal(compute(pack, larger).shares)).toBeGreaterThanOrEqual(
        fundTotal(compute(pack, input).shares),
      );
    });
  });

  test('a bill counts only by the sums of its groups', () => {
    forInputs(pack, (input) => {
      const halves = input.groups.flatMap((group) => {
        const half = Math.floor(group.inScopeFen / 2);
        return [
          {
            ...group,
            totalFen: (group.totalFen - half) as Fen,
            inScopeFen: (group.inScopeFen - half) as Fen,
          },
          {
            group: group.group,
            totalFen: half as Fen,
            selfPaidFen: 0 as Fen,
            overLimitFen: 0 as Fen,
            prepaySelfFen: 0 as Fen,
            inScopeFen: half as Fen,
          },
        ];
      });
      const split = { ...input, groups: [...halves].reverse() };
      expect(told(compute(pack, split))).toEqual(told(compute(pack, input)));
    });
  });

  test('a question gives what the settlement gives, and changes nothing', () => {
    forInputs(pack, (input) => {
      const before = structuredClone(input);
      const quote = compute(pack, input);
      expect(input).toEqual(before);
      expect(told(compute(compilePack(pack), input))).toEqual(told(quote));
    });
  });

  test('with the explanation or without it is the same computation, and the steps account for every fen', () => {
    forInputs(pack, (input) => {
      const { result, steps } = explain(pack, input);
      expect(told(result)).toEqual(told(compute(pack, input)));
      for (const name of SHARE_NAMES) {
        const told = steps.reduce((sum, step) => sum + (step.share === name ? step.resultFen : 0), 0);
        expect([name, told]).toEqual([name, result.shares[name]]);
      }
      expect(steps.at(-1)?.carriedFen).toBe(0);
      for (const step of steps) {
        expect(step.source).not.toBe('');
        expect(step.sentenceZh + step.sentenceEn).not.toMatch(/undefined|NaN|\[object/);
      }
    });
  });

  test('refund and re-settlement, alone or with others after it, equal a plain replay of the year', () => {
    const year = fc.array(arbitraryInput(pack), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(year, fc.nat(), arbitraryInput(pack), (visits, at, corrected) => {
        const refunded = at % visits.length;
        const start = visits[0]!.accumulators;
        const settled = replay(pack, start, visits);
        // Later settlements are taken back first, the corrected one settled, then they again in visit order.
        let now = settled.at(-1)!.result.accumulatorsAfter;
        for (let index = visits.length - 1; index >= refunded; index--) {
          const { result, before } = settled[index]!;
          now = applyChange(now, accumulatorChange(before, result.accumulatorsAfter), -1);
          expect(withoutZeroes(now)).toEqual(withoutZeroes(before));
        }
        const tail = replay(pack, now, [corrected, ...visits.slice(refunded + 1)]);
        const naive = replay(pack, start, [
          ...visits.slice(0, refunded),
          corrected,
          ...visits.slice(refunded + 1),
        ]);
        expect(tail.map(({ result }) => result.shares)).toEqual(
          naive.slice(refunded).map(({ result }) => result.shares),
        );
        expect(withoutZeroes(tail.at(-1)!.result.accumulatorsAfter)).toEqual(
          withoutZeroes(naive.at(-1)!.result.accumulatorsAfter),
        );
      }),
      { numRuns: 15 },
    );
  });
});

function replay(
  pack: Pack,
  start: Accumulators,
  visits: readonly PolicyInput[],
): { readonly result: PolicyResult; readonly before: Accumulators }[] {
  let before = start;
  return visits.map((visit) => {
    const result = compute(pack, { ...visit, accumulators: before });
    const settled = { result, before };
    before = result.accumulatorsAfter;
    return settled;
  });
}

/** Everything a result says, those parts too that are made when somebody reads them. */
function told({ layers, accumulatorsAfter, ...others }: PolicyResult) {
  return { ...others, layers, accumulatorsAfter };
}

function withoutZeroes(of: Accumulators): Accumulators {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== 0));
}
