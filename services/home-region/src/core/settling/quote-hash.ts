import { createHash } from 'node:crypto';
import { SHARE_NAMES } from '@yijie/money';
import type { PolicyInput, PolicyResult } from '@yijie/policy';

const HASH_BYTES = 16;

/**
 * Says in 16 bytes on what a quote stands: the calculation's whole input (bill, person, filing class, accumulators,
 * account), the policy's version and what came out. The same function serves quote and settlement, so that equal
 * hashes mean that the patient pays what was said. The day of settlement is left out: by itself it changes nothing,
 * and a quote given before midnight holds after it when nothing else moved.
 */
export function quoteHash(
  personToken: string,
  visitId: Uint8Array,
  input: PolicyInput,
  result: PolicyResult,
): Buffer {
  const { facts, account, accumulators } = input;
  const parts: (string | number | boolean)[] = [
    personToken,
    facts.scheme,
    facts.personClass,
    facts.ageYears,
    facts.insuredYears,
    facts.groups.join(','),
    facts.visitKind,
    facts.diseaseCode ?? '',
    facts.hospitalLevel,
    facts.hospitalKind,
    facts.ratioClass,
    facts.admissionDate,
    facts.dischargeDate ?? '',
    facts.treatmentPool,
  ];
  // Left out where unknown, so that stays hash as they always did.
  if (facts.isChosenInstitution !== undefined) parts.push('chosen', facts.isChosenInstitution);
  if (facts.monthsSinceApproval !== undefined) parts.push('months', facts.monthsSinceApproval);
  if (facts.chronicDiseases !== undefined) parts.push('diseases', facts.chronicDiseases.join(','));
  for (const group of input.groups) {
    parts.push(
      group.group,
      group.totalFen,
      group.selfPaidFen,
      group.overLimitFen,
      group.prepaySelfFen,
      group.inScopeFen,
    );
  }
  for (const name of Object.keys(accumulators).sort()) {
    const value = accumulators[name] ?? 0;
    // Names that came back to 0 mean the same as names that never were.
    if (value !== 0) parts.push(name, value);
  }
  parts.push(account.useAccount, account.ownAccountFen, account.familyAccountFen, result.policyVersion);
  for (const name of SHARE_NAMES) parts.push(result.shares[name]);
  return createHash('sha256').update(visitId).update(parts.join('\u0000')).digest().subarray(0, HASH_BYTES);
}
