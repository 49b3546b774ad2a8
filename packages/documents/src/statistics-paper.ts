import type { Instant } from '@yijie/calendar';
import { fill } from './form-layout.ts';
import type { Language } from './labels.ts';
import type { CellValue, Paper } from './paper/paper.ts';
import { type StatisticsWord, statisticsLabels } from './statistics-labels.ts';

/** One line of the table: what is counted, or a quotient with both its parts. */
export interface StatisticsLine {
  readonly sides: readonly string[];
  readonly item: StatisticsWord;
  readonly count: number | null;
  readonly of: number | null;
  readonly amountFen: number | null;
  readonly amountOfFen: number | null;
  /** Times 10,000. */
  readonly ratio: number | null;
}

export interface StatisticsPaperData {
  /** YYYYMM. */
  readonly fromMonth: number;
  readonly untilMonth: number;
  /** Undefined: all of them. */
  readonly homeRegion: string | undefined;
  /** What the lines are grouped by; `sides` of a line are in this order, as people read them. */
  readonly groupedBy: readonly StatisticsWord[];
  readonly lines: readonly StatisticsLine[];
  readonly madeAt: Instant;
  /** The same in words. */
  readonly madeAtMinute: string;
}

/** Statistics as a paper, for print, Excel and CSV alike. */
export function statisticsPaper(
  data: StatisticsPaperData,
  options: { readonly language?: Language } = {},
): Paper {
  const language = options.language ?? 'zh';
  const words = (name: StatisticsWord) => statisticsLabels[name][language];
  const months = { from: monthText(data.fromMonth), until: monthText(data.untilMonth) };
  return {
    title: words('title'),
    head: [
      [
        fill(words('region'), { homePool: data.homeRegion ?? words('every') }),
        fill(words('period'), months),
        words('yuan'),
      ],
    ],
    blocks: [
      {
        kind: 'table',
        columns: [
          ...data.groupedBy.map((name) => ({ heading: words(name), type: 'T' as const })),
          { heading: words('item'), type: 'T' },
          { heading: words('count'), type: 'N' },
          { heading: words('of'), type: 'N' },
          { heading: words('amount'), type: 'A' },
          { heading: words('amountOf'), type: 'A' },
          { heading: words('ratio'), type: 'P' },
        ],
        rows: data.lines.map((line): CellValue[] => [
          ...line.sides,
          words(line.item),
          line.count,
          line.of,
          line.amountFen,
          line.amountOfFen,
          line.ratio,
        ]),
        totals: [],
        keyColumns: data.groupedBy.length + 1,
      },
    ],
    foot: fill(words('asOf'), { minute: data.madeAtMinute }),
    createdAt: data.madeAt,
  };
}

function monthText(month: number): string {
  const digits = `${month}`;
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
}
