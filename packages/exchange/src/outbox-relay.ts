import type { Bus } from '@yijie/bus';
import { type Database, int8Array, type Statement } from '@yijie/postgres';
import type { Clock, Logger, Random } from '@yijie/runtime';
import type { RecordSigner } from '@yijie/security';
import type { InsertedOutboxRow } from './contract.ts';
import { type Outgoing, sealRecords } from './record-headers.ts';

/**
 * Puts committed outbox rows on the bus. The fast path publishes from memory, in the order of the commits, one batch
 * in flight per topic, and deletes the rows once they are durable there. A sweeper, one over all replicas, takes what
 * the fast path may not send (a row behind another replica's row of its key) and what a dead replica left, in order.
 * A row may be published twice, never zero times, never before an older one of its key.
 */
export interface OutboxRelay {
  /** Number under which this replica's rows are inserted. */
  readonly owner: number;
  /** Call it right after the commit, in the order of the commits. */
  publish(rows: readonly InsertedOutboxRow[]): void;
  /** Rows of this replica that aren't on the bus yet, and the age of the oldest, ms. */
  backlog(): { readonly rows: number; readonly oldestMs: number };
  /** Resolves when fewer than `roomRows` rows wait. */
  room(): Promise<void>;
  /** Publishes what is left, bounded by `drainMs`, and stops. */
  close(): Promise<void>;
}

export interface OutboxRelayOptions {
  readonly database: Database;
  readonly bus: Bus;
  readonly signer: RecordSigner;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Rows that one publish takes at most. */
  readonly batchMax?: number;
  /** Backlog from which `room()` waits. */
  readonly roomRows?: number;
  /**
   * Topics that nobody waits for (facts): their rows gather for a moment, which makes a publish of many out of many
   * publishes of few.
   */
  readonly patientTopics?: ReadonlySet<string>;
  readonly sweepEveryMs?: number;
  /** A replica whose session has been silent for so long counts as dead: it is stopped, or stuck. */
  readonly silentAfterMs?: number;
  readonly drainMs?: number;
}

export async function startOutboxRelay(options: OutboxRelayOptions): Promise<OutboxRelay> {
  const relay = new Relay(options);
  await relay.start();
  return relay;
}

/** Session locks of owners share one space with nothing else: owners are drawn from [2^52, 2^53). */
const OWNER_FROM = 2 ** 52;
const SWEEP_LOCK = 704_2027;
/** How long rows of patient topics gather. */
const GATHER_MS = 100;
const BATCH_MAX = 500;
/** Its session says something every second (`holdOwnerLock`). */
const SILENT_AFTER_MS = 10_000;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 5_000;

const registerOwner = 'INSERT INTO exchange_owner (owner) VALUES ($1) ON CONFLICT DO NOTHING';

/**
 * Commits without waiting for the disk: a delete lost in a crash has its rows published once more, which is harmless,
 * and the settlements' own commits don't queue behind it.
 */
const deleteRows: Statement = {
  name: 'exchange_outbox_delete',
  sql: `DELETE FROM exchange_outbox USING (SELECT set_config('synchronous_commit', 'off', true)) AS lax
         WHERE outbox_id = ANY ($1::int8[])`,
};

interface Waiting {
  readonly row: InsertedOutboxRow;
  readonly sinceMs: number;
}

class Relay implements OutboxRelay {
  readonly owner: number;
  private readonly options: OutboxRelayOptions;
  private readonly lanes = new Map<string, Lane>();
  private readonly stopping = new AbortController();
  private roomWaiters: (() => void)[] = [];
  private waitingRows = 0;
  private sweeping: Promise<void> = Promise.resolve();
  private session: Promise<void> = Promise.resolve();
  private wakeSweeper: () => void = () => {};

  constructor(options: OutboxRelayOptions) {
    this.options = options;
    this.owner = OWNER_FROM + Math.floor(options.random.next() * OWNER_FROM);
  }

  async start(): Promise<void> {
    const { database } = this.options;
    await database.query(registerOwner, [this.owner]);
    await new Promise<void>((resolve, reject) => {
      this.session = this.holdOwnerLock(resolve).catch(reject);
    });
    this.sweeping = this.sweepUntilStopped();
  }

  publish(rows: readonly InsertedOutboxRow[]): void {
    const sinceMs = this.options.clock.monotonic();
    for (const row of rows) {
      if (row.mine) this.lane(row.topic).push({ row, sinceMs });
      else this.wakeSweeper();
    }
  }

  backlog(): { rows: number; oldestMs: number } {
    let oldest = Number.POSITIVE_INFINITY;
    for (const lane of this.lanes.values()) oldest = Math.min(oldest, lane.oldestSinceMs());
    const oldestMs = oldest === Number.POSITIVE_INFINITY ? 0 : this.options.clock.monotonic() - oldest;
    return { rows: this.waitingRows, oldestMs };
  }

