import {
  HOSPITAL_LEVELS,
  type HospitalLevel,
  type PersonClass,
  VISIT_KINDS,
  type VisitKind,
} from '@yijie/codes';
import { type Fen, formatYuan } from '@yijie/money';
import { compilePack } from '../compile-pack.ts';
import { compute } from '../compute.ts';
import type { PolicyInput } from '../contract.ts';
import { CLASSES, type ClassName } from '../pack/cell.ts';
import type { Pack } from '../pack/pack.ts';

export interface PackDiff {
  /** Fields whose text changed, by path. */
  readonly fields: readonly FieldChange[];
  /** For whom a bill comes out differently, on bills of round amounts at the start of a year. */
  readonly effects: readonly Effect[];
}

export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

export interface Effect {
  readonly visit: VisitKind;
  readonly person: PersonClass;
  readonly level: HospitalLevel;
  readonly class: ClassName;
  readonly inScopeYuan: number;
  /** undefined: that pack can't compute the case. */
  readonly fundsBeforeFen: number | undefined;
  readonly fundsAfterFen: number | undefined;
}

const IN_SCOPE_YUAN = [1_000, 10_000, 50_000, 200_000, 600_000];

/** What changes between two packs: the fields, and for whom the money does. */
export function diffPacks(before: Pack, after: Pack): PackDiff {
  return { fields: fieldChanges(before, after), effects: effects(before, after) };
}

function fieldChanges(before: Pack, after: Pack): FieldChange[] {
  const old = flat(before);
  const now = flat(after);
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.flatMap((field) => {
    const was = old.get(field) ?? '';
    const is = now.get(field) ?? '';
    return was === is ? [] : [{ field, before: was, after: is }];
  });
}

const YUAN_FIELDS = new Set([
  'fen',
  'from',
  'until',
  'off',
  'perYear',
  'each',
  'amount',
  'atLeast',
  'atMost',
]);
const SHARE_FIELDS = new Set([
  'pays',
  'multiplier',
  'personalShare',
  'prepay',
  'floor',
  'share',
  'ratio',
  'factors',
]);

/** As the file writes it: amounts in yuan, ratios in per cent. */
function shown(path: string, value: unknown): string {
  if (typeof value !== 'number') return String(value);
  const field =
    path
      .replace(/\[[^\]]*\]|\.\d+/g, '')
      .split('.')
      .at(-1) ?? '';
  if (SHARE_FIELDS.has(field)) return `${value / 100}%`;
  if (field === 'points') return `${value / 100} points`;
  if (YUAN_FIELDS.has(field) && Number.isSafeInteger(value)) return formatYuan(value as Fen);
  return String(value);
}

/** Every value with its path; cells are told in the form of the file, amounts in yuan. */
function flat(pack: Pack): Map<string, string> {
  const values = new Map<string, string>();
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) {
      if (path.endsWith('.kind')) return;
      if (node !== undefined) values.set(path.replace(/\.fen$/, ''), shown(path, node));
      return;
    }
    if ('value' in node && Object.keys(node).length === 1) {
      walk(node.value, path);
      return;
    }
    if ('entries' in node && 'by' in node) {
      const table = node as { by: string; entries: { keys: string[]; cell: unknown }[]; other?: unknown };
      for (const entry of table.entries) walk(entry.cell, `${path}[${table.by} ${entry.keys.join('|')}]`);
      if (table.other !== undefined) walk(table.other, `${path}[${table.by} other]`);
      return;
    }
    for (const [key, value] of Object.entries(node)) walk(value, path === '' ? key : `${path}.${key}`);
  };
  walk(pack, '');
  return values;
}

function effects(before: Pack, after: Pack): Effect[] {
  const old = compilePack(before);
  const now = compilePack(after);
  const persons: readonly PersonClass[] =
    after.scheme === 'employee' ? ['active', 'retired'] : ['resident', 'child'];
  const found: Effect[] = [];
  for (const visit of VISIT_KINDS)
    for (const person of persons)
      for (const level of HOSPITAL_LEVELS)
        for (const name of CLASSES)
          for (const inScopeYuan of IN_SCOPE_YUAN) {
            const input = inputFor(after, visit, person, level, name, inScopeYuan);
            const fundsBeforeFen = fundsOf(old, input);
            const fundsAfterFen = fundsOf(now, input);
            if (fundsBeforeFen !== fundsAfterFen)
              found.push({ visit, person, level, class: name, inScopeYuan, fundsBeforeFen, fundsAfterFen });
          }
  return found;
}

function fundsOf(pack: ReturnType<typeof compilePack>, input: PolicyInput): number | undefined {
  if (pack.planFor(input.facts).missing !== undefined) return undefined;
  const { totalFen, shares } = compute(pack, input);
  return totalFen - shares.personalCashFen - shares.ownAccountFen - shares.familyAccountFen;
}

function inputFor(
  pack: Pack,
  visitKind: VisitKind,
  personClass: PersonClass,
  hospitalLevel: HospitalLevel,
  ratioClass: ClassName,
  inScopeYuan: number,
): PolicyInput {
  const inScopeFen = (inScopeYuan * 100) as Fen;
  const day = pack.effective.from;
  return {
    facts: {
      scheme: pack.scheme,
      personClass,
      ageYears: personClass === 'child' ? 10 : personClass === 'retired' ? 65 : 40,
      insuredYears: 5,
      groups: [],
      visitKind,
      hospitalLevel,
      hospitalKind: 'general',
      ratioClass,
      admissionDate: day,
      settlementDate: day,
      treatmentPool: ratioClass === 'LOCAL' ? pack.homePool : '650100',
      staysInInstitution: 0,
      monthsSinceApproval: 0,
      isChosenInstitution: true,
      yearlySalaryFen: 8_000_000 as Fen,
    },
    groups: [
      {
        group: '',
        totalFen: inScopeFen,
        selfPaidFen: 0 as Fen,
        overLimitFen: 0 as Fen,
        prepaySelfFen: 0 as Fen,
        inScopeFen,
      },
    ],
    accumulators: {},
    account: { ownAccountFen: 0 as Fen, familyAccountFen: 0 as Fen, useAccount: false },
  };
}

/** `L3 active REDUCED_A, 10,000 yuan in scope: funds 7,650.00 → 8,100.00 (+450.00)`. */
export function effectSentence(effect: Effect): string {
  const shown = (fen: number | undefined) =>
    fen === undefined ? '—' : formatYuan(fen as Fen, { grouped: true });
  const { fundsBeforeFen: was, fundsAfterFen: is } = effect;
  const change =
    was === undefined || is === undefined
      ? ''
      : ` (${is > was ? '+' : ''}${formatYuan((is - was) as Fen, { grouped: true })})`;
  return `${effect.visit} ${effect.level} ${effect.person} ${effect.class}, ${effect.inScopeYuan} yuan in scope: funds ${shown(was)} → ${shown(is)}${change}`;
}
