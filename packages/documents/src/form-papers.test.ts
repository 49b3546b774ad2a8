import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import { InvariantError } from '@yijie/money';
import { readPdf } from '../test/read-pdf.ts';
import { readWorkbook } from '../test/read-workbook.ts';
import { sampleCommitment, sampleFilingForm, sampleInjury, sampleOutsideCare } from '../test/sample-forms.ts';
import { refundOf, sampleSlip } from '../test/sample-slip.ts';
import { filingFormPaper } from './filing-form.ts';
import { outsideCarePaper } from './outside-care-slip.ts';
import { paperCsv } from './paper/paper-csv.ts';
import { createPdfPrinter, type PdfPrinter } from './pdf/pdf-printer.ts';
import { commitmentPaper, injuryStatementPaper } from './signed-statements.ts';
import { slipPaper } from './slip-paper.ts';
import { paperWorkbook } from './xlsx/paper-workbook.ts';

let printer: PdfPrinter;
beforeAll(async () => {
  printer = await createPdfPrinter();
});

const at: Instant = startOfDay(localDate('2025-02-06'));
const shown = async (paper: Parameters<PdfPrinter['print']>[0]) => readPdf(await printer.print(paper)).pages;

describe('the slip as a paper', () => {
  test('fits one page with every amount, the capitals and the seal', async () => {
    const pages = await shown(slipPaper(sampleSlip));
    expect(pages).toHaveLength(1);
    expect(pages[0]).toEqual(
      expect.arrayContaining([
        '河南省异地就医住院结算单',
        '430102********1234',
        '09 西药费',
        '2,151.22',
        '3,124.72',
        '904.01',
        '基金支付合计（大写）：人民币玖佰零肆元零壹分',
        '示例省肿瘤医院',
      ]),
    );
  });

  test('as Excel the amounts are numbers', async () => {
    const [sheet] = readWorkbook(await paperWorkbook(slipPaper(sampleSlip)));
    const numbers = [...(sheet?.cells.values() ?? [])].filter(({ type }) => type === 'number');
    expect(numbers.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['2151.22', '904.01', '1970.71']),
    );
    expect(new Set(numbers.map(({ format }) => format))).toEqual(new Set(['#,##0.00;\\-#,##0.00']));
  });

  test('as CSV the person, the categories and the shares are there', () => {
    const lines = Buffer.from(paperCsv(slipPaper(sampleSlip)))
      .toString('utf8')
      .split('\r\n');
    expect(lines).toEqual(
      expect.arrayContaining(['姓名,刘某某', '09 西药费,2151.22,123.45,0.00,100.50,1927.27']),
    );
  });

  test('a refund is marked in its title, names the original and has capitals of a negative amount', async () => {
    const text = (await shown(slipPaper(refundOf(sampleSlip)))).flat();
    expect(text).toContain('河南省异地就医住院结算单（退费）');
    expect(text).toContain(`原结算号：${sampleSlip.settlementId}`);
    expect(text).toContain('基金支付合计（大写）：人民币负玖佰零肆元零壹分');
  });

  test('throws when the categories miss the total', () => {
    expect(() => slipPaper({ ...sampleSlip, categories: [] })).toThrow(InvariantError);
  });
});

describe('attachments 1 to 4 as papers', () => {
  test.each([
    ['filing form', filingFormPaper(sampleFilingForm, at), ['异地就医备案登记表', '长期有效', '（章）']],
    [
      'commitment',
      commitmentPaper(sampleCommitment, at),
      ['异地就医备案个人承诺书', '2. 符合“异地安置退休人员”'],
    ],
    ['injury statement', injuryStatementPaper(sampleInjury, at), ['外伤无第三方责任承诺书', '家中卫生间']],
    [
      'outside care',
      outsideCarePaper(sampleOutsideCare, at),
      ['7,005.12', '人民币柒仟零伍元壹角贰分', '（章）'],
    ],
  ])('the %s is one page with what is filled in', async (_name, paper, texts) => {
    const pages = await shown(paper);
    expect(pages).toHaveLength(1);
    for (const text of texts) expect(pages.flat().join('\n')).toContain(text);
  });

  test('a long story goes on over as many pages as it takes, the signature with it', async () => {
    const cause = Array.from({ length: 1_500 }, (_, index) => `${index}段`).join('');
    const pages = await shown(injuryStatementPaper({ ...sampleInjury, cause }, at));
    expect(pages.length).toBeGreaterThan(1);
    // As many lines on a page as have room above its foot.
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThan(70);
    expect(pages.flat().join('')).toContain(cause.slice(-40));
    expect(pages.at(-1)?.join('')).toContain('签字');
  });
});
