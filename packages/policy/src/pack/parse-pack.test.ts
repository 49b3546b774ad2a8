import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  arbitraryAccount,
  arbitraryAccumulators,
  arbitraryBill,
  arbitraryFacts,
} from '../../test/arbitrary-input.ts';
import { packText } from '../../test/pack-text.ts';
import { packFiles, packNamed, problemsOf } from '../../test/published-packs.ts';
import { effectiveReductions } from '../check/check-filing.ts';
import { checkInput } from '../check/check-input.ts';
import { compute } from '../compute.ts';
import { parsePack } from './parse-pack.ts';

const good = packText();
const changed = (from: string, to: string) => {
  expect(good).toContain(from);
  return good.replace(from, to);
};
const inpatient = (text: string) => packText({ inpatient: text });
const pays = (text: string) =>
  inpatient(`    deductible: { assumed: test, per: none }\n    payment: { assumed: test, pays: ${text} }`);
const deductible = (text: string) =>
  inpatient(`    deductible: { assumed: test, ${text} }\n    payment: { assumed: test, pays: 80% }`);
const layer = (text: string) =>
  packText({
    layers: `\n  - { name: seriousIllness, assumed: test, fund: seriousIllness, visits: [inpatient], base: [copay], ${text} }`,
  });
const points = (text: string, more = '') =>
  packText({
    filing: `filing: { assumed: test, treatAs: { TWO_WAY_HOME: LOCAL, HOME_POLICY: LOCAL }, effect: points, points: { by: class, ${text} }${more} }`,
    inpatient: `    deductible: { assumed: test, per: none }
    payment: { assumed: test, pays: 80%, adjust: [{ filing: yes }] }`,
  });

