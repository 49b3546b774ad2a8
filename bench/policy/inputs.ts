import { localDate } from '@yijie/calendar';
import type { Fen } from '@yijie/money';
import { emptyAccumulatorsOf, type Pack, type PolicyInput } from '@yijie/policy';

/** Random stays from one number: both schemes, three levels, three classes, years in which anything has happened. */
export function randomInputs(
  packs: { readonly employee: Pack; readonly resident: Pack },
  count: number,
  seed: number,
): PolicyInput[] {
  const year = {
    employee: emptyAccumulatorsOf(packs.employee),
    resident: { ...emptyAccumulatorsOf(packs.employee), ...emptyAccumulatorsOf(packs.resident) },
  };
  const next = generator(seed);
  const upTo = (max: number) => Math.floor(next() * max);
  const oneOf = <T>(list: readonly T[]): T => list[upTo(list.length)] as T;
  return Array.from({ length: count }, () => {
    const employee = next() < 0.5;
    const stays = upTo(4);
    const used = next() < 0.3 ? upTo(16_000_000) : stays * upTo(2_000_000);
    // Most stays are small, a few very large: the square of a uniform number.
    const inScope = Math.floor(next() ** 3 * 40_000_000) + 50_000;
    const selfPaid = upTo(300_000);
    const overLimit = upTo(50_000);
    const prepaySelf = upTo(200_000);
    return {
      facts: {
        scheme: employee ? 'employee' : 'resident',
        personClass: employee ? oneOf(['active', 'retired'] as const) : 'resident',
        ageYears: 20 + upTo(70),
        insuredYears: upTo(30),
        groups: [],
        visitKind: 'inpatient',
        hospitalLevel: oneOf(['L1', 'L2', 'L3'] as const),
        hospitalKind: 'general',
        ratioClass: oneOf(['LOCAL', 'REDUCED_A', 'REDUCED_B'] as const),
        admissionDate: localDate('2025-03-01'),
        dischargeDate: localDate('2025-03-08'),
        settlementDate: localDate('2025-03-08'),
        treatmentPool: '410100',
      },
      groups: [
        {
          group: '',
          totalFen: (inScope + selfPaid + overLimit + prepaySelf) as Fen,
          selfPaidFen: selfPaid as Fen,
          overLimitFen: overLimit as Fen,
          prepaySelfFen: prepaySelf as Fen,
          inScopeFen: inScope as Fen,
        },
      ],
      accumulators: {
        ...year[employee ? 'employee' : 'resident'],
        inpatientStays: stays,
        inpatientStaysL3: stays,
        inpatientFundFen: used,
        inpatientInScopeFen: used + upTo(used + 1),
        largeAmountPaidFen: used > 14_000_000 ? upTo(10_000_000) : 0,
        seriousIllnessBaseFen: Math.floor(used / 3),
        seriousIllnessPaidFen: Math.floor(used / 8),
      },
      account: {
        ownAccountFen: (employee ? upTo(500_000) : 0) as Fen,
        familyAccountFen: 0 as Fen,
        useAccount: employee && next() < 0.5,
      },
    } satisfies PolicyInput;
  });
}

/** mulberry32: the same numbers from the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
