import { type Fen, formatYuan, fundTotal } from '@yijie/money';
import { checkInput } from '../check/check-input.ts';
import { compute } from '../compute.ts';
import type { PolicyResult } from '../contract.ts';
import type { Pack } from '../pack/pack.ts';
import { type CaseFile, caseInput, type WorkedCase } from './worked-case.ts';

export interface CaseDifference {
  readonly visit: number;
  readonly name: string;
  readonly printed: string;
  readonly computed: string;
}

export interface CaseOutcome {
  readonly id: string;
  readonly ok: boolean;
  readonly differences: readonly CaseDifference[];
  /** Why the case couldn't be computed at all. */
  readonly refusal?: string | undefined;
}

/** Computes a worked case with its pack and compares every amount that the source prints. */
export function runCase(pack: Pack, file: CaseFile, worked: WorkedCase): CaseOutcome {
  const differences: CaseDifference[] = [];
  let accumulators: Readonly<Record<string, number>> = worked.before ?? {};
  for (const [index, visit] of worked.visits.entries()) {
    const input = caseInput(file, worked, index, accumulators);
    const checked = checkInput(pack, input);
    if (!checked.ok) {
      const { field, value } = checked.values;
      return { id: worked.id, ok: false, differences, refusal: `${checked.code} ${field} ${value}` };
    }
    const result = compute(pack, input);
    accumulators = result.accumulatorsAfter;
    for (const [name, printed] of Object.entries(visit.expected)) {
      const computed = amountOf(result, name);
      if (Math.abs(computed - printed) > (worked.precision ?? 0))
        differences.push({
          visit: index + 1,
          name,
          printed: formatYuan(printed),
          computed: formatYuan(computed as Fen),
        });
    }
  }
  return { id: worked.id, ok: differences.length === 0, differences };
}

function amountOf(result: PolicyResult, name: string): number {
  if (name.startsWith('layer.')) {
    const layer = name.slice('layer.'.length);
    return result.layers.reduce((sum, found) => sum + (found.layer === layer ? found.paidFen : 0), 0);
  }
  switch (name) {
    case 'deductible':
      return result.deductiblePaidFen;
    case 'fundTotal':
      return fundTotal(result.shares);
    case 'personal':
      return result.totalFen - fundTotal(result.shares);
    default:
      return result.shares[`${name}Fen` as keyof PolicyResult['shares']];
  }
}
