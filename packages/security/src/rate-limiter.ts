import { type Bucket, type RateLimit, takeTokens } from './token-bucket.ts';

/** A rate over all replicas, or of this one alone; answers without waiting. */
export interface RateLimiter {
  /** Milliseconds to wait; 0 when the call may go on. */
  take(key: string, limit: RateLimit, nowMs: number, cost?: number): number;
}

/** This replica alone. Remembers `keysMax` keys; the one that was quiet longest makes room, with a full bucket. */
export function createLocalRateLimiter(options: { readonly keysMax?: number } = {}): RateLimiter {
  const keysMax = options.keysMax ?? 10_000;
  const buckets = new Map<string, Bucket>();
  return {
    take(key, limit, nowMs, cost = 1) {
      const taken = takeTokens(buckets.get(key), limit, nowMs, cost);
      // Deleted first, so that the map stays in order of last use.
      buckets.delete(key);
      buckets.set(key, taken.bucket);
      if (buckets.size > keysMax) buckets.delete(buckets.keys().next().value as string);
      return taken.ok ? 0 : taken.retryAfterMs;
    },
  };
}

/** Hands out tokens of a bucket that all replicas share (Redis). */
export interface SharedBuckets {
  /** Up to `tokens`, as many as there are. Rejects when it can't be asked. */
  draw(key: string, tokens: number, limit: RateLimit): Promise<number>;
}

export interface SharedRateLimiterOptions {
  readonly shared: SharedBuckets;
  /** The part of a limit that this replica grants by itself while the shared bucket can't be asked. */
  readonly fallbackShare: number;
  readonly keysMax?: number;
  /** Called when the shared buckets begin to fail and when they are back. */
  readonly onReachable?: (reachable: boolean) => void;
}

/**
 * A rate over all replicas without a round trip for each call: tokens are drawn ahead, a tenth of a second's worth at
 * a time, while calls go on. What was drawn lapses after a second. While nothing could be drawn yet, or the shared
 * buckets fail, a lower limit of this replica's own holds: their loss never opens the door and never shuts it.
 */
export function createSharedRateLimiter(options: SharedRateLimiterOptions): RateLimiter {
  const { shared, fallbackShare, onReachable } = options;
  const keysMax = options.keysMax ?? 10_000;
  const fallback = createLocalRateLimiter({ keysMax });
  const hands = new Map<string, Hand>();
  let reachable = true;

  function setReachable(now: boolean): void {
    if (now !== reachable) onReachable?.(now);
    reachable = now;
  }

  function refill(key: string, hand: Hand, limit: RateLimit, nowMs: number): void {
    hand.drawing = true;
    hand.askedAtMs = nowMs;
    shared.draw(key, drawSize(limit), limit).then(
      (tokens) => {
        hand.drawing = false;
        hand.tokens += tokens;
        hand.drawnAtMs = nowMs;
        hand.empty = tokens === 0;
        hand.failing = false;
        setReachable(true);
      },
      () => {
        hand.drawing = false;
        hand.failing = true;
        setReachable(false);
      },
    );
  }

  return {
    take(key, limit, nowMs, cost = 1) {
      const hand = hands.get(key) ?? newHand(nowMs);
      hands.delete(key);
      hands.set(key, hand);
      if (hands.size > keysMax) hands.delete(hands.keys().next().value as string);
      if (nowMs - hand.drawnAtMs > LAPSE_MS) hand.tokens = 0;
      if (hand.drawing && nowMs - hand.askedAtMs > LAPSE_MS) {
        // No answer is as good as a failure; a late one still counts when it comes.
        hand.drawing = false;
        hand.failing = true;
        setReachable(false);
      }

      if (!hand.drawing && hand.tokens < drawSize(limit) / 2) refill(key, hand, limit, nowMs);
      if (hand.tokens >= cost) {
        hand.tokens -= cost;
        return 0;
      }
      // Asked, and told that the rate is used up by all replicas together.
      if (hand.empty && !hand.failing) return Math.ceil((cost * 1_000) / limit.perSecond);
      return fallback.take(key, lowered(limit, fallbackShare), nowMs, cost);
    },
  };
}

interface Hand {
  tokens: number;
  drawnAtMs: number;
  drawing: boolean;
  askedAtMs: number;
  empty: boolean;
  failing: boolean;
}

const LAPSE_MS = 1_000;

function newHand(nowMs: number): Hand {
  return { tokens: 0, drawnAtMs: nowMs, drawing: false, askedAtMs: nowMs, empty: false, failing: false };
}

function drawSize({ perSecond, burst }: RateLimit): number {
  return Math.max(1, Math.min(burst, Math.ceil(perSecond / 10)));
}

function lowered({ perSecond, burst }: RateLimit, share: number): RateLimit {
  return { perSecond: perSecond * share, burst: Math.max(1, burst * share) };
}
