import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@yijie/runtime';
import { ownPart, type Part } from '@yijie/testkit';
import { createKafkajsBus, createPlatformaticBus } from '../src/index.ts';
import { deliverThroughKills } from './delivery.ts';
import { noteMeasure, silentLogger } from './silent-logger.ts';

const messages = 150_000;

describe('150,000 messages through three SIGKILLs of the broker; none lost, doubled or out of order', () => {
  let broker: Part;
  beforeEach(async () => {
    broker = await ownPart('kafka');
  });
  afterEach(() => broker.stop());

  test.each([
    ['kafkajs', createKafkajsBus],
    ['@platformatic/kafka', createPlatformaticBus],
  ])('%s', async (name, create) => {
    const result = await deliverThroughKills({
      open: (brokers) =>
        create({ brokers, clientId: 'delivery', clock: systemClock(), logger: silentLogger }),
      broker,
      topic: 'delivery',
      messages,
      killAt: [0.2, 0.45, 0.7],
    });
    noteMeasure(`${name}: ${JSON.stringify(result)}`);
    expect(result).toMatchObject({
      acknowledged: messages,
      inLog: messages,
      readLive: messages,
      lost: 0,
      doubled: 0,
      outOfOrder: 0,
      repeated: 0,
    });
  });
});
