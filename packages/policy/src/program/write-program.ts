import { layerCounters, type VisitCounters, visitCounters } from '../counters.ts';
import { FUNDS, PARTS } from '../pack/pack-schema.ts';
import type { Bands } from '../plan/bands.ts';
import type { BasicPlan, CeilingPlan, LayerPlan, Plan } from '../plan/plan.ts';

/**
 * A plan's computation as the text of one function, its figures written in and its amounts kept in local variables;
 * undefined for plans with a rule that is rare. It follows the layers of `run` line by line, and gives whatever is out
 * of the ordinary (a bill that is wrong, an amount past 2^53) to `interpret`.
 *
 * Nothing of a pack's own text gets into it: only numbers, and names from the lists of this package.
 */
export function writeProgram(plan: Plan): string | undefined {
  if (!isUsual(plan)) return undefined;
  const after = plan.layers.length;
  return [
    'return (input) => {',
    sumBill,
    `const accumulators = input.accumulators;
     let isAtLimit = false;
     let isAccountShort = false;
     ${FUNDS.map((fund) => `let ${fund} = 0;`).join('\n')}`,
    takeAwayPrepay(plan),
    takeDeductible(plan),
    payBasicFund(plan),
    ...plan.layers.map((layer, index) => payFurtherLayer(layer, index)),
    payFromAccount(plan),
    ...plan.layersAfterAccount.map((layer, index) => payFurtherLayer(layer, after + index)),
    giveResult(plan),
    '};',
  ].join('\n');
}

/** Plans with one of the rarer rules stay with the interpreter. */
function isUsual({ missing, itemGroups, deductible, basic, layers, layersAfterAccount }: Plan): boolean {
  return (
    missing === undefined &&
    itemGroups === undefined &&
    ['none', 'stay', 'year'].includes(deductible.per) &&
    deductible.ordinalOf !== 'same-institution' &&
    deductible.share === undefined &&
    deductible.transfer === undefined &&
    deductible.longStayDays === 0 &&
    !deductible.afterRatio &&
    basic.lumpSum === undefined &&
    basic.fixedPrice === undefined &&
    basic.diseaseLimit === undefined &&
    basic.floor === undefined &&
    basic.periods.length === 0 &&
    !basic.accountFirst &&
    !basic.roundBands &&
    basic.ceilings.every(
      ({ per, raisedByAllowance }) => !raisedByAllowance && per !== 'month' && per !== 'day',
    ) &&
    [...layers, ...layersAfterAccount].every(
      ({ thresholdShare, roundBands }) => thresholdShare === undefined && !roundBands,
    )
  );
}

const sumBill = `
  const groups = input.groups;
  let total = 0;
  let selfPaid = 0;
  let overLimit = 0;
  let prepaySelf = 0;
  let inScope = 0;
  for (let index = 0; index < groups.length; index++) {
    const group = groups[index];
    total += group.totalFen;
    selfPaid += group.selfPaidFen;
    overLimit += group.overLimitFen;
    prepaySelf += group.prepaySelfFen;
    inScope += group.inScopeFen;
  }
  if (!(selfPaid >= 0 && overLimit >= 0 && prepaySelf >= 0 && inScope >= 0)) return interpret(input);
  if (!Number.isSafeInteger(total) || selfPaid + overLimit + prepaySelf + inScope !== total) return interpret(input);`;

function takeAwayPrepay({ awayPrepay }: Plan): string {
  if (awayPrepay === undefined) return 'let awayPrepay = 0; const covered = inScope;';
  return `
    let awayPrepay = ${roundedShare(`inScope * ${awayPrepay.num}`, `${awayPrepay.den}`)};
    const covered = inScope - awayPrepay;`;
}

function takeDeductible({ deductible: rule, basic }: Plan): string {
  if (rule.per === 'none') return 'const deducted = 0; let deductible = 0;';
  const lines = [`let due = ${dueByOrdinal(rule, basic)};`];
  if (rule.per === 'year') {
    const filled =
      rule.filledBy === 'paid' ? yearOf(basic.counters, 'deductible') : yearOf(basic.counters, 'inScope');
    lines.push(`due = Math.max(0, due - ${filled});`);
  }
  if (rule.yearCap !== Number.POSITIVE_INFINITY)
    lines.push(
      `due = Math.min(due, Math.max(0, ${rule.yearCap} - ${yearOf(basic.counters, 'deductible')}));`,
    );
  return `${lines.join('\n')}
    const deducted = Math.min(due, covered);
    let deductible = deducted;`;
}

