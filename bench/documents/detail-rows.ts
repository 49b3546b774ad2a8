import type { CellValue, PaperColumn } from '@yijie/documents';

/** The columns of a run's detail: what names a row, then the bill, nine funds, cash, the hospital's part. */
export const COLUMNS: readonly PaperColumn[] = [
  { heading: '结算号', type: 'T' },
  { heading: '原结算号', type: 'T' },
  { heading: '险种', type: 'C' },
  { heading: '类别', type: 'C' },
  { heading: '参保地', type: 'C' },
  { heading: '就医地', type: 'C' },
  { heading: '医疗机构', type: 'C' },
  { heading: '结算日期', type: 'D' },
  { heading: '结算期', type: 'C' },
  ...[
    '医疗费总额',
    '统筹基金',
    '大额医疗补助',
    '大病保险',
    '公务员补助',
    '企业补充',
    '医疗救助',
    '其他',
    '个人账户',
    '账户共济',
    '现金',
    '医院负担',
    '申报金额',
  ].map((heading): PaperColumn => ({ heading, type: 'A' })),
];

const BATCH = 1_000;

/** Rows that differ in every amount, made as they are asked for. */
export async function* detailBatches(rows: number): AsyncGenerator<readonly (readonly CellValue[])[]> {
  for (let from = 0; from < rows; from += BATCH) {
    yield Array.from({ length: Math.min(BATCH, rows - from) }, (_, index) => rowOf(from + index));
  }
}

function rowOf(number: number): readonly CellValue[] {
  const pool = (number * 104_729) % 500_000;
  const account = (number * 7_919) % 30_000;
  const cash = (number * 6_367) % 200_000;
  return [
    number.toString(16).padStart(32, '0'),
    null,
    number % 3 === 0 ? '居民' : '职工',
    '住院',
    `${110_000 + (number % 400) * 100}`,
    `${440_000 + (number % 21) * 100}`,
    `H${number % 9_000}`,
    `2026-03-${`${(number % 31) + 1}`.padStart(2, '0')}`,
    '202603',
    pool + account + cash,
    pool,
    0,
    0,
    0,
    0,
    0,
    0,
    account,
    0,
    cash,
    0,
    pool + account,
  ];
}
