import type { Instant, LocalDate } from '@yijie/calendar';
import type { FilingType, Scheme } from '@yijie/codes';
import type {
  Channel,
  FilingRecord,
  FilingState,
  FilingTransition,
  ProofState,
  Registered,
} from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';

/** Whose filing it is: the registry's rules don't need it, the table does. */
export interface FilingOwner {
  readonly personToken: string;
  readonly scheme: Scheme;
}

/** A filing's newest version with its owner. */
export interface OwnedFiling extends FilingOwner {
  readonly record: FilingRecord;
}

/** Appends the versions that a decision of the registry made, each with its line of history. */
export async function appendFilings(
  tx: Queryable,
  owner: FilingOwner,
  registered: Registered,
): Promise<void> {
  for (const [index, record] of registered.rows.entries()) {
    await appendVersion(tx, owner, record, registered.transitions[index] as FilingTransition);
  }
}

async function appendVersion(
  tx: Queryable,
  owner: FilingOwner,
  record: FilingRecord,
  transition: FilingTransition,
): Promise<void> {
  await tx.query(
    `INSERT INTO filing (filing_id, version, person_token, scheme, type, target_region, valid_from, valid_until, state,
       channel, by_commitment, proof, proof_due_on, barred_until, supplement_due_on, missing, locked_until,
       supersedes_id, visit_id, applied_at_ms, effective_at_ms, decided_at_ms, decided_by, reason_code,
       event, from_state, actor, at_ms, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29)`,
    [
      record.filingId,
      record.version,
      owner.personToken,
      owner.scheme,
      record.type,
      record.targetRegion,
      record.from,
      record.until ?? null,
      record.state,
      record.channel,
      record.byCommitment,
      record.proof,
      record.proofDueOn ?? null,
      record.barredUntil ?? null,
      record.supplementDueOn ?? null,
      record.missing === undefined ? null : [...record.missing],
      record.lockedUntil ?? null,
      record.supersedesId ?? null,
      record.visitId ?? null,
      record.appliedAt,
      record.effectiveAt ?? null,
      record.decidedAt ?? null,
      record.decidedBy ?? null,
      record.reasonCode ?? null,
      transition.event,
      transition.from ?? null,
      transition.actor,
      transition.at,
      transition.reason ?? null,
    ],
  );
}

/** The newest version of each filing of a person, newest application first; deemed ones are among them. */
export async function filingsOfPerson(database: Queryable, personToken: string): Promise<OwnedFiling[]> {
  const { rows } = await database.query<Row>(
    `SELECT * FROM (SELECT DISTINCT ON (filing_id) * FROM filing WHERE person_token = $1
                     ORDER BY filing_id, version DESC) newest
      ORDER BY applied_at_ms DESC, filing_id`,
    [personToken],
  );
  return rows.map(ownedFiling);
}

export async function newestFiling(database: Queryable, filingId: string): Promise<OwnedFiling | undefined> {
  const { rows } = await database.query<Row>(
    'SELECT * FROM filing WHERE filing_id = $1 ORDER BY version DESC LIMIT 1',
    [filingId],
  );
  return rows[0] && ownedFiling(rows[0]);
}

interface Row {
  readonly filing_id: string;
  readonly version: number;
  readonly person_token: string;
  readonly scheme: Scheme;
  readonly type: FilingType;
  readonly target_region: string;
  readonly valid_from: LocalDate;
  readonly valid_until: LocalDate | null;
  readonly state: FilingState;
  readonly channel: Channel;
  readonly by_commitment: boolean;
  readonly proof: ProofState;
  readonly proof_due_on: LocalDate | null;
  readonly barred_until: LocalDate | null;
  readonly supplement_due_on: LocalDate | null;
  readonly missing: readonly string[] | null;
  readonly locked_until: LocalDate | null;
  readonly supersedes_id: string | null;
  readonly visit_id: string | null;
  readonly applied_at_ms: Instant;
  readonly effective_at_ms: Instant | null;
  readonly decided_at_ms: Instant | null;
  readonly decided_by: string | null;
  readonly reason_code: string | null;
}

function ownedFiling(row: Row): OwnedFiling {
  return {
    personToken: row.person_token,
    scheme: row.scheme,
    record: {
      filingId: row.filing_id,
      version: row.version,
      type: row.type,
      targetRegion: row.target_region,
      from: row.valid_from,
      until: row.valid_until ?? undefined,
      state: row.state,
      channel: row.channel,
      byCommitment: row.by_commitment,
      proof: row.proof,
      proofDueOn: row.proof_due_on ?? undefined,
      barredUntil: row.barred_until ?? undefined,
      supplementDueOn: row.supplement_due_on ?? undefined,
      missing: row.missing ?? undefined,
      lockedUntil: row.locked_until ?? undefined,
      supersedesId: row.supersedes_id ?? undefined,
      visitId: row.visit_id ?? undefined,
      appliedAt: row.applied_at_ms,
      effectiveAt: row.effective_at_ms ?? undefined,
      decidedAt: row.decided_at_ms ?? undefined,
      decidedBy: row.decided_by ?? undefined,
      reasonCode: row.reason_code ?? undefined,
    },
  };
}
