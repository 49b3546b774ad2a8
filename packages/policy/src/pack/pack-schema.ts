import { type LocalDate, parseLocalDate } from '@yijie/calendar';
import { SCHEMES, VISIT_KINDS } from '@yijie/codes';
import * as z from 'zod';
import { CLASSES, cellOf } from './cell.ts';
import { amountCell, levelChoiceText, paysCell } from './leaves.ts';
import {
  pointsText,
  ratioText,
  shareText,
  type TextValue,
  wholeText,
  yesNoText,
  yuanText,
} from './text-values.ts';

/** The layers that pay after the basic fund, in no particular order; a pack orders those it has. */
export const LAYER_NAMES = [
  'largeAmount',
  'largeAmountPersonal',
  'seriousIllness',
  'seriousIllnessOver',
  'remainingCost',
  'retireeSupplement',
  'civilServant',
  'civilServantOver',
  'civilServantDeductible',
  'enterpriseSupplement',
  'medicalAid',
  'tiltAid',
  'other',
] as const;
export type LayerName = (typeof LAYER_NAMES)[number];

/** The personal parts of a bill that a layer may read; together they are all that the funds haven't paid. */
export const PARTS = [
  'selfPaid',
  'overLimit',
  'prepaySelf',
  'awayPrepay',
  'deductible',
  'copay',
  'overCeiling',
  /** What a group paid on its own line (单行支付) leaves to the person. */
  'sideCopay',
] as const;
export type Part = (typeof PARTS)[number];

export const FUNDS = [
  'largeAmount',
  'seriousIllness',
  'civilServant',
  'enterpriseSupplement',
  'medicalAid',
  'otherFund',
] as const;
export type Fund = (typeof FUNDS)[number];

export const SURENESS = ['high', 'medium', 'low', 'assumed'] as const;

const text = z.string().min(1);
const whole = scalar(wholeText);
const yuan = scalar(yuanText);
const points = scalar(pointsText);
const share = scalar(shareText);
const yesNo = scalar(yesNoText);
const date = z
  .string()
  .transform((input, ctx): LocalDate => {
    const value = parseLocalDate(input);
    if (value !== undefined) return value;
    ctx.issues.push({ code: 'custom', input, message: 'must be a day that exists, YYYY-MM-DD' });
    return z.NEVER;
  })
  .meta({ cell: 'a day YYYY-MM-DD' });
const identifier = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be small letters, digits and hyphens');

/** Where a section's values come from: one of the pack's `sources`, or an assumption said in words. */
const provenance = {
  source: text.optional(),
  assumed: text.optional(),
  note: text.optional(),
};

const yesNoCell = cellOf(yesNoText);
const yuanCell = cellOf(yuanText);
const ratioCell = cellOf(ratioText);
const shareCell = cellOf(shareText);
const pointsCell = cellOf(pointsText);
const wholeCell = cellOf(wholeText);
const levelCell = cellOf(levelChoiceText);
const classText: TextValue<(typeof CLASSES)[number]> = {
  parse: (input) => CLASSES.find((name) => name === input),
  allowed: `one of ${CLASSES.join(', ')}`,
};

const source = z.strictObject({
  title: text,
  url: text.optional(),
  year: whole.optional(),
  sure: z.enum(SURENESS),
  note: text.optional(),
});

const index = z.strictObject({ ...provenance, amount: yuan, year: whole });

/** 异地就医: what the filing class changes. Exactly one of the effects. */
const filing = z.strictObject({
  ...provenance,
  treatAs: z.strictObject({ TWO_WAY_HOME: scalar(classText), HOME_POLICY: scalar(classText) }),
  effect: z.enum(['points', 'multiplier', 'prepay', 'own-table', 'none']),
  points: pointsCell.optional(),
  multiplier: ratioCell.optional(),
  prepay: shareCell.optional(),
  exceedsNationalLimit: z.strictObject({ source: text, reason: text }).optional(),
});

/** 分项目待遇: rules for a named group of items. */
const itemGroup = z.strictObject({
  ...provenance,
  prepay: shareCell.optional(),
  points: pointsCell.optional(),
  atMost: ratioCell.optional(),
  /** 单行支付: paid outside deductible and bands, with its own yearly ceiling (A7). */
  singleLine: z
    .strictObject({
      pays: paysCell,
      ceiling: amountCell.optional(),
      /** Whether the payment counts against the yearly ceilings of the visit kind. */
      entersYear: yesNo,
    })
    .optional(),
});

