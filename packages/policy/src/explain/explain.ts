import type { Fen } from '@yijie/money';
import { type CompiledPack, compiled } from '../compile-pack.ts';
import { resultOf, run } from '../compute.ts';
import type { ExplanationStep, PolicyInput, PolicyResult } from '../contract.ts';
import type { Pack } from '../pack/pack.ts';
import { PARTS } from '../pack/pack-schema.ts';
import { shownRatio } from '../plan/fraction.ts';
import type { LayerPlan, Plan } from '../plan/plan.ts';
import { benefitOf } from '../plan/resolve-plan.ts';
import type { Working } from '../working.ts';
import { bandsFormula, joinedRatios, ratioStory } from './formula.ts';
import { remembered } from './remembered.ts';
import { sourceText } from './sources.ts';
import { FUND_SHARES, LAYER_WORDS, PART_WORDS } from './words.ts';
import { yuan } from './yuan.ts';

export interface Explained {
  readonly result: PolicyResult;
  readonly steps: readonly ExplanationStep[];
}

/**
 * The computation, and each of its steps as data and as a sentence. It runs the very same layers as `compute` and
 * reads the amounts they left, so the two can't differ; `compute` itself does nothing for it.
 */
export function explain(pack: Pack | CompiledPack, input: PolicyInput): Explained {
  const ready = compiled(pack);
  const plan = ready.planFor(input.facts);
  const working = run(ready.working, plan, input);
  const result = resultOf(working, plan, input, ready.version);
  return { result, steps: stepsOf(ready.pack, plan, working, input, result) };
}

function stepsOf(
  pack: Pack,
  plan: Plan,
  working: Working,
  input: PolicyInput,
  result: PolicyResult,
): ExplanationStep[] {
  const steps = [splitStep(input, working)];
  steps.push(...groupSteps(pack, plan, working));
  if (plan.basic.lumpSum !== undefined || plan.basic.fixedPrice !== undefined)
    return [...steps, ...fixedSteps(pack, plan, working), ...afterBasic(pack, plan, working, input, result)];
  if (plan.awayPrepay !== undefined) steps.push(awayPrepayStep(pack, plan, working));
  if (plan.deductible.per !== 'none') steps.push(deductibleStep(pack, plan, working));
  steps.push(basicStep(pack, plan, working, input));
  return [...steps, ...afterBasic(pack, plan, working, input, result)];
}

function afterBasic(
  pack: Pack,
  plan: Plan,
  working: Working,
  input: PolicyInput,
  result: PolicyResult,
): ExplanationStep[] {
  const steps: ExplanationStep[] = [];
  let nobody = working.totalFen - working.poolFen - working.hospitalPartFen;
  const layers = [...plan.layers, ...plan.layersAfterAccount];
  layers.forEach((layer, index) => {
    if (index === plan.layers.length) nobody -= accountPaid(result);
    const paid = working.layerPaid[index] ?? 0;
    nobody -= paid;
    steps.push(layerStep(pack, layer, working.layerBases[index] ?? 0, paid, nobody, input));
  });
  steps.push(...accountSteps(pack, result));
  return steps;
}

function splitStep(input: PolicyInput, working: Working): ExplanationStep {
  let selfPaid = 0;
  let overLimit = 0;
  let prepaySelf = 0;
  for (const group of input.groups) {
    selfPaid += group.selfPaidFen;
    overLimit += group.overLimitFen;
    prepaySelf += group.prepaySelfFen;
  }
  const inScope = working.totalFen - selfPaid - overLimit - prepaySelf;
  const total = working.totalFen;
  return {
    rule: 'bill',
    source: '就医地目录',
    inputs: { totalFen: total, selfPaidFen: selfPaid, overLimitFen: overLimit, prepaySelfFen: prepaySelf },
    formula: `${yuan(total)} − ${yuan(selfPaid)} − ${yuan(overLimit)} − ${yuan(prepaySelf)} = ${yuan(inScope)}`,
    sentenceZh: `医疗费总额 ${yuan(total)} 元，其中全自费 ${yuan(selfPaid)} 元、超限价 ${yuan(overLimit)} 元、先行自付 ${yuan(prepaySelf)} 元，政策范围内 ${yuan(inScope)} 元。`,
    sentenceEn: `Of the bill of ${yuan(total)} yuan, ${yuan(selfPaid)} is self-paid, ${yuan(overLimit)} over limit and ${yuan(prepaySelf)} prepaid by the person; ${yuan(inScope)} is in scope.`,
    resultFen: inScope as Fen,
    carriedFen: inScope as Fen,
  };
}

