import { parseLocalDate } from '@yijie/calendar';
import {
  HOSPITAL_KINDS,
  HOSPITAL_LEVELS,
  PERSON_CLASSES,
  RATIO_CLASSES,
  SCHEMES,
  VISIT_KINDS,
} from '@yijie/codes';
import type { Refusal } from '@yijie/errors';
import { isAccumulatorName } from '../accumulators.ts';
import { type CompiledPack, compiled } from '../compile-pack.ts';
import type { PolicyInput } from '../contract.ts';
import type { Pack } from '../pack/pack.ts';
import { YEARS_MAX } from '../plan/profile.ts';

export type CheckedInput = { readonly ok: true } | Refusal<'POL-INPUT'>;

/** A hundred million yuan: no bill is larger, and below it every product stays exact. */
const BILL_FEN_MAX = 10_000_000_000;

/**
 * Whether the pack can compute this input at all. Call it before `compute`: what it refuses, `compute` would throw
 * on. Nothing is ever computed from a default that nobody wrote.
 */
export function checkInput(pack: Pack | CompiledPack, input: PolicyInput): CheckedInput {
  const ready = compiled(pack);
  return (
    checkFacts(input) ??
    checkAmounts(input) ??
    checkAgainstPack(ready, input) ?? {
      ok: true,
    }
  );
}

function checkFacts({ facts }: PolicyInput): Refusal<'POL-INPUT'> | undefined {
  return (
    oneOf('facts.scheme', facts.scheme, SCHEMES) ??
    oneOf('facts.personClass', facts.personClass, PERSON_CLASSES) ??
    oneOf('facts.visitKind', facts.visitKind, VISIT_KINDS) ??
    oneOf('facts.hospitalLevel', facts.hospitalLevel, HOSPITAL_LEVELS) ??
    oneOf('facts.hospitalKind', facts.hospitalKind, HOSPITAL_KINDS) ??
    oneOf('facts.ratioClass', facts.ratioClass, RATIO_CLASSES) ??
    years('facts.ageYears', facts.ageYears) ??
    years('facts.insuredYears', facts.insuredYears) ??
    day('facts.admissionDate', facts.admissionDate) ??
    day('facts.settlementDate', facts.settlementDate) ??
    (facts.dischargeDate === undefined ? undefined : day('facts.dischargeDate', facts.dischargeDate)) ??
    (/^\d{6}$/.test(facts.treatmentPool) ? undefined : refuse('facts.treatmentPool', facts.treatmentPool))
  );
}

function checkAmounts({ groups, accumulators, account }: PolicyInput): Refusal<'POL-INPUT'> | undefined {
  let total = 0;
  for (const [index, group] of groups.entries()) {
    const parts = [group.selfPaidFen, group.overLimitFen, group.prepaySelfFen, group.inScopeFen];
    for (const amount of [group.totalFen, ...parts])
      if (!Number.isSafeInteger(amount) || amount < 0) return refuse(`groups.${index}`, String(amount));
    const sum = parts.reduce((added, amount) => added + amount, 0);
    if (sum !== group.totalFen) return refuse(`groups.${index}.totalFen`, String(group.totalFen));
    total += group.totalFen;
  }
  if (groups.length === 0) return refuse('groups', '[]');
  if (total > BILL_FEN_MAX) return refuse('groups', String(total));
  // A misspelt name would count as a year in which nothing happened.
  for (const [name, value] of Object.entries(accumulators))
    if (!isAccumulatorName(name) || !Number.isSafeInteger(value) || value < 0)
      return refuse(`accumulators.${name}`, String(value));
  for (const name of ['ownAccountFen', 'familyAccountFen'] as const)
    if (!Number.isSafeInteger(account[name]) || account[name] < 0)
      return refuse(`account.${name}`, String(account[name]));
  return undefined;
}

function checkAgainstPack(ready: CompiledPack, input: PolicyInput): Refusal<'POL-INPUT'> | undefined {
  const { pack } = ready;
  const { facts } = input;
  if (facts.scheme !== pack.scheme) return refuse('facts.scheme', facts.scheme);
  const employee = facts.personClass === 'active' || facts.personClass === 'retired';
  if (employee !== (pack.scheme === 'employee')) return refuse('facts.personClass', facts.personClass);
  const plan = ready.planFor(facts);
  if (plan.missing !== undefined) return refuse(plan.missing.field, plan.missing.value);
  const needs = plan.deductible;
  if (needs.ordinalOf === 'same-institution' && facts.staysInInstitution === undefined)
    return refuse('facts.staysInInstitution', '');
  if (ready.reader.asksMonths && facts.visitKind === 'chronic' && facts.monthsSinceApproval === undefined)
    return refuse('facts.monthsSinceApproval', '');
  if (ready.reader.asksChosen && facts.isChosenInstitution === undefined && facts.visitKind !== 'inpatient')
    return refuse('facts.isChosenInstitution', '');
  const wantsSalary = [...plan.layers, ...plan.layersAfterAccount].some(
    (layer) => layer.thresholdShare?.of === 'salary',
  );
  if (wantsSalary && facts.yearlySalaryFen === undefined) return refuse('facts.yearlySalaryFen', '');
  return undefined;
}

function oneOf(field: string, value: string, allowed: readonly string[]): Refusal<'POL-INPUT'> | undefined {
  return allowed.includes(value) ? undefined : refuse(field, String(value));
}

function years(field: string, value: number): Refusal<'POL-INPUT'> | undefined {
  return Number.isInteger(value) && value >= 0 && value <= YEARS_MAX
    ? undefined
    : refuse(field, String(value));
}

function day(field: string, value: string): Refusal<'POL-INPUT'> | undefined {
  return typeof value === 'string' && parseLocalDate(value) ? undefined : refuse(field, String(value));
}

function refuse(field: string, value: string): Refusal<'POL-INPUT'> {
  return { ok: false, code: 'POL-INPUT', values: { field, value } };
}
