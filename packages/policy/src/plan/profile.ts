import type { HospitalKind, HospitalLevel, PersonClass, VisitKind } from '@yijie/codes';
import type { PolicyFacts } from '../contract.ts';
import {
  type Cell,
  type ClassName,
  DIMENSIONS,
  type Dimension,
  isRange,
  type Place,
  type RangeDimension,
} from '../pack/cell.ts';
import type { Pack } from '../pack/pack.ts';

/** All that a pack can ask about a case, with ages and years reduced to the ranges that the pack tells apart. */
export interface Profile {
  readonly visit: VisitKind;
  readonly person: PersonClass;
  readonly level: HospitalLevel;
  readonly kind: HospitalKind;
  readonly class: ClassName;
  readonly place: Place;
  /** Identity groups of the person that the pack names. */
  readonly groups: readonly string[];
  /** The pack's name of the disease, when it has one for the code. */
  readonly disease: string | undefined;
  /** The lower end of the range that holds the age. */
  readonly age: number;
  readonly years: number;
  readonly months: number;
  /** At the institution the person chose. */
  readonly chosen: 'yes' | 'no';
}

/** Turns facts into a small integer that stands for a profile: equal keys, equal rules. */
export interface ProfileReader {
  readonly keyOf: (facts: PolicyFacts) => number;
  readonly profileOf: (facts: PolicyFacts) => Profile;
  /** The lower ends of the ranges of ages and years the pack tells apart; for whoever walks all profiles. */
  readonly ageStarts: readonly number[];
  readonly yearStarts: readonly number[];
  readonly monthStarts: readonly number[];
  /** Whether the pack asks about these facts, which then may not be missing. */
  readonly asksMonths: boolean;
  readonly asksChosen: boolean;
  readonly groups: readonly string[];
}

export function profileReader(pack: Pack): ProfileReader {
  const used = dimensionsOf(pack);
  const ages = starts(used.age);
  const years = starts(used.years);
  const months = starts(used.months);
  // Bits of a mask: a pack names few groups (check-pack.ts keeps them at most 12).
  const groups = [...used.groups].sort();
  const diseases = new Map<string, string>();
  for (const [name, codes] of Object.entries(pack.diseases ?? {}))
    for (const code of codes) diseases.set(code, name);
  const diseaseNames = Object.keys(pack.diseases ?? {});
  // A question that the pack never asks needs no place in the key; the profile then holds some case's answer.
  const asks = {
    kind: used.dimensions.has('kind'),
    place: used.dimensions.has('place'),
    chosen: used.dimensions.has('chosen'),
  };
  const treatAs = pack.filing.treatAs;
  const localDigits = Number(pack.localDigits);
  const localPrefix = pack.homePool.slice(0, localDigits);
  const provincePrefix = pack.homePool.slice(0, 2);

  const classOf = (facts: PolicyFacts): ClassName => {
    const name = facts.ratioClass;
    if (name === 'LOCAL' || name === 'REDUCED_A' || name === 'REDUCED_B') return name;
    return treatAs[name];
  };
  const placeOf = (facts: PolicyFacts): Place =>
    facts.treatmentPool.startsWith(localPrefix)
      ? 'home'
      : facts.treatmentPool.startsWith(provincePrefix)
        ? 'province'
        : 'elsewhere';
  const diseaseOf = (facts: PolicyFacts): string | undefined =>
    facts.diseaseCode === undefined ? undefined : diseases.get(facts.diseaseCode);

  return {
    ageStarts: ages,
    yearStarts: years,
    monthStarts: months,
    asksMonths: months.length > 1,
    asksChosen: asks.chosen,
    groups,
    keyOf: (facts) => {
      let key = visitIndex(facts.visitKind);
      key = key * 4 + personIndex(facts.personClass);
      key = key * 5 + levelIndex(facts.hospitalLevel);
      if (asks.kind) key = key * 4 + kindIndex(facts.hospitalKind);
      key = key * 3 + classIndex(classOf(facts));
      if (asks.place) key = key * 3 + placeIndex(placeOf(facts));
      if (ages.length > 1) key = key * ages.length + rangeIndex(ages, facts.ageYears);
      if (years.length > 1) key = key * years.length + rangeIndex(years, facts.insuredYears);
      if (months.length > 1) key = key * months.length + rangeIndex(months, facts.monthsSinceApproval ?? 0);
      if (asks.chosen) key = key * 2 + (facts.isChosenInstitution === true ? 1 : 0);
      if (diseaseNames.length > 0) {
        const disease = diseaseOf(facts);
        key =
          key * (diseaseNames.length + 1) + (disease === undefined ? 0 : diseaseNames.indexOf(disease) + 1);
      }
      if (groups.length > 0) {
        let mask = 0;
        for (let index = 0; index < facts.groups.length; index++) {
          const bit = groups.indexOf(facts.groups[index] as string);
          if (bit >= 0) mask |= 1 << bit;
        }
        key = key * (1 << groups.length) + mask;
      }
      return key;
    },
    profileOf: (facts) => ({
      visit: facts.visitKind,
      person: facts.personClass,
      level: facts.hospitalLevel,
      kind: facts.hospitalKind,
      class: classOf(facts),
      place: placeOf(facts),
      groups: groups.filter((group) => facts.groups.includes(group)),
      disease: diseaseOf(facts),
      age: ages[rangeIndex(ages, facts.ageYears)] ?? 0,
      years: years[rangeIndex(years, facts.insuredYears)] ?? 0,
      months: months[rangeIndex(months, facts.monthsSinceApproval ?? 0)] ?? 0,
      chosen: facts.isChosenInstitution === true ? 'yes' : 'no',
    }),
  };
}

