import { type Instant, localDateAt } from '@yijie/calendar';
import {
  hospitalLevelLabels,
  type Language,
  type Paper,
  type PdfPrinter,
  paperCsv,
  paperWorkbook,
  personClassLabels,
  type StatisticsLine,
  schemeLabels,
  statisticsPaper,
  visitKindLabels,
} from '@yijie/documents';
import { handlingTime, indicatorsOf } from '../../core/statistics/statistic-indicators.ts';
import { STATISTIC_MEASURES } from '../../core/statistics/statistic-measures.ts';
import type { StatisticFilter, StatisticGrouping } from '../../core/statistics/statistic-question.ts';
import type { StatisticGroup } from '../../repositories/statistics/statistic-sums.ts';

const FILES = {
  csv: { extension: 'csv', mediaType: 'text/csv; charset=utf-8' },
  excel: {
    extension: 'xlsx',
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
  pdf: { extension: 'pdf', mediaType: 'application/pdf' },
} as const;
export type StatisticFile = keyof typeof FILES;

export interface StatisticsExportParts {
  readonly regions: { nameOf(code: string): string };
  /** Its fonts are loaded by the first print and kept. */
  readonly printer: () => Promise<PdfPrinter>;
}

/**
 * Groups in a file. Files are made by the thread that settles, so that each costs it a fraction of a second at most;
 * whoever wants more narrows the question.
 */
export const GROUPS_MAX: Readonly<Record<StatisticFile, number>> = { csv: 1_000, excel: 300, pdf: 40 };

export interface ExportedStatistics {
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** Statistics as a file: the numbers of a query, a line each. */
export async function exportStatistics(
  parts: StatisticsExportParts,
  question: { readonly filter: StatisticFilter; readonly groupBy: readonly StatisticGrouping[] },
  groups: readonly StatisticGroup[],
  as: { readonly file: StatisticFile; readonly language: Language },
  nowMs: number,
): Promise<ExportedStatistics> {
  const { filter, groupBy } = question;
  const paper = statisticsPaper(
    {
      fromMonth: filter.fromMonth,
      untilMonth: filter.untilMonth,
      homeRegion: filter.homePool === undefined ? undefined : parts.regions.nameOf(filter.homePool),
      groupedBy: groupBy,
      lines: groups.flatMap((group) => linesOf(parts.regions, groupBy, group, as.language)),
      madeAt: nowMs as Instant,
      madeAtMinute: minuteOf(nowMs),
    },
    { language: as.language },
  );
  const { extension, mediaType } = FILES[as.file];
  return {
    fileName: `statistics-${filter.fromMonth}-${filter.untilMonth}.${extension}`,
    mediaType,
    content: await fileOf(as.file, paper, parts.printer),
  };
}

function fileOf(
  file: StatisticFile,
  paper: Paper,
  printer: () => Promise<PdfPrinter>,
): Uint8Array | Promise<Uint8Array> {
  switch (file) {
    case 'csv':
      return paperCsv(paper, { bom: true });
    case 'excel':
      return paperWorkbook(paper);
    case 'pdf':
      return printer().then((one) => one.print(paper));
  }
}

function linesOf(
  regions: { nameOf(code: string): string },
  groupBy: readonly StatisticGrouping[],
  group: StatisticGroup,
  language: Language,
): StatisticsLine[] {
  const sides = group.sides.map((side, at) =>
    sideText(regions, groupBy[at] as StatisticGrouping, side, language),
  );
  const nothing = { sides, count: null, of: null, amountFen: null, amountOfFen: null, ratio: null };
  const handled = handlingTime(group.handled);
  return [
    ...STATISTIC_MEASURES.filter((measure) => measure !== 'manual-handled').flatMap((measure) => {
      const sum = group.sums.get(measure)?.all;
      if (sum === undefined) return [];
      const hasAmount = measure === 'direct' || measure === 'manual';
      return [{ ...nothing, item: measure, count: sum.count, amountFen: hasAmount ? sum.amountFen : null }];
    }),
    ...indicatorsOf(group.sums).map(({ name, top, bottom, ratioBp }) => ({
      ...nothing,
      item: name,
      ...(name === 'direct-rate-by-amount'
        ? { amountFen: top, amountOfFen: bottom }
        : { count: top, of: bottom }),
      ratio: ratioBp ?? null,
    })),
    { ...nothing, item: 'manual-handled', count: handled.decided },
    { ...nothing, item: 'handled-median', count: handled.medianDays ?? null },
    {
      ...nothing,
      item: 'handled-in-limit',
      count: handled.withinLimit,
      of: handled.decided,
      ratio: handled.withinLimitBp ?? null,
    },
  ];
}

function sideText(
  regions: { nameOf(code: string): string },
  grouping: StatisticGrouping,
  side: string,
  language: Language,
): string {
  const labelled = (labels: Readonly<Record<string, { readonly zh: string; readonly en: string }>>) =>
    labels[side]?.[language] ?? side;
  switch (grouping) {
    case 'month':
      return side;
    case 'home_pool':
    case 'treatment_pool':
      return regions.nameOf(side);
    case 'scheme':
      return labelled(schemeLabels);
    case 'person_class':
      return labelled(personClassLabels);
    case 'visit_kind':
      return labelled(visitKindLabels);
    case 'hospital_level':
      return labelled(hospitalLevelLabels);
  }
}

const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const MINUTE_MS = 60_000;

function minuteOf(nowMs: number): string {
  const minutes = Math.floor((nowMs + SHANGHAI_OFFSET_MS) / MINUTE_MS) % 1_440;
  const two = (number: number) => `${number}`.padStart(2, '0');
  return `${localDateAt(nowMs)} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
