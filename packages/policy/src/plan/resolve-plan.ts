import type { HospitalLevel } from '@yijie/codes';
import { layerCounters, stayAtLevelAdders, visitCounters } from '../counters.ts';
import type { Pack } from '../pack/pack.ts';
import {
  type Benefit,
  type CeilingRule,
  FUNDS,
  type GrowsRule,
  type LayerRule,
  PARTS,
  type Part,
  type PaymentRule,
} from '../pack/pack-schema.ts';
import { amountFen, fixedAmount, levelOf, sharePlan } from './amounts.ts';
import { type Fraction, ofBasisPoints } from './fraction.ts';
import type {
  BasicPlan,
  CeilingPlan,
  ItemGroupPlan,
  LayerPlan,
  MissingValue,
  PeriodPlan,
  Plan,
  RatioStep,
} from './plan.ts';
import { cellValue, type Profile } from './profile.ts';
import { resolveDeductible } from './resolve-deductible.ts';
import { emptyBands, type Missing, resolveBands } from './resolve-ratio.ts';
import { shareHalfUp } from './share.ts';

/** Decides everything that depends on the profile alone, once; what is left for each bill is arithmetic. */
export function resolvePlan(pack: Pack, profile: Profile): Plan {
  let firstMissing: MissingValue | undefined;
  const missing =
    (prefix: string): Missing =>
    (field) => {
      firstMissing ??= { field: `${prefix}.${field}`, value: shownProfile(profile) };
    };
  const benefit = benefitOf(pack, profile);
  if (benefit === undefined)
    firstMissing = { field: `visits.${profile.visit}`, value: shownProfile(profile) };
  const at = `visits.${profile.visit}`;
  const own: Profile = { ...profile, level: levelOf(benefit?.level, profile, profile.level) };
  const applicable = pack.layers
    .map((rule, index) => ({ rule, index }))
    .filter(({ rule }) => rule.visits.includes(profile.visit))
    .filter(({ rule, index }) => appliesTo(rule, own, missing(`layers.${index}`)));
  const layers = applicable.map(({ rule, index }) => ({
    after: rule.afterAccount === true,
    plan: resolveLayer(rule, index, own, pack, missing(`layers.${index}`)),
  }));
  return {
    profile,
    awayPrepay: resolveAwayPrepay(pack, own, missing('filing')),
    itemGroups: resolveItemGroups(pack, benefit, own, missing('itemGroups')),
    deductible: resolveDeductible(benefit?.deductible, own, pack, missing(`${at}.deductible`)),
    basic: resolveBasic(benefit, own, profile.level, pack, missing(at)),
    layers: layers.filter((layer) => !layer.after).map((layer) => layer.plan),
    layersAfterAccount: layers.filter((layer) => layer.after).map((layer) => layer.plan),
    accountParts: (pack.account?.pays ?? []).map(partIndex),
    // Read last: the resolvers above report into it.
    missing: firstMissing,
  };
}

/** The rules for a visit kind, those it shares with another filled in; undefined when not published. */
export function benefitOf(pack: Pack, profile: Profile): Benefit | undefined {
  const benefit = pack.visits[profile.visit];
  if ('notPublished' in benefit) return undefined;
  if (benefit.sameAs === undefined) return benefit;
  const like = pack.visits[benefit.sameAs];
  if ('notPublished' in like) return undefined;
  return { ...like, ...benefit };
}

export function partIndex(part: Part): number {
  return PARTS.indexOf(part);
}

export function shownProfile(profile: Profile): string {
  const { visit, person, level, kind, place, groups, disease } = profile;
  return [visit, person, level, kind, profile.class, place, ...groups, disease ?? '']
    .filter(Boolean)
    .join(' ');
}

function resolveAwayPrepay(pack: Pack, profile: Profile, missing: Missing) {
  if (pack.filing.effect !== 'prepay' || !pack.filing.prepay) return undefined;
  const share = cellValue(pack.filing.prepay, profile);
  if (share === undefined) missing('prepay');
  return share === undefined || share === 0 ? undefined : ofBasisPoints(share);
}

