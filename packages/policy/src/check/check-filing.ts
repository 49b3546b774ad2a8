import { HOSPITAL_LEVELS, type PersonClass, type VisitKind } from '@yijie/codes';
import type { ClassName } from '../pack/cell.ts';
import type { Pack } from '../pack/pack.ts';
import { publishedVisits } from '../pack/sections.ts';
import { complement, type Fraction, multiply, ONE, ofBasisPoints, shownRatio } from '../plan/fraction.ts';
import type { Profile } from '../plan/profile.ts';
import { cellValue } from '../plan/profile.ts';
import { ratiosOf } from '../plan/resolve-plan.ts';
import type { CheckFinding } from './finding.ts';

/** 转诊、急诊不超过 10 个百分点，其他临时外出不超过 20 个百分点 (clearing-and-filing §1.10), in basis points. */
export const NATIONAL_LIMITS = { REDUCED_A: 1_000, REDUCED_B: 2_000 } as const;

export interface Reduction {
  readonly class: 'REDUCED_A' | 'REDUCED_B';
  /** Basis points below the local ratio for the same person and hospital, the away prepay counted in. */
  readonly pointsMax: number;
  readonly where: string;
}

/** The largest effective reduction of each filing class, whatever way the pack writes it. */
export function effectiveReductions(pack: Pack): readonly Reduction[] {
  const largest = { REDUCED_A: { pointsMax: 0, where: '' }, REDUCED_B: { pointsMax: 0, where: '' } };
  const persons: readonly PersonClass[] =
    pack.scheme === 'employee' ? ['active', 'retired'] : ['resident', 'child'];
  for (const { visit } of publishedVisits(pack))
    for (const person of persons)
      for (const level of HOSPITAL_LEVELS) {
        const local = ratios(pack, profileOf(visit, person, level, 'LOCAL'));
        for (const name of ['REDUCED_A', 'REDUCED_B'] as const) {
          const reduced = ratios(pack, profileOf(visit, person, level, name));
          local.forEach((ratio, band) => {
            const lower = reduced[band] ?? ratio;
            const pointsMax = basisPointsBetween(ratio, lower);
            if (pointsMax <= largest[name].pointsMax) return;
            const where = `${visit} ${person} ${level}: ${shownRatio(ratio)} → ${shownRatio(lower)}`;
            largest[name] = { pointsMax, where };
          });
        }
      }
  return (['REDUCED_A', 'REDUCED_B'] as const).map((name) => ({ class: name, ...largest[name] }));
}

/**
 * Refuses points beyond the national limits unless the pack says why. With `effect: none` nothing may differ that much
 * either, or points written into the ratios would slip through; the other ways only warn (`check` prints them).
 */
export function checkFilingLimits(pack: Pack): readonly CheckFinding[] {
  const { effect, exceedsNationalLimit } = pack.filing;
  if ((effect !== 'points' && effect !== 'none') || exceedsNationalLimit !== undefined) return [];
  return effectiveReductions(pack)
    .filter((reduction) => reduction.pointsMax > NATIONAL_LIMITS[reduction.class])
    .map((reduction) => ({
      code: 'POL-LIMIT',
      path: effect === 'points' ? ['filing', 'points'] : ['filing', 'effect'],
      message: `${reduction.class} takes ${reduction.pointsMax / 100} points off (${reduction.where}); the national limit is ${NATIONAL_LIMITS[reduction.class] / 100}: check points against per cent, or state exceedsNationalLimit with its source`,
    }));
}

/** The ratios of a visit outside the province, for someone without groups or disease. */
function ratios(pack: Pack, profile: Profile): readonly Fraction[] {
  const found = ratiosOf(pack, profile);
  const prepay =
    pack.filing.effect === 'prepay' && pack.filing.prepay
      ? cellValue(pack.filing.prepay, profile)
      : undefined;
  const kept = prepay === undefined ? ONE : complement(ofBasisPoints(prepay));
  return kept === ONE ? found : found.map((ratio) => multiply(ratio, kept));
}

function profileOf(visit: VisitKind, person: PersonClass, level: Profile['level'], name: ClassName): Profile {
  return {
    visit,
    person,
    level,
    kind: 'general',
    class: name,
    place: 'elsewhere',
    groups: [],
    disease: undefined,
    age: person === 'child' ? 10 : person === 'retired' ? 65 : 40,
    years: 5,
    months: 0,
    chosen: 'no',
  };
}

/** How far b lies below a, in basis points rounded down; 0 when it doesn't. */
function basisPointsBetween(a: Fraction, b: Fraction): number {
  const difference = BigInt(a.num) * BigInt(b.den) - BigInt(b.num) * BigInt(a.den);
  if (difference <= 0n) return 0;
  return Number((difference * 10_000n) / (BigInt(a.den) * BigInt(b.den)));
}
