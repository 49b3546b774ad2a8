import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { openSealed, sealFor, sealingPrivateKeyFromPem, sealingPublicKeyFromPem } from './seal.ts';

const entropy = systemIds(systemClock(), systemRandom());
const own = newKey();
const other = newKey();
const secret = Buffer.from('credential');

describe('bytes sealed for a region', () => {
  test('only its key opens them, and only for the same purpose', () => {
    const sealed = sealFor(own, secret, 'credential:430000', entropy);
    expect(openSealed([other, own], sealed, 'credential:430000')).toEqual({ ok: true, plaintext: secret });
    expect(openSealed([other], sealed, 'credential:430000')).toEqual(refused('key'));
    expect(openSealed([own], sealed, 'credential:410000')).toEqual(refused('content'));
  });

  test('sealing the same twice gives different bytes', () => {
    const first = sealFor(own, secret, 'c', entropy);
    expect(first.equals(sealFor(own, secret, 'c', entropy))).toBe(false);
    expect(first.includes(secret)).toBe(false);
  });

  test('no flipped byte and no cut opens', () => {
    const sealed = sealFor(own, secret, 'c', entropy);
    for (let at = 0; at < sealed.length; at += 1) {
      const flipped = Buffer.from(sealed);
      flipped[at]! ^= 1;
      expect(openSealed([own], flipped, 'c').ok).toBe(false);
      expect(openSealed([own], sealed.subarray(0, at), 'c').ok).toBe(false);
    }
  });

  test('a public key that makes every secret zero is refused, not thrown', () => {
    const sealed = sealFor(own, secret, 'c', entropy);
    sealed.fill(0, 9, 41);
    expect(openSealed([own], sealed, 'c')).toEqual(refused('content'));
  });

  test('opens what another library sealed (Python cryptography 50, same inputs)', () => {
    const der = Buffer.from(
      '302e020100300506032b656e042204200102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20',
      'hex',
    );
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const recipient = sealingPrivateKeyFromPem(key.export({ type: 'pkcs8', format: 'pem' }));
    const sealed = Buffer.from(
      '01ef1f7d8ef0ab699b64b101b1d0be5a8704bd078f9895001fc03e8e9f9522f188dd128d9846d48466b97bc1231104f29110af01' +
        'f24910ad19e63f8144ad79c776173f',
      'hex',
    );
    expect(openSealed([recipient], sealed, 'credential:430000')).toEqual({ ok: true, plaintext: secret });
  });

  test('a key of another kind is refused when it is loaded', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    expect(() => sealingPrivateKeyFromPem(pem)).toThrow('x25519');
    expect(() =>
      sealingPublicKeyFromPem(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })),
    ).toThrow('x25519');
  });
});

function newKey() {
  const { privateKey } = generateKeyPairSync('x25519');
  return sealingPrivateKeyFromPem(privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

function refused(part: string) {
  return { ok: false, code: 'SIG-SEALED', values: { part } };
}