/** The nominal deductible of the first, second, … stay; the last repeats. */
function dueByOrdinal({ byOrdinal, ordinalOf }: Plan['deductible'], { counters }: BasicPlan): string {
  const last = byOrdinal.length - 1;
  if (last === 0) return `${byOrdinal[0]}`;
  const ordinal =
    ordinalOf === 'all'
      ? yearOf(counters, 'visits')
      : 'staysAtLevel(accumulators, input.facts.hospitalLevel)';
  const choices = byOrdinal.slice(0, last).map((due, index) => `ordinal === ${index} ? ${due} : `);
  return `0; const ordinal = ${ordinal}; due = ${choices.join('')}${byOrdinal[last]}`;
}

function payBasicFund({ basic }: Plan): string {
  const { counters, bands, ceilings } = basic;
  const used = basic.perYear ? yearOf(counters, 'inScope') : '0';
  const deductedBefore = basic.perYear ? yearOf(counters, 'deductible') : '0';
  const offset = basic.fromDeductible ? `${used} - ${deductedBefore} - deducted` : used;
  const onPayment = ceilings.filter(({ on }) => on === 'payment');
  return `
    let until = covered;
    ${ceilings
      .filter(({ on }) => on !== 'payment')
      .map(limitCost)
      .join('\n')}
    if (until < deducted) until = deducted;
    const offset = ${offset};
    const from = deducted + offset;
    const to = until + offset;
    let pool = ${paidByBands(bands, 'from', 'to', '1')};
    let overCeiling = covered - until;
    let overNum = overCeiling;
    let overDen = 1;
    if (overCeiling > 0) isAtLimit = true;
    ${onPayment.length === 0 ? '' : limitPayment(onPayment)}
    let copay = covered - deducted - overCeiling - pool;
    if (copay < 0) return interpret(input);`;
}

function limitCost({ on, per, limit, counts }: CeilingPlan): string {
  const used =
    per === 'year'
      ? counts.map((counters) =>
          on === 'cost-after-deductible'
            ? `- ${yearOf(counters, 'inScope')} + ${yearOf(counters, 'deductible')}`
            : `- ${yearOf(counters, 'inScope')}`,
        )
      : [];
  const deducted = on === 'cost' ? '' : '+ deducted';
  return `until = Math.min(until, ${limit} ${used.join(' ')} ${deducted});`;
}

function limitPayment(ceilings: readonly CeilingPlan[]): string {
  const allowed = ceilings.map(({ limit, per, counts }) =>
    [limit, ...(per === 'year' ? counts.map((counters) => yearOf(counters, 'fund')) : [])].join(' - '),
  );
  return `
    const left = Math.max(0, Math.min(${allowed.join(', ')}));
    if (pool > left) {
      pool = left;
      isAtLimit = true;
      const beyond = costBeyond(plan.basic.bands, from, to, left);
      overNum = beyond.num + overCeiling * beyond.den;
      overDen = beyond.den;
      overCeiling += Math.floor((2 * beyond.num + beyond.den) / (2 * beyond.den));
    }`;
}

/** Base and payment stay in variables of their own: layers and year afterwards are made of them. */
function payFurtherLayer(layer: LayerPlan, index: number): string {
  const parts = layer.parts.map((part) => PARTS[part]);
  const before = layer.perYear ? accumulated(`${layer.name}BaseFen`) : '0';
  const pays = layer.atYearEnd
    ? ''
    : `{
      ${layer.overOnly ? EXACT_OVER_CEILING : `const scale = 1; const added = base${index};`}
      const before = ${before} * scale;
      ${layer.lessPaid ? paysLessPaid(layer, index) : `paid${index} = ${shareOfRange(layer, 'before', 'before + added')};`}
      ${layer.ceiling === Number.POSITIVE_INFINITY ? '' : limitLayer(layer, index)}
      paid${index} = Math.min(paid${index}, base${index});
      ${takeOff(parts, `paid${index}`)}
      ${FUNDS[layer.fundIndex]} += paid${index};
    }`;
  return `
    const base${index} = ${parts.join(' + ')};
    let paid${index} = 0;
    if (base${index} !== 0) ${pays === '' ? ';' : pays}`;
}

/** Over-ceiling cost that no layer has read yet is an exact fraction of a fen. */
const EXACT_OVER_CEILING = `
  const isExact = overDen !== 1 && overCeiling === Math.floor((2 * overNum + overDen) / (2 * overDen));
  const scale = isExact ? overDen : 1;
  const added = isExact ? overNum : overCeiling;`;

function paysLessPaid(layer: LayerPlan, index: number): string {
  return `
    const year = ${shareOfRange(layer, '0', 'before + added')};
    paid${index} = Math.max(0, year - ${accumulated(`${layer.name}PaidFen`)});`;
}

/** The fund's share of the part of [from, to) above the threshold. */
function shareOfRange(layer: LayerPlan, from: string, to: string): string {
  const scaled = layer.overOnly;
  const edge = scaled ? `${layer.threshold} * scale` : `${layer.threshold}`;
  const shift = layer.fromThreshold ? ` - ${edge}` : '';
  const start = `(Math.max(${from}, ${edge})${shift})`;
  return paidByBands(layer.bands, start, `(${to}${shift})`, scaled ? 'scale' : '1');
}

