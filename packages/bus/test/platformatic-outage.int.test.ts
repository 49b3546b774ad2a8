import { describe } from '@jest/globals';
import { systemClock } from '@yijie/runtime';
import { createPlatformaticBus } from '../src/index.ts';
import { outagesOfBus } from './outage.ts';
import { silentLogger } from './silent-logger.ts';

describe('@platformatic/kafka', () => {
  outagesOfBus('kafka', async ({ url }, timeoutMs) =>
    createPlatformaticBus({
      brokers: url.split(','),
      clientId: 'outage',
      timeoutMs,
      clock: systemClock(),
      logger: silentLogger,
    }),
  );
});
