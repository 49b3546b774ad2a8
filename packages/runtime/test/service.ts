/** A service as a process, for run-service.test.ts: its argument says how it behaves. */
import { setTimeout as pause } from 'node:timers/promises';
import { createLogger, Lifecycle, runService, systemClock } from '../src/index.ts';

const behaviour = process.argv[2];
const clock = systemClock();
const logger = createLogger({ level: 'debug', service: 'fixture' });
const lifecycle = new Lifecycle({ logger, clock, stopWithinMs: 5_000 });
let alive: NodeJS.Timeout | undefined;

lifecycle.add({
  name: 'work',
  start() {
    alive = setInterval(() => undefined, 1_000);
    if (behaviour === 'start-fails') throw new Error('port in use');
    if (behaviour === 'throws') setTimeout(() => JSON.parse('{'), 20);
    if (behaviour === 'rejects') setTimeout(() => void Promise.reject(new Error('nobody listens')), 20);
  },
  async stop() {
    if (behaviour === 'hangs') await new Promise(() => undefined);
    // What was accepted takes a moment.
    await pause(100);
    logger.info('work.finished');
    clearInterval(alive);
  },
});

await runService(lifecycle, logger);