const laterStays = z.strictObject({
  ...provenance,
  counts: z.enum(['all', 'same-level', 'same-institution']),
  /** Share of the nominal deductible by ordinal; the last repeats. */
  factors: z.array(share).min(1).optional(),
  /** Factors of earlier stays multiply up (Nanjing: 75 % × 50 %). */
  compound: yesNo.optional(),
  step: z.strictObject({ off: yuan, atLeast: yuanCell }).optional(),
  shareStep: z.strictObject({ off: share, atLeast: yuanCell }).optional(),
  /** Own amounts for the second, third, … stay; the last repeats. */
  amounts: z.array(yuanCell).min(1).optional(),
});

/** 起付标准 */
const deductible = z.strictObject({
  ...provenance,
  per: z.enum(['stay', 'year', 'quarter', 'month', 'none']),
  /** What has filled a yearly deductible: deductibles paid, or in-scope cost seen. */
  filledBy: z.enum(['paid', 'in-scope']).optional(),
  amount: amountCell.optional(),
  level: levelCell.optional(),
  laterStays: laterStays.optional(),
  factors: z.array(ratioCell).optional(),
  atLeast: yuanCell.optional(),
  yearCap: amountCell.optional(),
  waived: yesNoCell.optional(),
  /** Only the first stay of the year pays one (tumour, dialysis). */
  firstStayOnly: yesNoCell.optional(),
  longStay: z.strictObject({ days: wholeCell }).optional(),
  transfer: z
    .strictObject({
      withinDays: whole,
      upward: z.enum(['difference', 'full']),
      downward: z.enum(['none', 'full']),
    })
    .optional(),
  taken: z.enum(['before-ratio', 'after-ratio']).optional(),
});

const perYears = z.strictObject({
  of: z.enum(['age', 'years']),
  from: whole,
  every: whole,
  points,
  atMost: points.optional(),
});

/** One step of the ordered list of adjustments of a ratio. Exactly one of the kinds. */
const adjustment = z.strictObject({
  ...provenance,
  points: pointsCell.optional(),
  multiplier: ratioCell.optional(),
  personalShare: shareCell.optional(),
  pointsPerYears: perYears.optional(),
  filing: z.literal('yes').optional(),
  itemGroup: z.literal('yes').optional(),
  atMost: ratioCell.optional(),
  atLeast: ratioCell.optional(),
});

/** 支付比例 */
const payment = z.strictObject({
  ...provenance,
  bandsPer: z.enum(['stay', 'year']).optional(),
  bandsFrom: z.enum(['zero', 'deductible']).optional(),
  round: z.enum(['layer', 'band']).optional(),
  /** How bands and deductible fall on item groups with a ratio of their own; required where there are such. */
  groupSplit: z.enum(['pro-rata', 'plain-first']).optional(),
  level: levelCell.optional(),
  pays: paysCell,
  adjust: z.array(adjustment).optional(),
  /** Floor of the fund's payment as a share of the in-scope cost (保底). */
  floor: shareCell.optional(),
});

const grows = z.strictObject({
  ...provenance,
  perYear: yuan,
  fromInsuredYears: whole,
  atMost: share,
});

/** 最高支付限额 */
const ceiling = z.strictObject({
  ...provenance,
  on: z.enum(['payment', 'cost', 'cost-after-deductible']),
  amount: amountCell,
  per: z.enum(['year', 'quarter', 'month', 'day', 'visit']).optional(),
  counts: z.array(z.enum(VISIT_KINDS)).min(1),
  raisedBy: z.enum(['carried-allowance']).optional(),
  grows: grows.optional(),
});

/** 定额: a lump sum instead of a ratio (I1): the fund pays what the visit cost, at most the sum. */
const lumpSum = z.strictObject({
  ...provenance,
  amount: amountCell,
  /** The cost it is compared with. */
  of: z.enum(['total', 'in-scope']),
  /** Share of the lump sum that is paid (e.g. 50 % for a husband's insurance). */
  share: shareCell.optional(),
});

/** 单病种定价: the person pays a share of the price; what the stay cost beyond it is the hospital's (I2). */
const fixedPrice = z.strictObject({
  ...provenance,
  price: amountCell,
  personalShare: shareCell,
});