describe('a pack that is wrong says file, line, field, value and what is allowed', () => {
  test('the whole of a problem', () => {
    expect(parsePack(changed('pays: 80%', 'pays: 80'), 'a/b.yaml')).toEqual({
      ok: false,
      problems: [
        {
          code: 'POL-FORM',
          file: 'a/b.yaml',
          line: 13,
          field: 'visits.inpatient.payment.pays',
          value: '80',
          message: 'must be a percentage such as 85%, or a list of bands {from:, to:, pays:}',
        },
      ],
    });
  });

  test.each([
    ['not YAML', 'a: [', 'must be YAML'],
    ['empty', '', 'must be object'],
    ['an alias', 'a: &x 1\nb: *x', 'must be plain YAML'],
    ['the same key twice', `${good}\nscheme: employee`, '"scheme" stands twice'],
    ['a missing field', changed('scheme: employee\n', ''), 'scheme =  is missing'],
    [
      'a payment without ratio',
      inpatient('    deductible: { assumed: test, per: none }\n    payment: { assumed: test }'),
      'visits.inpatient.payment.pays =  is missing',
    ],
    ['an unknown field', `${good}\nnonsense: 1`, 'nonsense = 1 is no field of this section'],
    [
      'a scheme that is none',
      changed('scheme: employee', 'scheme: rural'),
      'must be one of employee, resident',
    ],
    ['a day that is none', changed('2026-01-01', '2026-02-30'), 'must be a day that exists'],
    [
      'a year that begins on 29 February',
      changed('starts: 01-01', 'starts: 02-29'),
      'must be a day of every year',
    ],
    ['swapped dates', changed('until: 2026-01-01', 'until: 2024-01-01'), 'must be after 2025-01-01'],
    ['a pool of five digits', changed('"899900"', '"89990"'), 'must be six digits'],
    ['more than 100 %', pays('101%'), 'visits.inpatient.payment.pays'],
    ['a negative ratio', pays('-5%'), 'visits.inpatient.payment.pays'],
    ['three decimals', pays('80.123%'), 'visits.inpatient.payment.pays'],
    [
      'an amount with letters',
      deductible('per: stay, amount: 1e3'),
      'visits.inpatient.deductible.amount = 1e3',
    ],
    ['a negative amount', deductible('per: stay, amount: -1'), 'visits.inpatient.deductible.amount = -1'],
    [
      'a third of a fen',
      deductible('per: stay, amount: 0.001'),
      'visits.inpatient.deductible.amount = 0.001',
    ],
    [
      'bands with a gap',
      pays('[{ from: 0, to: 100, pays: 1% }, { from: 200, pays: 1% }]'),
      'must be 100, where the band before ends',
    ],
    [
      'bands that overlap',
      pays('[{ from: 0, to: 300, pays: 1% }, { from: 200, pays: 1% }]'),
      'must be 300, where the band before ends',
    ],
    ['bands that begin late', pays('[{ from: 100, pays: 1% }]'), 'must be 0, where the band before ends'],
    ['bands that end', pays('[{ from: 0, to: 100, pays: 1% }]'), 'must be left out in the last band'],
    ['an empty band', pays('[{ from: 0, to: 0, pays: 1% }, { from: 0, pays: 1% }]'), 'must be more than 0'],
    ['no bands', pays('[]'), 'must be a percentage such as 85%'],
    [
      'a level left out',
      pays('{ by: level, L1: 80% }'),
      'entries for community, L2, L3, provincial, or other',
    ],
    ['an unknown level', pays('{ by: level, L4: 80%, other: 70% }'), 'community, L1, L2, L3, provincial'],
    ['a level twice', pays('{ by: level, L1|L2: 80%, L2: 1%, other: 70% }'), 'must be each key once'],
    ['an unknown dimension', pays('{ by: colour, red: 80% }'), 'must be one of level, person, class'],
    ['ages with a gap', pays('{ by: age, 0-18: 80%, 20+: 70% }'), 'nothing covers 18-20'],
    ['ages that overlap', pays('{ by: age, 0-18: 80%, 16+: 70% }'), "ranges that don't overlap"],
    ['ages that end', pays('{ by: age, 0-18: 80% }'), 'an open last range such as 18+'],
    [
      'a person of the other scheme',
      pays('{ by: person, child: 80%, other: 70% }'),
      'must be a person class of the scheme: active, retired',
    ],
    ['a person left out', pays('{ by: person, active: 80% }'), 'must have entries for retired, or other'],
    ['groups without other', pays('{ by: group, tier-2: 80% }'), 'entries for other, or other'],
    [
      'an unknown disease',
      pays('{ by: disease, gout: 80%, other: 70% }'),
      "must be one of the pack's diseases",
    ],
    [
      'an unknown source',
      changed('payment: { assumed: test,', 'payment: { source: nowhere,'),
      "must be one of the pack's sources",
    ],
    [
      'no source at all',
      changed('payment: { assumed: test,', 'payment: {'),
      'must say its source, or assumed',
    ],
    ['an unknown index', deductible('per: stay, amount: { share: 5%, of: wage }'), 'no wage'],
    [
      'no deductible section',
      inpatient('    payment: { assumed: test, pays: 80% }'),
      'write per: none when there is none',
    ],
    ['a deductible without amount', deductible('per: stay'), 'deductible.amount =  is missing'],
    [
      'a yearly deductible without its filling',
      deductible('per: year, amount: 5'),
      'is missing: paid or in-scope',
    ],
    [
      'later stays two ways',
      deductible('per: stay, amount: 5, laterStays: { counts: all, factors: [50%], amounts: [3] }'),
      'exactly one of factors, step, shareStep, amounts',
    ],
    ['a layer per year without its way', layer('per: year, pays: 60%'), 'is missing: increment or less-paid'],
    [
      'a threshold without its bands',
      layer('per: stay, threshold: 5, pays: 60%'),
      'is missing: zero or threshold',
    ],
    [
      'an adjustment of two kinds',
      inpatient(
        '    deductible: { assumed: test, per: none }\n    payment: { assumed: test, pays: 80%, adjust: [{ points: 1, atMost: 90% }] }',
      ),
      'must have exactly one of points',
    ],
    [
      'a ceiling that is a share of the bill',
      layer('per: stay, pays: 60%, ceiling: { amount: { share: 10%, of: total } }'),
      'must not be a share of the bill',
    ],
    [
      'points and a multiplier',
      points('LOCAL: 0, REDUCED_A: 0, REDUCED_B: 0', ', multiplier: 90%'),
      'must be left out when effect is points',
    ],
  ])('%s', (_, text, expected) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).toContain(expected);
  });
});