function limitLayer(layer: LayerPlan, index: number): string {
  const taken = [accumulated(`${layer.name}PaidFen`)];
  if (layer.ceilingSharesPool)
    taken.push(accumulated('inpatientFundFen'), accumulated('chronicFundFen'), 'pool');
  for (const shared of layer.ceilingSharesLayers)
    taken.push(accumulated(`${nameOf(layerCounters, shared)}PaidFen`));
  return `
    const left = Math.max(0, ${[layer.ceiling, ...taken].join(' - ')});
    if (paid${index} > left) {
      paid${index} = left;
      isAtLimit = true;
    }`;
}

function payFromAccount({ accountParts }: Plan): string {
  const parts = accountParts.map((part) => PARTS[part]);
  const nobody = 'let own = 0; let family = 0; let eligible = 0;';
  if (parts.length === 0) return nobody;
  return `
    ${nobody}
    const account = input.account;
    if (account.useAccount) {
      if (!(account.ownAccountFen >= 0 && account.familyAccountFen >= 0)) return interpret(input);
      eligible = ${parts.join(' + ')};
      own = Math.min(eligible, account.ownAccountFen);
      family = Math.min(eligible - own, account.familyAccountFen);
      isAccountShort = own + family < eligible;
      ${takeOff(parts, 'own + family')}
    }`;
}

function giveResult(plan: Plan): string {
  const layers = [...plan.layers, ...plan.layersAfterAccount].map((_, index) => `base${index}, paid${index}`);
  return `
    const cash = total - pool - ${FUNDS.join(' - ')} - own - family;
    if (pool < 0 || cash !== selfPaid + overLimit + prepaySelf + awayPrepay + deductible + copay + overCeiling)
      return interpret(input);
    return new ComputedVisit(
      plan, version, input, total, deducted,
      {
        poolFundFen: pool,
        largeAmountFen: largeAmount,
        seriousIllnessFen: seriousIllness,
        civilServantFen: civilServant,
        enterpriseSupplementFen: enterpriseSupplement,
        medicalAidFen: medicalAid,
        otherFundFen: otherFund,
        ownAccountFen: own,
        familyAccountFen: family,
        personalCashFen: cash,
        hospitalPartFen: 0,
      },
      isAtLimit || isAccountShort ? notesOf(isAtLimit, isAccountShort) : NO_NOTES,
      [inScope, covered, eligible, own + family, ${layers.join(', ')}],
    );`;
}

/** Takes a payment off the parts in their order. */
function takeOff(parts: readonly (string | undefined)[], paid: string): string {
  const [first, ...others] = parts;
  if (others.length === 0) return `${first} -= ${paid};`;
  const steps = parts.map(
    (part) => `const ${part}Paid = Math.min(${part}, rest); ${part} -= ${part}Paid; rest -= ${part}Paid;`,
  );
  return `{ let rest = ${paid}; ${steps.join('\n')} }`;
}

/** round-half-up(Σ part of [from, to) in a band × ratio), as `paidBetween` does. */
function paidByBands({ edges, nums, den }: Bands, from: string, to: string, scale: string): string {
  const at = (edge: number) => (scale === '1' ? `${edge}` : `${edge} * ${scale}`);
  const terms = nums.map((num, index) => {
    const upper = edges[index] as number;
    const end = upper === Number.POSITIVE_INFINITY ? to : `Math.min(${to}, ${at(upper)})`;
    const start = `Math.max(${from}, ${index === 0 ? '0' : at(edges[index - 1] as number)})`;
    return `Math.max(0, ${end} - ${start}) * ${num}`;
  });
  return roundedShare(terms.join(' + '), scale === '1' ? `${den}` : `${den} * ${scale}`);
}

/** round-half-up(num / den) as an expression; NaN past 2^53, which the sum check at the end gives to `interpret`. */
function roundedShare(num: string, den: string): string {
  return `halfUp(2 * (${num}) + ${den}, 2 * ${den})`;
}

function yearOf(counters: VisitCounters, of: 'visits' | 'deductible' | 'inScope' | 'fund'): string {
  const kind = nameOf(visitCounters, counters);
  if (of === 'visits') return accumulated(kind === 'inpatient' ? 'inpatientStays' : `${kind}Visits`);
  const suffix = { deductible: 'DeductibleFen', inScope: 'InScopeFen', fund: 'FundFen' }[of];
  return accumulated(`${kind}${suffix}`);
}

function accumulated(name: string): string {
  return `(accumulators.${name} ?? 0)`;
}

function nameOf<T>(named: Readonly<Record<string, T>>, one: T): string {
  const found = Object.entries(named).find(([, value]) => value === one);
  if (found === undefined) throw new Error('these counters have no name');
  return found[0];
}
