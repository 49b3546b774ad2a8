import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { csvCells, filingRows, type NumberedRow } from './filing-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'yijie-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function rowsOf(name: string, text: string): Promise<NumberedRow[]> {
  const file = join(folder, name);
  writeFileSync(file, text);
  const rows: NumberedRow[] = [];
  for await (const row of filingRows(file)) rows.push(row);
  return rows;
}

describe('rows of a file', () => {
  test('CSV: columns in any order, a mark of the encoding, quotes, Windows line ends', async () => {
    const rows = await rowsOf(
      'a.csv',
      '\uFEFFtype,certificate_number,target_region,valid_from,channel,by_commitment\r\nTM_OTHER,"1,2",440100,2025-01-01,COUNTER,true\r\nLT_WORKER,3,310000,2025-02-01,PHONE,\r\n',
    );
    expect(rows).toMatchObject([
      { line: 1, row: { type: 'TM_OTHER', certificateNumber: '1,2', byCommitment: true, lastDay: '' } },
      { line: 2, row: { type: 'LT_WORKER', targetRegion: '310000', byCommitment: false } },
    ]);
  });

  test('JSON lines: a line that is none keeps its number', async () => {
    const rows = await rowsOf(
      'a.jsonl',
      '{"type":"TM_OTHER","person_token":"p","proof_pending":true,"more":1}\n{oops\n[]\n',
    );
    expect(rows.map(({ line, row }) => [line, row.type, row.personToken, row.proofPending])).toEqual([
      [1, 'TM_OTHER', 'p', true],
      [2, '', '', false],
      [3, '', '', false],
    ]);
  });

  test('a line with too many cells, or with an open quote, becomes an empty row', async () => {
    const heading = 'person_token,type,target_region,valid_from,channel';
    const rows = await rowsOf('b.csv', `${heading}\na,b,c,d,e,f\n"a,b,c,d,e\n`);
    expect(rows.map(({ row }) => row.personToken)).toEqual(['', '']);
  });

  test.each([
    ['type,target_region,valid_from,channel', 'certificate_number'],
    ['person_token,target_region,valid_from,channel', 'type'],
    ['person_token,type,target_region,valid_from,channel,surprise', 'surprise'],
  ])('the heading %s is refused: %s', async (heading, named) => {
    await expect(rowsOf('c.csv', `${heading}\n`)).rejects.toThrow(named);
  });
});

test.each([
  ['a,b,,d', ['a', 'b', '', 'd']],
  ['"a ""b"" c",d', ['a "b" c', 'd']],
  ['"",x', ['', 'x']],
  ['a,"b"', ['a', 'b']],
  ['"a"b,c', undefined],
  ['"a', undefined],
])('the cells of %s', (text, cells) => {
  expect(csvCells(text)).toEqual(cells);
});
