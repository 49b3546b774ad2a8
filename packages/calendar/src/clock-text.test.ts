import { expect, test } from '@jest/globals';
import { minuteText } from './clock-text.ts';

test.each([
  ['2026-11-22T15:59:59.999Z', '2026-11-22 23:59'],
  ['2026-11-22T16:00:00Z', '2026-11-23 00:00'],
  ['2026-11-23T00:05:00Z', '2026-11-23 08:05'],
])('%s is %s in China', (instant, text) => {
  expect(minuteText(Date.parse(instant))).toBe(text);
});