interface UsedDimensions {
  readonly age: Set<number>;
  readonly years: Set<number>;
  readonly months: Set<number>;
  readonly dimensions: Set<Dimension>;
  readonly groups: Set<string>;
}

/** Walks the whole pack once for what its tables ask. */
function dimensionsOf(pack: Pack): UsedDimensions {
  const used: UsedDimensions = {
    age: new Set([0]),
    years: new Set([0]),
    months: new Set([0]),
    dimensions: new Set(),
    groups: new Set(),
  };
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (isTable(node)) noteTable(node, used);
    notePerYears(node, used);
    for (const value of Object.values(node)) walk(value);
  };
  walk(pack.filing);
  walk(pack.visits);
  walk(pack.layers);
  walk(pack.itemGroups);
  return used;
}

function noteTable(table: { by: Dimension; entries: readonly unknown[] }, used: UsedDimensions): void {
  used.dimensions.add(table.by);
  for (const entry of table.entries as readonly { keys: string[]; from?: number; until?: number }[]) {
    if (table.by === 'group') for (const key of entry.keys) used.groups.add(key);
    if (!isRange(table.by)) continue;
    for (const edge of [entry.from, entry.until])
      if (edge !== undefined && Number.isFinite(edge)) used[table.by].add(edge);
  }
}

/** Ratios that grow with every year need each step as a range of its own, and growing ceilings each year. */
function notePerYears(node: object, used: UsedDimensions): void {
  const steps = (node as { pointsPerYears?: { of: 'age' | 'years'; from: number; every: number } })
    .pointsPerYears;
  if (steps) for (let year = steps.from; year <= YEARS_MAX; year += steps.every) used[steps.of].add(year);
  const grows = (node as { grows?: { fromInsuredYears: number } }).grows;
  if (grows) for (let year = grows.fromInsuredYears; year <= YEARS_MAX; year++) used.years.add(year);
}

/** Nobody has been alive, or insured, for longer. */
export const YEARS_MAX = 130;

function isTable(node: object): node is { by: Dimension; entries: readonly unknown[] } {
  const by = (node as { by?: unknown }).by;
  return typeof by === 'string' && (DIMENSIONS as readonly string[]).includes(by) && 'entries' in node;
}

function starts(edges: ReadonlySet<number>): readonly number[] {
  return [...edges].sort((a, b) => a - b);
}

function rangeIndex(rangeStarts: readonly number[], value: number): number {
  let index = rangeStarts.length - 1;
  while (index > 0 && (rangeStarts[index] as number) > value) index--;
  return index;
}

/** Finds the entry of a table that a profile falls into; undefined means "not published". */
export function cellValue<T>(cell: Cell<T>, profile: Profile): T | undefined {
  if ('value' in cell) return cell.value;
  if ('notPublished' in cell) return undefined;
  for (const entry of cell.entries) {
    const hit =
      entry.from === undefined
        ? matches(cell.by, entry.keys, profile)
        : inRange(entry.from, entry.until, profile[cell.by as RangeDimension]);
    if (hit) return cellValue(entry.cell, profile);
  }
  return cell.other === undefined ? undefined : cellValue(cell.other, profile);
}

function inRange(from: number, until: number | undefined, value: number): boolean {
  return value >= from && value < (until ?? Number.POSITIVE_INFINITY);
}

function matches(by: Dimension, keys: readonly string[], profile: Profile): boolean {
  switch (by) {
    case 'group':
      return keys.some((key) => profile.groups.includes(key));
    case 'disease':
      return profile.disease !== undefined && keys.includes(profile.disease);
    case 'age':
    case 'years':
    case 'months':
      return false;
    default:
      return keys.includes(profile[by]);
  }
}

function visitIndex(visit: VisitKind): number {
  return visit === 'inpatient' ? 0 : visit === 'outpatient' ? 1 : visit === 'chronic' ? 2 : 3;
}

function personIndex(person: PersonClass): number {
  return person === 'active' ? 0 : person === 'retired' ? 1 : person === 'resident' ? 2 : 3;
}

function levelIndex(level: HospitalLevel): number {
  return level === 'L3' ? 0 : level === 'L2' ? 1 : level === 'L1' ? 2 : level === 'provincial' ? 3 : 4;
}

function kindIndex(kind: HospitalKind): number {
  return kind === 'general' ? 0 : kind === 'tcm' ? 1 : kind === 'psychiatric' ? 2 : 3;
}

function classIndex(name: ClassName): number {
  return name === 'LOCAL' ? 0 : name === 'REDUCED_A' ? 1 : 2;
}

function placeIndex(place: Place): number {
  return place === 'home' ? 0 : place === 'province' ? 1 : 2;
}
