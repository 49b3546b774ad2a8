import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningClearing, startRunningClearing } from '../test/running-clearing.ts';

let clearing: RunningClearing;
beforeAll(async () => {
  clearing = await startRunningClearing([]);
}, 60_000);
afterAll(() => clearing?.stop());

test('it says that it is ready', async () => {
  const ready = await fetch(`http://${clearing.service().operationsAddress}/health/ready`);
  expect(ready.status).toBe(200);
});
