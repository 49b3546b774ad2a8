import { createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import type { AgencyPerson } from './caller.ts';
import { createTokenVerifier, issuePersonToken } from './person-token.ts';
import { TOKEN_LIFE_MAX_MS } from './region-token.ts';
import { type SigningKey, signingKeyFromPem, verificationKeyFromPem } from './signing-key.ts';

const nowMs = 1_760_000_000_000;
const audience = 'treatment-site';
const hunan = keyPair('430000');
const henan = keyPair('410000');
const national = keyPair('100000');
const stranger = keyPair('430000');
const clerk: AgencyPerson = { person: 'clerk-1', role: 'home-clerk', pool: '430100' };

const verifier = createTokenVerifier({
  keys: [hunan.verification, henan.verification, national.verification],
  audience,
});

describe('a token of an agency person', () => {
  test('says who sits there, until it ends', async () => {
    const token = await issuePersonToken(clerk, { key: hunan.signing, audience, nowMs });
    expect(await verifier.verify(token, nowMs)).toEqual({ ok: true, person: clerk });
    expect((await verifier.verify(token, nowMs + TOKEN_LIFE_MAX_MS)).ok).toBe(true);
    expect(await verifier.verify(token, nowMs + TOKEN_LIFE_MAX_MS + 6_000)).toEqual(refused('expired'));
  });

  test('is not issued for longer than five minutes', async () => {
    const options = { key: hunan.signing, audience, nowMs };
    await expect(issuePersonToken(clerk, { ...options, lifeMs: TOKEN_LIFE_MAX_MS + 1 })).rejects.toThrow(
      RangeError,
    );
    await expect(issuePersonToken(clerk, { ...options, lifeMs: 0 })).rejects.toThrow(RangeError);
  });

  test.each<[string, string, (token: Forge) => Promise<string>]>([
    ['for another service', 'invalid', (make) => make({ aud: 'home-region' })],
    ['of another type', 'invalid', (make) => make({}, { typ: 'JWT' })],
    ['without a type', 'invalid', (make) => make({}, { typ: undefined })],
    ['with another issuer', 'invalid', (make) => make({ iss: 'yijie:410000' })],
    ['that lives too long', 'life', (make) => make({ exp: nowMs / 1_000 + 301 })],
    ['that never ends', 'invalid', (make) => make({ exp: undefined })],
    ['without a time of issue', 'invalid', (make) => make({ iat: undefined })],
    [
      'issued in the future',
      'invalid',
      (make) => make({ iat: nowMs / 1_000 + 60, exp: nowMs / 1_000 + 120 }),
    ],
    ['issued long ago', 'expired', (make) => make({ iat: nowMs / 1_000 - 306, exp: nowMs / 1_000 + 1 })],
    ['that holds only later', 'invalid', (make) => make({ nbf: nowMs / 1_000 + 60 })],
    ['without a person', 'invalid', (make) => make({ sub: undefined })],
    ['with a strange person', 'claims', (make) => make({ sub: 'x/../y' })],
    ['with an unknown role', 'claims', (make) => make({ role: 'superuser' })],
    ['with a strange pool', 'claims', (make) => make({ pool: '43' })],
    ["with another region's pool", 'region', (make) => make({ pool: '410100' })],
    [
      'of a province that makes people of the national centre',
      'region',
      (make) => make({ pool: '100000', role: 'national-centre' }),
    ],
    ['of the national role with a province pool', 'region', (make) => make({ role: 'national-centre' })],
    ['with an unknown key id', 'key', (make) => make({}, { kid: '00' })],
    ['without a key id', 'key', (make) => make({}, { kid: undefined })],
    [
      "signed with another region's key under this one's id",
      'invalid',
      (make) => make({}, {}, henan.signing),
    ],
    ["signed with a key that isn't trusted", 'invalid', (make) => make({}, {}, stranger.signing)],
  ])('%s is refused', async (_, reason, forge) => {
    expect(await verifier.verify(await forge(tokenWith), nowMs)).toEqual(refused(reason));
  });

  test('the untouched forgery would pass: the cases above fail for their own reason', async () => {
    expect(await verifier.verify(await tokenWith({}), nowMs)).toEqual({ ok: true, person: clerk });
  });

  test('the national centre makes its own people', async () => {
    const person: AgencyPerson = { person: 'officer-1', role: 'national-centre', pool: '100000' };
    const token = await issuePersonToken(person, { key: national.signing, audience, nowMs });
    expect(await verifier.verify(token, nowMs)).toEqual({ ok: true, person });
  });

  test('no algorithm but EdDSA: neither none, nor a MAC made with the public key', async () => {
    const claims = await claimsOf();
    const kid = hunan.signing.keyId.toString('hex');
    const none = `${encoded({ alg: 'none', typ: 'yijie-person+jwt', kid })}.${encoded(claims)}.`;
    expect((await verifier.verify(none, nowMs)).ok).toBe(false);
    const signed = `${encoded({ alg: 'HS256', typ: 'yijie-person+jwt', kid })}.${encoded(claims)}`;
    const publicPem = hunan.verification.publicKey.export({ type: 'spki', format: 'pem' });
    const mac = createHmac('sha256', publicPem).update(signed).digest('base64url');
    expect((await verifier.verify(`${signed}.${mac}`, nowMs)).ok).toBe(false);
  });

  test('a key that the token brings along, or points to, is not looked at', async () => {
    const jwk = await exportJWK(stranger.verification.publicKey);
    for (const header of [
      { jwk },
      { jku: 'https://keys.example/jwks' },
      { x5u: 'https://keys.example/x5u' },
    ]) {
      expect((await verifier.verify(await tokenWith({}, header, stranger.signing), nowMs)).ok).toBe(false);
    }
  });

  test.each(['', 'x', 'a.b.c', '....', 'e30.e30.', `${'A'.repeat(100_000)}.e30.e30`])(
    'what is no token at all is refused, not thrown (%#)',
    async (token) => {
      expect((await verifier.verify(token, nowMs)).ok).toBe(false);
    },
  );

  test('no flipped sign passes', async () => {
    const token = await tokenWith({});
    for (let at = 0; at < token.length; at += 7) {
      const flipped = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      if (flipped !== token) expect((await verifier.verify(flipped, nowMs)).ok).toBe(false);
    }
  });
});

type Forge = typeof tokenWith;

async function claimsOf(): Promise<JWTPayload> {
  const seconds = nowMs / 1_000;
  const { person: sub, role, pool } = clerk;
  return { sub, role, pool, iss: 'yijie:430000', aud: audience, iat: seconds, exp: seconds + 300 };
}

/** A token in the right form, but for what is given. */
async function tokenWith(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
  key: SigningKey = hunan.signing,
): Promise<string> {
  const kid = hunan.signing.keyId.toString('hex');
  return new SignJWT({ ...(await claimsOf()), ...claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'yijie-person+jwt', kid, ...header } as { alg: string })
    .sign(key.privateKey);
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function refused(reason: string) {
  return { ok: false, code: 'AUT-TOKEN', values: { reason } };
}

function keyPair(province: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    signing: signingKeyFromPem(province, privateKey.export({ type: 'pkcs8', format: 'pem' })),
    verification: verificationKeyFromPem(province, publicKey.export({ type: 'spki', format: 'pem' })),
  };
}
