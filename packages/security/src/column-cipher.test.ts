import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { type CryptographyProfile, createColumnCipher } from './column-cipher.ts';
import { createLookupHasher } from './lookup-hasher.ts';

const entropy = systemIds(systemClock(), systemRandom());
const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const keys = [
  { keyId: '430000-2026', bytes },
  { keyId: '430000-2027', bytes: Buffer.alloc(32, 7) },
];
const cell = { table: 'member', column: 'name', rowId: '00000000000070008000000000000001' };

describe.each<CryptographyProfile>(['intl', 'gm'])('a column encrypted under profile %s', (profile) => {
  const cipher = createColumnCipher({ region: '430000', profile, keys, entropy });

  test.each(['', '刘某某', '𠮷田·阿卜杜', 'x'.repeat(10_000)])('reads back what was written', (text) => {
    expect(cipher.decrypt(cipher.encrypt(text, cell, 2026), cell)).toBe(text);
  });

  test('the same name twice gives different bytes', () => {
    expect(cipher.encrypt('刘某某', cell, 2026).equals(cipher.encrypt('刘某某', cell, 2026))).toBe(false);
  });

  test.each([{ table: 'visit' }, { column: 'gender' }, { rowId: '2' }])(
    'a value moved to %o does not open',
    (moved) => {
      const value = cipher.encrypt('刘某某', cell, 2026);
      expect(() => cipher.decrypt(value, { ...cell, ...moved })).toThrow(
        "isn't what was encrypted for this cell",
      );
    },
  );

  test('no flipped byte and no cut opens', () => {
    const value = cipher.encrypt('刘某某', cell, 2026);
    for (let at = 0; at < value.length; at += 1) {
      const flipped = Buffer.from(value);
      flipped[at]! ^= 1;
      expect(() => cipher.decrypt(flipped, cell)).toThrow();
      expect(() => cipher.decrypt(value.subarray(0, at), cell)).toThrow();
    }
  });

  test('dropping the key of a year erases that year and no other', () => {
    const old = cipher.encrypt('刘某某', cell, 2026);
    const recent = cipher.encrypt('刘某某', cell, 2027);
    const after = createColumnCipher({ region: '430000', profile, keys: keys.slice(1), entropy });
    expect(() => after.decrypt(old, cell)).toThrow('no data key 430000-2026');
    expect(after.decrypt(recent, cell)).toBe('刘某某');
  });

  test('a year without a key is refused before anything is written', () => {
    expect(() => cipher.encrypt('刘某某', cell, 2028)).toThrow('no data key 430000-2028');
  });

  test('no error shows the row or the value', () => {
    const value = cipher.encrypt('刘某某', cell, 2026);
    expect(() => cipher.decrypt(value, { ...cell, rowId: 'secret' })).toThrow(/^(?!.*(secret|刘)).*$/);
  });
});

test('a region that changes its profile still reads its older values', () => {
  const before = createColumnCipher({ region: '430000', profile: 'intl', keys, entropy });
  const after = createColumnCipher({ region: '430000', profile: 'gm', keys, entropy });
  expect(after.decrypt(before.encrypt('刘某某', cell, 2026), cell)).toBe('刘某某');
});

// Made with other libraries from key 00…1f: Python cryptography for intl, gmssl 3.2.2 for gm.
test.each([
  [
    'intl',
    '01010b3433303030302d323032366465666768696a6b6c6d6e6fad934680e679b001aecde08d359a923b50afd7b70134c0bacf',
  ],
  [
    'gm',
    '01020b3433303030302d323032366465666768696a6b6c6d6e6f707172732b728e714265e5a295725323ef0dd4aa570ee876653efc7f5afc25f8aab6a6d777eb076e3f11c454ecc88cf34c1f56c7',
  ],
])('opens a %s value that another library made', (_, hex) => {
  const cipher = createColumnCipher({ region: '430000', profile: 'intl', keys, entropy });
  expect(cipher.decrypt(Buffer.from(hex, 'hex'), cell)).toBe('刘某某');
});

test('SM3 is the one of GB/T 32905 (example 1)', () => {
  expect(createHash('sm3').update('abc').digest('hex')).toBe(
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
  );
});

describe('look-up hashes', () => {
  const lookupKeys = [
    { keyId: '430000-1', bytes },
    { keyId: '430000-2', bytes: Buffer.alloc(32, 9) },
    { keyId: '410000-3', bytes: Buffer.alloc(32, 8) },
  ];

  // Made with Python: hmac with hashlib, and gmssl's SM3.
  test.each<[CryptographyProfile, string]>([
    ['intl', '60d04333d14a7eb9970d93059f68364eb2a9fa22b9e343bd1e2e65b1dd177ef8'],
    ['gm', 'adf8f9536c3ad077451e11c684f557de4fee6f6cf2997b683ad51293ef0cc241'],
  ])('under %s they are what another library computes', (profile, expected) => {
    const hasher = createLookupHasher({ region: '430000', profile, keys: lookupKeys.slice(0, 1) });
    expect(hasher.hash('certificate', 'TEST-0001')).toEqual({
      version: 1,
      hash: Buffer.from(expected, 'hex'),
    });
  });

  test('new rows take the newest key of the region, searches ask under all of them', () => {
    const hasher = createLookupHasher({ region: '430000', profile: 'intl', keys: lookupKeys });
    expect(hasher.hash('certificate', 'TEST-0001').version).toBe(2);
    expect(hasher.candidates('certificate', 'TEST-0001').map(({ version }) => version)).toEqual([2, 1]);
  });

  test('equal values of two fields do not look alike', () => {
    const hasher = createLookupHasher({ region: '430000', profile: 'intl', keys: lookupKeys });
    expect(hasher.hash('certificate', '1').hash.equals(hasher.hash('credential', '1').hash)).toBe(false);
  });

  test('a region without a key is told at once', () => {
    expect(() => createLookupHasher({ region: '110000', profile: 'intl', keys: lookupKeys })).toThrow(
      '110000',
    );
  });
});
