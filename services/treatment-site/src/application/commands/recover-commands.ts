import type { Bus } from '@yijie/bus';
import { provinceOf } from '@yijie/codes';
import { type OutboxRelay, requestTopic, sealRecords } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import { type Clock, type Logger, type Metrics, metric } from '@yijie/runtime';
import type { RecordSigner } from '@yijie/security';
import {
  moveRecoveryMark,
  personsWithDeadLetters,
  recoveryMark,
  type UnfinishedCommand,
  unfinishedAmong,
  unfinishedBetween,
} from '../../repositories/recovery.ts';
import { idAt } from '../ids.ts';

/** Sends commands again until each has a result: the same bytes, and the home region's first answer. */
export interface Recovery {
  /** One pass; the loop calls it every second, tests when they like. Returns how many were sent again. */
  pass(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

export interface RecoveryOptions {
  readonly database: Database;
  readonly bus: Bus;
  readonly relay: OutboxRelay;
  readonly signer: RecordSigner;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly topicPrefix: string;
  /** A command without a result is sent again after this time, then after twice as long each time. */
  readonly resendAfterMs: number;
  readonly everyMs: number;
}

const RESEND_MAX_MS = 60_000;
/** What was found unfinished at most in one pass; more waits for the next. */
const PASS_MAX = 2_000;
/** A commit may come this long after its id was made; the whole stretch is looked through once a minute. */
const LATE_COMMIT_MS = 120_000;
const WHOLE_STRETCH_EVERY_MS = 60_000;

interface Outstanding {
  readonly command: UnfinishedCommand;
  attempts: number;
  nextMs: number;
}

export function createRecovery(options: RecoveryOptions): Recovery {
  const { database, bus, relay, signer, clock, logger, resendAfterMs } = options;
  const oldestSeconds = options.metrics.gauge(metric.oldestUnfinishedSeconds);
  const unfinishedCount = options.metrics.gauge(metric.unfinished);
  const outstanding = new Map<string, Outstanding>();
  const provinces = new Set<string>();
  const stopping = new AbortController();
  let seenUntil: Buffer | undefined;
  let wholeStretchAtMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> = Promise.resolve();

  async function pass(): Promise<number> {
    const nowMs = clock.now();
    await dropFinished();
    await findNew(nowMs);
    report(nowMs);
    return sendAgain(nowMs);
  }

  async function dropFinished(): Promise<void> {
    const ids = [...outstanding.values()].map((entry) => entry.command.commandId);
    const still = await unfinishedAmong(database, ids);
    const unfinished = new Set(still.map(keyOf));
    for (const key of outstanding.keys()) if (!unfinished.has(key)) outstanding.delete(key);
  }

  async function findNew(nowMs: number): Promise<void> {
    const isWhole = seenUntil === undefined || nowMs - wholeStretchAtMs >= WHOLE_STRETCH_EVERY_MS;
    const from = isWhole || seenUntil === undefined ? await recoveryMark(database) : seenUntil;
    const until = idAt(Math.max(0, nowMs - resendAfterMs));
    const found = await unfinishedBetween(database, from, until, PASS_MAX);
    for (const command of found) {
      const key = keyOf(command.commandId);
      if (!outstanding.has(key)) outstanding.set(key, { command, attempts: 0, nextMs: nowMs });
    }
    seenUntil = found.length === PASS_MAX ? (found.at(-1)?.commandId ?? until) : until;
    if (isWhole && found.length < PASS_MAX) {
      wholeStretchAtMs = nowMs;
      const [oldest] = found;
      const settledUntil = idAt(Math.max(0, nowMs - LATE_COMMIT_MS));
      const mark =
        oldest && oldest.commandId.compare(settledUntil) < 0 ? before(oldest.commandId) : settledUntil;
      await moveRecoveryMark(database, mark);
    }
  }

  async function sendAgain(nowMs: number): Promise<number> {
    // With the bus away, the first sending is still under way.
    if (relay.backlog().oldestMs > 1_000) return 0;
    const due = [...outstanding.values()].filter((entry) => entry.nextMs <= nowMs);
    if (due.length === 0) return 0;
    const held = await personsWithDeadLetters(
      database,
      due.map((entry) => entry.command.personToken),
    );
    const byTopic = new Map<string, UnfinishedCommand[]>();
    for (const entry of due) {
      entry.nextMs = nowMs + Math.min(RESEND_MAX_MS, resendAfterMs * 2 ** entry.attempts);
      entry.attempts += 1;
      if (held.has(entry.command.personToken)) continue;
      const topic = requestTopic(entry.command.homePool, options.topicPrefix);
      byTopic.set(topic, [...(byTopic.get(topic) ?? []), entry.command]);
    }
    let sent = 0;
    for (const [topic, commands] of byTopic) {
      await bus.publish(
        topic,
        sealRecords(
          signer,
          commands.map((command) => ({
            topic,
            key: command.personToken,
            partition: null,
            kind: 'command' as const,
            payload: command.message,
            traceParent: null,
          })),
        ),
      );
      sent += commands.length;
    }
    if (sent > 0) logger.info('commands-sent-again', { count: sent });
    return sent;
  }

  function report(nowMs: number): void {
    const oldest = new Map<string, number>();
    const count = new Map<string, number>();
    for (const { command } of outstanding.values()) {
      const province = provinceOf(command.homePool);
      provinces.add(province);
      oldest.set(province, Math.min(oldest.get(province) ?? nowMs, command.acceptedAtMs));
      count.set(province, (count.get(province) ?? 0) + 1);
    }
    for (const province of provinces) {
      oldestSeconds.labels(province).set(Math.max(0, nowMs - (oldest.get(province) ?? nowMs)) / 1_000);
      unfinishedCount.labels(province).set(count.get(province) ?? 0);
    }
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pass().catch((error: Error) => logger.warn('recovery-failed', { cause: error }));
      await clock.sleep(options.everyMs, stopping.signal).catch(() => undefined);
    }
  }

  return {
    pass,
    start() {
      running = loop();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function keyOf(commandId: Buffer): string {
  return commandId.toString('latin1');
}

/** An id just below, so that a search "after" it finds the id itself. */
function before(id: Buffer): Buffer {
  const below = Buffer.from(id);
  for (let at = below.length - 1; at >= 0; at -= 1) {
    const byte = below[at] as number;
    below[at] = (byte - 1) & 0xff;
    if (byte !== 0) break;
  }
  return below;
}