function awayPrepayStep(pack: Pack, plan: Plan, working: Working): ExplanationStep {
  const ratio = plan.awayPrepay as NonNullable<Plan['awayPrepay']>;
  const prepay = working.inScopeFen - working.coveredFen;
  return {
    rule: 'away-prepay',
    source: sourceText(pack, pack.filing),
    inputs: { inScopeFen: working.inScopeFen, ratio: shownRatio(ratio), class: plan.profile.class },
    formula: `${yuan(working.inScopeFen)} × ${shownRatio(ratio)} = ${yuan(prepay)}`,
    sentenceZh: `异地就医先行自付 ${shownRatio(ratio)}，计 ${yuan(prepay)} 元。`,
    sentenceEn: `Treated away from home, the person first pays ${shownRatio(ratio)}: ${yuan(prepay)} yuan.`,
    resultFen: prepay as Fen,
    carriedFen: working.coveredFen as Fen,
  };
}

function deductibleStep(pack: Pack, plan: Plan, working: Working): ExplanationStep {
  const benefit = benefitOf(pack, plan.profile);
  const due = working.deductibleDueFen;
  const taken = working.deductibleFen;
  const carried = working.coveredFen - taken;
  const ordinal = working.ordinal + 1;
  return {
    rule: 'deductible',
    source: sourceText(pack, benefit?.deductible, benefit),
    inputs: {
      dueFen: due,
      coveredFen: working.coveredFen,
      ordinal,
      level: plan.deductible.level,
      per: plan.deductible.per,
    },
    formula: `min(${yuan(due)}, ${yuan(working.coveredFen)}) = ${yuan(taken)}`,
    sentenceZh: `起付线：${plan.deductible.per === 'year' ? '年度累计' : `本年第 ${ordinal} 次`}，应付 ${yuan(due)} 元，本次扣 ${yuan(taken)} 元${plan.deductible.afterRatio ? '（在按比例计算之后扣除）' : ''}。`,
    sentenceEn: `Deductible: ${plan.deductible.per === 'year' ? 'counted over the year' : `stay ${ordinal} of the year`}, ${yuan(due)} yuan due, ${yuan(taken)} taken${plan.deductible.afterRatio ? ' (off the payment, after the ratio)' : ''}.`,
    resultFen: taken as Fen,
    carriedFen: carried as Fen,
  };
}

function basicStep(pack: Pack, plan: Plan, working: Working, input: PolicyInput): ExplanationStep {
  const benefit = benefitOf(pack, plan.profile);
  const { basic } = plan;
  // The pool's share also holds single lines, which have steps of their own.
  const paid = working.poolFen - working.sidePaidFen;
  const capped = paid < working.poolUncappedFen;
  const formula = bandsFormula(
    working.bands ?? basic.bands,
    working.bandFrom,
    working.bandTo,
    basic.roundBands,
  );
  const left = (working.totalFen - working.poolFen) as Fen;
  const reasons = ratioStory(basic.ratioSteps);
  return {
    rule: 'basic',
    share: 'poolFundFen',
    source: sourceText(pack, benefit?.payment, benefit),
    inputs: {
      coveredFen: working.coveredFen,
      deductibleFen: working.deductibleFen,
      sharedUntilFen: working.sharedUntilFen,
      uncappedFen: working.poolUncappedFen,
      usedFen: basic.counters.fund(input.accumulators),
      class: plan.profile.class,
      ratio: joinedRatios(working.bands ?? basic.bands),
    },
    formula: capped ? `${formula}; 限额 → ${yuan(paid)}` : formula,
    sentenceZh: `统筹基金：${reasons.zh}${capped ? `按比例为 ${yuan(working.poolUncappedFen)} 元，受年度限额限制，` : ''}支付 ${yuan(paid)} 元，余 ${yuan(left)} 元由后续各层和个人负担。`,
    sentenceEn: `Pool fund: ${reasons.en}${capped ? `${yuan(working.poolUncappedFen)} yuan by the ratio, cut by the ceiling; ` : ''}pays ${yuan(paid)} yuan and leaves ${yuan(left)}.`,
    resultFen: paid as Fen,
    carriedFen: left,
  };
}

