import { beforeAll, describe, expect, test } from '@jest/globals';
import { fen, InvariantError } from '@yijie/money';
import { readPdf } from '../../test/read-pdf.ts';
import { readWorkbook } from '../../test/read-workbook.ts';
import {
  sampleClearingTable,
  sampleHeader,
  sampleNotice,
  samplePaymentNotice,
} from '../../test/sample-clearing.ts';
import { paperCsv } from '../paper/paper-csv.ts';
import { createPdfPrinter, type PdfPrinter } from '../pdf/pdf-printer.ts';
import { paperWorkbook } from '../xlsx/paper-workbook.ts';
import { noticePaper } from './notice-paper.ts';
import { tableCsv } from './table-csv.ts';
import { tablePaper } from './table-paper.ts';

let printer: PdfPrinter;
beforeAll(async () => {
  printer = await createPdfPrinter();
});

const table = tablePaper(sampleClearingTable, sampleHeader);
const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

describe('table 9 of the worked example', () => {
  test('as Excel: amounts, counts and codes have their own types and formats', async () => {
    const [sheet] = readWorkbook(await paperWorkbook(table));
    expect(sheet?.name).toBe('异地医保业务费用清算表');
    const cell = (reference: string) => sheet?.cells.get(reference);
    expect(cell('A1')).toMatchObject({ type: 'text', value: '异地医保业务费用清算表' });
    expect(cell('E4')).toMatchObject({ type: 'text', value: '付款医疗费总额' });
    expect(cell('B6')).toEqual({ type: 'text', value: '220000', format: '49' });
    expect(cell('D6')).toEqual({ type: 'number', value: '2', format: '#,##0;\\-#,##0' });
    expect(cell('J6')).toEqual({ type: 'number', value: '-43700.00', format: '#,##0.00;\\-#,##0.00' });
    expect(cell('A8')).toMatchObject({ type: 'text', value: '合计' });
    expect(cell('E8')).toMatchObject({ type: 'number', value: '107000.00' });
  });

  test('as Excel: headings stay in sight and are printed again on each page', async () => {
    const [sheet] = readWorkbook(await paperWorkbook(table));
    expect(sheet?.xml).toContain('<pane ySplit="4" topLeftCell="A5"');
    expect(sheet?.xml).toContain('fitToWidth="1" fitToHeight="0"');
  });

  test('as PDF: shows head, every value, the seal, the hash and the page number', async () => {
    const { pages, fonts } = readPdf(await printer.print(table));
    expect(pages).toHaveLength(1);
    expect(fonts.every((font) => /^[A-Z]{6}\+NotoSansHans-(Regular|Bold)$/.test(font))).toBe(true);
    expect(pages[0]).toEqual(
      expect.arrayContaining([
        '异地医保业务费用清算表',
        '编制单位：国家异地就医结算中心（CN）',
        '期别：2026年3月',
        '金额单位：元',
        '附件9　第1版　跨省',
        '生成时间：2026-04-21 02:00',
        '-43,700.00',
        '107,000.00',
        '合计',
        '（单位盖章）',
        `附件9　第1版　内容校验码：${sampleHeader.contentHash}`,
        '第 1 页　共 1 页',
      ]),
    );
  });

  test('as CSV: with names for programs, with headings and a byte order mark for people', async () => {
    expect(text(await tableCsv(sampleClearingTable, { headings: 'name' }))).toBe(
      [
        'seq,region_code,region_name,pay_times,pay_medfee,pay_emp,pay_res,pay_amt,rcv_amt,balance_amt',
        '1,110000,北京市,1,20000.00,15000.00,0.00,15000.00,51300.00,36300.00',
        '2,220000,吉林省,2,78000.00,32500.00,16000.00,48500.00,4800.00,-43700.00',
        '3,440000,广东省,1,9000.00,10800.00,-3200.00,7600.00,15000.00,7400.00',
        '合计,,,4,107000.00,58300.00,12800.00,71100.00,71100.00,0.00',
        '',
      ].join('\r\n'),
    );
    expect(text(await tableCsv(sampleClearingTable, { bom: true }))).toMatch(/^\ufeff序号,编码,统筹区,/);
  });

  test('the same table gives the same bytes in every form', async () => {
    const again = tablePaper(structuredClone(sampleClearingTable), structuredClone(sampleHeader));
    expect(Buffer.compare(await printer.print(again), await printer.print(table))).toBe(0);
    expect(Buffer.compare(await paperWorkbook(again), await paperWorkbook(table))).toBe(0);
  });

  test('a table without rows says so', async () => {
    const { pages } = readPdf(
      await printer.print(tablePaper({ ...sampleClearingTable, rows: [] }, sampleHeader)),
    );
    expect(pages[0]).toContain('（本期无数据）');
  });

  test.each([27, 28, 36, 60])(
    'of %i rows: headings on each page, the total and the seal on a page that shows a row',
    async (count) => {
      const row = sampleClearingTable.rows[0]!;
      const rows = Array.from({ length: count }, (_, index) => [index + 1, ...row.slice(1)]);
      const { pages } = readPdf(
        await printer.print(tablePaper({ ...sampleClearingTable, rows }, sampleHeader)),
      );
      expect(pages.every((page) => page.includes('统筹区'))).toBe(true);
      expect(pages.filter((page) => page.includes('合计'))).toEqual([pages.at(-1)]);
      expect(pages.at(-1)).toEqual(expect.arrayContaining([`${count}`, '（单位盖章）']));
      expect(pages.flat().filter((each) => each === '110000')).toHaveLength(count);
    },
  );

  test('a table wider than the largest page goes on beside itself, each part with the names of its rows', async () => {
    const amounts = Array.from({ length: 40 }, (_, index) => index);
    const wide = {
      ...sampleClearingTable,
      columns: [
        ...sampleClearingTable.columns.slice(0, 3),
        ...amounts.map((index) => ({ name: `a${index}`, zh: `金额${index}`, type: 'A' as const })),
      ],
      rows: [[1, '110000', '北京市', ...amounts.map((index) => 100_000_000_000 + index)]],
      totals: [],
    };
    const { pages } = readPdf(await printer.print(tablePaper(wide, sampleHeader)));
    const parts = pages.filter((page) => page.includes('北京市'));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.every((page) => page.includes('110000'))).toBe(true);
    for (const index of amounts) {
      const shown = `1,000,000,000.${`${index}`.padStart(2, '0')}`;
      expect(parts.filter((page) => page.includes(shown))).toHaveLength(1);
    }
  });
});

