import { CHECK_ORDER, type CheckName, checkOf } from './checks.ts';
import type { Refusal } from './entry.ts';

/** How one check came out. */
export interface CheckResult {
  readonly name: CheckName;
  readonly state: 'PASSED' | 'FAILED' | 'NOT_REACHED';
  /** Of the failure; of a passed check the code of its note, or "". */
  readonly code: string;
  readonly values: Readonly<Record<string, string>>;
  readonly lineNumbers: readonly number[];
}

/** Which region refused, and so which checks were made. */
export type Side = 'treatment-site' | 'home-region';

export interface CallEnd {
  /** Undefined for a call that succeeded. */
  readonly refusal?: Pick<Refusal, 'code' | 'values' | 'lineNumbers'> | undefined;
  readonly refusedBy?: Side | undefined;
  /** Codes of notes beside a success: OK-LATE, STL-LIMIT, … */
  readonly notes?: readonly string[] | undefined;
}

/** How a call went, check by check: what stands before the failing check passed, what stands after was not reached. */
export function checkTrail(call: string, end: CallEnd): CheckResult[] {
  const { refusal, refusedBy = 'treatment-site' } = end;
  const failing = refusal && checkOf(refusal.code);
  const made = checksOfCall(call);
  const names = CHECK_ORDER.filter((name) => made.includes(name) || name === failing);
  const notes = new Map((end.notes ?? []).map((code) => [noteCheck(code), code]));
  const failsAt = failing === undefined ? names.length : names.indexOf(failing);
  return names.map((name, index) => {
    if (refusal !== undefined && name === failing) {
      return failed(name, refusal);
    }
    // The home region's checks are made after all of the treatment site's, wherever a code's check stands in the list.
    const reached =
      index < failsAt && (refusal === undefined || refusedBy === 'home-region' || !isHomeCheck(name));
    return {
      name,
      state: reached ? 'PASSED' : 'NOT_REACHED',
      code: notes.get(name) ?? '',
      values: {},
      lineNumbers: [],
    };
  });
}

export function failed(
  name: CheckName,
  { code, values, lineNumbers }: Pick<Refusal, 'code' | 'values' | 'lineNumbers'>,
): CheckResult {
  return { name, state: 'FAILED', code, values, lineNumbers: lineNumbers ?? [] };
}

/** Notes of the decision table (OK-LATE, OK-DEEMED, …) are no error codes: they say how the filing counted. */
function noteCheck(code: string): CheckName {
  return code.startsWith('OK') ? 'filing' : checkOf(code);
}

const FIRST_HOME_CHECK = CHECK_ORDER.indexOf('network');
const LAST_HOME_CHECK = CHECK_ORDER.indexOf('accumulators');

/** From the way to the home region to the last check made there. */
function isHomeCheck(name: CheckName): boolean {
  const index = CHECK_ORDER.indexOf(name);
  return index >= FIRST_HOME_CHECK && index <= LAST_HOME_CHECK;
}

function checksOfCall(call: string): readonly CheckName[] {
  return Object.hasOwn(CHECKS_OF_CALL, call) ? (CHECKS_OF_CALL[call] as readonly CheckName[]) : FORM;
}

const FORM: readonly CheckName[] = ['access', 'form'];
const QUESTION: readonly CheckName[] = [...FORM, 'institution', 'network', 'credential', 'enrolment'];
const ELIGIBILITY: readonly CheckName[] = [
  'home-opening',
  'networked',
  'suspension',
  'injury',
  'chronic',
  'maternity',
  'filing',
  'chosen-hospital',
];
const VISIT_CALL: readonly CheckName[] = [...FORM, 'key', 'institution', 'visit'];
const CHARGES: readonly CheckName[] = ['duplicates', 'discharge', 'lines', 'dates', 'mapping', 'sums'];
const QUOTE: readonly CheckName[] = [
  ...QUESTION,
  ...ELIGIBILITY,
  ...CHARGES,
  'visit',
  'policy',
  'limits',
  'account',
];

/** The checks that each call makes; the order is that of CHECK_ORDER. */
const CHECKS_OF_CALL: Readonly<Record<string, readonly CheckName[]>> = {
  'verify-person': QUESTION,
  'check-benefit': [...QUESTION, ...ELIGIBILITY],
  admit: VISIT_CALL,
  'change-admission': [...VISIT_CALL, 'duplicates', 'discharge'],
  'cancel-admission': [...VISIT_CALL, 'duplicates', 'lines'],
  'upload-charges': [...VISIT_CALL, ...CHARGES],
  'withdraw-charges': [...VISIT_CALL, ...CHARGES],
  discharge: [...VISIT_CALL, ...CHARGES],
  'cancel-discharge': [...VISIT_CALL, 'duplicates', 'discharge'],
  'pre-settle': QUOTE,
  settle: [...QUOTE, 'key', 'accumulators', 'outcome'],
  refund: [...FORM, 'key', 'institution', 'duplicates', 'network', 'refund', 'outcome'],
  reverse: [...FORM, 'key', 'institution', 'network', 'refund', 'outcome'],
  'map-items': [...FORM, 'key', 'institution', 'mapping'],
};
