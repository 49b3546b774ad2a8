import type { Logger, Metrics } from '@yijie/runtime';
import { metric } from '@yijie/runtime';
import type { RedisScripts } from '@yijie/security';
import { Redis } from 'ioredis';
import type { QuoteFigures, QuoteMemory } from './visits/quote-memory.ts';

/**
 * What replicas share through Redis: recent quotes, rates, and word that a mapping has changed. Nothing in it can't be
 * lost: without it quotes are remembered by each replica alone, rates are lower, and changes are found by polling.
 */
export interface SharedCache {
  readonly quotes: QuoteMemory;
  /** For the rate limits at the edge; undefined without Redis. */
  readonly scripts: RedisScripts | undefined;
  mappingsChanged(institutionCode: string): void;
  onMappingsChanged(listener: (institutionCode: string) => void): Promise<void>;
  /** Word that notices or reference data have changed. */
  directoryChanged(): void;
  onDirectoryChanged(listener: () => void): Promise<void>;
  close(): Promise<void>;
}

const QUOTE_SECONDS = 3_600;
const QUOTES_REMEMBERED = 10_000;
const CHANNEL = 'yijie:mappings';
const DIRECTORY_CHANNEL = 'yijie:directory';

export function openSharedCache(options: {
  readonly redisUrl: string | undefined;
  readonly province: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
}): SharedCache {
  const local = localQuotes();
  const { redisUrl, logger } = options;
  const available = options.metrics.gauge(metric.cacheAvailable).labels();
  available.set(0);
  if (redisUrl === undefined) {
    return {
      quotes: local,
      scripts: undefined,
      mappingsChanged: () => undefined,
      onMappingsChanged: async () => undefined,
      directoryChanged: () => undefined,
      onDirectoryChanged: async () => undefined,
      close: async () => undefined,
    };
  }

  // Commands fail at once while Redis is away: nothing here is worth waiting for.
  const redis = new Redis(redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 500,
    connectTimeout: 2_000,
  });
  const listener = new Redis(redisUrl, { maxRetriesPerRequest: null });
  let warned = false;
  for (const client of [redis, listener]) {
    client.on('error', (cause: Error) => {
      available.set(0);
      if (!warned) logger.warn('cache-lost', { cause });
      warned = true;
    });
  }
  redis.on('ready', () => {
    available.set(1);
    if (warned) logger.info('cache-back');
    warned = false;
  });
  const prefix = `yijie:${options.province}:quote:`;

  return {
    quotes: {
      remember(quoteHash, figures) {
        local.remember(quoteHash, figures);
        redis
          .set(prefix + quoteHash.toString('hex'), JSON.stringify(figures), 'EX', QUOTE_SECONDS)
          .catch(() => undefined);
      },
      async recall(quoteHash) {
        const known = await local.recall(quoteHash);
        if (known) return known;
        const text = await redis.get(prefix + quoteHash.toString('hex')).catch(() => null);
        return text === null ? undefined : (JSON.parse(text) as QuoteFigures);
      },
    },
    scripts: {
      eval: (script, keys, args) => redis.eval(script, keys.length, ...keys, ...args),
    },
    mappingsChanged(institutionCode) {
      redis.publish(CHANNEL, institutionCode).catch(() => undefined);
    },
    async onMappingsChanged(changed) {
      listener.on('message', (channel: string, institutionCode: string) => {
        if (channel === CHANNEL) changed(institutionCode);
      });
      // Subscribed again by the client after each reconnection; at first it may be away.
      listener.subscribe(CHANNEL).catch(() => undefined);
    },
    directoryChanged() {
      redis.publish(DIRECTORY_CHANNEL, '').catch(() => undefined);
    },
    async onDirectoryChanged(changed) {
      listener.on('message', (channel: string) => {
        if (channel === DIRECTORY_CHANNEL) changed();
      });
      listener.subscribe(DIRECTORY_CHANNEL).catch(() => undefined);
    },
    async close() {
      redis.disconnect();
      listener.disconnect();
    },
  };
}

/** The last quotes of this replica, the oldest forgotten first. */
function localQuotes(): QuoteMemory {
  const quotes = new Map<string, QuoteFigures>();
  return {
    remember(quoteHash, figures) {
      quotes.set(quoteHash.toString('hex'), figures);
      if (quotes.size > QUOTES_REMEMBERED) quotes.delete(quotes.keys().next().value as string);
    },
    recall: async (quoteHash) => quotes.get(quoteHash.toString('hex')),
  };
}