function layerStep(
  pack: Pack,
  layer: LayerPlan,
  base: number,
  paid: number,
  left: number,
  input: PolicyInput,
): ExplanationStep {
  const rule = pack.layers[layer.index];
  const words = LAYER_WORDS[layer.name];
  const parts = partsOf(layer);
  const before = layer.perYear ? layer.counters.base(input.accumulators) : 0;
  const shift = layer.fromThreshold ? layer.threshold : 0;
  const from = Math.max(before, layer.threshold) - shift;
  const to = Math.max(before + base, layer.threshold) - shift;
  const reasons = ratioStory(layer.ratioSteps);
  const later = layer.atYearEnd
    ? { zh: '年终另行支付，', en: 'paid at the end of the year; ' }
    : { zh: '', en: '' };
  return {
    rule: layer.name,
    share: FUND_SHARES[layer.fund],
    source: sourceText(pack, rule),
    inputs: {
      baseFen: base,
      yearBaseFen: before,
      thresholdFen: layer.threshold,
      ratio: joinedRatios(layer.bands),
    },
    formula: `${bandsFormula(layer.bands, from, to, layer.roundBands)} → ${yuan(paid)}`,
    sentenceZh: `${words.zh}：基数 ${yuan(base)} 元（${parts.zh}${before > 0 ? `；本年此前已累计 ${yuan(before)} 元` : ''}），起付 ${yuan(layer.threshold)} 元，${reasons.zh}${later.zh}支付 ${yuan(paid)} 元，余 ${yuan(left)} 元。`,
    sentenceEn: `${words.en}: base ${yuan(base)} yuan (${parts.en}${before > 0 ? `; ${yuan(before)} counted before this year` : ''}), threshold ${yuan(layer.threshold)}, ${reasons.en}${later.en}pays ${yuan(paid)} yuan and leaves ${yuan(left)}.`,
    resultFen: paid as Fen,
    carriedFen: left as Fen,
  };
}

const partsOf = remembered((layer: LayerPlan): { zh: string; en: string } => {
  const words = layer.parts.map((part) => PART_WORDS[PARTS[part] as (typeof PARTS)[number]]);
  return { zh: words.map((word) => word.zh).join('、'), en: words.map((word) => word.en).join(', ') };
});

/** Rules for named groups of items: what is given up first, and what is paid on a line of its own. */
function groupSteps(pack: Pack, plan: Plan, working: Working): ExplanationStep[] {
  return (working.groups ?? []).flatMap((group) => {
    const source = sourceText(pack, pack.itemGroups?.[group.group]);
    const rule = plan.itemGroups?.get(group.group);
    const steps: ExplanationStep[] = [];
    const left = group.inScopeFen - group.prepayFen;
    if (rule?.prepay !== undefined)
      steps.push({
        rule: 'item-group',
        source,
        inputs: { group: group.group, inScopeFen: group.inScopeFen, ratio: shownRatio(rule.prepay) },
        formula: `${yuan(group.inScopeFen)} × ${shownRatio(rule.prepay)} = ${yuan(group.prepayFen)}`,
        sentenceZh: `项目组 ${group.group}：先行自付 ${shownRatio(rule.prepay)}，计 ${yuan(group.prepayFen)} 元。`,
        sentenceEn: `Item group ${group.group}: the person first pays ${shownRatio(rule.prepay)}, ${yuan(group.prepayFen)} yuan.`,
        resultFen: group.prepayFen as Fen,
        carriedFen: left as Fen,
      });
    if (group.isSingle)
      steps.push({
        rule: 'single-line',
        share: 'poolFundFen',
        source,
        inputs: { group: group.group, costFen: left },
        formula: `${yuan(left)} → ${yuan(group.paidFen)}`,
        sentenceZh: `单行支付 ${group.group}：费用 ${yuan(left)} 元，统筹基金支付 ${yuan(group.paidFen)} 元，不计起付线和分段。`,
        sentenceEn: `Single line ${group.group}: of ${yuan(left)} yuan the pool fund pays ${yuan(group.paidFen)}, outside deductible and bands.`,
        resultFen: group.paidFen as Fen,
        carriedFen: (left - group.paidFen) as Fen,
      });
    return steps;
  });
}