  room(): Promise<void> {
    if (this.hasRoom()) return Promise.resolve();
    return new Promise((resolve) => this.roomWaiters.push(resolve));
  }

  async close(): Promise<void> {
    const { clock, drainMs = 5_000 } = this.options;
    const until = clock.monotonic() + drainMs;
    while (this.waitingRows > 0 && clock.monotonic() < until) await clock.sleep(20);
    this.stopping.abort();
    this.wakeSweeper();
    for (const resolve of this.roomWaiters.splice(0)) resolve();
    await Promise.all([
      this.sweeping,
      this.session,
      ...[...this.lanes.values()].map((lane) => lane.stopped()),
    ]);
  }

  private hasRoom(): boolean {
    return this.waitingRows < (this.options.roomRows ?? 20_000);
  }

  private lane(topic: string): Lane {
    let lane = this.lanes.get(topic);
    if (lane === undefined) {
      lane = new Lane(this.options, topic, this.stopping.signal, (change) => {
        this.waitingRows += change;
        if (this.hasRoom()) for (const resolve of this.roomWaiters.splice(0)) resolve();
      });
      this.lanes.set(topic, lane);
    }
    return lane;
  }

  /**
   * The lock tells other replicas that this one lives. When its connection breaks, it is taken again; meanwhile
   * another replica may publish this one's rows too, which the receivers' inboxes make harmless.
   */
  private async holdOwnerLock(held: () => void): Promise<void> {
    const { database, clock, logger } = this.options;
    while (!this.stopping.signal.aborted) {
      try {
        await database.session(async (session) => {
          await session.query('SELECT pg_advisory_lock($1::int8)', [this.owner]);
          // While the lock was lost, a sweeper may have taken this replica for dead and struck it off.
          await session.query(registerOwner, [this.owner]);
          held();
          while (!this.stopping.signal.aborted) {
            await session.query('SELECT 1');
            await clock.sleep(1_000, this.stopping.signal).catch(() => {});
          }
        });
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        logger.warn('outbox-owner-lock-lost', { cause: error as Error });
        await clock.sleep(RETRY_FIRST_MS, this.stopping.signal).catch(() => {});
      }
    }
  }

  private async sweepUntilStopped(): Promise<void> {
    const { clock, logger, sweepEveryMs = 1_000 } = this.options;
    while (!this.stopping.signal.aborted) {
      try {
        const taken = await this.sweep();
        if (taken > 0) continue;
      } catch (error) {
        logger.warn('outbox-sweep-failed', { cause: error as Error });
      }
      await new Promise<void>((resolve) => {
        const cancel = clock.after(sweepEveryMs, resolve);
        this.wakeSweeper = () => {
          cancel();
          // A little patience lets the row in front leave the outbox.
          clock.after(20, resolve);
        };
        if (this.stopping.signal.aborted) resolve();
      });
    }
  }

  /**
   * Publishes rows that no living replica has in its memory; returns how many. They stay unowned until they are
   * deleted, so that a newer row of their key can't take the fast path past them. The advisory lock lasts as long as
   * the transaction; should its connection break meanwhile, another sweeper repeats these rows, which is harmless.
   */
  private sweep(): Promise<number> {
    const { database, bus, signer } = this.options;
    return database.transaction(async (tx) => {
      const lock = await tx.query<{ locked: boolean }>(
        'SELECT pg_try_advisory_xact_lock($1::int8) AS locked',
        [SWEEP_LOCK],
      );
      if (lock.rows[0]?.locked !== true) return 0;
      await tx.query(endSilentSessions, [this.owner, this.options.silentAfterMs ?? SILENT_AFTER_MS]);
      const dead = await tx.query<{ owner: number }>(
        'SELECT owner FROM exchange_owner WHERE owner <> $1 AND pg_try_advisory_xact_lock(owner)',
        [this.owner],
      );
      const deadOwners = int8Array(dead.rows.map((row) => row.owner));
      const { rows } = await tx.query<SweptRow>(sweepable, [deadOwners]);
      for (const [topic, messages] of byTopic(rows)) await bus.publish(topic, sealRecords(signer, messages));
      if (rows.length > 0) await tx.query(deleteRows, [int8Array(rows.map((row) => row.outboxId))]);
      else if (dead.rows.length > 0) {
        await tx.query('DELETE FROM exchange_owner WHERE owner = ANY ($1::int8[])', [deadOwners]);
      }
      return rows.length;
    });
  }
}

/**
 * A replica that is stopped (SIGSTOP, a frozen machine) keeps its connections, and with them its lock: its persons'
 * later messages would wait for it. Its session is ended, so that this sweep or the next finds the lock free; should it
 * wake, it publishes rows once more, which is harmless, and takes its lock again.
 */
