import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { merkleRoot, pathLength } from './merkle.ts';
import { INDEX_AT, PATH_AT, recordLeaf, type SignableRecord } from './record-header.ts';
import { createRecordSigner } from './record-signer.ts';
import { createRecordVerifier } from './record-verifier.ts';
import { createKeyRing, signingKeyFromPem, verificationKeyFromPem } from './signing-key.ts';

const hunan = keyPair('430000');
const henan = keyPair('410000');
const ring = createKeyRing([hunan.verification, henan.verification]);
const signer = createRecordSigner(hunan.signing);
const fromHunan = { expectedProvince: '430000' };

describe('records signed by a region', () => {
  test.each([1, 2, 3, 5, 8, 50, 100, 257])('a batch of %i verifies in any order', (count) => {
    const batch = records(count);
    const headers = signer.sign(batch);
    const verifier = createRecordVerifier(ring);
    for (const index of shuffled(count)) {
      expect(verifier.verify(batch[index]!, headers[index], fromHunan)).toEqual({
        ok: true,
        province: '430000',
      });
    }
  });

  test('no two records of a batch may swap headers', () => {
    const batch = records(5);
    const headers = signer.sign(batch);
    const verifier = createRecordVerifier(ring);
    for (let record = 0; record < 5; record += 1) {
      for (let header = 0; header < 5; header += 1) {
        expect(verifier.verify(batch[record]!, headers[header], fromHunan).ok).toBe(record === header);
      }
    }
  });

  test.each([
    ['value', { value: Buffer.from('another') }],
    ['topic', { topic: 'yijie.request.110000' }],
    ['key', { key: 'person-2' }],
  ])('another %s than the signed one is refused, before and after the batch is known', (_, change) => {
    const batch = records(4);
    const headers = signer.sign(batch);
    const verifier = createRecordVerifier(ring);
    const forged = { ...batch[1]!, ...change };
    expect(codeOf(verifier.verify(forged, headers[1], fromHunan))).toBe('SIG-FALSE');
    expect(verifier.verify(batch[0]!, headers[0], fromHunan).ok).toBe(true);
    expect(codeOf(verifier.verify(forged, headers[1], fromHunan))).toBe('SIG-FALSE');
    expect(verifier.verify(batch[1]!, headers[1], fromHunan).ok).toBe(true);
    expect(codeOf(verifier.verify(forged, headers[1], fromHunan))).toBe('SIG-FALSE');
  });

  test('bytes may not move between topic, key and value', () => {
    const [header] = signer.sign([{ topic: 'ab', key: 'cd', value: Buffer.from('ef') }]);
    const moved = { topic: 'a', key: 'bcd', value: Buffer.from('ef') };
    expect(codeOf(createRecordVerifier(ring).verify(moved, header, fromHunan))).toBe('SIG-FALSE');
  });

  test('each way of being wrong has its own code', () => {
    const [record] = records(1);
    const [header] = signer.sign([record!]);
    const verifier = createRecordVerifier(ring);
    const foreign = createRecordSigner(keyPair('430000').signing).sign([record!])[0];
    const otherRegion = createRecordSigner(henan.signing).sign([record!])[0];
    expect(codeOf(verifier.verify(record!, undefined, fromHunan))).toBe('SIG-NONE');
    expect(codeOf(verifier.verify(record!, Buffer.alloc(0), fromHunan))).toBe('SIG-NONE');
    expect(codeOf(verifier.verify(record!, header!.subarray(0, -1), fromHunan))).toBe('SIG-FORM');
    expect(codeOf(verifier.verify(record!, Buffer.concat([header!, Buffer.alloc(32)]), fromHunan))).toBe(
      'SIG-FORM',
    );
    expect(codeOf(verifier.verify(record!, foreign, fromHunan))).toBe('SIG-KEY');
    expect(codeOf(verifier.verify(record!, otherRegion, fromHunan))).toBe('SIG-REGION');
  });

  test.each(['a fresh verifier', 'one that knows the batch'])(
    'no flipped bit of a header passes %s',
    (which) => {
      const batch = records(3);
      const headers = signer.sign(batch);
      const known = createRecordVerifier(ring);
      for (const [index, record] of batch.entries()) known.verify(record, headers[index], fromHunan);
      for (let bit = 0; bit < headers[0]!.length * 8; bit += 1) {
        const flipped = Buffer.from(headers[0]!);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const verifier = which === 'a fresh verifier' ? createRecordVerifier(ring) : known;
        expect(verifier.verify(batch[0]!, flipped, fromHunan).ok).toBe(false);
      }
      expect(known.verify(batch[0]!, headers[0], fromHunan).ok).toBe(true);
    },
  );

  test('every cut of a header is refused as malformed', () => {
    const batch = records(3);
    const header = signer.sign(batch)[0]!;
    for (let length = 1; length < header.length; length += 1) {
      expect(
        codeOf(createRecordVerifier(ring).verify(batch[0]!, header.subarray(0, length), fromHunan)),
      ).toBe('SIG-FORM');
    }
  });

  test('a key that is withdrawn is refused from the next record on', () => {
    const keys = createKeyRing([hunan.verification]);
    const verifier = createRecordVerifier(keys);
    const batch = records(2);
    const headers = signer.sign(batch);
    expect(verifier.verify(batch[0]!, headers[0], fromHunan).ok).toBe(true);
    keys.replace([henan.verification]);
    expect(codeOf(verifier.verify(batch[1]!, headers[1], fromHunan))).toBe('SIG-KEY');
  });

  test('a batch that was pushed out of the memory is verified anew', () => {
    const verifier = createRecordVerifier(ring, { batchesMax: 1 });
    const first = records(2);
    const second = records(3);
    const firstHeaders = signer.sign(first);
    const secondHeaders = signer.sign(second);
    expect(verifier.verify(first[0]!, firstHeaders[0], fromHunan).ok).toBe(true);
    expect(verifier.verify(second[0]!, secondHeaders[0], fromHunan).ok).toBe(true);
    expect(verifier.verify(first[1]!, firstHeaders[1], fromHunan).ok).toBe(true);
  });

  test('any batch of any contents verifies, and any single change is refused', () => {
    const record = fc.record({
      topic: fc.string(),
      key: fc.string({ unit: 'grapheme' }),
      value: fc.uint8Array(),
    });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), fc.nat(), (batch, seed) => {
        const headers = signer.sign(batch);
        const verifier = createRecordVerifier(ring);
        const index = seed % batch.length;
        const changed = {
          ...batch[index]!,
          value: Buffer.concat([batch[index]!.value, Buffer.from([seed & 255])]),
        };
        expect(batch.every((each, at) => verifier.verify(each, headers[at], fromHunan).ok)).toBe(true);
        expect(verifier.verify(changed, headers[index], fromHunan).ok).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test('values larger than the scratch space are covered to the last byte', () => {
    const large = Buffer.alloc(100_000, 1);
    const [header] = signer.sign([{ topic: 't', key: 'k', value: large }]);
    const changed = Buffer.from(large);
    changed[99_999] = 2;
    const verifier = createRecordVerifier(ring);
    expect(verifier.verify({ topic: 't', key: 'k', value: large }, header, fromHunan).ok).toBe(true);
    expect(verifier.verify({ topic: 't', key: 'k', value: changed }, header, fromHunan).ok).toBe(false);
  });

  test('the header is laid out as documented', () => {
    const batch = records(6);
    const header = signer.sign(batch)[5]!;
    expect(header[0]).toBe(1);
    expect(header.subarray(1, 9)).toEqual(hunan.verification.keyId);
    expect(header.readUInt16BE(73)).toBe(6);
    expect(header.readUInt16BE(INDEX_AT)).toBe(5);
    expect(header.length).toBe(PATH_AT + 32 * pathLength(5, 6));
    expect(merkleRoot(batch.map(recordLeaf))).toHaveLength(32);
  });
});

function keyPair(province: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    signing: signingKeyFromPem(province, privateKey.export({ type: 'pkcs8', format: 'pem' })),
    verification: verificationKeyFromPem(province, publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

function records(count: number): SignableRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    topic: 'yijie.request.430000',
    key: `person-${index}`,
    value: Buffer.from(`command ${index} of ${count}`),
  }));
}

function shuffled(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => ((a * 7919) % 101) - ((b * 7919) % 101),
  );
}

function codeOf(verdict: { ok: boolean; code?: string }): string | undefined {
  return verdict.code;
}
