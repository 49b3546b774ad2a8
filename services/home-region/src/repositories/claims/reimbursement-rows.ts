import type { LocalDate } from '@yijie/calendar';
import type { HospitalKind, HospitalLevel, PersonClass, RatioClass, Scheme, VisitKind } from '@yijie/codes';
import { fen } from '@yijie/money';
import type { PolicyInput, PolicyResult } from '@yijie/policy';
import type { Queryable } from '@yijie/postgres';
import type { ReimbursementCase } from '../../core/claims/reimbursement-case.ts';
import type { ClaimBill, ClaimCause, ClaimChannel } from '../../core/claims/reimbursement-claim.ts';
import type { ReimbursementState } from '../../core/claims/reimbursement-states.ts';

/** One line of a case's history. */
export interface CaseEvent {
  readonly version: number;
  readonly event: string;
  readonly fromState: ReimbursementState | null;
  readonly toState: ReimbursementState;
  readonly actor: string;
  readonly atMs: number;
  readonly reason: string | null;
  readonly materials?: readonly string[] | null;
}

export async function addCase(
  tx: Queryable,
  added: ReimbursementCase,
  bankCipher: Uint8Array,
  event: Pick<CaseEvent, 'event' | 'actor' | 'atMs'>,
): Promise<void> {
  const { claim } = added;
  await tx.query(
    `INSERT INTO reimbursement (reimbursement_id, person_token, home_pool, scheme, person_class, visit_kind,
       treatment_pool, institution_code, institution_name, hospital_level, hospital_kind, admission_date, discharge_date,
       paid_in_full_on, emergency, injury, third_party_liable, injury_statement, disease_code, receipt_number, total_fen,
       use_account, cause, channel, bank_cipher, state, version, opened_at_ms, deadline)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29)`,
    [
      added.reimbursementId,
      added.personToken,
      added.homePool,
      added.scheme,
      added.personClass,
      claim.visitKind,
      claim.treatmentPool,
      claim.institutionCode,
      claim.institutionName,
      claim.hospitalLevel,
      claim.hospitalKind,
      claim.admissionDate,
      claim.dischargeDate ?? null,
      claim.paidInFullOn,
      claim.emergency,
      claim.injury,
      claim.thirdPartyLiable,
      claim.injuryStatement,
      claim.diseaseCode ?? null,
      claim.receiptNumber,
      claim.totalFen,
      claim.useAccount,
      claim.cause,
      claim.channel,
      bankCipher,
      added.state,
      added.version,
      added.openedAtMs,
      added.deadline,
    ],
  );
  await addEvent(tx, added, { ...event, fromState: null, reason: null });
}

/** Stores what an event changed, with its line of history. The row is locked by the transaction. */
export async function saveCase(
  tx: Queryable,
  next: ReimbursementCase,
  event: Omit<CaseEvent, 'version' | 'toState'>,
): Promise<void> {
  const { decision, amounts, payment, entered } = next;
  await tx.query(
    `UPDATE reimbursement SET state = $2, version = $3, received_on = $4, due_on = $5, entered_by = $6, bill = $7,
       decided_by = $8, decided_at_ms = $9, handled_days = $10, reason_code = $11, reason = $12, ratio_class = $13,
       benefit_year = $14, policy_version = $15, policy_input = $16, result = $17, fund_fen = $18, account_fen = $19,
       payable_fen = $20, paid_by = $21, paid_at_ms = $22, paid_on = $23, bank_reference = $24,
       decided_xid = COALESCE(decided_xid, CASE WHEN $8::text IS NOT NULL THEN pg_current_xact_id() END)
      WHERE reimbursement_id = $1`,
    [
      next.reimbursementId,
      next.state,
      next.version,
      next.receivedOn ?? null,
      next.dueOn ?? null,
      entered?.by ?? null,
      entered === undefined ? null : JSON.stringify(entered.bill),
      decision?.by ?? null,
      decision?.atMs ?? null,
      decision?.handledDays ?? null,
      decision?.reasonCode ?? null,
      decision?.reason ?? null,
      amounts?.ratioClass ?? null,
      amounts?.benefitYear ?? null,
      amounts?.policyVersion ?? null,
      amounts === undefined ? null : JSON.stringify(amounts.policyInput),
      amounts === undefined ? null : JSON.stringify(amounts.result),
      amounts?.fundFen ?? null,
      amounts?.accountFen ?? null,
      amounts?.payableFen ?? null,
      payment?.by ?? null,
      payment?.atMs ?? null,
      payment?.on ?? null,
      payment?.bankReference ?? null,
    ],
  );
  await addEvent(tx, next, event);
}

