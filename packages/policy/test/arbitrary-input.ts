import { type LocalDate, localDate } from '@yijie/calendar';
import { HOSPITAL_KINDS, HOSPITAL_LEVELS, RATIO_CLASSES, VISIT_KINDS } from '@yijie/codes';
import type { Fen } from '@yijie/money';
import fc from 'fast-check';
import { emptyAccumulators } from '../src/accumulators.ts';
import { checkInput } from '../src/check/check-input.ts';
import type { BillGroup, PolicyFacts, PolicyInput } from '../src/contract.ts';
import type { Pack } from '../src/pack/pack.ts';

const GROUPS = [
  'civil-servant',
  'aid-recipient',
  'low-income',
  'tier-2',
  'tier-high',
  'tier-low',
  'retired-before-2001',
];
const DISEASES = [undefined, 'M07801', 'M00500', 'M08300', 'M03900', 'O80', 'O82'];

/** Facts that can meet the pack: any person of its scheme, any hospital, any filing class. */
export function arbitraryFacts(pack: Pack): fc.Arbitrary<PolicyFacts> {
  const employee = pack.scheme === 'employee';
  return fc.record({
    scheme: fc.constant(pack.scheme),
    personClass: fc.constantFrom(
      ...(employee ? (['active', 'retired'] as const) : (['resident', 'child'] as const)),
    ),
    ageYears: fc.integer({ min: 0, max: 105 }),
    insuredYears: fc.integer({ min: 0, max: 40 }),
    groups: fc.subarray(GROUPS),
    visitKind: fc.constantFrom(...VISIT_KINDS),
    diseaseCode: fc.constantFrom(...DISEASES),
    hospitalLevel: fc.constantFrom(...HOSPITAL_LEVELS),
    hospitalKind: fc.constantFrom(...HOSPITAL_KINDS),
    ratioClass: fc.constantFrom(...RATIO_CLASSES),
    admissionDate: fc.constant(dayOf(pack, '01-10')),
    dischargeDate: fc.constantFrom(dayOf(pack, '01-12'), dayOf(pack, '06-30')),
    settlementDate: fc.constantFrom(dayOf(pack, '07-01'), dayOf(pack, '07-02'), dayOf(pack, '08-01')),
    treatmentPool: fc.constantFrom(pack.homePool as string, `${pack.homePool.slice(0, 2)}9900`, '650100'),
    staysInInstitution: fc.nat({ max: 3 }),
    monthsSinceApproval: fc.nat({ max: 60 }),
    isChosenInstitution: fc.boolean(),
    yearlySalaryFen: fc.constant(8_000_000 as Fen),
  });
}

function dayOf(pack: Pack, monthAndDay: string): LocalDate {
  return localDate(`${pack.effective.from.slice(0, 4)}-${monthAndDay}`);
}

/** Small bills, bills around thresholds, and large ones. */
const amount = fc.oneof(
  fc.nat({ max: 200 }),
  fc.nat({ max: 300_000 }),
  fc.nat({ max: 5_000_000 }),
  fc.nat({ max: 100_000_000 }),
);

export function arbitraryGroup(name: fc.Arbitrary<string>): fc.Arbitrary<BillGroup> {
  return fc
    .tuple(name, fc.nat({ max: 200_000 }), fc.nat({ max: 50_000 }), fc.nat({ max: 100_000 }), amount)
    .map(([group, selfPaid, overLimit, prepay, inScope]) => ({
      group,
      totalFen: (selfPaid + overLimit + prepay + inScope) as Fen,
      selfPaidFen: selfPaid as Fen,
      overLimitFen: overLimit as Fen,
      prepaySelfFen: prepay as Fen,
      inScopeFen: inScope as Fen,
    }));
}

export function arbitraryBill(pack: Pack): fc.Arbitrary<BillGroup[]> {
  const names = ['', ...Object.keys(pack.itemGroups ?? {})];
  return fc.array(arbitraryGroup(fc.constantFrom(...names)), { minLength: 1, maxLength: 3 });
}

const counter = fc.oneof(fc.constant(0), fc.nat({ max: 40_000_000 }));

/** A year in which anything may have happened. */
export const arbitraryAccumulators = fc
  .record({
    inpatientStays: fc.nat({ max: 4 }),
    inpatientStaysL3: fc.nat({ max: 2 }),
    inpatientDeductibleFen: fc.nat({ max: 300_000 }),
    inpatientInScopeFen: counter,
    inpatientFundFen: counter,
    outpatientDeductibleFen: fc.nat({ max: 200_000 }),
    outpatientInScopeFen: counter,
    outpatientFundFen: fc.nat({ max: 800_000 }),
    largeAmountBaseFen: counter,
    largeAmountPaidFen: counter,
    seriousIllnessBaseFen: counter,
    seriousIllnessPaidFen: counter,
  })
  .map((changed) => ({ ...emptyAccumulators(), ...changed }));

export const arbitraryAccount = fc.record({
  ownAccountFen: fc.nat({ max: 500_000 }).map((value) => value as Fen),
  familyAccountFen: fc.nat({ max: 100_000 }).map((value) => value as Fen),
  useAccount: fc.boolean(),
});

/** Inputs that the pack can compute. */
export function arbitraryInput(pack: Pack): fc.Arbitrary<PolicyInput> {
  return fc
    .record({
      facts: arbitraryFacts(pack),
      groups: arbitraryBill(pack),
      accumulators: arbitraryAccumulators,
      account: arbitraryAccount,
    })
    .map((input) => withPublishedVisit(pack, input))
    .filter((input) => checkInput(pack, input).ok);
}

/** Most packs publish few visit kinds: move the others onto one of those. */
function withPublishedVisit(pack: Pack, input: PolicyInput): PolicyInput {
  const published = VISIT_KINDS.filter((visit) => !('notPublished' in pack.visits[visit]));
  const visitKind = published.includes(input.facts.visitKind) ? input.facts.visitKind : published[0];
  return visitKind === undefined ? input : { ...input, facts: { ...input.facts, visitKind } };
}
