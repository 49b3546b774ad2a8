import type { Clock, Logger } from '@yijie/runtime';
import pg from 'pg';
import type { Owned } from '../lanes.ts';

export interface MembershipOptions {
  readonly connectionString: string;
  readonly schema: string;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  partitions(topic: string): Promise<number>;
  /** Takes what this member holds now; resolves when nothing else is being worked on any more. */
  onChange(owned: Owned): Promise<void>;
  /** A topic has new records. */
  onRecords(): void;
}

const aliveMs = 10_000;
const renewEveryMs = 3_000;
/** While partitions that are ours are still held by their last owner. */
const retryEveryMs = 100;
const longestRejoinMs = 2_000;

/**
 * One member of a group. Who is in the group stands in a table; a member lives while its session holds the advisory
 * lock of its row, and its lease besides, for sessions whose end the server hasn't noticed. Who works on a partition
 * is whoever holds the partition's advisory lock, so that two members can't both believe it.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #closing = new AbortController();
  readonly #ended: Promise<void>;
  /** Resolves when every partition that is this member's share is held for the first time. */
  readonly joined: Promise<void>;
  #hasJoined: () => void = () => {};
  #wake: () => void = () => {};
  /** Our row in the table of members, which outlives a lost session. */
  #member: string | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.joined = new Promise((resolve) => {
      this.#hasJoined = resolve;
    });
    this.#ended = this.#run();
  }

  /** Gives everything back, once the batches in hand are done. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { clock, logger, groupId, onChange } = this.#options;
    for (
      let pauseMs = retryEveryMs;
      !this.#closing.signal.aborted;
      pauseMs = Math.min(pauseMs * 2, longestRejoinMs)
    ) {
      try {
        await this.#session(() => (pauseMs = retryEveryMs));
      } catch (error) {
        logger.warn('bus.session-lost', { group: groupId, cause: error as Error });
        // The server has freed the locks; others may own the partitions from now on.
        await onChange(new Map());
        await clock.sleep(pauseMs, this.#closing.signal).catch(() => {});
      }
    }
  }

  async #session(onJoined: () => void): Promise<void> {
    const { connectionString, schema, groupId, topics, clock, onRecords, onChange } = this.#options;
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 3_000, keepAlive: true });
    let lost: Error | undefined;
    const lose = (error: Error) => {
      lost ??= error;
      this.#wake();
    };
    client.on('error', lose);
    client.on('end', () => lose(new Error('The session with PostgreSQL ended.')));
    client.on('notification', ({ payload = '' }) => {
      if (payload === `g${groupId}`) this.#wake();
      else if (payload.startsWith('t') && topics.includes(payload.slice(1))) onRecords();
    });
    try {
      await client.connect();
      await client.query(`listen ${schema}`);
      const member = await this.#enter(client);
      const held = new Map<string, Set<number>>(topics.map((topic) => [topic, new Set()]));
      while (!this.#closing.signal.aborted) {
        if (lost !== undefined) throw lost;
        const changed = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        const complete = await this.#rebalance(client, member, held);
        if (complete) {
          onJoined();
          this.#hasJoined();
        }
        const waiting = new AbortController();
        const tick = clock.sleep(complete ? renewEveryMs : retryEveryMs, waiting.signal).catch(() => {});
        await Promise.race([changed, tick]);
        waiting.abort();
      }
      await onChange(new Map());
      await client.query(`delete from ${schema}.member where id = $1`, [member]);
      await client.query('select pg_advisory_unlock_all()');
      await this.#tellGroup(client);
    } finally {
      client.removeAllListeners('end');
      await client.end().catch(() => {});
    }
  }

  async #enter(client: pg.Client): Promise<string> {
    const { schema, groupId, topics } = this.#options;
    await client.query(`delete from ${schema}.member where id = $1`, [this.#member ?? null]);
    const { rows } = await client.query<{ id: string }>(
      `select nextval(pg_get_serial_sequence('${schema}.member', 'id')) as id`,
    );
    const member = rows[0]?.id ?? '';
    // The lock before the row: a row without a lock is that of a dead member.
    await this.#tryLock(client, this.#memberLock(member));
    await client.query(
      `insert into ${schema}.member (id, group_id, topics, alive_until)
       values ($1, $2, $3, now() + $4 * interval '1 millisecond')`,
      [member, groupId, topics, aliveMs],
    );
    this.#member = member;
    await this.#tellGroup(client);
    return member;
  }

  /** Gives up what is others' share, takes what is ours; true when nothing is left to take. */
  async #rebalance(
    client: pg.Client,
    member: string,
    held: ReadonlyMap<string, Set<number>>,
  ): Promise<boolean> {
    const share = await this.#share(client, member);
    const leaving: { topic: string; partition: number }[] = [];
    for (const [topic, partitions] of held) {
      for (const partition of partitions) {
        if (share.get(topic)?.has(partition)) continue;
        partitions.delete(partition);
        leaving.push({ topic, partition });
      }
    }
    if (leaving.length > 0) {
      await this.#options.onChange(ownedOf(held));
      for (const { topic, partition } of leaving)
        await this.#unlock(client, this.#partitionLock(topic, partition));
      await this.#tellGroup(client);
    }
    let [taken, missing] = [0, 0];
    for (const [topic, partitions] of share) {
      for (const partition of partitions) {
        if (held.get(topic)?.has(partition)) continue;
        if (await this.#tryLock(client, this.#partitionLock(topic, partition))) {
          held.get(topic)?.add(partition);
          taken += 1;
        } else missing += 1;
      }
    }
    if (taken > 0) await this.#options.onChange(ownedOf(held));
    return missing === 0;
  }

  /** Renews our lease and deals the partitions out to the members in turn. */
  async #share(client: pg.Client, member: string): Promise<Map<string, Set<number>>> {
    const { schema, groupId, topics, partitions } = this.#options;
    const renewed = await client.query(
      `update ${schema}.member set alive_until = now() + $2 * interval '1 millisecond' where id = $1`,
      [member, aliveMs],
    );
    if (renewed.rowCount === 0) throw new Error('The lease ran out, and others removed this member.');
    const { rows } = await client.query<MemberRow>(
      `select id, topics, alive_until < now() as late from ${schema}.member where group_id = $1 order by id`,
      [groupId],
    );
    const living: MemberRow[] = [];
    for (const row of rows) {
      if (row.id === member || (!row.late && !(await this.#isDead(client, row.id)))) living.push(row);
      else await client.query(`delete from ${schema}.member where id = $1`, [row.id]);
    }
    const share = new Map<string, Set<number>>();
    for (const topic of topics) {
      const members = living.filter((row) => row.topics.includes(topic)).map(({ id }) => id);
      const mine = new Set<number>();
      const place = members.indexOf(member);
      const count = await partitions(topic);
      for (let partition = place; partition < count; partition += members.length) mine.add(partition);
      share.set(topic, mine);
    }
    return share;
  }

  async #isDead(client: pg.Client, member: string): Promise<boolean> {
    if (!(await this.#tryLock(client, this.#memberLock(member)))) return false;
    await this.#unlock(client, this.#memberLock(member));
    return true;
  }

  async #tryLock(client: pg.Client, name: string): Promise<boolean> {
    const sql = 'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked';
    const { rows } = await client.query<{ locked: boolean }>(sql, [name]);
    return rows[0]?.locked === true;
  }

  async #unlock(client: pg.Client, name: string): Promise<void> {
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]);
  }

  #partitionLock(topic: string, partition: number): string {
    return `${this.#options.schema}/${this.#options.groupId}/${topic}/${partition}`;
  }

  #memberLock(member: string): string {
    return `${this.#options.schema} member ${member}`;
  }

  async #tellGroup(client: pg.Client): Promise<void> {
    await client.query('select pg_notify($1, $2)', [this.#options.schema, `g${this.#options.groupId}`]);
  }
}

interface MemberRow {
  readonly id: string;
  readonly topics: readonly string[];
  readonly late: boolean;
}

function ownedOf(held: ReadonlyMap<string, ReadonlySet<number>>): Owned {
  return new Map([...held].map(([topic, partitions]) => [topic, [...partitions].sort((a, b) => a - b)]));
}
