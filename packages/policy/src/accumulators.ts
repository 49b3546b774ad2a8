import type { LocalDate } from '@yijie/calendar';
import type { Accumulators } from './contract.ts';
import type { Pack } from './pack/pack.ts';

/**
 * Every name that a benefit year keeps for a person and scheme, with its meaning. All are plain whole numbers that a
 * settlement only adds to, so that a refund subtracts exactly what the settlement added. A missing name is 0.
 *
 * Besides these, packs with limits per disease, month, quarter, day or item group use names of the form
 * `chronicFundFen/<disease>` and `outpatientFundFen/M03` (see {@link periodName}); they add in the same way.
 */
export const ACCUMULATOR_NAMES = [
  /** 本年住院次数, all levels. */
  'inpatientStays',
  'inpatientStaysCommunity',
  'inpatientStaysL1',
  'inpatientStaysL2',
  'inpatientStaysL3',
  'inpatientStaysProvincial',
  'outpatientVisits',
  'chronicVisits',
  'maternityVisits',
  /** 已付起付线 by visit kind. */
  'inpatientDeductibleFen',
  'outpatientDeductibleFen',
  'chronicDeductibleFen',
  'maternityDeductibleFen',
  /** In-scope cost by visit kind, after the away prepay (the S2 of the order of evaluation). */
  'inpatientInScopeFen',
  'outpatientInScopeFen',
  'chronicInScopeFen',
  'maternityInScopeFen',
  /** 统筹基金 paid by visit kind. */
  'inpatientFundFen',
  'outpatientFundFen',
  'chronicFundFen',
  'maternityFundFen',
  /** Of the layers after the basic fund: the base that entered (…BaseFen) and what was paid (…PaidFen). */
  'largeAmountBaseFen',
  'largeAmountPaidFen',
  'largeAmountPersonalBaseFen',
  'largeAmountPersonalPaidFen',
  'seriousIllnessBaseFen',
  'seriousIllnessPaidFen',
  'seriousIllnessOverBaseFen',
  'seriousIllnessOverPaidFen',
  'remainingCostBaseFen',
  'remainingCostPaidFen',
  'retireeSupplementBaseFen',
  'retireeSupplementPaidFen',
  'civilServantBaseFen',
  'civilServantPaidFen',
  'civilServantOverBaseFen',
  'civilServantOverPaidFen',
  'civilServantDeductibleBaseFen',
  'civilServantDeductiblePaidFen',
  'enterpriseSupplementBaseFen',
  'enterpriseSupplementPaidFen',
  'medicalAidBaseFen',
  'medicalAidPaidFen',
  'tiltAidBaseFen',
  'tiltAidPaidFen',
  'otherBaseFen',
  'otherPaidFen',
] as const;
export type AccumulatorName = (typeof ACCUMULATOR_NAMES)[number];

const NAMES: ReadonlySet<string> = new Set([
  ...ACCUMULATOR_NAMES,
  // Only ever with the group behind it.
  'singleLineInScopeFen',
  'singleLineFundFen',
]);

/** Whether a year can keep this name: one of the list, alone or with a disease, group or period behind it. */
export function isAccumulatorName(name: string): boolean {
  const end = name.indexOf('/');
  return NAMES.has(end < 0 ? name : name.slice(0, end));
}

/** A year in which nothing has happened, with every name. */
export function emptyAccumulators(): Record<AccumulatorName, number> {
  return Object.fromEntries(ACCUMULATOR_NAMES.map((name) => [name, 0])) as Record<AccumulatorName, number>;
}

/**
 * The same with the names that a pack can touch alone. Whoever keeps years in this form gives the engine objects of
 * one small shape, which it reads and copies fastest; any other form gives the same amounts.
 */
export function emptyAccumulatorsOf(pack: Pack): Record<string, number> {
  const names = new Set<string>();
  for (const [visit, benefit] of Object.entries(pack.visits)) {
    if ('notPublished' in benefit) continue;
    const kind = benefit.countsAs ?? visit;
    for (const suffix of ['DeductibleFen', 'InScopeFen', 'FundFen']) names.add(`${kind}${suffix}`);
    names.add(kind === 'inpatient' ? 'inpatientStays' : `${kind}Visits`);
    if (kind === 'inpatient')
      for (const level of ['Community', 'L1', 'L2', 'L3', 'Provincial']) names.add(`inpatientStays${level}`);
  }
  for (const { name } of pack.layers) names.add(`${name}BaseFen`).add(`${name}PaidFen`);
  return Object.fromEntries(ACCUMULATOR_NAMES.filter((name) => names.has(name)).map((name) => [name, 0]));
}

/** What a settlement added, by name, zeroes left out. */
export function accumulatorChange(before: Accumulators, after: Accumulators): Accumulators {
  const change: Record<string, number> = {};
  for (const [name, value] of Object.entries(after)) {
    const added = value - (before[name] ?? 0);
    if (added !== 0) change[name] = added;
  }
  for (const [name, value] of Object.entries(before))
    if (!(name in after) && value !== 0) change[name] = -value;
  return change;
}

/** Adds a change (or, with −1, takes it back). Names that come to 0 stay, so that both ways give equal sets. */
export function applyChange(to: Accumulators, change: Accumulators, sign: 1 | -1 = 1): Accumulators {
  const result: Record<string, number> = { ...to };
  for (const [name, value] of Object.entries(change)) result[name] = (result[name] ?? 0) + sign * value;
  return result;
}

/** A part of the year that a limit counts on its own. */
export type Period = 'month' | 'quarter' | 'day';

/** `outpatientFundFen/M03`, `chronicFundFen/dialysis`, `chronicFundFen/dialysis/M03`, `chronicDeductibleFen/Q1`. */
export function periodName(
  base: string,
  date: LocalDate,
  period: Period | undefined,
  disease: string | undefined,
): string {
  const ofDisease = disease === undefined ? base : `${base}/${disease}`;
  switch (period) {
    case undefined:
      return ofDisease;
    case 'month':
      return `${ofDisease}/M${date.slice(5, 7)}`;
    case 'quarter':
      return `${ofDisease}/Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
    case 'day':
      return `${ofDisease}/D${date.slice(5, 7)}${date.slice(8)}`;
  }
}
