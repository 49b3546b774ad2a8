import type { Database } from '@yijie/postgres';
import { type Clock, type Logger, type Metrics, metric } from '@yijie/runtime';
import { runAuditSealer } from '@yijie/security';
import type { ServiceKeys } from './service-keys.ts';

/** Seals audit rows within a second and keeps keys and certificates as they are on disk, until the signal ends it. */
export async function keepSealedAndFresh(parts: {
  readonly database: Database;
  readonly keys: ServiceKeys;
  /** The audit chain. */
  readonly chain: string;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { database, keys, chain, metrics, clock, logger, signal } = parts;
  const endsAtMs = new Map<'server' | 'authority', number>();
  const gauge = metrics.gauge(metric.certificateExpirySeconds);
  gauge.onScrape(() => {
    for (const [whose, atMs] of endsAtMs) gauge.labels(whose).set((atMs - clock.now()) / 1_000);
  });
  await Promise.all([
    keys.keepFresh?.({
      signal,
      onCertificate: ({ notAfterMs, authorityNotAfterMs }) => {
        endsAtMs.set('server', notAfterMs).set('authority', authorityNotAfterMs);
      },
      onError: (cause) => logger.warn('keys.not-read', { cause: cause as Error }),
    }),
    runAuditSealer({
      database,
      chain,
      key: keys.signing,
      clock,
      signal,
      onError: (cause) => logger.warn('audit.not-sealed', { cause: cause as Error }),
    }),
  ]);
}
