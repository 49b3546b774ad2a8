import type { LocalDate } from '@yijie/calendar';
import type { PersonClass, Scheme } from '@yijie/codes';
import { byteaArray, int4Array, type Queryable, type Statement, textArray } from '@yijie/postgres';
import type { LookupHash } from '@yijie/security';
import type { InsuredStatus, Member } from '../../core/members/member.ts';

/** A member as it is written: identity encrypted, what must be found again hashed. */
export interface MemberRecord {
  readonly member: Member;
  readonly gender: string;
  readonly identityCipher: Buffer;
  readonly lookup: LookupHash;
  readonly credential: LookupHash | undefined;
}

/** What is known of one member, identity still encrypted. */
export interface StoredMember {
  readonly member: Member;
  readonly gender: string;
  readonly identityCipher: Buffer;
  readonly ownFen: number;
  readonly familyFen: number;
}

/** Makes the member, or changes everything but the token. */
export async function putMember(tx: Queryable, record: MemberRecord, nowMs: number): Promise<void> {
  const { member, gender, identityCipher, lookup, credential } = record;
  await tx.query(
    `INSERT INTO member (person_token, home_pool, scheme, person_class, birth_date, gender, insured_status,
       insured_from, contribution_years, groups, identity_cipher, lookup_version, lookup_hash, credential_version,
       credential_hash, changed_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     ON CONFLICT (person_token) DO UPDATE SET
       home_pool = excluded.home_pool, scheme = excluded.scheme, person_class = excluded.person_class,
       birth_date = excluded.birth_date, gender = excluded.gender, insured_status = excluded.insured_status,
       insured_from = excluded.insured_from, contribution_years = excluded.contribution_years,
       groups = excluded.groups, identity_cipher = excluded.identity_cipher,
       lookup_version = excluded.lookup_version, lookup_hash = excluded.lookup_hash,
       credential_version = excluded.credential_version, credential_hash = excluded.credential_hash,
       changed_at_ms = excluded.changed_at_ms`,
    [
      member.personToken,
      member.homePool,
      member.scheme,
      member.personClass,
      member.birthDate,
      gender,
      member.insuredStatus,
      member.insuredFrom,
      member.contributionYears,
      [...member.groups],
      identityCipher,
      lookup.version,
      lookup.hash,
      credential?.version ?? null,
      credential?.hash ?? null,
      nowMs,
    ],
  );
}

/** The balance with which the account begins; a member that has one keeps it. */
export async function openAccount(
  tx: Queryable,
  personToken: string,
  ownFen: number,
  familyFen: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO account_entry (person_token, ordinal, own_fen, family_fen) VALUES ($1, 1, $2, $3)
     ON CONFLICT DO NOTHING`,
    [personToken, ownFen, familyFen],
  );
}

/** `pool`: only a member of that pool; undefined looks at all. */
export async function findMember(
  database: Queryable,
  personToken: string,
  pool: string | undefined,
): Promise<StoredMember | undefined> {
  const { rows } = await database.query<Row>(
    `SELECT m.*, a.own_fen, a.family_fen FROM member m
       LEFT JOIN LATERAL (SELECT own_fen, family_fen FROM account_entry e
                           WHERE e.person_token = m.person_token ORDER BY ordinal DESC LIMIT 1) a ON true
      WHERE m.person_token = $1 AND ($2::text IS NULL OR m.home_pool = $2)`,
    [personToken, pool ?? null],
  );
  return rows[0] && storedMember(rows[0]);
}

/** Nobody files for this person at the same time: the member's row is there, so that it can be locked. */
export async function lockMember(
  tx: Queryable,
  personToken: string,
  pool: string | undefined,
): Promise<Member | undefined> {
  const { rows } = await tx.query<Row>(
    'SELECT * FROM member WHERE person_token = $1 AND ($2::text IS NULL OR home_pool = $2) FOR UPDATE',
    [personToken, pool ?? null],
  );
  return rows[0] && storedMember(rows[0]).member;
}

/**
 * Several members at once, in the order of their tokens so that two callers don't wait for each other. `skipBusy` leaves
 * out whom somebody else holds at the moment.
 */
export async function lockMembers(
  tx: Queryable,
  personTokens: readonly string[],
  options: { readonly skipBusy: boolean },
): Promise<Member[]> {
  const { rows } = await tx.query<MemberColumns>(
    `SELECT ${MEMBER} FROM member m WHERE person_token = ANY ($1::text[]) ORDER BY person_token
        FOR UPDATE${options.skipBusy ? ' SKIP LOCKED' : ''}`,
    [textArray(personTokens)],
  );
  return rows.map(memberOf);
}

/** Members found by the hash of their certificate number, by position, their rows locked in the order of their tokens. */
export async function lockMembersByHash(
  tx: Queryable,
  hashes: readonly (readonly LookupHash[])[],
): Promise<ReadonlyMap<number, Member>> {
  // A position has a hash for each key in force.
  const wanted = hashes.flatMap((candidates, position) =>
    candidates.map(({ version, hash }) => ({ position, version, hash })),
  );
  const { rows } = await tx.query<MemberColumns & { readonly position: number }>(lockByHash, [
    int4Array(wanted.map(({ position }) => position)),
    int4Array(wanted.map(({ version }) => version)),
    byteaArray(wanted.map(({ hash }) => hash)),
  ]);
  return new Map(rows.map((row) => [row.position, memberOf(row)]));
}

/** All but the identity, which is large and means work to nobody here. */
const MEMBER = `m.person_token, m.home_pool, m.scheme, m.person_class, m.birth_date, m.insured_status, m.insured_from,
                m.contribution_years, m.groups`;

const lockByHash: Statement = {
  name: 'home_lock_members_by_hash',
  sql: `SELECT q.position, ${MEMBER}
          FROM unnest($1::int4[], $2::int4[], $3::bytea[]) AS q(position, version, hash)
          JOIN member m ON m.lookup_version = q.version AND m.lookup_hash = q.hash
         ORDER BY m.person_token FOR UPDATE OF m`,
};

interface MemberColumns {
  readonly person_token: string;
  readonly home_pool: string;
  readonly scheme: Scheme;
  readonly person_class: PersonClass;
  readonly birth_date: LocalDate;
  readonly insured_status: InsuredStatus;
  readonly insured_from: LocalDate;
  readonly contribution_years: number;
  readonly groups: readonly string[];
}

function memberOf(row: MemberColumns): Member {
  return {
    personToken: row.person_token,
    homePool: row.home_pool,
    scheme: row.scheme,
    personClass: row.person_class,
    birthDate: row.birth_date,
    insuredStatus: row.insured_status,
    insuredFrom: row.insured_from,
    contributionYears: row.contribution_years,
    groups: row.groups,
  };
}

interface Row extends MemberColumns {
  readonly gender: string;
  readonly identity_cipher: Buffer;
  readonly own_fen?: number | null;
  readonly family_fen?: number | null;
}

function storedMember(row: Row): StoredMember {
  return {
    member: memberOf(row),
    gender: row.gender,
    identityCipher: row.identity_cipher,
    ownFen: row.own_fen ?? 0,
    familyFen: row.family_fen ?? 0,
  };
}