async function addEvent(
  tx: Queryable,
  { reimbursementId, version, state }: ReimbursementCase,
  event: Omit<CaseEvent, 'version' | 'toState'>,
): Promise<void> {
  await tx.query(
    `INSERT INTO reimbursement_event (reimbursement_id, version, event, from_state, to_state, actor, at_ms, reason,
       materials) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      reimbursementId,
      version,
      event.event,
      event.fromState,
      state,
      event.actor,
      event.atMs,
      event.reason,
      event.materials == null ? null : [...event.materials],
    ],
  );
}

/** Whose cases may be looked at: a pool's people, or one person's own; without either all. */
export interface CaseReader {
  readonly pool?: string | undefined;
  readonly personToken?: string | undefined;
}

const VISIBLE = `SELECT * FROM reimbursement WHERE reimbursement_id = $1 AND ($2::text IS NULL OR home_pool = $2)
  AND ($3::text IS NULL OR person_token = $3)`;

function visible(reimbursementId: Uint8Array, { pool, personToken }: CaseReader): unknown[] {
  return [reimbursementId, pool ?? null, personToken ?? null];
}

/** Locks the case until the transaction ends. One that the reader may not see looks like none at all. */
export async function lockCase(
  tx: Queryable,
  reimbursementId: Uint8Array,
  reader: CaseReader,
): Promise<ReimbursementCase | undefined> {
  const { rows } = await tx.query<Row>(`${VISIBLE} FOR UPDATE`, visible(reimbursementId, reader));
  return rows[0] && caseOf(rows[0]);
}

/** A case with where its money goes, still encrypted. */
export interface StoredCase {
  readonly found: ReimbursementCase;
  readonly bankCipher: Buffer;
}

export async function findCase(
  database: Queryable,
  reimbursementId: Uint8Array,
  reader: CaseReader,
): Promise<StoredCase | undefined> {
  const { rows } = await database.query<Row>(VISIBLE, visible(reimbursementId, reader));
  return rows[0] && storedCase(rows[0]);
}

/** The claim that has this receipt, unless it came to nothing. */
export async function caseOfReceipt(
  tx: Queryable,
  institutionCode: string,
  receiptNumber: string,
): Promise<ReimbursementCase | undefined> {
  const { rows } = await tx.query<Row>(
    `SELECT * FROM reimbursement WHERE institution_code = $1 AND receipt_number = $2
        AND state NOT IN ('REJECTED', 'WITHDRAWN')`,
    [institutionCode, receiptNumber],
  );
  return rows[0] && caseOf(rows[0]);
}

export async function isReimbursementBankReference(
  tx: Queryable,
  homePool: string,
  bankReference: string,
): Promise<boolean> {
  const { rows } = await tx.query(
    'SELECT 1 FROM reimbursement WHERE home_pool = $1 AND bank_reference = $2',
    [homePool, bankReference],
  );
  return rows.length > 0;
}

export async function historyOf(database: Queryable, reimbursementId: Uint8Array): Promise<CaseEvent[]> {
  const { rows } = await database.query<CaseEvent>(
    `SELECT version, event, from_state AS "fromState", to_state AS "toState", actor, at_ms AS "atMs", reason
       FROM reimbursement_event WHERE reimbursement_id = $1 ORDER BY version`,
    [reimbursementId],
  );
  return [...rows];
}

/** Where a page of a person's cases goes on. */
export interface PersonPage {
  readonly openedAtMs: number;
  readonly reimbursementId: Uint8Array;
}

/** Newest first. */
export async function casesOfPerson(
  database: Queryable,
  personToken: string,
  pool: string | undefined,
  after: PersonPage | undefined,
  limit: number,
): Promise<StoredCase[]> {
  const { rows } = await database.query<Row>(
    `SELECT * FROM reimbursement
      WHERE person_token = $1 AND ($2::text IS NULL OR home_pool = $2)
        AND (opened_at_ms, reimbursement_id) < ($3::bigint, $4::bytea)
      ORDER BY opened_at_ms DESC, reimbursement_id DESC LIMIT $5`,
    [
      personToken,
      pool ?? null,
      after?.openedAtMs ?? Number.MAX_SAFE_INTEGER,
      after?.reimbursementId ?? Buffer.alloc(0),
      limit,
    ],
  );
  return rows.map(storedCase);
}

export interface DeskPage {
  /** "infinity" for a case without a due day. */
  readonly dueOn: string;
  readonly reimbursementId: Uint8Array;
}

/** The pool's cases in a state, those due first at the top. */
export async function casesAtDesk(
  database: Queryable,
  pool: string,
  state: ReimbursementState,
  after: DeskPage | undefined,
  limit: number,
): Promise<StoredCase[]> {
  const { rows } = await database.query<Row>(
    `SELECT * FROM reimbursement
      WHERE home_pool = $1 AND state = $2
        AND (COALESCE(due_on, 'infinity'::date), reimbursement_id) > ($3::date, $4::bytea)
      ORDER BY COALESCE(due_on, 'infinity'::date), reimbursement_id LIMIT $5`,
    [pool, state, after?.dueOn ?? '-infinity', after?.reimbursementId ?? Buffer.alloc(0), limit],
  );
  return rows.map(storedCase);
}

/** Claims of every pool whose decision was due before today. */
export async function overdueClaims(database: Queryable, today: LocalDate): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM reimbursement
      WHERE state IN ('RECEIVED', 'UNDER_REVIEW') AND due_on < $1::date`,
    [today],
  );
  return rows[0]?.count ?? 0;
}

