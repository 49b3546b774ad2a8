import type { PolicyInput } from '@yijie/policy';
import { Engine } from 'json-rules-engine';
import type { Amounts } from './plain-function.ts';
import { contextOf } from './zen.ts';

/**
 * The benchmark's policies with json-rules-engine: rules choose the parameters of the case (deductible, ratios, limits);
 * arithmetic isn't what it does, so the sums are plain code on the parameters that the rules chose.
 */
interface Parameters {
  nominal?: number;
  ratios?: readonly [number, number, number];
  edges?: readonly [number, number];
  off?: number;
  limit?: number;
  threshold?: number;
}

const LEVELS = ['L1', 'L2', 'L3'] as const;

export function jsonRules(): (input: PolicyInput) => Promise<Amounts> {
  const engine = new Engine([], { allowUndefinedFacts: false });
  const rule = (facts: Readonly<Record<string, string | boolean>>, params: Parameters) =>
    engine.addRule({
      conditions: {
        all: Object.entries(facts).map(([fact, value]) => ({ fact, operator: 'equal', value })),
      },
      event: { type: 'parameters', params },
    });
  const retiredShare = (ratio: number) => 10_000 - ((10_000 - ratio) * 8) / 10;
  LEVELS.forEach((level, index) => {
    const employee = [
      [9_000, 9_300, 9_500],
      [8_700, 9_000, 9_300],
      [8_300, 8_600, 9_000],
    ][index] as [number, number, number];
    const resident = [8_000, 7_000, 6_000][index] as number;
    const retired = employee.map(retiredShare) as [number, number, number];
    rule({ employee: true, level }, { nominal: [20_000, 50_000, 90_000][index] as number });
    rule({ employee: false, level }, { nominal: [30_000, 70_000, 120_000][index] as number });
    rule({ employee: true, retired: false, level }, { ratios: employee });
    rule({ employee: true, retired: true, level }, { ratios: retired });
    rule({ employee: false, level }, { ratios: [resident, resident + 500, resident + 500] });
  });
  rule({ employee: true }, { edges: [1_000_000, 4_000_000], limit: 15_000_000, threshold: 1_500_000 });
  rule({ employee: false }, { edges: [2_000_000, 9e9], limit: 12_000_000, threshold: 1_600_000 });
  rule({ class: 'LOCAL' }, { off: 0 });
  rule({ class: 'REDUCED_A' }, { off: 1_000 });
  rule({ class: 'REDUCED_B' }, { off: 2_000 });
  return async (input) => {
    const context = contextOf(input);
    const { events } = await engine.run(context);
    const chosen: Parameters = {};
    for (const event of events) Object.assign(chosen, event.params);
    return settle(
      context as Record<string, number>,
      context.employee === true,
      chosen as Required<Parameters>,
    );
  };
}

function settle(
  context: Readonly<Record<string, number>>,
  employee: boolean,
  chosen: Required<Parameters>,
): Amounts {
  const value = (name: string) => context[name] as number;
  const inScope = value('inScope');
  const [first, second, third] = chosen.ratios.map((ratio) => ratio - chosen.off) as [number, number, number];
  const due = value('stays') > 0 ? chosen.nominal / 2 : chosen.nominal;
  const deductible = Math.min(due, inScope);
  const [edge1, edge2] = chosen.edges;
  const in1 = Math.max(0, Math.min(inScope, edge1) - deductible);
  const in2 = Math.max(0, Math.min(inScope, edge2) - edge1);
  const in3 = Math.max(0, inScope - edge2);
  const uncapped = Math.floor((in1 * first + in2 * second + in3 * third + 5_000) / 10_000);
  const left = Math.max(0, chosen.limit - value('fundUsed'));
  const pool = Math.min(uncapped, left);
  let large = 0;
  if (employee && uncapped > left) {
    let rest = left * 10_000;
    let num = 0;
    let den = 1;
    for (const [cost, ratio, above] of [
      [in1, first, in2 + in3],
      [in2, second, in3],
      [in3, third, 0],
    ] as const) {
      if (rest >= cost * ratio) {
        rest -= cost * ratio;
        continue;
      }
      num = (cost + above) * ratio - rest;
      den = ratio;
      break;
    }
    large = Math.min(
      Math.floor((num * 18 + den * 10) / (den * 20)),
      Math.max(0, 30_000_000 - value('largePaid')),
    );
  }
  const base = inScope - pool - large;
  const to = Math.max(0, value('seriousBase') + base - chosen.threshold);
  const from = Math.max(0, value('seriousBase') - chosen.threshold);
  const paid = Math.floor(
    (Math.max(0, Math.min(to, 3_000_000) - from) * 60 +
      Math.max(0, Math.min(to, 8_000_000) - Math.max(from, 3_000_000)) * 65 +
      Math.max(0, to - Math.max(from, 8_000_000)) * 75 +
      50) /
      100,
  );
  const serious = employee ? paid : Math.min(paid, Math.max(0, 40_000_000 - value('seriousPaid')));
  const account = Math.min(base - serious, value('balance'));
  return {
    deductible,
    pool,
    large,
    serious,
    account,
    cash: value('total') - pool - large - serious - account,
  };
}
