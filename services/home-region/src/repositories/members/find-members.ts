import type { LocalDate } from '@yijie/calendar';
import type { PersonClass, Scheme } from '@yijie/codes';
import { fen } from '@yijie/money';
import { byteaArray, int4Array, type Queryable, type Statement } from '@yijie/postgres';
import type { LookupHash } from '@yijie/security';
import type { InsuredStatus, Member } from '../../core/members/member.ts';
import type { AccountState } from '../../core/settling/person-state.ts';

/** Looks for one person: by the hashes of the certificate number, or of the credential. */
export interface MemberSearch {
  readonly by: 'certificate' | 'credential';
  /** One per key in force: while keys are being changed there are two. */
  readonly hashes: readonly LookupHash[];
}

export interface MemberRow {
  readonly member: Member;
  readonly account: AccountState;
  readonly identityCipher: Buffer;
  readonly credentialHash: LookupHash | undefined;
}

const select = (version: string, hash: string, array: number) => `
    SELECT q.position, m.*, a.ordinal AS account_ordinal, a.own_fen, a.family_fen
      FROM unnest($${array}::int4[], $${array + 1}::int4[], $${array + 2}::bytea[]) AS q(position, version, hash)
     CROSS JOIN LATERAL (SELECT * FROM member WHERE ${version} = q.version AND ${hash} = q.hash LIMIT 1) m
      LEFT JOIN LATERAL (SELECT e.ordinal, e.own_fen, e.family_fen FROM account_entry e
                          WHERE e.person_token = m.person_token ORDER BY e.ordinal DESC LIMIT 1) a ON true`;

export const findStatement: Statement = {
  name: 'home_find_members',
  sql: `${select('lookup_version', 'lookup_hash', 1)}
     UNION ALL ${select('credential_version', 'credential_hash', 4)}`,
};

interface Row {
  readonly position: number;
  readonly person_token: string;
  readonly home_pool: string;
  readonly scheme: Scheme;
  readonly person_class: PersonClass;
  readonly birth_date: LocalDate;
  readonly insured_status: InsuredStatus;
  readonly insured_from: LocalDate;
  readonly contribution_years: number;
  readonly groups: readonly string[];
  readonly identity_cipher: Buffer;
  readonly credential_version: number | null;
  readonly credential_hash: Buffer | null;
  readonly account_ordinal: number | null;
  readonly own_fen: number;
  readonly family_fen: number;
}

/** The members found, in the order of the searches; undefined where there is none. */
export async function findMembers(
  database: Queryable,
  searches: readonly MemberSearch[],
): Promise<(MemberRow | undefined)[]> {
  const { rows } = await database.query<Row>(findStatement, [
    ...searchParams(searches, 'certificate'),
    ...searchParams(searches, 'credential'),
  ]);
  const found: (MemberRow | undefined)[] = searches.map(() => undefined);
  for (const row of rows) found[row.position] = memberRow(row);
  return found;
}

function searchParams(searches: readonly MemberSearch[], by: MemberSearch['by']): Buffer[] {
  const wanted = searches.flatMap((search, position) =>
    search.by === by ? search.hashes.map(({ version, hash }) => ({ position, version, hash })) : [],
  );
  return [
    int4Array(wanted.map((one) => one.position)),
    int4Array(wanted.map((one) => one.version)),
    byteaArray(wanted.map((one) => one.hash)),
  ];
}

function memberRow(row: Row): MemberRow {
  return {
    member: {
      personToken: row.person_token,
      homePool: row.home_pool,
      scheme: row.scheme,
      personClass: row.person_class,
      birthDate: row.birth_date,
      insuredStatus: row.insured_status,
      insuredFrom: row.insured_from,
      contributionYears: row.contribution_years,
      groups: row.groups,
    },
    account: {
      ordinal: row.account_ordinal ?? 0,
      ownFen: fen(row.own_fen ?? 0),
      familyFen: fen(row.family_fen ?? 0),
    },
    identityCipher: row.identity_cipher,
    credentialHash:
      row.credential_hash === null || row.credential_version === null
        ? undefined
        : { version: row.credential_version, hash: row.credential_hash },
  };
}
