import {
  type CaseOutcome,
  effectiveReductions,
  inForceTogether,
  NATIONAL_LIMITS,
  type Pack,
  runCase,
} from '@yijie/policy';
import type { PackShelf, ShelvedPack } from './pack-shelf.ts';

export interface ReviewedReduction {
  readonly class: 'REDUCED_A' | 'REDUCED_B';
  readonly pointsBp: number;
  readonly nationalLimitBp: number;
  readonly where: string;
  readonly statedReason: string;
}

/** What each filing class takes off at most, beside the national limit: said whatever way the pack writes it. */
export function reductionsOf(pack: Pack): readonly ReviewedReduction[] {
  return effectiveReductions(pack).map(({ class: name, pointsMax, where }) => ({
    class: name,
    pointsBp: pointsMax,
    nationalLimitBp: NATIONAL_LIMITS[name],
    where,
    statedReason: pack.filing.exceedsNationalLimit?.reason ?? '',
  }));
}

/** Other versions of the shelf in force on a day of this pack; it would replace its own version, not overlap it. */
export function overlappingVersions(pack: Pack, shelf: PackShelf): readonly string[] {
  return shelf.packs
    .map((held) => held.pack)
    .filter((held) => held.version !== pack.version && inForceTogether(held, pack))
    .map((held) => held.version);
}

export interface ExampleRun extends CaseOutcome {
  readonly title: string;
  readonly grade: string;
  readonly source: string;
}

export interface ExamplesRun {
  /** A pack without any example is `not-verified`, and is called so wherever it is shown. */
  readonly state: 'verified' | 'not-verified' | 'failed';
  readonly outcomes: readonly ExampleRun[];
}

/** The examples that name the pack's file; all of the file when the pack has no name. */
export function runExamples({ pack, fileName, cases }: ShelvedPack): ExamplesRun {
  if (cases === undefined) return { state: 'not-verified', outcomes: [] };
  const outcomes = cases.cases
    .filter((worked) => fileName === '' || worked.pack === fileName)
    .map((worked) => {
      const { title, grade, source } = worked;
      return { ...runCase(pack, cases, worked), title, grade, source };
    });
  if (outcomes.length === 0) return { state: 'not-verified', outcomes };
  return { state: outcomes.every(({ ok }) => ok) ? 'verified' : 'failed', outcomes };
}
