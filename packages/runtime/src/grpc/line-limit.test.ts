import { expect, test } from '@jest/globals';
import { systemClock } from '../system-clock.ts';
import { LineLimit } from './line-limit.ts';

test('so many lines a second, then silence, then the number of those left out', () => {
  const at = { ms: 0 };
  const limit = new LineLimit({ ...systemClock(), monotonic: () => at.ms }, 2);
  expect([limit.take(), limit.take(), limit.take(), limit.take()]).toEqual([0, 0, undefined, undefined]);
  at.ms = 1_000;
  expect([limit.take(), limit.take(), limit.take()]).toEqual([2, 0, undefined]);
});
