import { expect, test } from '@jest/globals';
import { isCertificateNumber } from './certificate-number.ts';

test.each([
  ['000000198904080047', true],
  ['00000019520719001X', true],
  ['00000019520719001x', false],
  ['000000198904080048', false],
  ['00000019890408004', false],
  ['', false],
])('%s', (number, expected) => {
  expect(isCertificateNumber(number)).toBe(expected);
});

test('one wrong digit anywhere is found', () => {
  const number = '000000198904080047';
  for (let place = 0; place < 17; place += 1) {
    const wrong = (Number(number[place]) + 1) % 10;
    expect(isCertificateNumber(`${number.slice(0, place)}${wrong}${number.slice(place + 1)}`)).toBe(false);
  }
});
