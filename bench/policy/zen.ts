import { ZenEngine } from '@gorules/zen-engine';
import type { PolicyInput } from '@yijie/policy';
import type { Amounts } from './plain-function.ts';

/** The benchmark's policies as one decision of GoRules ZEN: an expression node, amounts in fen. */
const EXPRESSIONS: readonly (readonly [string, string])[] = [
  ['off', 'class == "LOCAL" ? 0 : class == "REDUCED_A" ? 1000 : 2000'],
  [
    'nominal',
    'employee ? (level == "L3" ? 90000 : level == "L2" ? 50000 : 20000) : (level == "L3" ? 120000 : level == "L2" ? 70000 : 30000)',
  ],
  ['due', 'stays > 0 ? $.nominal / 2 : $.nominal'],
  ['deductible', 'min([$.due, inScope])'],
  [
    'table1',
    'employee ? (level == "L3" ? 8300 : level == "L2" ? 8700 : 9000) : (level == "L3" ? 6000 : level == "L2" ? 7000 : 8000)',
  ],
  ['table2', 'employee ? (level == "L3" ? 8600 : level == "L2" ? 9000 : 9300) : $.table1 + 500'],
  ['table3', 'employee ? (level == "L3" ? 9000 : level == "L2" ? 9300 : 9500) : $.table1 + 500'],
  ['r1', '(retired ? 10000 - (10000 - $.table1) * 8 / 10 : $.table1) - $.off'],
  ['r2', '(retired ? 10000 - (10000 - $.table2) * 8 / 10 : $.table2) - $.off'],
  ['r3', '(retired ? 10000 - (10000 - $.table3) * 8 / 10 : $.table3) - $.off'],
  ['edge1', 'employee ? 1000000 : 2000000'],
  ['edge2', 'employee ? 4000000 : 9000000000'],
  ['in1', 'max([0, min([inScope, $.edge1]) - $.deductible])'],
  ['in2', 'max([0, min([inScope, $.edge2]) - $.edge1])'],
  ['in3', 'max([0, inScope - $.edge2])'],
  ['uncapped', 'floor(($.in1 * $.r1 + $.in2 * $.r2 + $.in3 * $.r3 + 5000) / 10000)'],
  ['left', 'max([0, (employee ? 15000000 : 12000000) - fundUsed])'],
  ['pool', 'min([$.uncapped, $.left])'],
  ['rest', '$.left * 10000'],
  ['inFirst', '$.rest < $.in1 * $.r1'],
  ['inSecond', '$.rest - $.in1 * $.r1 < $.in2 * $.r2'],
  [
    'num',
    '$.inFirst ? ($.in1 + $.in2 + $.in3) * $.r1 - $.rest : $.inSecond ? ($.in2 + $.in3) * $.r2 - ($.rest - $.in1 * $.r1) : $.in3 * $.r3 - ($.rest - $.in1 * $.r1 - $.in2 * $.r2)',
  ],
  ['den', '$.inFirst ? $.r1 : $.inSecond ? $.r2 : $.r3'],
  [
    'large',
    'employee and $.uncapped > $.left ? min([floor(($.num * 18 + $.den * 10) / ($.den * 20)), max([0, 30000000 - largePaid])]) : 0',
  ],
  ['base', 'inScope - $.pool - $.large'],
  ['threshold', 'employee ? 1500000 : 1600000'],
  ['to', 'max([0, seriousBase + $.base - $.threshold])'],
  ['from', 'max([0, seriousBase - $.threshold])'],
  [
    'paid',
    'floor((max([0, min([$.to, 3000000]) - $.from]) * 60 + max([0, min([$.to, 8000000]) - max([$.from, 3000000])]) * 65 + max([0, $.to - max([$.from, 8000000])]) * 75 + 50) / 100)',
  ],
  ['serious', 'employee ? $.paid : min([$.paid, max([0, 40000000 - seriousPaid])])'],
  ['account', 'min([$.base - $.serious, balance])'],
  ['cash', 'total - $.pool - $.large - $.serious - $.account'],
];

export function zenDecision(): (input: PolicyInput) => Promise<Amounts> {
  const engine = new ZenEngine();
  const decision = engine.createDecision({
    nodes: [
      { id: 'in', name: 'in', type: 'inputNode', position: { x: 0, y: 0 } },
      {
        id: 'policy',
        name: 'policy',
        type: 'expressionNode',
        position: { x: 1, y: 0 },
        content: {
          expressions: EXPRESSIONS.map(([key, value]) => ({ id: key, key, value })),
          passThrough: false,
          inputField: null,
          outputPath: null,
          executionMode: 'single',
        },
      },
      { id: 'out', name: 'out', type: 'outputNode', position: { x: 2, y: 0 } },
    ],
    edges: [
      { id: 'a', sourceId: 'in', targetId: 'policy', type: 'edge' },
      { id: 'b', sourceId: 'policy', targetId: 'out', type: 'edge' },
    ],
  });
  return async (input) => {
    const { result } = await decision.evaluate(contextOf(input));
    const { deductible, pool, large, serious, account, cash } = result as Amounts;
    return { deductible, pool, large, serious, account, cash };
  };
}

/** The input as the flat values that the other engines read. */
export function contextOf(input: PolicyInput): Record<string, number | string | boolean> {
  const { facts, accumulators, account } = input;
  let total = 0;
  let inScope = 0;
  for (const group of input.groups) {
    total += group.totalFen;
    inScope += group.inScopeFen;
  }
  return {
    employee: facts.scheme === 'employee',
    retired: facts.personClass === 'retired',
    level: facts.hospitalLevel,
    class: facts.ratioClass,
    stays: accumulators.inpatientStays ?? 0,
    fundUsed: accumulators.inpatientFundFen ?? 0,
    largePaid: accumulators.largeAmountPaidFen ?? 0,
    seriousBase: accumulators.seriousIllnessBaseFen ?? 0,
    seriousPaid: accumulators.seriousIllnessPaidFen ?? 0,
    balance: account.useAccount ? account.ownAccountFen + account.familyAccountFen : 0,
    total,
    inScope,
  };
}
