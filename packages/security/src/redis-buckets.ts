import type { SharedBuckets } from './rate-limiter.ts';

/** The one command that is needed of a Redis client. */
export interface RedisScripts {
  eval(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown>;
}

/** Token buckets in Redis, by Redis's own clock. Each vanishes once it would be full again. */
export function createRedisBuckets(redis: RedisScripts): SharedBuckets {
  return {
    async draw(key, tokens, { perSecond, burst }) {
      const drawn = await redis.eval(
        DRAW,
        [`yijie:rate:${key}`],
        [String(tokens), String(perSecond), String(burst)],
      );
      return Number(drawn);
    },
  };
}

const DRAW = `
local wanted, rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(bucket[1]) or burst, tonumber(bucket[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * rate / 1000)
local drawn = math.min(wanted, math.floor(tokens))
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - drawn), 'at', tostring(math.max(now, at)))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst * 1000 / rate) + 1000)
return drawn
`;
