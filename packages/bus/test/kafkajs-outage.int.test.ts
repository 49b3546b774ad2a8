import { describe } from '@jest/globals';
import { systemClock } from '@yijie/runtime';
import { createKafkajsBus } from '../src/index.ts';
import { outagesOfBus } from './outage.ts';
import { silentLogger } from './silent-logger.ts';

describe('kafkajs', () => {
  outagesOfBus('kafka', async ({ url }, timeoutMs) =>
    createKafkajsBus({
      brokers: url.split(','),
      clientId: 'outage',
      timeoutMs,
      clock: systemClock(),
      logger: silentLogger,
    }),
  );
});
