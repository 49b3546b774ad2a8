import { assert, type Fen, InvariantError } from '@yijie/money';
import { periodName } from './accumulators.ts';
import { type CompiledPack, compiled, type PreparedPlan } from './compile-pack.ts';
import type { PolicyInput, PolicyResult } from './contract.ts';
import type { Counters } from './counters.ts';
import { payFromAccount, payFromAccountFirst } from './layers/account.ts';
import { takeAwayPrepay } from './layers/away-prepay.ts';
import { payBasicFund } from './layers/basic-fund.ts';
import { takeDeductible } from './layers/deductible.ts';
import { payFurtherLayer } from './layers/further-layer.ts';
import { addSingleLines, sumItemGroups } from './layers/item-groups.ts';
import { payFixedPrice, payLumpSum } from './layers/lump-sum.ts';
import { notesOf } from './notes.ts';
import type { Pack } from './pack/pack.ts';
import type { LayerPlan, Plan } from './plan/plan.ts';
import { makeProgram, type Program } from './program/make-program.ts';
import {
  CIVIL_SERVANT,
  ENTERPRISE_SUPPLEMENT,
  LARGE_AMOUNT,
  MEDICAL_AID,
  OTHER_FUND,
  SERIOUS_ILLNESS,
  type Working,
} from './working.ts';

/**
 * Who pays what of a visit, in the order of policy-rule-shapes §0. The input is one that `checkInput` accepts; what
 * it would refuse is thrown here as a broken invariant.
 */
export function compute(pack: Pack | CompiledPack, input: PolicyInput): PolicyResult {
  const ready = compiled(pack);
  const prepared = ready.preparedFor(input.facts);
  const program = prepared.program ?? programOf(prepared, ready);
  return program(input);
}

/** A plan is interpreted until it has proved to be in use; then it gets a program, where it can have one. */
function programOf(prepared: PreparedPlan, { working, version }: CompiledPack): Program {
  const { plan } = prepared;
  const interpret: Program = (input) => resultOf(run(working, plan, input), plan, input, version);
  prepared.uses++;
  if (prepared.uses > USES_BEFORE_PROGRAM)
    prepared.program = makeProgram(plan, version, interpret) ?? interpret;
  return interpret;
}

/** Writing and compiling a program takes about as long as interpreting so many visits. */
const USES_BEFORE_PROGRAM = 100;

/** The layers in the order the law applies them. */
export function run(working: Working, plan: Plan, input: PolicyInput): Working {
  if (plan.missing !== undefined)
    throw new InvariantError(`the pack has no value for ${plan.missing.field} (${plan.missing.value})`);
  working.begin();
  sumItemGroups(working, input, plan);
  if (plan.basic.lumpSum !== undefined) payLumpSum(working, plan.basic.lumpSum);
  else if (plan.basic.fixedPrice !== undefined) payFixedPrice(working, plan.basic.fixedPrice);
  else {
    takeAwayPrepay(working, plan);
    payFromAccountFirst(working, plan, input.account);
    takeDeductible(working, plan, input);
    payBasicFund(working, plan, input);
  }
  if (working.sidePaidFen > 0) addSingleLines(working);
  for (let index = 0; index < plan.layers.length; index++)
    payFurtherLayer(working, plan.layers[index] as LayerPlan, input);
  payFromAccount(working, plan, input.account);
  for (let index = 0; index < plan.layersAfterAccount.length; index++)
    payFurtherLayer(working, plan.layersAfterAccount[index] as LayerPlan, input);
  return working;
}

export function resultOf(working: Working, plan: Plan, input: PolicyInput, version: string): PolicyResult {
  return {
    totalFen: working.totalFen as Fen,
    layers: working.notedLayers(),
    shares: sharesOf(working),
    deductiblePaidFen: working.deductibleFen as Fen,
    accumulatorsAfter: accumulatorsAfter(working, plan, input),
    notes: notesOf(working.isAtLimit, working.isAccountShort),
    policyVersion: version,
  };
}

/** Cash is the residual, and what the layers left of the person's parts: both must be the same, to the fen. */
function sharesOf(working: Working): PolicyResult['shares'] {
  const { parts, funds } = working;
  const large = funds[LARGE_AMOUNT] as number;
  const serious = funds[SERIOUS_ILLNESS] as number;
  const civil = funds[CIVIL_SERVANT] as number;
  const enterprise = funds[ENTERPRISE_SUPPLEMENT] as number;
  const aid = funds[MEDICAL_AID] as number;
  const other = funds[OTHER_FUND] as number;
  const cash =
    working.totalFen -
    working.poolFen -
    large -
    serious -
    civil -
    enterprise -
    aid -
    other -
    working.ownAccountFen -
    working.familyAccountFen -
    working.hospitalPartFen;
  let left = 0;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] as number;
    assert(part >= 0, 'a part of the bill became negative');
    left += part;
  }
  // The message is built only for the one that fails.
  if (cash !== left || working.poolFen < 0)
    throw new InvariantError(`shares leave ${cash} fen of cash, the parts ${left}`);
  return {
    poolFundFen: working.poolFen as Fen,
    largeAmountFen: large as Fen,
    seriousIllnessFen: serious as Fen,
    civilServantFen: civil as Fen,
    enterpriseSupplementFen: enterprise as Fen,
    medicalAidFen: aid as Fen,
    otherFundFen: other as Fen,
    ownAccountFen: working.ownAccountFen as Fen,
    familyAccountFen: working.familyAccountFen as Fen,
    personalCashFen: cash as Fen,
    hospitalPartFen: working.hospitalPartFen as Fen,
  };
}

function accumulatorsAfter(working: Working, plan: Plan, input: PolicyInput): Counters {
  const after: Counters = { ...input.accumulators };
  const fund = working.poolFen - working.sidePaidFen + working.sideYearFen;
  plan.basic.counters.add(after, working.deductibleFen, working.coveredFen, fund);
  if (plan.basic.periods.length > 0) addPeriods(after, working, plan, input);
  if (working.groups !== undefined) addGroups(after, working, input);
  plan.basic.addStay?.(after);
  addLayers(after, working, plan.layers, 0);
  addLayers(after, working, plan.layersAfterAccount, plan.layers.length);
  return after;
}

/** Limits of a month, quarter, day or disease count under names of their own. */
function addPeriods(after: Counters, working: Working, plan: Plan, input: PolicyInput): void {
  const kind = plan.basic.countsAs;
  for (const { of, period, disease } of plan.basic.periods) {
    const base = of === 'fund' ? `${kind}FundFen` : `${kind}DeductibleFen`;
    const name = periodName(base, input.facts.settlementDate, period, disease);
    after[name] = (after[name] ?? 0) + (of === 'fund' ? working.poolFen : working.deductibleFen);
  }
}

function addGroups(after: Counters, working: Working, input: PolicyInput): void {
  for (const { group, inScopeFen, prepayFen, isSingle, paidFen } of working.groups ?? []) {
    if (!isSingle) continue;
    const scope = periodName('singleLineInScopeFen', input.facts.settlementDate, undefined, group);
    const fund = periodName('singleLineFundFen', input.facts.settlementDate, undefined, group);
    after[scope] = (after[scope] ?? 0) + inScopeFen - prepayFen;
    after[fund] = (after[fund] ?? 0) + paidFen;
  }
}

function addLayers(after: Counters, working: Working, layers: readonly LayerPlan[], first: number): void {
  for (let index = 0; index < layers.length; index++) {
    const base = working.layerBases[first + index] as number;
    if (base === 0) continue;
    (layers[index] as LayerPlan).counters.add(after, base, working.layerPaid[first + index] as number);
  }
}
