import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import { AGENCY_ROLES, type AgencyPerson, type AgencyRole } from './caller.ts';
import { NATIONAL_POOL } from './identity.ts';
import { createKeyRing, type SigningKey, type VerificationKey } from './signing-key.ts';

/** A token lives at most this long; whoever signed in gets a new one for every few calls. */
export const TOKEN_LIFE_MAX_MS = 5 * 60_000;

const TYPE = 'yijie-person+jwt';
const ALGORITHM = 'EdDSA';
/** Clocks of two machines may differ. */
const TOLERANCE_S = 5;

/**
 * Says who sits at an agency: person, role and pool. Issued by the sign-in of the agency's province with a key of its
 * own, for one service and a few minutes.
 */
export async function issuePersonToken(
  person: AgencyPerson,
  options: {
    readonly key: SigningKey;
    readonly audience: string;
    readonly nowMs: number;
    readonly lifeMs?: number;
  },
): Promise<string> {
  const lifeMs = options.lifeMs ?? TOKEN_LIFE_MAX_MS;
  if (lifeMs <= 0 || lifeMs > TOKEN_LIFE_MAX_MS)
    throw new RangeError(`a token lives at most ${TOKEN_LIFE_MAX_MS} ms, not ${lifeMs}`);
  const issuedAt = Math.floor(options.nowMs / 1_000);
  return new SignJWT({ role: person.role, pool: person.pool })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: options.key.keyId.toString('hex') })
    .setIssuer(issuerOf(options.key.province))
    .setAudience(options.audience)
    .setSubject(person.person)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.ceil(lifeMs / 1_000))
    .sign(options.key.privateKey);
}

export type TokenResult =
  | { readonly ok: true; readonly person: AgencyPerson }
  | { readonly ok: false; readonly code: 'AUT-TOKEN'; readonly values: Readonly<Record<string, string>> };

export interface TokenVerifier {
  verify(token: string, nowMs: number): Promise<TokenResult>;
  /** Takes effect on the next token. */
  replace(keys: readonly VerificationKey[]): void;
}

/**
 * Accepts EdDSA and nothing else, keys from configuration and nowhere else (a `jku` or `jwk` in a token is never
 * looked at), and a province's key only for that province's own pools.
 */
export function createTokenVerifier(options: {
  readonly keys: readonly VerificationKey[];
  readonly audience: string;
}): TokenVerifier {
  const keys = createKeyRing(options.keys);
  return {
    replace: keys.replace,
    async verify(token, nowMs) {
      try {
        const { kid } = decodeProtectedHeader(token);
        const key = keys.find(Buffer.from(kid ?? '', 'hex').toString('latin1'));
        if (key === undefined) return refuse('key');
        const { payload } = await jwtVerify(token, key.publicKey, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          audience: options.audience,
          issuer: issuerOf(key.province),
          currentDate: new Date(nowMs),
          clockTolerance: TOLERANCE_S,
          maxTokenAge: TOKEN_LIFE_MAX_MS / 1_000,
          requiredClaims: ['exp', 'iat', 'sub'],
        });
        const person = personOf(payload);
        if (person === undefined) return refuse('claims');
        if ((payload.exp ?? 0) - (payload.iat ?? 0) > TOKEN_LIFE_MAX_MS / 1_000) return refuse('life');
        if (!speaksFor(key.province, person)) return refuse('region');
        return { ok: true, person };
      } catch (cause) {
        if (cause instanceof errors.JWTExpired) return refuse('expired');
        if (cause instanceof errors.JOSEError) return refuse('invalid');
        if (cause instanceof TypeError) return refuse('invalid');
        throw cause;
      }
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

function issuerOf(province: string): string {
  return `yijie:${province}`;
}

function refuse(reason: string): TokenResult {
  return { ok: false, code: 'AUT-TOKEN', values: { reason } };
}
