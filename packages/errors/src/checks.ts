import { type ErrorCode, errorCatalogue, isErrorCode } from './error-catalogue.ts';

export interface CheckTitle {
  readonly zh: string;
  readonly en: string;
}

/**
 * The checks that a call can meet, in the order in which they are made: the treatment site's first, then the home
 * region's (clearing-and-filing §1.14 and §2.1), then what may happen to the answer. Each call makes some of them.
 */
export const checkTitles = {
  access: { zh: '身份与权限', en: 'identity and access' },
  form: { zh: '请求格式', en: 'form of the request' },
  key: { zh: '请求号', en: 'idempotency key' },
  institution: { zh: '机构目录', en: 'institution known' },
  visit: { zh: '就诊登记', en: 'state of the visit' },
  duplicates: { zh: '重复结算', en: 'settled or settling already' },
  discharge: { zh: '出院登记', en: 'discharge' },
  lines: { zh: '费用明细', en: 'charge lines' },
  dates: { zh: '费用日期', en: 'dates of the lines' },
  mapping: { zh: '目录对照', en: 'catalogue mapping' },
  sums: { zh: '费用合计', en: 'sums' },
  network: { zh: '参保地连通', en: 'way to the home region' },
  credential: { zh: '凭证', en: 'credential' },
  enrolment: { zh: '参保状态', en: 'insured status' },
  'home-opening': { zh: '参保地开通', en: 'opened by the home region' },
  networked: { zh: '机构开通', en: 'institution networked' },
  suspension: { zh: '机构暂停与停机公告', en: 'suspension and maintenance' },
  injury: { zh: '外伤', en: 'injury' },
  chronic: { zh: '门诊慢特病', en: 'chronic disease' },
  maternity: { zh: '生育', en: 'maternity' },
  filing: { zh: '备案', en: 'filing' },
  'chosen-hospital': { zh: '门诊定点', en: 'chosen hospital' },
  policy: { zh: '待遇政策', en: 'benefit policy' },
  limits: { zh: '限额', en: 'caps' },
  account: { zh: '个人账户', en: 'personal account' },
  accumulators: { zh: '年度累计变化', en: 'accumulators since the quote' },
  refund: { zh: '退费、冲正条件', en: 'refund and reversal' },
  outcome: { zh: '结果', en: 'outcome known' },
} as const satisfies Record<string, CheckTitle>;

export type CheckName = keyof typeof checkTitles;

export const CHECK_ORDER = Object.keys(checkTitles) as readonly CheckName[];

/** The check that gives a code. One that isn't ours was given by a home region's check that we don't know. */
export function checkOf(code: string): CheckName {
  if (!isErrorCode(code)) return 'outcome';
  return CHECK_OF_CODE[code] ?? checkOfPrefix(code);
}

/** Where the prefix doesn't say it. */
const CHECK_OF_CODE: Readonly<Partial<Record<ErrorCode, CheckName>>> = {
  'HOME-POOL': 'network',
  'ORG-UNKNOWN': 'institution',
  'ORG-NOTNET': 'networked',
  'ORG-SUSPENDED': 'suspension',
  'ORG-NOTCHOSEN': 'chosen-hospital',
  'VST-DATES': 'discharge',
  'VST-DIAGNOSIS': 'discharge',
  'VST-NOTDISCHARGED': 'discharge',
  'VST-SETTLED': 'duplicates',
  'VST-SETTLING': 'duplicates',
  'STL-DUP': 'duplicates',
  'STL-RUNNING': 'duplicates',
  'STL-NOTDISCHARGED': 'discharge',
  'STL-INTERIM': 'discharge',
  'STL-NOLINES': 'lines',
  'STL-SUM': 'sums',
  'STL-DRIFT': 'accumulators',
  'STL-LIMIT': 'limits',
  'STL-UNKNOWN': 'outcome',
  'STL-EXPIRED': 'outcome',
  'STL-LOCAL': 'filing',
  'STL-NOTFOUND': 'refund',
  'STL-REFUNDED': 'refund',
  'CAT-DATE': 'dates',
  'CAT-AMOUNT': 'sums',
  'CAT-RETURN': 'sums',
  'CAT-UNMAPPED': 'mapping',
  'CAT-ENTRY': 'mapping',
  'CAT-MAPPING': 'mapping',
  'REV-ROLLEDBACK': 'outcome',
  'NET-PENDING': 'outcome',
  'NET-PARKED': 'outcome',
  'NET-CODE': 'outcome',
  'SYS-INTERNAL': 'outcome',
  'SYS-DEADLINE': 'outcome',
};

const CHECK_OF_PREFIX: Readonly<Record<string, CheckName>> = {
  CRD: 'credential',
  ENR: 'enrolment',
  HOME: 'home-opening',
  ORG: 'chosen-hospital',
  FIL: 'filing',
  CHR: 'chronic',
  INJ: 'injury',
  MAT: 'maternity',
  ACC: 'account',
  VST: 'visit',
  CAT: 'lines',
  REV: 'refund',
  POL: 'policy',
  NET: 'network',
  OUT: 'network',
  SIG: 'outcome',
  DLQ: 'outcome',
  SYS: 'access',
  KEY: 'key',
  DGN: 'form',
  FRM: 'form',
  CAL: 'form',
  AUT: 'access',
  LIM: 'access',
};

function checkOfPrefix(code: ErrorCode): CheckName {
  // What no visit meets (a bureau's own calls: a reimbursement, a clearing run) is a matter of that call's form.
  return CHECK_OF_PREFIX[code.slice(0, code.indexOf('-'))] ?? 'form';
}

/** The codes of visits that a check can give, for the page of errors; a bureau's own calls have codes outside of all. */
export function codesOf(check: CheckName): readonly ErrorCode[] {
  const codes = Object.keys(errorCatalogue) as ErrorCode[];
  return codes.filter((code) => isOfVisit(code) && checkOf(code) === check);
}

function isOfVisit(code: ErrorCode): boolean {
  return CHECK_OF_CODE[code] !== undefined || CHECK_OF_PREFIX[code.slice(0, code.indexOf('-'))] !== undefined;
}