const endSilentSessions = `
  SELECT pg_terminate_backend(l.pid)
    FROM exchange_owner o
    JOIN pg_locks l ON l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
     AND ((l.classid::int8 << 32) | l.objid::int8) = o.owner
    JOIN pg_stat_activity a ON a.pid = l.pid AND a.datname = current_database()
   WHERE o.owner <> $1::int8 AND a.state = 'idle'
     AND a.state_change < clock_timestamp() - $2::float8 * interval '1 millisecond'`;

interface SweptRow extends Outgoing {
  readonly outboxId: number;
}

/**
 * Read by state, never by "id above the last": ids are drawn before commits, so a cursor would skip rows. A row
 * behind one that a living replica is about to publish waits for the next sweep. Without dead owners the table isn't
 * looked through at all.
 */
const sweepable = `
  WITH free AS (
    SELECT outbox_id FROM exchange_outbox WHERE owner IS NULL
    UNION ALL
    SELECT outbox_id FROM exchange_outbox WHERE cardinality($1::int8[]) > 0 AND owner = ANY ($1::int8[]))
  SELECT o.outbox_id AS "outboxId", o.topic, o.key, o.partition, o.kind, o.payload, o.trace_parent AS "traceParent"
    FROM exchange_outbox o JOIN free USING (outbox_id)
   WHERE NOT EXISTS (
           SELECT 1 FROM exchange_outbox older
            WHERE older.key = o.key AND older.outbox_id < o.outbox_id
              AND older.owner IS NOT NULL AND older.owner <> ALL ($1::int8[]))
   ORDER BY o.outbox_id LIMIT 1000`;

function byTopic(rows: readonly SweptRow[]): Map<string, SweptRow[]> {
  const topics = new Map<string, SweptRow[]>();
  for (const row of rows) {
    const messages = topics.get(row.topic);
    if (messages === undefined) topics.set(row.topic, [row]);
    else messages.push(row);
  }
  return topics;
}

/** One topic's rows in the order of the commits, one publish in flight. */
class Lane {
  private readonly options: OutboxRelayOptions;
  private readonly topic: string;
  private readonly stop: AbortSignal;
  private readonly changed: (change: number) => void;
  private queue: Waiting[] = [];
  private running: Promise<void> | undefined;
  private deletions: Promise<unknown> = Promise.resolve();

  constructor(
    options: OutboxRelayOptions,
    topic: string,
    stop: AbortSignal,
    changed: (change: number) => void,
  ) {
    this.options = options;
    this.topic = topic;
    this.stop = stop;
    this.changed = changed;
  }

  push(waiting: Waiting): void {
    this.queue.push(waiting);
    this.changed(1);
    this.running ??= this.run();
  }

  oldestSinceMs(): number {
    return this.queue[0]?.sinceMs ?? Number.POSITIVE_INFINITY;
  }

  async stopped(): Promise<void> {
    await this.running;
    await this.deletions;
  }

  private async run(): Promise<void> {
    // Lets the rows of one commit be sent together.
    await Promise.resolve();
    let retryMs = RETRY_FIRST_MS;
    while (this.queue.length > 0 && !this.stop.aborted) {
      await this.gather();
      const batch = this.queue.slice(0, this.options.batchMax ?? BATCH_MAX);
      try {
        await this.options.bus.publish(
          this.topic,
          sealRecords(
            this.options.signer,
            batch.map((entry) => entry.row),
          ),
        );
        retryMs = RETRY_FIRST_MS;
        this.queue.splice(0, batch.length);
        this.changed(-batch.length);
        this.delete(batch);
      } catch (error) {
        this.options.logger.warn('outbox-publish-failed', { topic: this.topic, cause: error as Error });
        await this.options.clock.sleep(retryMs, this.stop).catch(() => {});
        retryMs = Math.min(2 * retryMs, RETRY_MAX_MS);
      }
    }
    this.running = undefined;
  }

  private async gather(): Promise<void> {
    const { patientTopics, batchMax = BATCH_MAX, clock } = this.options;
    if (!patientTopics?.has(this.topic) || this.queue.length >= batchMax) return;
    await clock.sleep(GATHER_MS, this.stop).catch(() => {});
  }

  /** Beside the next publish: a row that is still there after a crash is published once more, which is harmless. */
  private delete(batch: readonly Waiting[]): void {
    const ids = int8Array(batch.map((entry) => entry.row.outboxId));
    this.deletions = Promise.all([
      this.deletions,
      this.options.database.query(deleteRows, [ids]).catch((error: Error) => {
        // The rows stay until this replica is gone; then the sweeper publishes them once more.
        this.options.logger.warn('outbox-delete-failed', { rows: batch.length, cause: error });
      }),
    ]);
  }
}