/** A direct settlement of that stay that stands: the same person, hospital and admission, not refunded. */
export async function directSettlementOf(
  tx: Queryable,
  { personToken, claim }: Pick<ReimbursementCase, 'personToken' | 'claim'>,
): Promise<Buffer | undefined> {
  const { rows } = await tx.query<{ settlement_id: Buffer }>(
    `SELECT s.settlement_id
       FROM accumulator_entry e
       JOIN settlement s ON s.settlement_id = e.settlement_id
      WHERE e.person_token = $1 AND s.original_id IS NULL AND s.institution_code = $2 AND s.visit_kind = $3
        AND s.policy_input -> 'facts' ->> 'admissionDate' = $4
        AND NOT EXISTS (SELECT 1 FROM settlement r WHERE r.original_id = s.settlement_id)
      LIMIT 1`,
    [personToken, claim.institutionCode, claim.visitKind, claim.admissionDate],
  );
  return rows[0]?.settlement_id;
}

interface Row {
  readonly reimbursement_id: Buffer;
  readonly person_token: string;
  readonly home_pool: string;
  readonly scheme: Scheme;
  readonly person_class: PersonClass;
  readonly visit_kind: VisitKind;
  readonly treatment_pool: string;
  readonly institution_code: string;
  readonly institution_name: string;
  readonly hospital_level: HospitalLevel;
  readonly hospital_kind: HospitalKind;
  readonly admission_date: LocalDate;
  readonly discharge_date: LocalDate | null;
  readonly paid_in_full_on: LocalDate;
  readonly emergency: boolean;
  readonly injury: boolean;
  readonly third_party_liable: boolean;
  readonly injury_statement: boolean;
  readonly disease_code: string | null;
  readonly receipt_number: string;
  readonly total_fen: number;
  readonly use_account: boolean;
  readonly cause: ClaimCause;
  readonly channel: ClaimChannel;
  readonly bank_cipher: Buffer;
  readonly state: ReimbursementState;
  readonly version: number;
  readonly opened_at_ms: number;
  readonly deadline: LocalDate;
  readonly received_on: LocalDate | null;
  readonly due_on: LocalDate | null;
  readonly entered_by: string | null;
  readonly bill: ClaimBill | null;
  readonly decided_by: string | null;
  readonly decided_at_ms: number | null;
  readonly handled_days: number | null;
  readonly reason_code: string | null;
  readonly reason: string | null;
  readonly ratio_class: RatioClass | null;
  readonly benefit_year: string | null;
  readonly policy_version: string | null;
  readonly policy_input: PolicyInput | null;
  readonly result: PolicyResult | null;
  readonly fund_fen: number | null;
  readonly account_fen: number | null;
  readonly payable_fen: number | null;
  readonly paid_by: string | null;
  readonly paid_at_ms: number | null;
  readonly paid_on: LocalDate | null;
  readonly bank_reference: string | null;
}

