import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { compute, parsePack } from '@yijie/policy';
import { BILL_COLUMNS } from './bill-row.ts';
import { policyCommand } from './index.ts';
import { simulateFile } from './simulate-command.ts';

const REPOSITORY = join(import.meta.dirname, '../../../..');
const CHANGSHA = join(REPOSITORY, 'policies/changsha/employee-2025.yaml');
const folder = mkdtempSync(join(tmpdir(), 'yijie-policy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const input = {
  facts: {
    scheme: 'employee',
    personClass: 'active',
    ageYears: 40,
    insuredYears: 5,
    groups: [],
    visitKind: 'inpatient',
    hospitalLevel: 'L3',
    hospitalKind: 'general',
    ratioClass: 'REDUCED_A',
    admissionDate: '2025-03-01',
    settlementDate: '2025-03-08',
    treatmentPool: '410100',
  },
  groups: [
    {
      group: '',
      totalFen: 1_110_000,
      selfPaidFen: 0,
      overLimitFen: 0,
      prepaySelfFen: 0,
      inScopeFen: 1_110_000,
    },
  ],
  accumulators: {},
  account: { ownAccountFen: 0, familyAccountFen: 0, useAccount: false },
};

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('yijie policy', () => {
  let out: string[];
  let errors: string[];
  let status: typeof process.exitCode;

  beforeEach(() => {
    out = [];
    errors = [];
    status = process.exitCode;
    process.exitCode = 0;
    jest.spyOn(console, 'log').mockImplementation((text: unknown) => void out.push(String(text)));
    jest.spyOn(console, 'error').mockImplementation((text: unknown) => void errors.push(String(text)));
  });

  afterEach(() => {
    process.exitCode = status;
    jest.restoreAllMocks();
  });

  const run = async (...words: string[]) => {
    await policyCommand().parseAsync(words, { from: 'user' });
    return process.exitCode;
  };

  test('check of all packs of the repository: status 0, and those without an example are named', async () => {
    expect(await run('check', join(REPOSITORY, 'policies'))).toBe(0);
    expect(
      out.some((line) => line.includes('430100-employee@2025-01-01') && line.includes('not verified')),
    ).toBe(true);
    expect(
      out.some((line) => line.startsWith('500000-resident@2023-01-01') && line.includes('2 example(s)')),
    ).toBe(true);
  });

  test('check of a wrong pack: status 1, with file, line, field, value', async () => {
    const path = file('wrong.yaml', readFileSync(CHANGSHA, 'utf8').replace('L3: 85%', 'L3: 85'));
    expect(await run('check', path)).toBe(1);
    expect(errors.join('\n')).toMatch(
      /wrong\.yaml:\d+ visits\.inpatient\.payment\.pays\.L3: must be .* \(is 85\) \[POL-FORM\]/,
    );
  });

  test('check of two packs for one day: status 1', async () => {
    const path = file('twin.yaml', readFileSync(CHANGSHA, 'utf8'));
    expect(await run('check', path, CHANGSHA)).toBe(1);
    expect(errors.join('\n')).toContain('[POL-OVERLAP]');
  });

  test('a path that does not exist: status 2 and a sentence', async () => {
    expect(await run('check', join(folder, 'nowhere'))).toBe(2);
    expect(errors[0]).toContain('no such file or folder');
  });

  test('compute prints what the engine gives', async () => {
    const path = file('input.json', JSON.stringify(input));
    expect(await run('compute', '--pack', CHANGSHA, '--input', path, '--json')).toBe(0);
    const result = JSON.parse(out[0] ?? '') as { shares: { poolFundFen: number }; policyVersion: string };
    expect([result.shares.poolFundFen, result.policyVersion]).toEqual([
      750_000,
      '430100-employee@2025-01-01',
    ]);
  });

  test.each([
    [
      'a field that is wrong',
      { ...input, account: { ...input.account, useAccount: 'yes' } },
      'account.useAccount',
    ],
    [
      'a case that the pack does not know',
      { ...input, facts: { ...input.facts, visitKind: 'maternity' } },
      'visits.maternity',
    ],
  ])('compute with %s: status 1 and the field', async (_, wrong, field) => {
    expect(
      await run('compute', '--pack', CHANGSHA, '--input', file('wrong.json', JSON.stringify(wrong))),
    ).toBe(1);
    expect(errors.join('\n')).toContain(field);
  });

  test('explain says each step in the language asked for', async () => {
    const path = file('input.json', JSON.stringify(input));
    expect(await run('explain', '--pack', CHANGSHA, '--input', path)).toBe(0);
    expect(out.join('\n')).toContain('按备案类别调整后 75%');
    out.length = 0;
    await run('explain', '--pack', CHANGSHA, '--input', path, '--language', 'en');
    expect(out.join('\n')).toContain('after the filing class 75%');
  });

  test('test runs the examples and says where a source breaks', async () => {
    expect(await run('test', join(REPOSITORY, 'policies'))).toBe(0);
    expect(out.join('\n')).toContain('the source prints 12710.00, its own numbers give 12510.00');
    expect(out.at(-1)).toMatch(/^(\d+) of \1 examples agree$/);
  });

  test('diff says what changes and for whom', async () => {
    const draft = file('draft.yaml', readFileSync(CHANGSHA, 'utf8').replace('L3: 85%', 'L3: 88%'));
    expect(await run('diff', CHANGSHA, draft)).toBe(0);
    expect(out).toContain('  visits.inpatient.payment.pays[level L3].0.pays: 85% → 88%');
    expect(out.join('\n')).toContain(
      'inpatient L3 active LOCAL, 10000 yuan in scope: funds 7,565.00 → 7,832.00 (+267.00)',
    );
  });
});

describe('simulation of past settlements', () => {
  const parsed = parsePack(readFileSync(CHANGSHA, 'utf8'), CHANGSHA);
  if (!parsed.ok) throw new Error('the pack is wrong');
  const pack = parsed.pack;
  const draftText = readFileSync(CHANGSHA, 'utf8').replace('L3: 85%', 'L3: 88%');
  const draft = parsePack(draftText, 'draft');

  /** Three stays of each of `persons` persons, settled under the pack itself. */
  function rows(persons: number): string[] {
    return Array.from({ length: persons }, (_, person) => {
      let accumulators: Readonly<Record<string, number>> = {};
      return ['2025-01-05', '2025-04-05', '2025-09-05'].map((day, stay) => {
        const inScopeFen = 500_000 + person * 1_000 + stay * 10_007;
        const bill = { ...input.groups[0]!, totalFen: inScopeFen, inScopeFen };
        const past = compute(pack, {
          ...input,
          facts: { ...input.facts, admissionDate: day, settlementDate: day },
          groups: [bill],
          accumulators,
        } as never);
        accumulators = past.accumulatorsAfter;
        const { shares } = past;
        return [
          `p${String(person).padStart(6, '0')}`,
          day,
          day,
          '',
          'inpatient',
          'active',
          40,
          5,
          '',
          '',
          'L3',
          'general',
          'REDUCED_A',
          '410100',
          inScopeFen,
          0,
          0,
          0,
          ...Object.values(shares),
        ].join(',');
      });
    }).flat();
  }

  const write = (name: string, lines: readonly string[]) =>
    file(name, `${[BILL_COLUMNS.join(','), ...lines].join('\n')}\n`);

  test('under the same pack nothing changes', () => {
    const report = simulateFile(pack, write('same.csv', rows(50)));
    expect(report).toMatchObject({ settlements: 150, persons: 50, refused: 0 });
    expect(report.after).toEqual(report.before);
    expect(report.classes['active REDUCED_A']).toMatchObject({ settlements: 150, same: 150, worse: 0 });
  });

  test('a draft that pays more: everybody pays less, and the fund what they no longer do', () => {
    if (!draft.ok) throw new Error('the draft is wrong');
    const report = simulateFile(draft.pack, write('sorted.csv', rows(50)));
    expect(report.classes['active REDUCED_A']).toMatchObject({ better: 150, same: 0, worse: 0 });
    const gained = report.after.poolFundFen - report.before.poolFundFen;
    expect(gained).toBeGreaterThan(0);
    expect(report.before.personalCashFen - report.after.personalCashFen).toBe(gained);
    expect(report.histogram.reduce((sum, count) => sum + count, 0)).toBe(150);
  });

  test('a file that is not sorted gives the same, sorted on disk', () => {
    const lines = rows(300);
    const shuffled = lines.map((_, index) => lines[(index * 677) % lines.length]!);
    expect(simulateFile(pack, write('shuffled.csv', shuffled))).toEqual(
      simulateFile(pack, write('all.csv', lines)),
    );
  });

  test.each([
    [
      'a column too few',
      (line: string) => line.slice(0, line.lastIndexOf(',')),
      ':3 28 columns instead of 29',
    ],
    [
      'an amount with letters',
      (line: string) => line.replace(/,\d+$/, ',x'),
      ':3 hospitalPartFen is no whole number',
    ],
    ['an unknown level', (line: string) => line.replace('L3', 'L7'), ':3 hospitalLevel is none of'],
    [
      'a day that is none',
      (line: string) => line.replace('2025-04-05', '2025-04-31'),
      ':3 2025-04-31 is no day',
    ],
  ])('%s names the line', (_, change, expected) => {
    const lines = rows(1);
    lines[1] = change(lines[1]!);
    expect(() => simulateFile(pack, write('bad.csv', lines))).toThrow(expected);
  });
});
