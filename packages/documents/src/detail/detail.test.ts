import { describe, expect, test } from '@jest/globals';
import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import fc from 'fast-check';
import { readWorkbook } from '../../test/read-workbook.ts';
import type { CellValue } from '../paper/paper.ts';
import { csv } from './csv.ts';
import type { Detail } from './detail.ts';
import { detailWorkbook } from './detail-workbook.ts';

const columns = [
  { heading: '结算号', type: 'T' },
  { heading: '日期', type: 'D' },
  { heading: '金额', type: 'A' },
  { heading: '比例', type: 'P' },
] as const;
const createdAt: Instant = startOfDay(localDate('2026-04-21'));

const row = (index: number): CellValue[] => [`S${index}`, '2026-03-31', -index, 8_143];
const rows = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, index) => row(from + index));

function detail(batches: Detail['batches'], progress?: (rows: number) => void): Detail {
  return { title: '结算明细', columns, batches, createdAt, ...(progress ? { progress } : {}) };
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

describe('detailWorkbook', () => {
  test('every row is there once, with its types, over as many sheets as it takes', async () => {
    const source = detail([rows(0, 7), [], rows(7, 19), rows(19, 20)]);
    const sheets = readWorkbook(await bytesOf(detailWorkbook(source, { sheetRows: 8 })));
    expect(sheets.map(({ name }) => name)).toEqual(['结算明细', '2-结算明细', '3-结算明细']);
    const ids = sheets.flatMap(({ cells }) =>
      [...cells].filter(([reference]) => /^A(?!1$)/.test(reference)).map(([, cell]) => cell.value),
    );
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => `S${index}`));
    expect(sheets[2]?.cells.get('C5')).toEqual({
      type: 'number',
      value: '-0.19',
      format: '#,##0.00;\\-#,##0.00',
    });
    expect(sheets[2]?.cells.get('D5')).toEqual({ type: 'number', value: '0.8143', format: '10' });
    expect(sheets[2]?.cells.get('B5')).toMatchObject({ type: 'number', value: '46112' });
  });

  test('a sheet that is just full begins no empty one; no rows give one sheet with headings', async () => {
    const full = readWorkbook(await bytesOf(detailWorkbook(detail([rows(0, 8)]), { sheetRows: 8 })));
    expect(full).toHaveLength(1);
    const empty = readWorkbook(await bytesOf(detailWorkbook(detail([]))));
    expect([...(empty[0]?.cells.keys() ?? [])]).toEqual(['A1', 'B1', 'C1', 'D1']);
  });

  test('the same rows give the same bytes, however they come in batches', async () => {
    const one = await bytesOf(detailWorkbook(detail([rows(0, 500)])));
    const other = await bytesOf(detailWorkbook(detail([rows(0, 3), rows(3, 400), rows(400, 500)])));
    expect(Buffer.compare(one, other)).toBe(0);
  });

  test('progress tells the rows written', async () => {
    const told: number[] = [];
    await bytesOf(detailWorkbook(detail([rows(0, 5), rows(5, 12)], (count) => told.push(count))));
    expect(told).toEqual([5, 12]);
  });

  test('whoever stops reading in the middle lets the source be closed', async () => {
    let closed = false;
    async function* endless() {
      try {
        for (;;) yield rows(0, 1_000);
      } finally {
        closed = true;
      }
    }
    let told = 0;
    const source = detail(endless(), (count) => {
      told = count;
    });
    for await (const _chunk of detailWorkbook(source)) if (told > 0) break;
    expect(closed).toBe(true);
  });

  test('any text comes back as it was, but for characters that XML has not', async () => {
    const text = fc.string({ unit: 'grapheme-composite' });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 5 }), async (texts) => {
        const [sheet] = readWorkbook(await bytesOf(detailWorkbook(detail([texts.map((each) => [each])]))));
        texts.forEach((each, index) => {
          // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
          const expected = each.replace(/[\u0000-\u001f\ufffe\uffff]/g, ' ');
          expect(sheet?.cells.get(`A${index + 2}`)?.value).toBe(expected);
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe('csv', () => {
  const text = async (options = {}, batches: Detail['batches'] = [rows(1, 3)]) =>
    (await bytesOf(csv({ columns, batches }, options))).toString('utf8');

  test('amounts have two decimals and no grouping, ratios four', async () => {
    expect(await text()).toBe(
      '结算号,日期,金额,比例\r\nS1,2026-03-31,-0.01,0.8143\r\nS2,2026-03-31,-0.02,0.8143\r\n',
    );
    expect(await text({ bom: true })).toMatch(/^\ufeff结算号/);
  });

  test.each([
    ['a,b', '"a,b"'],
    ['say "yes"', '"say ""yes"""'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
    ['-1+1', "'-1+1"],
    ['@cmd', "'@cmd"],
    ['正常', '正常'],
  ])('the text %j is written %j', async (value, written) => {
    expect(await text({}, [[[value]]])).toBe(`结算号,日期,金额,比例\r\n${written}\r\n`);
  });
});
