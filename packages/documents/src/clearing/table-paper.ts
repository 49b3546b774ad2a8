import type { Instant } from '@yijie/calendar';
import type { Table, TableHeader } from '@yijie/clearing';
import type { Paper } from '../paper/paper.ts';
import { noticeCategoryLabels } from './notice-labels.ts';
import { dayInWords, minuteText, periodInWords } from './period-words.ts';

/** What a print adds to a stored table: who signed, and when it is printed. */
export interface Printing {
  readonly preparedBy?: string | undefined;
  readonly reviewedBy?: string | undefined;
  readonly approvedBy?: string | undefined;
  readonly signedAt?: Instant | undefined;
  /** Left out of what the archive keeps, so that a second print is the same file. */
  readonly printedAt?: Instant | undefined;
}

/** A table of attachments 6 to 18 with the common header and footer of clearing-and-filing §5. */
export function tablePaper(table: Table, header: TableHeader, printing: Printing = {}): Paper {
  const category =
    header.category === undefined
      ? []
      : [`类别：${noticeCategoryLabels[header.category]?.[header.level] ?? header.category}`];
  return {
    title: table.titleZh,
    head: [
      [
        `编制单位：${header.ownerName}（${header.ownerCode}）`,
        `期别：${periodInWords(header.period)}`,
        '金额单位：元',
      ],
      [
        [`附件${header.tableNo}`, `第${header.revision}版`, levelWords[header.level], ...category].join('　'),
        `生成时间：${minuteText(header.generatedAtMs as Instant)}`,
      ],
    ],
    blocks: [
      {
        kind: 'table',
        columns: table.columns.map(({ zh, type }) => ({ heading: zh, type })),
        rows: table.rows,
        totals: table.totals.map(({ label, values }) => ({ label, cells: values })),
        keyColumns: keyColumnsOf(table),
      },
      { kind: 'signatures', places: signaturePlaces(header.ownerName, printing) },
    ],
    foot: footOf(header, printing),
    createdAt: header.generatedAtMs as Instant,
  };
}

const levelWords: Readonly<Record<TableHeader['level'], string>> = { NATIONAL: '跨省', PROVINCIAL: '省内' };

/** Up to the name of the region or counterpart, which is what a row is about. */
function keyColumnsOf({ columns }: Table): number {
  return columns.findIndex(({ name }) => name.endsWith('_name')) + 1;
}

function signaturePlaces(ownerName: string, printing: Printing) {
  return [
    { label: '经办人', value: printing.preparedBy },
    { label: '复核人', value: printing.reviewedBy },
    { label: '负责人', value: printing.approvedBy },
    { label: '日期', value: printing.signedAt === undefined ? undefined : dayInWords(printing.signedAt) },
    { label: '单位盖章', seal: ownerName },
  ];
}

function footOf(header: TableHeader, { printedAt }: Printing): string {
  const printed = printedAt === undefined ? [] : [`打印时间：${minuteText(printedAt)}`];
  return [
    `附件${header.tableNo}　第${header.revision}版`,
    `内容校验码：${header.contentHash}`,
    ...printed,
  ].join('　');
}
