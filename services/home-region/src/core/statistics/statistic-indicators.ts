import type { StatisticMeasure } from './statistic-measures.ts';

/** Sums of one group of cells. */
export interface MeasureSums {
  /** Everything, and of it stays across provinces: what the direct-settlement rate is about. */
  readonly all: Sum;
  readonly staysAcrossProvinces: Sum;
}

export interface Sum {
  readonly count: number;
  readonly amountFen: number;
}

export interface Indicator {
  readonly name: IndicatorName;
  readonly top: number;
  readonly bottom: number;
  /** Half-up to the basis point; undefined when there is nothing to divide by. */
  readonly ratioBp: number | undefined;
}

type Part = readonly {
  readonly measure: StatisticMeasure;
  readonly of: 'count' | 'amountFen';
  readonly staysAcrossProvinces?: true;
}[];
interface Definition {
  readonly top: Part;
  readonly bottom: Part;
}

const stays = (measure: StatisticMeasure, of: 'count' | 'amountFen'): Part[number] => ({
  measure,
  of,
  staysAcrossProvinces: true,
});
const count = (measure: StatisticMeasure): Part => [{ measure, of: 'count' }];

/** The quotients of clearing-and-filing §6.4 that filing and settlement can answer. */
export const indicatorDefinitions = {
  /** 直接结算率, by person-times: direct stays ÷ (direct + manual ones), across provinces, refunds taken off. */
  'direct-rate': {
    top: [stays('direct', 'count')],
    bottom: [stays('direct', 'count'), stays('manual', 'count')],
  },
  /** The same by what the funds paid. */
  'direct-rate-by-amount': {
    top: [stays('direct', 'amountFen')],
    bottom: [stays('direct', 'amountFen'), stays('manual', 'amountFen')],
  },
  /** 结算成功率: visits that settled ÷ visits that tried, each once in a month. */
  'success-rate': { top: count('visit-settled'), bottom: count('visit-attempted') },
  /** 备案线上率 */
  'filing-online-rate': { top: count('filed-online'), bottom: count('filed') },
  /** 备案按时办结率: decided within the region's working days ÷ decided. */
  'filing-on-time-rate': { top: count('decided-in-time'), bottom: count('decided') },
  /** 视同备案占比: direct settlements whose filing the settlement made ÷ direct settlements. */
  'deemed-share': { top: count('deemed'), bottom: count('direct') },
  /** Visits held for want of a filing ÷ visits that tried. Admissions lie at the treatment site: home sees who tried. */
  'no-filing-share': { top: count('visit-without-filing'), bottom: count('visit-attempted') },
  /** 退费率: refunds ÷ settlements. */
  'refund-rate': { top: count('refunded'), bottom: [...count('direct'), ...count('refunded')] },
} as const satisfies Record<string, Definition>;
export type IndicatorName = keyof typeof indicatorDefinitions;

const NOTHING: MeasureSums = {
  all: { count: 0, amountFen: 0 },
  staysAcrossProvinces: { count: 0, amountFen: 0 },
};

export function indicatorsOf(sums: ReadonlyMap<StatisticMeasure, MeasureSums>): Indicator[] {
  const total = (part: Part) =>
    part.reduce((added, { measure, of, staysAcrossProvinces }) => {
      const sum = sums.get(measure) ?? NOTHING;
      return added + (staysAcrossProvinces ? sum.staysAcrossProvinces : sum.all)[of];
    }, 0);
  return (Object.entries(indicatorDefinitions) as [IndicatorName, Definition][]).map(
    ([name, { top, bottom }]) => {
      const parts = { top: total(top), bottom: total(bottom) };
      return { name, ...parts, ratioBp: ratioOf(parts.top, parts.bottom) };
    },
  );
}

/** Handling time of manual reimbursements (办理时长): how many, the median, the share within the limit. */
export interface HandlingTime {
  readonly decided: number;
  /** Of an even number the lower one of the middle: a number of days that occurred. */
  readonly medianDays: number | undefined;
  readonly withinLimit: number;
  readonly withinLimitBp: number | undefined;
}

/** Working days within which an agency promises to decide (§3.3). */
const HANDLING_LIMIT_DAYS = 30;

export function handlingTime(byDays: ReadonlyMap<number, number>): HandlingTime {
  const days = [...byDays].sort(([a], [b]) => a - b);
  const decided = days.reduce((added, [, times]) => added + times, 0);
  let seen = 0;
  const median = days.find(([, times]) => {
    seen += times;
    return seen * 2 >= decided;
  });
  const withinLimit = days
    .filter(([day]) => day <= HANDLING_LIMIT_DAYS)
    .reduce((added, [, times]) => added + times, 0);
  const medianDays = decided === 0 ? undefined : median?.[0];
  return { decided, medianDays, withinLimit, withinLimitBp: ratioOf(withinLimit, decided) };
}

function ratioOf(top: number, bottom: number): number | undefined {
  // More refunds than settlements in a month leave no rate that says anything.
  if (bottom <= 0 || top < 0) return undefined;
  // Sums of amounts times ten thousand pass 2^53.
  return Number((20_000n * BigInt(top) + BigInt(bottom)) / (2n * BigInt(bottom)));
}
