import { accountErrors } from './account.ts';
import { calendarErrors } from './calendar.ts';
import { catalogueErrors } from './catalogue.ts';
import { chronicErrors } from './chronic.ts';
import { clearingErrors } from './clearing.ts';
import { correctionErrors } from './correction.ts';
import { credentialErrors } from './credential.ts';
import { diagnosisErrors } from './diagnosis.ts';
import { enrolmentErrors } from './enrolment.ts';
import type { ErrorEntry } from './entry.ts';
import { filingErrors } from './filing.ts';
import { formErrors } from './form.ts';
import { homeErrors } from './home.ts';
import { injuryErrors } from './injury.ts';
import { keyErrors } from './key.ts';
import { matchingErrors } from './matching.ts';
import { maternityErrors } from './maternity.ts';
import { networkErrors } from './network.ts';
import { noticeErrors } from './notice.ts';
import { operationsErrors } from './operations.ts';
import { organisationErrors } from './organisation.ts';
import { policyErrors } from './policy.ts';
import { referenceErrors } from './reference.ts';
import { reimbursementErrors } from './reimbursement.ts';
import { reversalErrors } from './reversal.ts';
import { securityErrors } from './security.ts';
import { settlementErrors } from './settlement.ts';
import { visitErrors } from './visit.ts';

/**
 * Every refusal and note of the product, by code. The codes of a patient's counter follow clearing-and-filing §2.5;
 * a code is never renamed or given another meaning.
 */
export const errorCatalogue = {
  ...credentialErrors,
  ...enrolmentErrors,
  ...homeErrors,
  ...filingErrors,
  ...organisationErrors,
  ...chronicErrors,
  ...injuryErrors,
  ...maternityErrors,
  ...accountErrors,
  ...visitErrors,
  ...catalogueErrors,
  ...settlementErrors,
  ...reversalErrors,
  ...correctionErrors,
  ...reimbursementErrors,
  ...policyErrors,
  ...networkErrors,
  ...diagnosisErrors,
  ...referenceErrors,
  ...noticeErrors,
  ...keyErrors,
  ...formErrors,
  ...calendarErrors,
  ...operationsErrors,
  ...securityErrors,
  ...clearingErrors,
  ...matchingErrors,
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

/** The entry of a code, with its optional parts. */
export function errorEntry(code: ErrorCode): ErrorEntry {
  return errorCatalogue[code];
}
