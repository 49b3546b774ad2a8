import type { Lifecycle } from './lifecycle.ts';
import type { ServiceLogger } from './logger.ts';

/**
 * Runs a service as a process: starts it, stops it on SIGINT or SIGTERM, and ends the process. A second signal ends it
 * at once. An exception nobody caught ends it too, with the cause in the log: its state can't be trusted any more, and
 * what it had accepted is in the database, where another replica or the next start finds it.
 */
export async function runService(lifecycle: Lifecycle, logger: ServiceLogger): Promise<void> {
  const end = async (exitCode: number): Promise<void> => {
    await logger.flush();
    process.exit(exitCode);
  };
  const onFault = (event: string) => (cause: unknown) => {
    logger.error(event, {
      cause: cause instanceof Error ? cause : new Error(String(cause)),
      exitCode: exitCodes.fault,
    });
    logger.flushNow();
    process.exit(exitCodes.fault);
  };
  process.on('uncaughtException', onFault('process.uncaught-exception'));
  process.on('unhandledRejection', onFault('process.unhandled-rejection'));

  const onSignal = (signal: NodeJS.Signals) => {
    if (lifecycle.isStopping) {
      logger.warn('service.stop-forced', { signal, exitCode: exitCodes.forced });
      void end(exitCodes.forced);
      return;
    }
    logger.info('service.stopping', { signal });
    void lifecycle.stop().then((clean) => end(clean ? exitCodes.ok : exitCodes.fault));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  try {
    await lifecycle.start();
  } catch (cause) {
    logger.error('service.start-failed', {
      cause: cause instanceof Error ? cause : new Error(String(cause)),
      exitCode: exitCodes.fault,
    });
    await end(exitCodes.fault);
  }
}

/** 130 is what shells report for a process ended by SIGINT. */
const exitCodes = { ok: 0, fault: 1, forced: 130 } as const;
