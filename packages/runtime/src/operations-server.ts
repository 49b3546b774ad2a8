import { fastify } from 'fastify';
import { metric } from './metric-names.ts';
import type { Metrics } from './metrics.ts';
import type { Clock, Logger } from './ports.ts';

/** Resolves when the part works; rejects with the cause. */
export interface ReadinessCheck {
  readonly name: string;
  check(signal: AbortSignal): Promise<void>;
}

export interface OperationsServerOptions {
  /** host:port. Loopback unless the deployment says otherwise: the answers are for operations alone. */
  readonly bind?: string;
  readonly checks: readonly ReadinessCheck[];
  /** Off while the service stops, so that no new work is sent here. */
  readonly isStopping: () => boolean;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
}

export interface OperationsServer {
  /** Resolves to the address bound, host:port. */
  start(): Promise<string>;
  stop(): Promise<void>;
}

/** A check that takes longer counts as failed. */
const checkWithinMs = 2_000;
/** Probes of several watchers share one round of checks. */
const resultHoldsMs = 1_000;

/**
 * What the people and machines that run the service ask over HTTP: /health/live (the event loop turns),
 * /health/ready (it can do its work: each check by name) and /metrics. Nothing is read from a request, so everything
 * a request could bring is limited to almost nothing.
 */
export function createOperationsServer(options: OperationsServerOptions): OperationsServer {
  const { checks, metrics, logger, clock } = options;
  const bind = parseBind(options.bind ?? '127.0.0.1:0');
  const readyGauge = metrics.gauge(metric.ready);

  const app = fastify({
    bodyLimit: 1_024,
    connectionTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 30_000,
    maxRequestsPerSocket: 10_000,
    trustProxy: false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    logger: false,
  });
  app.removeAllContentTypeParsers();
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    reply.header('x-content-type-options', 'nosniff');
  });
  app.setErrorHandler((cause: Error & { statusCode?: number }, _request, reply) => {
    const status = cause.statusCode !== undefined && cause.statusCode < 500 ? cause.statusCode : 500;
    if (status === 500) logger.error('operations.failed', { cause });
    return reply.code(status).send({ status: 'error' });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ status: 'not-found' }));

  app.get('/health/live', async () => ({ status: 'live' }));

  const failedBefore = new Set<string>();
  let round: { readonly atMs: number; readonly failed: Promise<readonly string[]> } | undefined;
  app.get('/health/ready', async (_request, reply) => {
    if (options.isStopping()) return reply.code(503).send({ status: 'stopping' });
    const failed = await currentRound();
    if (failed.length === 0) return { status: 'ready' };
    return reply.code(503).send({ status: 'not-ready', failed });
  });

  app.get('/metrics', async (_request, reply) => {
    // So that yijie_ready is true to the moment, whether or not anybody probes.
    await currentRound();
    reply.type(metrics.contentType);
    return metrics.text();
  });

  function currentRound(): Promise<readonly string[]> {
    const now = clock.monotonic();
    if (round === undefined || now - round.atMs >= resultHoldsMs) round = { atMs: now, failed: runChecks() };
    return round.failed;
  }

  async function runChecks(): Promise<readonly string[]> {
    const results = await Promise.all(checks.map(async (each) => [each.name, await runCheck(each)] as const));
    const failed: string[] = [];
    for (const [name, cause] of results) {
      readyGauge.labels(name).set(cause === undefined ? 1 : 0);
      if (cause !== undefined) {
        failed.push(name);
        // Once per outage: probes come every few seconds.
        if (!failedBefore.has(name)) logger.warn('ready.lost', { check: name, cause });
        failedBefore.add(name);
      } else if (failedBefore.delete(name)) {
        logger.info('ready.regained', { check: name });
      }
    }
    return failed;
  }

  async function runCheck({ name, check }: ReadinessCheck): Promise<Error | undefined> {
    const late = new AbortController();
    let giveUp: (cause: Error) => void = () => undefined;
    const tooLong = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    const cancel = clock.after(checkWithinMs, () => {
      const cause = new Error(`check ${name} took longer than ${checkWithinMs} ms`);
      late.abort(cause);
      giveUp(cause);
    });
    try {
      await Promise.race([check(late.signal), tooLong]);
      return undefined;
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause));
    } finally {
      cancel();
    }
  }

  return {
    async start() {
      await app.listen(bind);
      const address = app.server.address();
      if (address === null || typeof address === 'string') throw new Error('the server has no address');
      return `${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
    },
    stop: () => app.close(),
  };
}

function parseBind(bind: string): { host: string; port: number } {
  const colon = bind.lastIndexOf(':');
  const port = Number(bind.slice(colon + 1));
  if (colon <= 0 || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`"${bind}" isn't host:port`);
  }
  return { host: bind.slice(0, colon).replace(/^\[|\]$/g, ''), port };
}
