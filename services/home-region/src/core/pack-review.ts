import { rangesOverlap } from '@yijie/calendar';
import { type CaseOutcome, effectiveReductions, NATIONAL_LIMITS, type Pack, runCase } from '@yijie/policy';
import type { PackShelf, ShelvedPack } from './pack-shelf.ts';

/** A place of a pack and what is said there in words. */
export interface Remark {
  readonly field: string;
  readonly reason: string;
}

/** Every section that stands on an assumption instead of a source. */
export function assumptionsOf(pack: Pack): readonly Remark[] {
  const found: Remark[] = [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('assumed' in node && typeof node.assumed === 'string')
      found.push({ field: path, reason: node.assumed });
    if ('by' in node && 'entries' in node) {
      const table = node as Table;
      // A remark on a table belongs to the field that holds it.
      walk(table.remark, path);
      for (const { keys, cell } of table.entries) walk(cell, `${path}[${table.by} ${keys.join('|')}]`);
      walk(table.other, `${path}[${table.by} other]`);
      return;
    }
    for (const [key, value] of Object.entries(node)) walk(value, path === '' ? key : `${path}.${key}`);
  };
  walk(pack, '');
  return found;
}

interface Table {
  readonly by: string;
  readonly entries: readonly { readonly keys: readonly string[]; readonly cell: unknown }[];
  readonly other?: unknown;
  readonly remark?: unknown;
}

/** What the pack itself says isn't published: whole visit kinds, and what it lists. */
export function notPublishedIn(pack: Pack): readonly Remark[] {
  const visits = Object.entries(pack.visits).flatMap(([visit, benefit]) =>
    'notPublished' in benefit ? [{ field: `visits.${visit}`, reason: benefit.notPublished }] : [],
  );
  return [...visits, ...(pack.notPublished ?? []).map(({ field, note }) => ({ field, reason: note }))];
}

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
    .filter((held) => held.homePool === pack.homePool && held.scheme === pack.scheme)
    .filter((held) => held.version !== pack.version && rangesOverlap(held.effective, pack.effective))
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
