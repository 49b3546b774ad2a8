import type { PolicyBook } from '../../core/policy/policy-book.ts';
import { isAcross } from '../../core/settling/across-years.ts';
import type { Bill, Command, VisitFacts } from '../../core/settling/command.ts';
import { settlementDay } from '../../core/settling/eligibility.ts';
import type { StateRequest } from '../../repositories/settling/load-state.ts';

/** What has to be read before a command can be decided. */
export function stateRequest(policies: PolicyBook, command: Command): StateRequest {
  const { id: commandId, key: commandKey, personToken, homePool } = command;
  const base = { commandId, commandKey, personToken };
  switch (command.kind) {
    case 'settle':
      return {
        ...base,
        ...benefitYears(policies, homePool, command.bill, command.settledAtMs),
        needsBenefits: asksForBenefits(command.bill.visit),
      };
    case 'refund':
      return { ...base, originalId: command.settlementId, originalKey: command.settlementKey };
    case 'reverse':
      return { ...base, originalId: command.originalId, originalKey: command.originalKey };
  }
}

/** A stay at a hospital asks for nothing but a filing. */
export function asksForBenefits(visit: VisitFacts): boolean {
  return visit.kind !== 'inpatient';
}

/** The scheme isn't known before the member is read, so the years of both schemes are named. */
export function benefitYears(
  policies: PolicyBook,
  homePool: string,
  { visit }: Pick<Bill, 'visit'>,
  atMs: number,
): Pick<StateRequest, 'employeeYear' | 'residentYear' | 'employeeYearBefore' | 'residentYearBefore'> {
  const year = (scheme: 'employee' | 'resident'): { benefitYear?: string; before?: string | undefined } => {
    const found = policies.find({
      homePool,
      scheme,
      settlementDate: settlementDay(atMs),
      dischargeDate: visit.dischargeDate,
    });
    if (!found.ok) return {};
    const { benefitYear, yearBefore, yearFrom } = found;
    return { benefitYear, before: isAcross(visit, yearFrom) ? yearBefore : undefined };
  };
  const [employee, resident] = [year('employee'), year('resident')];
  return {
    employeeYear: employee.benefitYear,
    residentYear: resident.benefitYear,
    employeeYearBefore: employee.before,
    residentYearBefore: resident.before,
  };
}
