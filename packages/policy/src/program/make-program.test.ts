import { describe, expect, test } from '@jest/globals';
import type { Fen } from '@yijie/money';
import fc from 'fast-check';
import { arbitraryInput } from '../../test/arbitrary-input.ts';
import { packFiles, packOf } from '../../test/published-packs.ts';
import { checkInput } from '../check/check-input.ts';
import { compilePack } from '../compile-pack.ts';
import { resultOf, run } from '../compute.ts';
import type { PolicyInput, PolicyResult } from '../contract.ts';
import { makeProgram, type Program } from './make-program.ts';
import { writeProgram } from './write-program.ts';

/** Every pack that can compute something: Nanjing's employees have no published ratio. */
const packs = packFiles()
  .filter(({ file }) => file !== 'nanjing/employee-2025.yaml')
  .map(({ file, text }) => compilePack(packOf(text, file)));

interface Both {
  readonly program: Program | undefined;
  readonly interpret: Program;
}

function bothFor(pack: (typeof packs)[number], input: PolicyInput): Both {
  const plan = pack.planFor(input.facts);
  const interpret: Program = (one) => resultOf(run(pack.working, plan, one), plan, one, pack.version);
  const never: Program = () => {
    throw new Error('the program handed over');
  };
  return { interpret, program: makeProgram(plan, pack.version, never) };
}

function told({ layers, accumulatorsAfter, ...others }: PolicyResult) {
  return { ...others, layers, accumulatorsAfter };
}

test('every pack: a program gives what the interpreter gives, and most visits have one', () => {
  let withProgram = 0;
  let all = 0;
  for (const pack of packs) {
    fc.assert(
      fc.property(arbitraryInput(pack.pack), (input) => {
        if (!checkInput(pack, input).ok) return;
        all++;
        const { program, interpret } = bothFor(pack, input);
        if (program === undefined) return;
        withProgram++;
        const expected = told(interpret(input));
        const given = program(input);
        expect(told(given)).toEqual(expected);
        expect(JSON.parse(JSON.stringify(given))).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
      { numRuns: 25, seed: 7 },
    );
  }
  expect(withProgram / all).toBeGreaterThan(0.5);
});

describe('what a program hands over to the interpreter', () => {
  const pack = packs.find(({ version }) => version.startsWith('430100-employee')) as (typeof packs)[number];
  const [input] = fc.sample(
    arbitraryInput(pack.pack).filter(
      ({ facts }) => facts.visitKind === 'inpatient' && writeProgram(pack.planFor(facts)) !== undefined,
    ),
    { numRuns: 1, seed: 3 },
  ) as [PolicyInput];
  const [group] = input.groups as [PolicyInput['groups'][number]];
  const handsOver = (changed: PolicyInput) => {
    let handed = 0;
    const program = makeProgram(pack.planFor(changed.facts), pack.version, (one) => {
      handed++;
      return bothFor(pack, one).interpret(one);
    }) as Program;
    return { result: () => program(changed), count: () => handed };
  };

  test('a bill whose parts are not its total: refused as the interpreter refuses it', () => {
    const wrong = handsOver({ ...input, groups: [{ ...group, totalFen: (group.totalFen + 1) as Fen }] });
    expect(wrong.result).toThrow('sum to its total');
    expect(wrong.count()).toBe(1);
  });

  test('amounts past 2^53 on the way: exact all the same', () => {
    const inScopeFen = 9_007_199_254_740_990 as Fen;
    const huge = {
      ...input,
      groups: [
        {
          ...group,
          totalFen: inScopeFen,
          inScopeFen,
          selfPaidFen: 0 as Fen,
          overLimitFen: 0 as Fen,
          prepaySelfFen: 0 as Fen,
        },
      ],
    };
    const program = handsOver(huge);
    expect(told(program.result())).toEqual(told(bothFor(pack, huge).interpret(huge)));
    expect(program.count()).toBe(1);
  });
});

test('a program is made of figures and known names alone', () => {
  for (const pack of packs.slice(0, 10))
    for (const input of fc.sample(arbitraryInput(pack.pack), { numRuns: 20, seed: 1 }))
      expect(writeProgram(pack.planFor(input.facts)) ?? '').not.toMatch(/['"`\\]|[^\x20-\x7e\n]/);
});
