import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { readFilingParameters } from './filing-parameters-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'yijie-parameters-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'parameters.yaml');
  writeFileSync(path, text);
  return path;
}

const entry = (region: string, from: string, values: string) =>
  `- {region: '${region}', from: '${from}', source: 'a notice', values: ${values}}\n`;

test('the file that the product ships holds for every region from its day on', async () => {
  const book = await readFilingParameters();
  expect(book.on('430100', localDate('2026-01-01'))).toMatchObject({
    temporaryMonthsMin: 6,
    longTermLockMonths: 6,
    reviewWorkingDays: 2,
    validity: { LT_WORKER: 'open-ended', TM_OTHER: 6 },
  });
});

test("a region's own values hold from their day on", async () => {
  const book = await readFilingParameters(file(entry('430100', '2026-02-01', '{longTermLockMonths: 3}')));
  expect(book.on('430100', localDate('2026-01-31')).longTermLockMonths).toBe(6);
  expect(book.on('430100', localDate('2026-02-01')).longTermLockMonths).toBe(3);
});

test.each([
  [
    'a lock past the national bound',
    entry('430100', '2026-02-01', '{longTermLockMonths: 12}'),
    'longTermLockMonths',
  ],
  ['a value nobody knows', entry('430100', '2026-02-01', '{locks: 1}'), 'locks'],
  ['a day that is none', entry('430100', '2026-02-30', '{}'), 'from'],
  ['no source', "- {region: '430100', from: '2026-02-01', values: {}}", 'source'],
  ['two at once', entry('430100', '2026-02-01', '{}').repeat(2), '430100'],
])('%s stops the start and is named', async (_what, text, named) => {
  await expect(readFilingParameters(file(text))).rejects.toThrow(named);
});
