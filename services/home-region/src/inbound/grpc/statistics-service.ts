import { HOSPITAL_LEVELS, PERSON_CLASSES, SCHEMES, VISIT_KINDS } from '@yijie/codes';
import {
  StatisticFormat,
  StatisticsServiceService,
  type StatisticFilter as WireFilter,
} from '@yijie/contracts/statistics';
import { createPdfPrinter, type PdfPrinter } from '@yijie/documents';
import { refuse } from '@yijie/errors';
import type { Database } from '@yijie/postgres';
import { type Clock, idToText, type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { pageOf, pageSizeOf } from '../../application/page.ts';
import {
  exportStatistics,
  GROUPS_MAX,
  type StatisticFile,
} from '../../application/statistics/export-statistics.ts';
import { handlingTime, indicatorsOf } from '../../core/statistics/statistic-indicators.ts';
import { STATISTIC_MEASURES } from '../../core/statistics/statistic-measures.ts';
import {
  STATISTIC_GROUPINGS,
  type StatisticFilter,
  type StatisticGrouping,
  treatmentPattern,
} from '../../core/statistics/statistic-question.ts';
import {
  type CountedPlace,
  countedRows,
  type StatisticGroup,
  statisticSums,
} from '../../repositories/statistics/statistic-sums.ts';
import { callerPool } from './caller-pool.ts';
import { FormError, readForm, requiredWord } from './form.ts';

export interface StatisticsParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly regions: { nameOf(code: string): string };
}

export function statisticsService({ database, clock, regions }: StatisticsParts): UnaryService<Authorized> {
  let printer: Promise<PdfPrinter> | undefined;
  const printing = () => {
    printer ??= createPdfPrinter();
    return printer;
  };
  return unaryService(StatisticsServiceService, {
    async getStatistics(request, { identity }) {
      const read = readForm(() => readQuestion(request, callerPool(identity)));
      if (!read.ok) return read;
      const { filter, groupBy } = read.form;
      return { groups: (await statisticSums(database, filter, groupBy)).map(wireGroup) };
    },

    async listStatisticRows(request, { identity }) {
      const read = readForm(() => ({
        filter: readFilter(request.filter, callerPool(identity)),
        measure: requiredWord(
          'measure',
          STATISTIC_MEASURES.find((measure) => measure === request.measure),
        ),
      }));
      if (!read.ok) return read;
      const size = pageSizeOf(request.pageSize);
      const after = readPlace(request.pageToken);
      if (size === undefined || after === null) return refuse('FRM-PAGE');
      const found = await countedRows(database, read.form.filter, read.form.measure, after, size + 1);
      const { shown, last } = pageOf(found, size);
      return {
        rows: shown.map(({ cellId: _, sourceId, ...row }) => ({ ...row, sourceId: idToText(sourceId) })),
        nextPageToken: last === undefined ? '' : writePlace(last),
      };
    },

    async exportStatistics(request, { identity }) {
      const read = readForm(() => ({
        question: readQuestion(request, callerPool(identity)),
        file: requiredWord('format', FILES[request.format]),
      }));
      if (!read.ok) return read;
      const { question, file } = read.form;
      const groups = await statisticSums(database, question.filter, question.groupBy);
      const max = GROUPS_MAX[file];
      if (groups.length > max) return refuse('FRM-SIZE', { field: 'group_by', max: `${max}` });
      const language = request.language === 'en' ? 'en' : 'zh';
      const exported = await exportStatistics(
        { regions, printer: printing },
        question,
        groups,
        { file, language },
        clock.now(),
      );
      return { ...exported, content: Buffer.from(exported.content) };
    },
  });
}

const FILES: Readonly<Record<number, StatisticFile | undefined>> = {
  [StatisticFormat.CSV]: 'csv',
  [StatisticFormat.EXCEL]: 'excel',
  [StatisticFormat.PDF]: 'pdf',
};

function readQuestion(
  request: { readonly filter?: WireFilter | undefined; readonly groupBy: readonly string[] },
  pool: string | undefined,
): { readonly filter: StatisticFilter; readonly groupBy: readonly StatisticGrouping[] } {
  const groupBy = request.groupBy.map((name) =>
    requiredWord(
      'group_by',
      STATISTIC_GROUPINGS.find((grouping) => grouping === name),
    ),
  );
  if (new Set(groupBy).size < groupBy.length) throw new FormError(refuse('FRM-VALUE', { field: 'group_by' }));
  return { filter: readFilter(request.filter, pool), groupBy };
}

/** `pool`: whose numbers the caller may see; another one asked for looks like one without numbers. */
function readFilter(wire: WireFilter | undefined, pool: string | undefined): StatisticFilter {
  if (wire === undefined) throw new FormError(refuse('FRM-REQUIRED', { field: 'filter' }));
  if (pool !== undefined && wire.homePool !== '' && wire.homePool !== pool)
    throw new FormError(refuse('FRM-REGION', { field: 'home_pool', value: wire.homePool }));
  const fromMonth = month('from_month', wire.fromMonth);
  const untilMonth = month('until_month', wire.untilMonth);
  if (untilMonth < fromMonth)
    throw new FormError(refuse('FRM-DATE', { field: 'until_month', value: `${untilMonth}` }));
  if (wire.treatmentPool !== '' && !/^[1-8]\d{5}$/.test(wire.treatmentPool))
    throw new FormError(refuse('FRM-REGION', { field: 'treatment_pool', value: wire.treatmentPool }));
  return {
    fromMonth,
    untilMonth,
    homePool: pool ?? (wire.homePool === '' ? undefined : wire.homePool),
    treatmentPool: wire.treatmentPool === '' ? undefined : treatmentPattern(wire.treatmentPool),
    scheme: word('scheme', wire.scheme, SCHEMES),
    personClass: word('person_class', wire.personClass, PERSON_CLASSES),
    visitKind: word('visit_kind', wire.visitKind, VISIT_KINDS),
    hospitalLevel: word('hospital_level', wire.hospitalLevel, HOSPITAL_LEVELS),
  };
}

function word(field: string, text: string, allowed: readonly string[]): string | undefined {
  if (text === '') return undefined;
  return requiredWord(
    field,
    allowed.find((one) => one === text),
  );
}

function month(field: string, value: number): number {
  const inYear = value % 100;
  if (value < 200_001 || value > 999_912 || inYear < 1 || inYear > 12)
    throw new FormError(refuse('FRM-DATE', { field, value: `${value}` }));
  return value;
}

function wireGroup({ sides, sums, handled }: StatisticGroup) {
  const time = handlingTime(handled);
  return {
    sides: [...sides],
    measures: STATISTIC_MEASURES.flatMap((measure) => {
      const sum = sums.get(measure)?.all;
      return sum === undefined ? [] : [{ measure, ...sum }];
    }),
    indicators: indicatorsOf(sums).map(({ name, ...indicator }) => ({ indicator: name, ...indicator })),
    handled: time.decided,
    handledMedianDays: time.medianDays ?? -1,
    handledWithinLimit: time.withinLimit,
  };
}

/** Eight bytes of cell, then the source's id; null when it isn't one of ours. */
function readPlace(token: string): CountedPlace | undefined | null {
  if (token === '') return undefined;
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== 24 || bytes.readUInt16BE(0) !== 0) return null;
  return { cellId: bytes.readUIntBE(2, 6), sourceId: bytes.subarray(8) };
}

function writePlace({ cellId, sourceId }: CountedPlace): string {
  const bytes = Buffer.alloc(8);
  bytes.writeUIntBE(cellId, 2, 6);
  return Buffer.concat([bytes, sourceId]).toString('base64url');
}
