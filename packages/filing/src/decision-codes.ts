import type { ErrorCode } from '@yijie/errors';

/** Codes of a visit that settles, with the words for desk and slip (clearing-and-filing §1.14). */
export const okCodes = {
  OK: { zh: '可以直接结算', en: 'settles directly' },
  'OK-DEEMED': { zh: '急诊视同已备案，可以直接结算', en: 'emergency, counts as filed; settles directly' },
  'OK-LATE': { zh: '住院期间补办备案，可以直接结算', en: 'filed during the stay; settles directly' },
  'OK-CARRY': {
    zh: '入院时备案有效，住院期间到期不影响本次结算',
    en: 'filed when admitted, the end during the stay does not cut it; settles directly',
  },
  'OK-WAIVED': {
    zh: '参保地规定免备案，可以直接结算',
    en: 'the home region asks for no filing; settles directly',
  },
  'OK-TWOWAY': {
    zh: '长期备案人员回参保地就医，按本地就医结算',
    en: 'long-term filer treated at home; local settlement',
  },
  'OK-LOCAL': {
    zh: '在参保地就医，按本地就医结算',
    en: 'treated in the home region; ordinary local settlement',
  },
} as const satisfies Record<string, { zh: string; en: string }>;

export type OkCode = keyof typeof okCodes;

/** Refusals the table can give. */
export type RefusalCode = Extract<
  ErrorCode,
  | 'CRD-INVALID'
  | 'CRD-MISMATCH'
  | 'ENR-MOVED'
  | 'ENR-INACTIVE'
  | 'HOME-NOTOPEN'
  | 'ORG-NOTNET'
  | 'ORG-SUSPENDED'
  | 'ORG-NOTCHOSEN'
  | 'INJ-3P'
  | 'INJ-STMT'
  | 'FIL-PROOF'
  | 'FIL-AFTER'
  | 'FIL-PENDING'
  | 'FIL-REGION'
  | 'FIL-EXPIRED'
  | 'FIL-NONE'
  | 'FIL-REVIEW'
  | 'CHR-LIST'
  | 'CHR-QUAL'
  | 'CHR-ORG'
  | 'MAT-CLOSED'
>;

export type DecisionCode = OkCode | RefusalCode;

export function isOkCode(code: string): code is OkCode {
  return Object.hasOwn(okCodes, code);
}

/** Rows of the table in their order, after the scope note. */
export const DECISION_ROWS = [
  'scope',
  ...['1', '1a', '1b', '2', '2a', '3', '3a', '4', '5', '6', '6a', '7'],
  ...['8', '9', '10', '11', '12', '13', '14', '15', '16', '17', '18'],
  ...['19', '20', '21', '22', '22a', '23'],
  ...['24', '25', '25a', '26', '26a', '27'],
  ...['28', '28a', '28b', '28c', '29', '30'],
] as const;
export type DecisionRow = (typeof DECISION_ROWS)[number];
