import { beforeAll, describe } from '@jest/globals';
import { systemClock } from '@yijie/runtime';
import { postgres } from '@yijie/testkit';
import { createPostgresBus } from '../src/index.ts';
import { contractOfBus } from './contract.ts';
import { silentLogger } from './silent-logger.ts';

let connectionString: string;
beforeAll(async () => {
  connectionString = (await postgres()).url;
});

describe('PostgreSQL', () => {
  contractOfBus(
    () => createPostgresBus({ connectionString, schema: 'bus', clock: systemClock(), logger: silentLogger }),
    (name) => name,
  );
});
