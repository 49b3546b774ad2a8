import { AGENCY_ROLES, type AgencyPerson, type AgencyRole } from './caller.ts';
import { NATIONAL_POOL } from './identity.ts';
import { readRegionToken, signRegionToken, type TokenIssue } from './region-token.ts';
import { createKeyRing, type VerificationKey } from './signing-key.ts';

const TYPE = 'yijie-person+jwt';

/**
 * Says who sits at an agency: person, role and pool. Issued by the sign-in of the agency's province with a key of its
 * own, for one service and a few minutes.
 */
export function issuePersonToken(person: AgencyPerson, options: TokenIssue): Promise<string> {
  return signRegionToken(TYPE, person.person, { role: person.role, pool: person.pool }, options);
}

export type TokenResult =
  | { readonly ok: true; readonly person: AgencyPerson }
  | { readonly ok: false; readonly code: 'AUT-TOKEN'; readonly values: Readonly<Record<string, string>> };

export interface TokenVerifier {
  verify(token: string, nowMs: number): Promise<TokenResult>;
  /** Takes effect on the next token. */
  replace(keys: readonly VerificationKey[]): void;
}

/** A province's key speaks for that province's own pools alone. */
export function createTokenVerifier(options: {
  readonly keys: readonly VerificationKey[];
  readonly audience: string;
}): TokenVerifier {
  const keys = createKeyRing(options.keys);
  const { audience } = options;
  return {
    replace: keys.replace,
    async verify(token, nowMs) {
      const read = await readRegionToken(keys, token, { type: TYPE, audience, nowMs });
      if (!read.ok) return refuse(read.reason);
      const person = personOf(read.claims);
      if (person === undefined) return refuse('claims');
      return speaksFor(read.province, person) ? { ok: true, person } : refuse('region');
    },
  };
}

function personOf(payload: Readonly<Record<string, unknown>>): AgencyPerson | undefined {
  const { sub, role, pool } = payload;
  if (typeof sub !== 'string' || !/^[a-z0-9][a-z0-9-]{0,63}$/.test(sub)) return undefined;
  if (typeof pool !== 'string' || !/^[1-8]\d{5}$/.test(pool)) return undefined;
  if (!AGENCY_ROLES.includes(role as AgencyRole)) return undefined;
  return { person: sub, role: role as AgencyRole, pool };
}

/** A province's key speaks for its own pools; only the national centre's key makes people of the national centre. */
function speaksFor(province: string, person: AgencyPerson): boolean {
  if ((person.pool === NATIONAL_POOL) !== (person.role === 'national-centre')) return false;
  return person.pool.startsWith(province.slice(0, 2));
}

function refuse(reason: string): TokenResult {
  return { ok: false, code: 'AUT-TOKEN', values: { reason } };
}
