import { beforeAll, describe } from '@jest/globals';
import { systemClock } from '@yijie/runtime';
import { type KafkaForTest, kafka } from '@yijie/testkit';
import { createPlatformaticBus } from '../src/index.ts';
import { contractOfBus } from './contract.ts';
import { silentLogger } from './silent-logger.ts';

let broker: KafkaForTest;
beforeAll(async () => {
  broker = await kafka();
});

describe('@platformatic/kafka', () => {
  contractOfBus(
    async () =>
      createPlatformaticBus({
        brokers: broker.brokers,
        clientId: broker.named('client'),
        clock: systemClock(),
        logger: silentLogger,
      }),
    (name) => broker.named(name),
  );
});
