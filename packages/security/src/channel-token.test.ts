import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createChannelTokenVerifier, issueChannelToken } from './channel-token.ts';
import { issuePersonToken } from './person-token.ts';
import { TOKEN_LIFE_MAX_MS } from './region-token.ts';
import { signingKeyFromPem, verificationKeyFromPem } from './signing-key.ts';

const nowMs = 1_760_000_000_000;
const audience = 'home-region';
const PERSON = 'person0000000000000001';
const [hunan, henan, national, stranger] = ['430000', '410000', '100000', '430000'].map(keyPair) as [
  ReturnType<typeof keyPair>,
  ReturnType<typeof keyPair>,
  ReturnType<typeof keyPair>,
  ReturnType<typeof keyPair>,
];
const verifier = createChannelTokenVerifier({
  keys: [hunan.verification, henan.verification, national.verification],
  audience,
  province: '430000',
});

function keyPair(province: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    signing: signingKeyFromPem(province, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    verification: verificationKeyFromPem(
      province,
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ),
  };
}

const refused = (reason: string) => ({ ok: false, code: 'AUT-TOKEN', values: { reason } });
const keyIdOf = (pair: ReturnType<typeof keyPair>) => pair.signing.keyId.toString('hex');

describe('a token of a public channel', () => {
  test.each([
    ["the province's own sign-in", hunan],
    ['the national platform', national],
  ])('of %s says which channel and whose', async (_, issuer) => {
    const token = await issueChannelToken(
      { channel: 'NHSA_APP', personToken: PERSON },
      { key: issuer.signing, audience, nowMs },
    );
    expect(await verifier.verify(token, nowMs)).toEqual({
      ok: true,
      caller: { channel: 'NHSA_APP', personToken: PERSON, keyId: keyIdOf(issuer) },
    });
  });

  test('may stand for the channel alone', async () => {
    const token = await issueChannelToken(
      { channel: 'GOV_CLIENT', personToken: undefined },
      { key: hunan.signing, audience, nowMs },
    );
    expect(await verifier.verify(token, nowMs)).toMatchObject({
      caller: { channel: 'GOV_CLIENT', personToken: undefined },
    });
  });

  test.each([
    ['of another province', 'region', { key: henan.signing }, {}],
    ['of a key that is not trusted', 'key', { key: stranger.signing }, {}],
    ['for another service', 'invalid', { audience: 'treatment-site' }, {}],
    ['that has ended', 'expired', { nowMs: nowMs - TOKEN_LIFE_MAX_MS - 6_000 }, {}],
    ['with a strange person', 'claims', {}, { personToken: 'someone' }],
    ["of the agency's counter", 'claims', {}, { channel: 'COUNTER' as never }],
  ])('%s is refused: %s', async (_, reason, options, caller) => {
    const token = await issueChannelToken(
      { channel: 'NHSA_APP', personToken: PERSON, ...caller },
      { key: hunan.signing, audience, nowMs, ...options },
    );
    expect(await verifier.verify(token, nowMs)).toEqual(refused(reason));
  });

  test("a clerk's token is none of a channel", async () => {
    const clerk = { person: 'clerk-1', role: 'home-clerk', pool: '430100' } as const;
    const token = await issuePersonToken(clerk, { key: hunan.signing, audience, nowMs });
    expect(await verifier.verify(token, nowMs)).toEqual(refused('invalid'));
    expect(await verifier.verify('not-a-token', nowMs)).toEqual(refused('invalid'));
  });
});
