import { expect, test } from '@jest/globals';
import { createSm2Signer } from './sm2-signer.ts';
import { sm3 } from './sm3.ts';

/** GM/T 0003.5-2012, annex A: private key, message and signature that the standard itself prints. */
const STANDARD = {
  privateKey: '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8',
  message: 'message digest',
  r: 'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3',
  s: 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
};
const signer = createSm2Signer(
  new Map([['430000', { keyId: 'sm2-430000', privateKey: STANDARD.privateKey }]]),
);
const { message } = STANDARD;

test('the signature that the standard prints verifies', () => {
  const signature = `30460221${`00${STANDARD.r}`}0221${`00${STANDARD.s}`}`;
  expect(signer.verify('430000', message, { keyId: 'sm2-430000', signature })).toBe(true);
  expect(signer.verify('430000', `${message}.`, { keyId: 'sm2-430000', signature })).toBe(false);
});

test('what is signed verifies under its own key alone, and nobody signs without one', () => {
  const hash = sm3('tables');
  const signed = signer.sign('430000', hash);
  if (signed === undefined) throw new Error('not signed');
  expect(signer.verify('430000', hash, signed)).toBe(true);
  expect(signer.verify('430000', sm3('other tables'), signed)).toBe(false);
  expect(signer.verify('430000', hash, { ...signed, keyId: 'another' })).toBe(false);
  expect(signer.sign('440000', hash)).toBeUndefined();
});

test('SM3 is the one of GB/T 32905 (example 1)', () => {
  expect(sm3('abc')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
});
