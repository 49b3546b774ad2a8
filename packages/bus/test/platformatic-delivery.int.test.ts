import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '@yijie/runtime';
import { ownPart, type Part } from '@yijie/testkit';
import { createPlatformaticBus } from '../src/index.ts';
import { deliverThroughKills } from './delivery.ts';
import { silentLogger } from './silent-logger.ts';

let broker: Part;
beforeAll(async () => {
  broker = await ownPart('kafka');
}, 120_000);
afterAll(() => broker.stop());

test('@platformatic/kafka: 40,000 messages through a SIGKILL of the broker; none lost, doubled or out of order', async () => {
  const result = await deliverThroughKills({
    open: (brokers) =>
      createPlatformaticBus({ brokers, clientId: 'delivery', clock: systemClock(), logger: silentLogger }),
    broker,
    topic: 'delivery',
    messages: 40_000,
    killAt: [0.4],
  });
  expect(result).toMatchObject({
    acknowledged: 40_000,
    inLog: 40_000,
    readLive: 40_000,
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
    repeated: 0,
  });
  expect(result.atKill.every((count) => count > 10_000 && count < 39_000)).toBe(true);
}, 180_000);