function resolveItemGroups(
  pack: Pack,
  benefit: Benefit | undefined,
  profile: Profile,
  missing: Missing,
): ReadonlyMap<string, ItemGroupPlan> | undefined {
  if (!pack.itemGroups || !benefit?.payment) return undefined;
  const plans = new Map<string, ItemGroupPlan>();
  for (const [name, rule] of Object.entries(pack.itemGroups)) {
    const prepay = rule.prepay && cellValue(rule.prepay, profile);
    const points = rule.points && cellValue(rule.points, profile);
    const atMost = rule.atMost && cellValue(rule.atMost, profile);
    const uplift =
      points === undefined
        ? undefined
        : { points, atMost: atMost === undefined ? undefined : ofBasisPoints(atMost) };
    const paid = paymentProfile(benefit.payment, profile);
    plans.set(name, {
      prepay: prepay === undefined || prepay === 0 ? undefined : ofBasisPoints(prepay),
      singleLine: rule.singleLine && {
        bands: resolveBands(rule.singleLine, profile, pack, undefined, (field) =>
          missing(`${name}.${field}`),
        ),
        ceiling:
          rule.singleLine.ceiling === undefined
            ? Number.POSITIVE_INFINITY
            : fixedAmount(rule.singleLine.ceiling, profile, pack, (field) => missing(`${name}.${field}`)),
        entersYear: rule.singleLine.entersYear,
      },
      bands:
        uplift === undefined
          ? undefined
          : resolveBands(benefit.payment, paid, pack, uplift, (field) => missing(`${name}.${field}`)),
    });
  }
  return plans;
}

/** The ratios of the basic fund alone, band by band; none where the pack doesn't publish them. */
export function ratiosOf(pack: Pack, profile: Profile): readonly Fraction[] {
  const benefit = benefitOf(pack, profile);
  if (benefit?.payment === undefined) return [];
  const own = { ...profile, level: levelOf(benefit.level, profile, profile.level) };
  let isMissing = false;
  const { ratios } = resolveBands(
    benefit.payment,
    paymentProfile(benefit.payment, own),
    pack,
    undefined,
    () => {
      isMissing = true;
    },
  );
  return isMissing ? [] : ratios;
}

/** The payment ratios may read another row than the deductible (a TCM hospital one level lower). */
function paymentProfile(payment: PaymentRule, profile: Profile): Profile {
  return payment.level === undefined
    ? profile
    : { ...profile, level: levelOf(payment.level, profile, profile.level) };
}

function resolveBasic(
  benefit: Benefit | undefined,
  profile: Profile,
  hospitalLevel: HospitalLevel,
  pack: Pack,
  missing: Missing,
): BasicPlan {
  const payment = benefit?.payment;
  const steps: RatioStep[] = [];
  const bands = payment
    ? resolveBands(
        payment,
        paymentProfile(payment, profile),
        pack,
        undefined,
        (field) => missing(`payment.${field}`),
        steps,
      )
    : emptyBands;
  const floor = payment?.floor === undefined ? undefined : cellValue(payment.floor, profile);
  const countsAs = benefit?.countsAs ?? profile.visit;
  return {
    countsAs,
    counters: visitCounters[countsAs],
    addStay: countsAs === 'inpatient' ? stayAtLevelAdders[hospitalLevel] : undefined,
    bands,
    perYear: payment?.bandsPer === 'year',
    fromDeductible: payment?.bandsFrom === 'deductible',
    roundBands: payment?.round === 'band',
    splitsProRata: payment?.groupSplit !== 'plain-first',
    accountFirst: benefit?.accountFirst === true,
    lumpSum: resolveLumpSum(benefit, profile, pack, missing),
    fixedPrice: resolveFixedPrice(benefit, profile, pack, missing),
    diseaseLimit: resolveDiseaseLimit(benefit, profile, pack, missing),
    periods: periodsOf(benefit, profile),
    floor: floor === undefined || floor === 0 ? undefined : ofBasisPoints(floor),
    ceilings: (benefit?.ceilings ?? []).flatMap((rule, index) =>
      resolveCeiling(rule, profile, pack, (field) => missing(`ceilings.${index}.${field}`)),
    ),
    ratioSteps: steps,
  };
}

function resolveCeiling(rule: CeilingRule, profile: Profile, pack: Pack, missing: Missing): CeilingPlan[] {
  const limit = fixedAmount(rule.amount, profile, pack, missing);
  if (limit === Number.POSITIVE_INFINITY) return [];
  return [
    {
      on: rule.on,
      limit: grown(limit, rule.grows, profile),
      counts: rule.counts.map((visit) => visitCounters[visit]),
      per: rule.per ?? 'year',
      raisedByAllowance: rule.raisedBy === 'carried-allowance',
    },
  ];
}

function resolveLumpSum(
  benefit: Benefit | undefined,
  profile: Profile,
  pack: Pack,
  missing: Missing,
): BasicPlan['lumpSum'] {
  const rule = benefit?.lumpSum;
  if (rule === undefined) return undefined;
  const sum = fixedAmount(rule.amount, profile, pack, (field) => missing(`lumpSum.${field}`));
  const share = rule.share === undefined ? 10_000 : cellValue(rule.share, profile);
  if (share === undefined) missing('lumpSum.share');
  return { limit: shareHalfUp(sum, ofBasisPoints(share ?? 0)), of: rule.of };
}