function storedCase(row: Row): StoredCase {
  return { found: caseOf(row), bankCipher: row.bank_cipher };
}

function caseOf(row: Row): ReimbursementCase {
  return {
    reimbursementId: row.reimbursement_id,
    personToken: row.person_token,
    homePool: row.home_pool,
    scheme: row.scheme,
    personClass: row.person_class,
    claim: {
      visitKind: row.visit_kind,
      treatmentPool: row.treatment_pool,
      institutionCode: row.institution_code,
      institutionName: row.institution_name,
      hospitalLevel: row.hospital_level,
      hospitalKind: row.hospital_kind,
      admissionDate: row.admission_date,
      dischargeDate: row.discharge_date ?? undefined,
      paidInFullOn: row.paid_in_full_on,
      emergency: row.emergency,
      injury: row.injury,
      thirdPartyLiable: row.third_party_liable,
      injuryStatement: row.injury_statement,
      diseaseCode: row.disease_code ?? undefined,
      receiptNumber: row.receipt_number,
      totalFen: fen(row.total_fen),
      useAccount: row.use_account,
      cause: row.cause,
      channel: row.channel,
    },
    openedAtMs: row.opened_at_ms,
    deadline: row.deadline,
    state: row.state,
    version: row.version,
    receivedOn: row.received_on ?? undefined,
    dueOn: row.due_on ?? undefined,
    entered:
      row.entered_by === null || row.bill === null ? undefined : { by: row.entered_by, bill: row.bill },
    decision:
      row.decided_by === null || row.decided_at_ms === null
        ? undefined
        : {
            by: row.decided_by,
            atMs: row.decided_at_ms,
            handledDays: row.handled_days ?? undefined,
            reasonCode: row.reason_code ?? '',
            reason: row.reason ?? '',
          },
    amounts: amountsOf(row),
    payment:
      row.paid_by === null || row.paid_at_ms === null || row.paid_on === null || row.bank_reference === null
        ? undefined
        : { by: row.paid_by, atMs: row.paid_at_ms, on: row.paid_on, bankReference: row.bank_reference },
  };
}

function amountsOf(row: Row): ReimbursementCase['amounts'] {
  const { ratio_class: ratioClass, benefit_year: benefitYear, policy_version: policyVersion } = row;
  const { policy_input: policyInput, result } = row;
  if (ratioClass === null || benefitYear === null || policyVersion === null) return undefined;
  if (policyInput === null || result === null) return undefined;
  return {
    ratioClass,
    benefitYear,
    policyVersion,
    policyInput,
    result,
    fundFen: fen(row.fund_fen ?? 0),
    accountFen: fen(row.account_fen ?? 0),
    payableFen: fen(row.payable_fen ?? 0),
  };
}