/** 病种限额: what the fund pays for a chronic disease in a year, quarter or month (H7, H8). */
const diseaseLimit = z.strictObject({
  ...provenance,
  amount: amountCell,
  per: z.enum(['year', 'quarter', 'month']),
  /** Several approved diseases: the highest limit, so much more for each further one, at most. */
  several: z.strictObject({ each: yuan, atMost: yuan.optional() }).optional(),
});

const benefit = z.strictObject({
  ...provenance,
  sameAs: z.enum(VISIT_KINDS).optional(),
  /** Whose year counters this visit kind fills; its own when left out. */
  countsAs: z.enum(VISIT_KINDS).optional(),
  level: levelCell.optional(),
  accountFirst: yesNo.optional(),
  deductible: deductible.optional(),
  payment: payment.optional(),
  ceilings: z.array(ceiling).optional(),
  lumpSum: lumpSum.optional(),
  fixedPrice: fixedPrice.optional(),
  diseaseLimit: diseaseLimit.optional(),
});

const visit = z.union([z.strictObject({ notPublished: text }), benefit]);

/** 大额、大病、补助、救助: a fund that pays from what the layers before it have left. */
const layer = z.strictObject({
  ...provenance,
  name: z.enum(LAYER_NAMES),
  fund: z.enum(FUNDS),
  visits: z.array(z.enum(VISIT_KINDS)).min(1),
  for: yesNoCell.optional(),
  /** The parts that enter the base; the payment is taken off them in this order. */
  base: z.array(z.enum(PARTS)).min(1),
  per: z.enum(['stay', 'year']),
  /** What a year's payment is: that of the added base, or the year's less what was paid. */
  yearly: z.enum(['increment', 'less-paid']).optional(),
  threshold: amountCell.optional(),
  bandsFrom: z.enum(['zero', 'threshold']).optional(),
  round: z.enum(['layer', 'band']).optional(),
  pays: paysCell,
  adjust: z.array(adjustment).optional(),
  ceiling: z
    .strictObject({
      ...provenance,
      amount: amountCell,
      /** Whose payments share the ceiling, besides this layer's own. */
      sharedWith: z.array(z.enum(['pool', ...LAYER_NAMES])).optional(),
      grows: grows.optional(),
    })
    .optional(),
  paid: z.enum(['at-visit', 'at-year-end']).optional(),
  afterAccount: yesNo.optional(),
});

const account = z.strictObject({
  ...provenance,
  pays: z.array(z.enum(PARTS)),
});

export const packSchema = z.strictObject({
  homePool: z.string().regex(/^[1-8]\d{5}$/, 'must be six digits that begin with a province'),
  /** How many digits of a pool make a visit local: 2 for municipalities, 4 for cities. */
  localDigits: z.enum(['2', '4']),
  name: z.strictObject({ zh: text, en: text }),
  scheme: z.enum(SCHEMES),
  effective: z.strictObject({ from: date, until: date.optional() }),
  benefitYear: z.strictObject({
    ...provenance,
    starts: z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be a day of the year, MM-DD'),
    decidedBy: z.enum(['settlement', 'discharge']),
  }),
  sources: z.record(identifier, source),
  indexes: z.record(text, index).optional(),
  diseases: z.record(identifier, z.array(text).min(1)).optional(),
  filing,
  itemGroups: z.record(identifier, itemGroup).optional(),
  visits: z.strictObject({
    inpatient: visit,
    outpatient: visit,
    chronic: visit,
    maternity: visit,
  }),
  layers: z.array(layer),
  account: account.optional(),
  notPublished: z.array(z.strictObject({ field: text, note: text })).optional(),
});

export type PackData = z.output<typeof packSchema>;
export type Benefit = z.output<typeof benefit>;
export type DeductibleRule = z.output<typeof deductible>;
export type PaymentRule = z.output<typeof payment>;
export type Adjustment = z.output<typeof adjustment>;
export type CeilingRule = z.output<typeof ceiling>;
export type LayerRule = z.output<typeof layer>;
export type GrowsRule = z.output<typeof grows>;

function scalar<T>(leaf: TextValue<T>) {
  return z
    .string()
    .transform((input, ctx): T => {
      const value = leaf.parse(input);
      if (value !== undefined) return value;
      ctx.issues.push({ code: 'custom', input, message: `must be ${leaf.allowed}` });
      return z.NEVER;
    })
    .meta({ cell: leaf.allowed });
}
