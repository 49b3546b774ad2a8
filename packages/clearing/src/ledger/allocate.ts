import { assert, type Fen } from '@yijie/money';
import { floorDivide } from '../advance/scale-half-up.ts';
import type { TransferComponent } from './components.ts';

/**
 * How much of each component a payment settles that brings a transfer from `paidBefore` to `paidAfter`: by cumulative shares, so that
 * any way of paying in parts books the same in the end, to the fen, and the parts of each payment sum to it.
 */
export function allocate(
  components: readonly TransferComponent[],
  amountFen: Fen,
  paidBefore: number,
  paidAfter: number,
): readonly number[] {
  const total = components.reduce((sum, { shareFen }) => sum + shareFen, 0);
  assert(total === amountFen, `components sum to ${total}, the transfer to ${amountFen}`);
  assert(
    0 <= paidBefore && paidBefore < paidAfter && paidAfter <= amountFen,
    'a payment within the transfer',
  );
  const before = reached(components, amountFen, paidBefore);
  const after = reached(components, amountFen, paidAfter);
  return components.map((_, at) => (after[at] ?? 0) - (before[at] ?? 0));
}

/** floor(cumulative share × paid ÷ amount), each less the one before it. */
function reached(components: readonly TransferComponent[], amountFen: Fen, paid: number): readonly number[] {
  let cumulative = 0;
  let last = 0;
  return components.map(({ shareFen }) => {
    cumulative += shareFen;
    const upTo = floorDivide(BigInt(cumulative) * BigInt(paid), BigInt(amountFen));
    const part = upTo - last;
    last = upTo;
    return part;
  });
}
