import { expect, test } from '@jest/globals';
import { maskCertificateNumber, maskName } from './mask.ts';

test.each([
  ['刘某某', '刘**'],
  ['刘某', '刘**'],
  ['𠮷某', '𠮷**'],
  [' 阿卜杜·某 ', '阿**'],
  ['', ''],
])('the name %s is shown as %s', (name, shown) => {
  expect(maskName(name)).toBe(shown);
});

test.each([
  ['220100000000001234', '2201**********1234'],
  ['22010000000001X', '2201*******001X'],
  ['12345678', '********'],
  ['123456789', '1234*6789'],
  ['', ''],
])('the number %s is shown as %s', (number, shown) => {
  expect(maskCertificateNumber(number)).toBe(shown);
});
