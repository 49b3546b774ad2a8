import type { Logger } from '@yijie/runtime';
import { type logCreator, logLevel } from 'kafkajs';

/**
 * kafkajs' own log lines on our logger. It calls every lost connection an error; whether it is one is decided where
 * the call ends, so they come out as warnings.
 */
export function kafkajsLog(logger: Logger): logCreator {
  return () =>
    ({ namespace, level, log: { message, error } }) => {
      const cause = typeof error === 'string' ? `${message}: ${error}` : message;
      const fields = { component: `kafkajs ${namespace}`.trim(), cause };
      if (level <= logLevel.ERROR) logger.warn('bus.client', fields);
      else logger.debug('bus.client', fields);
    };
}
