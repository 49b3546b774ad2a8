import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import type { KeyRing, SigningKey } from './signing-key.ts';

/** A token lives at most this long; whoever signed in gets a new one for every few calls. */
export const TOKEN_LIFE_MAX_MS = 5 * 60_000;

const ALGORITHM = 'EdDSA';
/** Clocks of two machines may differ. */
const TOLERANCE_S = 5;

export interface TokenIssue {
  readonly key: SigningKey;
  readonly audience: string;
  readonly nowMs: number;
  readonly lifeMs?: number;
}

/** Signs a short token of one type, in a province's name, for one service. */
export async function signRegionToken(
  type: string,
  subject: string,
  claims: Readonly<Record<string, string>>,
  { key, audience, nowMs, lifeMs = TOKEN_LIFE_MAX_MS }: TokenIssue,
): Promise<string> {
  if (lifeMs <= 0 || lifeMs > TOKEN_LIFE_MAX_MS)
    throw new RangeError(`a token lives at most ${TOKEN_LIFE_MAX_MS} ms, not ${lifeMs}`);
  const issuedAt = Math.floor(nowMs / 1_000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: ALGORITHM, typ: type, kid: key.keyId.toString('hex') })
    .setIssuer(issuerOf(key.province))
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.ceil(lifeMs / 1_000))
    .sign(key.privateKey);
}

export type RegionToken =
  | {
      readonly ok: true;
      /** Whose key signed it. */
      readonly province: string;
      /** That key, as audit names it. */
      readonly keyId: string;
      readonly claims: Readonly<Record<string, unknown>>;
    }
  | { readonly ok: false; readonly reason: 'key' | 'life' | 'expired' | 'invalid' };

/**
 * Accepts EdDSA and nothing else, keys from configuration and nowhere else: a `jku` or `jwk` in a token is never
 * looked at.
 */
export async function readRegionToken(
  keys: KeyRing,
  token: string,
  expected: { readonly type: string; readonly audience: string; readonly nowMs: number },
): Promise<RegionToken> {
  try {
    const { kid } = decodeProtectedHeader(token);
    const key = keys.find(Buffer.from(kid ?? '', 'hex').toString('latin1'));
    if (key === undefined) return { ok: false, reason: 'key' };
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [ALGORITHM],
      typ: expected.type,
      audience: expected.audience,
      issuer: issuerOf(key.province),
      currentDate: new Date(expected.nowMs),
      clockTolerance: TOLERANCE_S,
      maxTokenAge: TOKEN_LIFE_MAX_MS / 1_000,
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    return (payload.exp ?? 0) - (payload.iat ?? 0) > TOKEN_LIFE_MAX_MS / 1_000
      ? { ok: false, reason: 'life' }
      : { ok: true, province: key.province, keyId: kid ?? '', claims: payload };
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) return { ok: false, reason: 'expired' };
    if (cause instanceof errors.JOSEError || cause instanceof TypeError)
      return { ok: false, reason: 'invalid' };
    throw cause;
  }
}

function issuerOf(province: string): string {
  return `yijie:${province}`;
}