describe('the payment notice of 440000 in the worked example', () => {
  const paper = noticePaper(sampleNotice);

  test('as PDF: a letter of one page with the amount in capitals, the accounts and both seals', async () => {
    const { pages } = readPdf(await printer.print(paper));
    expect(pages).toHaveLength(1);
    expect(pages[0]).toEqual(
      expect.arrayContaining([
        '广东省2026年3月异地就医医疗费用清算付款通知书',
        '签发日期：2026年4月30日',
        '截止日期：2026年5月25日',
        '人民币柒仟陆佰元整',
        '-3,200.00',
        '7,600.00',
        '广东省社会保障基金财政专户',
        '20260520-000123',
        '2026-05-20',
        '（经办机构盖章）',
        '（财政部门盖章）',
      ]),
    );
  });

  test('as Excel: the day of the payment is a day, its amount a number', async () => {
    const [sheet] = readWorkbook(await paperWorkbook(paper));
    const cells = [...(sheet?.cells.values() ?? [])];
    // 46,162 days after 1899-12-30.
    expect(cells).toContainEqual({ type: 'number', value: '46162', format: 'yyyy\\-mm\\-dd' });
    expect(cells).toContainEqual({ type: 'number', value: '7600.00', format: '#,##0.00;\\-#,##0.00' });
  });

  test('as CSV: its fields and tables', () => {
    const lines = text(paperCsv(paper)).split('\r\n');
    expect(lines).toContain('合计（大写）,人民币柒仟陆佰元整');
    expect(lines).toContain('1,示例银行广东省示例支行,20260520-000123,2026-05-20,2800.00');
  });

  test('a receipt notice asks to confirm, and marks what is returned', async () => {
    const [first, second] = samplePaymentNotice.lines;
    const notice = {
      ...samplePaymentNotice,
      direction: 'RCV' as const,
      lines: [first!, { ...second!, kind: 'RETURN' as const }],
    };
    const { pages } = readPdf(await printer.print(noticePaper({ ...sampleNotice, notice, payments: [] })));
    const shown = pages.flat().join('');
    expect(shown).toContain('收款通知书');
    expect(shown).toContain('应收资金合计人民币柒仟陆佰元整');
    expect(shown).toContain('第2行为退款');
  });

  test('a notice whose lines miss its total is not printed', () => {
    const notice = { ...samplePaymentNotice, totalFen: fen(760_001) };
    expect(() => noticePaper({ ...sampleNotice, notice })).toThrow(InvariantError);
  });
});