describe('national limits', () => {
  test('points up to ten and twenty pass, more are refused', () => {
    expect(problemsOf(points('LOCAL: 0, REDUCED_A: -10, REDUCED_B: -20'))).toEqual([]);
    const problems = problemsOf(points('LOCAL: 0, REDUCED_A: -10.01, REDUCED_B: -30'));
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('POL-LIMIT test.yaml:9 filing.points');
    expect(problems[0]).toContain('REDUCED_A takes 10.01 points off');
    expect(problems[1]).toContain('REDUCED_B takes 30 points off');
  });

  test('points written into the ratios do not slip through', () => {
    const problems = problemsOf(
      pays('80%').replace(
        'pays: 80%',
        'pays: 80%, adjust: [{ points: { by: class, LOCAL: 0, other: -15 } }]',
      ),
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('filing.effect = none REDUCED_A takes 15 points off');
  });

  test('a stated exception with its source passes', () => {
    const exception = ', exceedsNationalLimit: { source: 文号, reason: 原文如此 }';
    expect(problemsOf(points('LOCAL: 0, REDUCED_A: -10, REDUCED_B: -30', exception))).toEqual([]);
  });

  test.each([
    [
      'multiplier: 90 % × 0.8 loses 18 points, retired 95 % × 0.8 loses 19',
      'shenzhen/employee-2025.yaml',
      950,
      1_900,
    ],
    ['prepay of 40 % costs 34 points at a ratio of 85 %', 'shandong-city/resident-2025.yaml', 850, 3_400],
    ['own table', 'jiangmen/employee-2025.yaml', 1_000, 2_000],
  ])('effective points of a %s', (_, file, a, b) => {
    expect(effectiveReductions(packNamed(file)).map((reduction) => reduction.pointsMax)).toEqual([a, b]);
  });
});

describe('loader under mutation', () => {
  const texts = packFiles().map(({ text }) => text);
  const glyphs = fc.constantFrom(
    '',
    ' ',
    ':',
    '%',
    '-',
    '0',
    '9',
    '{',
    '}',
    '[',
    ']',
    '\n',
    '&',
    '*',
    '!',
    '"',
    '长',
    '\u0000',
    'by',
    '1e309',
    '- ',
    '? ',
    '<<: ',
  );

  test('any change of a valid pack gives a pack or problems with code and place, never an exception', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 40 }), glyphs), { minLength: 1, maxLength: 4 }),
        (text, edits) => {
          let mutated = text;
          for (const [at, length, insert] of edits) {
            const start = at % (mutated.length + 1);
            mutated = mutated.slice(0, start) + insert + mutated.slice(start + length);
          }
          const parsed = parsePack(mutated, 'mutated.yaml');
          if (parsed.ok) return;
          expect(parsed.problems.length).toBeGreaterThan(0);
          for (const problem of parsed.problems) {
            expect(['POL-FORM', 'POL-LIMIT']).toContain(problem.code);
            expect(problem.line).toBeGreaterThanOrEqual(1);
            expect(problem.message).not.toBe('');
          }
        },
      ),
      { numRuns: 1_500 },
    );
  });

  /** Changes that keep the form: other numbers, other words of the same list. */
  const WORDS = [
    ['year', 'stay', 'month', 'none'],
    ['zero', 'threshold', 'deductible'],
    ['payment', 'cost', 'cost-after-deductible'],
    ['increment', 'less-paid'],
    ['paid', 'in-scope'],
    ['all', 'same-level', 'same-institution'],
    ['copay', 'deductible', 'overCeiling', 'selfPaid', 'prepaySelf', 'awayPrepay', 'sideCopay'],
  ];
  const tokens =
    /\b(\d+(\.\d+)?%?|year|stay|zero|threshold|payment|cost|increment|less-paid|paid|all|same-level|copay|overCeiling)\b/g;

  function reworded(text: string, at: number, value: number): string {
    const found = [...text.matchAll(tokens)];
    const token = found[at % found.length];
    if (token === undefined) return text;
    const list = WORDS.find((words) => words.includes(token[0]));
    const other = list
      ? (list[value % list.length] as string)
      : `${value % 130}${token[0].endsWith('%') ? '%' : ''}`;
    return text.slice(0, token.index) + other + text.slice(token.index + token[0].length);
  }

  test('a pack that comes out valid computes any input or refuses it with a code', () => {
    let valid = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 }),
        fc.gen(),
        (text, edits, gen) => {
          const mutated = edits.reduce((changed, [at, value]) => reworded(changed, at, value), text);
          const parsed = parsePack(mutated, 'mutated.yaml');
          if (!parsed.ok) return;
          valid++;
          const { pack } = parsed;
          for (let run = 0; run < 3; run++) {
            const input = {
              facts: gen(arbitraryFacts, pack),
              groups: gen(arbitraryBill, pack),
              accumulators: gen(() => arbitraryAccumulators),
              account: gen(() => arbitraryAccount),
            };
            const checked = checkInput(pack, input);
            if (checked.ok) compute(pack, input);
            else expect(checked.code).toBe('POL-INPUT');
          }
        },
      ),
      { numRuns: 500, endOnFailure: true },
    );
    // Else the mutations break the form, and nothing was tested.
    expect(valid).toBeGreaterThan(100);
  });

  test.each([
    ['deep nesting', '['.repeat(50_000)],
    ['deep maps', Array.from({ length: 3_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['a million characters', 'a'.repeat(1_000_001)],
    ['a tag', 'a: !!js/function 1'],
  ])('%s', (_, text) => {
    expect(parsePack(text, 'hostile.yaml').ok).toBe(false);
  });
});
