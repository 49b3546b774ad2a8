import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { buildRunTables, cellsOf, hashRun, partiesIn, type RunTables } from '../src/index.ts';
import {
  EXAMPLE_PERIOD,
  exampleDeduction,
  exampleMarch,
  exampleNames,
} from '../src/worked-example/worked-example.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

function march(reversed: boolean, change: Partial<Parameters<typeof buildRunTables>[0]> = {}): RunTables {
  const cells = cellsOf('CN', exampleMarch, [exampleDeduction]);
  const parties = partiesIn('CN', exampleDeduction) ?? { payer: '', payee: '' };
  return buildRunTables({
    owner: 'CN',
    period: EXAMPLE_PERIOD,
    cells: reversed ? cells.toReversed() : cells,
    deductions: [{ deduction: exampleDeduction, ...parties }],
    ...change,
  });
}

test('the order of the input changes nothing', () => {
  expect(march(true)).toEqual(march(false));
});

test('printed names and headings don’t change the hash', () => {
  const headings = new Map([['NATIONAL/9/pay_amt', '应付总额']]);
  const dressed = march(false, { names: exampleNames, headings });
  expect(dressed.clearing.columns.find(({ name }) => name === 'pay_amt')?.zh).toBe('应付总额');
  expect(dressed.clearing.rows[0]?.[2]).toBe('北京市');
  expect(hashRun(dressed, digest)).toEqual(hashRun(march(false), digest));
});

test('a change between two parties leaves the hash of the third', () => {
  const before = hashRun(march(false), digest);
  const cells = cellsOf('CN', exampleMarch.slice(1), []);
  const after = hashRun(march(false, { cells, deductions: [] }), digest);
  expect(after.contentHash).not.toBe(before.contentHash);
  expect(after.partyHashes.get('440000')).toBe(before.partyHashes.get('440000'));
  expect(after.partyHashes.get('110000')).not.toBe(before.partyHashes.get('110000'));
  expect(after.partyHashes.get('220000')).not.toBe(before.partyHashes.get('220000'));
});
