import { randomBytes } from 'node:crypto';
import { VisitKind } from '@yijie/contracts/common';
import { VisitTerms } from '@yijie/contracts/treatment';
import { idToText, systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { INSTITUTION, STAY_DAY, STAY_DAY_NUMBER } from './bills.ts';
import { type CopyValue, copyRows } from './copy-rows.ts';

export const TREATMENT_PROVINCE = '410000';
export const TREATMENT_POOL = '410100';
export const HOME_PROVINCE = '430000';
export const HOME_POOL = '430100';
export const DIAGNOSIS = 'C50.900';

/** An invented person with one open stay. */
export interface Stay {
  readonly personToken: string;
  readonly visitId: Buffer;
  readonly visitIdText: string;
}

const ids = systemIds(systemClock(), systemRandom());

/** People who never were: a token that says nothing, a stay of one day. */
export function newStays(count: number): Stay[] {
  return Array.from({ length: count }, () => {
    const visitId = Buffer.from(ids.next());
    return {
      personToken: randomBytes(16).toString('base64url'),
      visitId,
      visitIdText: idToText(visitId),
    };
  });
}

/** What the home region knows of them: insured in Changsha, referred to Zhengzhou, some money on the account. */
export async function loadMembers(databaseUrl: string, people: readonly Stay[]): Promise<void> {
  const nowMs = Date.now();
  await copyRows(databaseUrl, 'member', MEMBER_COLUMNS, map(people, memberRow(nowMs)));
  await copyRows(databaseUrl, 'account_entry', ACCOUNT_COLUMNS, map(people, accountRow));
  await copyRows(databaseUrl, 'filing', FILING_COLUMNS, map(people, filingRow));
}

/** What the treatment site knows of them: admitted, nothing charged yet. */
export async function loadVisits(databaseUrl: string, people: readonly Stay[]): Promise<void> {
  await copyRows(databaseUrl, 'visit', VISIT_COLUMNS, map(people, visitRow));
}

/** Two of three are employees. */
export function schemeOf(index: number): 'employee' | 'resident' {
  return index % 3 !== 0 ? 'employee' : 'resident';
}

const MEMBER_COLUMNS = [
  'person_token',
  'home_pool',
  'scheme',
  'person_class',
  'birth_date',
  'gender',
  'insured_status',
  'insured_from',
  'contribution_years',
  'groups',
  'identity_cipher',
  'lookup_version',
  'lookup_hash',
  'changed_at_ms',
];

/** Bytes of an encrypted identity: name, certificate number, header and tag. */
const IDENTITY_BYTES = 96;

function memberRow(nowMs: number) {
  return ({ personToken }: Stay, index: number): CopyValue[] => {
    const scheme = schemeOf(index);
    return [
      personToken,
      HOME_POOL,
      scheme,
      scheme === 'employee' ? (index % 4 === 0 ? 'retired' : 'active') : 'resident',
      '1958-05-05',
      '2',
      'ACTIVE',
      '2001-01-01',
      24,
      '{}',
      randomBytes(IDENTITY_BYTES),
      1,
      randomBytes(32),
      nowMs,
    ];
  };
}

const ACCOUNT_COLUMNS = ['person_token', 'ordinal', 'own_fen', 'family_fen'];

/** Enough for most cash parts of the first hundred yuan, so that accounts move too. */
function accountRow({ personToken }: Stay, index: number): CopyValue[] {
  return [personToken, 1, (index % 50) * 1_000, 0];
}

const FILING_COLUMNS = [
  'filing_id',
  'version',
  'person_token',
  'scheme',
  'type',
  'target_region',
  'valid_from',
  'valid_until',
  'state',
  'channel',
  'by_commitment',
  'proof',
  'applied_at_ms',
  'effective_at_ms',
  'event',
  'actor',
  'at_ms',
];

const FILED_AT_MS = Date.parse('2025-01-10T02:00:00Z');

function filingRow({ personToken }: Stay, index: number): CopyValue[] {
  return [
    idToText(ids.next()),
    1,
    personToken,
    schemeOf(index),
    'TM_REFERRAL',
    TREATMENT_POOL,
    '2025-01-10',
    '2027-01-10',
    'EFFECTIVE',
    'COUNTER',
    false,
    'NONE',
    FILED_AT_MS,
    FILED_AT_MS,
    'submit',
    'bench',
    FILED_AT_MS,
  ];
}

const VISIT_COLUMNS = [
  'visit_id',
  'version',
  'institution_code',
  'person_token',
  'home_pool',
  'local_admission_number',
  'terms',
  'department',
  'bed_number',
  'slip_identity',
  'stay_open',
  'cancelled',
  'discharge_diagnosis',
  'line_count',
  'total_fen',
  'line_ranges',
  'totals',
  'upload_count',
  'admitted_at_ms',
];

export const STAY_TERMS: VisitTerms = {
  kind: VisitKind.INPATIENT,
  admissionDate: STAY_DAY_NUMBER,
  emergency: false,
  injury: false,
  thirdPartyLiable: false,
  injuryStatementSigned: false,
  chronicDiseaseCode: '',
  diagnosisCode: DIAGNOSIS,
};
const TERMS = Buffer.from(VisitTerms.encode(STAY_TERMS).finish());
const ADMITTED_AT_MS = Date.parse(`${STAY_DAY}T01:00:00Z`);
/** Bytes of an encrypted name and number for the slip. */
const SLIP_IDENTITY_BYTES = 140;

function visitRow({ personToken, visitId, visitIdText }: Stay): CopyValue[] {
  return [
    visitId,
    1,
    INSTITUTION,
    personToken,
    HOME_POOL,
    `ZY${visitIdText}`,
    TERMS,
    '肿瘤科',
    '12',
    randomBytes(SLIP_IDENTITY_BYTES),
    true,
    false,
    '',
    0,
    0,
    '{}',
    Buffer.alloc(0),
    0,
    ADMITTED_AT_MS,
  ];
}

function* map<Item, Result>(
  items: readonly Item[],
  make: (item: Item, index: number) => Result,
): Generator<Result> {
  for (const [index, item] of items.entries()) yield make(item, index);
}