function resolveFixedPrice(
  benefit: Benefit | undefined,
  profile: Profile,
  pack: Pack,
  missing: Missing,
): BasicPlan['fixedPrice'] {
  const rule = benefit?.fixedPrice;
  if (rule === undefined) return undefined;
  const share = cellValue(rule.personalShare, profile);
  if (share === undefined) missing('fixedPrice.personalShare');
  return {
    price: fixedAmount(rule.price, profile, pack, (field) => missing(`fixedPrice.${field}`)),
    personalShare: ofBasisPoints(share ?? 0),
  };
}

function resolveDiseaseLimit(
  benefit: Benefit | undefined,
  profile: Profile,
  pack: Pack,
  missing: Missing,
): BasicPlan['diseaseLimit'] {
  const rule = benefit?.diseaseLimit;
  if (rule === undefined) return undefined;
  const at: Missing = (field) => missing(`diseaseLimit.${field}`);
  const limit = fixedAmount(rule.amount, profile, pack, at);
  if (rule.several === undefined)
    return { limit, per: rule.per, counts: profile.disease ?? 'none', several: undefined };
  const limits = new Map<string, number>();
  for (const [disease, codes] of Object.entries(pack.diseases ?? {})) {
    const ofDisease = fixedAmount(rule.amount, { ...profile, disease }, pack, at);
    for (const code of codes) limits.set(code, ofDisease);
  }
  const { each, atMost } = rule.several;
  return {
    limit,
    per: rule.per,
    counts: 'all',
    several: { limits, each, atMost: atMost ?? Number.POSITIVE_INFINITY },
  };
}

/** The further names that ceilings, deductibles and disease limits of the visit read. */
function periodsOf(benefit: Benefit | undefined, profile: Profile): readonly PeriodPlan[] {
  const periods: PeriodPlan[] = [];
  const add = (period: PeriodPlan) => {
    if (!periods.some((known) => JSON.stringify(known) === JSON.stringify(period))) periods.push(period);
  };
  for (const ceiling of benefit?.ceilings ?? [])
    if (ceiling.per === 'quarter' || ceiling.per === 'month' || ceiling.per === 'day')
      add({ of: 'fund', period: ceiling.per, disease: undefined });
  const per = benefit?.deductible?.per;
  if (per === 'month' || per === 'quarter') add({ of: 'deductible', period: per, disease: undefined });
  const limit = benefit?.diseaseLimit;
  if (limit !== undefined)
    add({
      of: 'fund',
      period: limit.per === 'year' ? undefined : limit.per,
      disease: limit.several === undefined ? (profile.disease ?? 'none') : 'all',
    });
  return periods;
}

/** E6: so much more for every insured year from a number of years on, up to a share of the ceiling. */
function grown(limit: number, grows: GrowsRule | undefined, profile: Profile): number {
  if (grows === undefined || profile.years < grows.fromInsuredYears) return limit;
  const added = grows.perYear * (profile.years - grows.fromInsuredYears + 1);
  return limit + Math.min(added, Math.floor((limit * grows.atMost) / 10_000));
}

function appliesTo(rule: LayerRule, profile: Profile, missing: Missing): boolean {
  if (rule.for === undefined) return true;
  const applies = cellValue(rule.for, profile);
  if (applies === undefined) missing('for');
  return applies ?? false;
}

function resolveLayer(
  rule: LayerRule,
  index: number,
  profile: Profile,
  pack: Pack,
  missing: Missing,
): LayerPlan {
  const steps: RatioStep[] = [];
  const threshold = rule.threshold === undefined ? undefined : cellValue(rule.threshold, profile);
  if (rule.threshold !== undefined && threshold === undefined) missing('threshold');
  const ceiling =
    rule.ceiling === undefined
      ? Number.POSITIVE_INFINITY
      : fixedAmount(rule.ceiling.amount, profile, pack, (field) => missing(`ceiling.${field}`));
  const sharedWith = rule.ceiling?.sharedWith ?? [];
  return {
    name: rule.name,
    fund: rule.fund,
    fundIndex: FUNDS.indexOf(rule.fund),
    counters: layerCounters[rule.name],
    parts: rule.base.map(partIndex),
    overOnly: rule.base.length === 1 && rule.base[0] === 'overCeiling',
    perYear: rule.per === 'year',
    lessPaid: rule.yearly === 'less-paid',
    threshold:
      threshold === undefined || threshold.kind === 'share' ? 0 : amountFen(threshold, pack, missing),
    thresholdShare: threshold?.kind === 'share' ? sharePlan(threshold) : undefined,
    fromThreshold: rule.bandsFrom === 'threshold',
    roundBands: rule.round === 'band',
    bands: resolveBands(rule, profile, pack, undefined, missing, steps),
    ceiling: grown(ceiling, rule.ceiling?.grows, profile),
    ceilingSharesPool: sharedWith.includes('pool'),
    ceilingSharesLayers: sharedWith.flatMap((name) => (name === 'pool' ? [] : [layerCounters[name]])),
    atYearEnd: rule.paid === 'at-year-end',
    ratioSteps: steps,
    index,
  };
}