/** A lump sum or a fixed price stands in for deductible, bands and ceilings. */
function fixedSteps(pack: Pack, plan: Plan, working: Working): ExplanationStep[] {
  const benefit = benefitOf(pack, plan.profile);
  const paid = working.poolFen - working.sidePaidFen;
  const left = working.totalFen - working.poolFen - working.hospitalPartFen;
  const lump = plan.basic.lumpSum;
  const step: ExplanationStep =
    lump !== undefined
      ? {
          rule: 'lump-sum',
          share: 'poolFundFen',
          source: sourceText(pack, benefit?.lumpSum, benefit),
          inputs: { costFen: working.poolUncappedFen, limitFen: lump.limit },
          formula: `min(${yuan(working.poolUncappedFen)}, ${yuan(lump.limit)}) = ${yuan(paid)}`,
          sentenceZh: `定额支付：费用 ${yuan(working.poolUncappedFen)} 元，定额 ${yuan(lump.limit)} 元，基金支付 ${yuan(paid)} 元。`,
          sentenceEn: `Lump sum: of ${yuan(working.poolUncappedFen)} yuan the fund pays at most ${yuan(lump.limit)}: ${yuan(paid)}.`,
          resultFen: paid as Fen,
          carriedFen: left as Fen,
        }
      : {
          rule: 'fixed-price',
          share: 'poolFundFen',
          source: sourceText(pack, benefit?.fixedPrice, benefit),
          inputs: { priceFen: working.coveredFen, hospitalPartFen: working.hospitalPartFen },
          formula: `${yuan(working.coveredFen)} − ${yuan(working.coveredFen - paid)} = ${yuan(paid)}`,
          sentenceZh: `单病种定价：结算价 ${yuan(working.coveredFen)} 元，个人负担 ${yuan(working.coveredFen - paid)} 元，基金支付 ${yuan(paid)} 元，超出部分 ${yuan(working.hospitalPartFen)} 元由医院负担。`,
          sentenceEn: `Fixed price: of ${yuan(working.coveredFen)} yuan the person bears ${yuan(working.coveredFen - paid)} and the fund ${yuan(paid)}; the hospital bears ${yuan(working.hospitalPartFen)} beyond it.`,
          resultFen: paid as Fen,
          carriedFen: left as Fen,
        };
  if (working.hospitalPartFen === 0) return [step];
  const hospital: ExplanationStep = {
    ...step,
    rule: 'hospital-part',
    share: 'hospitalPartFen',
    formula: `${yuan(working.totalFen)} − ${yuan(working.coveredFen)} = ${yuan(working.hospitalPartFen)}`,
    sentenceZh: `医院负担 ${yuan(working.hospitalPartFen)} 元。`,
    sentenceEn: `The hospital bears ${yuan(working.hospitalPartFen)} yuan.`,
    resultFen: working.hospitalPartFen as Fen,
  };
  return [step, hospital];
}

function accountPaid(result: PolicyResult): number {
  return result.shares.ownAccountFen + result.shares.familyAccountFen;
}

function accountSteps(pack: Pack, result: PolicyResult): ExplanationStep[] {
  const { ownAccountFen, familyAccountFen, personalCashFen } = result.shares;
  const source = sourceText(pack, pack.account);
  const steps: ExplanationStep[] = [];
  const pay = (
    rule: string,
    share: 'ownAccountFen' | 'familyAccountFen',
    amount: Fen,
    left: number,
    zh: string,
    en: string,
  ) => {
    if (amount === 0) return;
    steps.push({
      rule,
      share,
      source,
      inputs: {},
      formula: yuan(amount),
      sentenceZh: `${zh}支付 ${yuan(amount)} 元。`,
      sentenceEn: `The ${en} pays ${yuan(amount)} yuan.`,
      resultFen: amount,
      carriedFen: left as Fen,
    });
  };
  pay(
    'own-account',
    'ownAccountFen',
    ownAccountFen,
    personalCashFen + familyAccountFen,
    '个人账户',
    'personal account',
  );
  pay(
    'family-account',
    'familyAccountFen',
    familyAccountFen,
    personalCashFen,
    '家庭共济账户',
    'family account',
  );
  steps.push({
    rule: 'cash',
    share: 'personalCashFen',
    source: '总额减去各基金和账户支付',
    inputs: {},
    formula: `${yuan(result.totalFen)} − ${yuan(result.totalFen - personalCashFen)} = ${yuan(personalCashFen)}`,
    sentenceZh: `个人现金支付 ${yuan(personalCashFen)} 元。`,
    sentenceEn: `The person pays ${yuan(personalCashFen)} yuan in cash.`,
    resultFen: personalCashFen,
    carriedFen: 0 as Fen,
  });
  return steps;
}
