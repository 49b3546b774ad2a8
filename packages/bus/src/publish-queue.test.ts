import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@yijie/testkit';
import type { PublishRecord } from './bus.ts';
import { type PlacedRecord, PublishQueue } from './publish-queue.ts';

interface Send {
  readonly topic: string;
  readonly values: readonly string[];
  readonly records: readonly PlacedRecord[];
  succeed(): void;
  fail(error: Error): void;
}

/** A queue over a log that answers when the test says so. */
function openQueue(more: { waitingMax?: number; partitions?: () => Promise<number> } = {}) {
  const clock = new FakeClock(0);
  const sends: Send[] = [];
  const queue = new PublishQueue({
    clock,
    timeoutMs: 1_000,
    waitingMax: more.waitingMax ?? 1_000_000,
    partitions: more.partitions ?? (async () => 4),
    send: (topic, records) =>
      new Promise((succeed, fail) => {
        sends.push({ topic, records, values: records.map(textOf), succeed, fail });
      }),
  });
  return { clock, queue, sends };
}

function record(value: string | Uint8Array, partition?: number): PublishRecord {
  return { key: 'k', value: Buffer.from(value), headers: {}, partition };
}

function textOf({ value }: PublishRecord): string {
  return Buffer.from(value).toString();
}

/** What became of a promise so far. */
function watch(promise: Promise<void>): { state: string } {
  const watched = { state: 'waiting' };
  promise.then(
    () => {
      watched.state = 'durable';
    },
    (error: Error) => {
      watched.state = error.message;
    },
  );
  return watched;
}

describe('order', () => {
  test('one send is in flight per topic; what comes meanwhile goes out together as the next one', async () => {
    const { clock, queue, sends } = openQueue();
    const first = watch(queue.publish('t', [record('1')]));
    const second = watch(queue.publish('t', [record('2'), record('3')]));
    const third = watch(queue.publish('t', [record('4')]));
    await clock.advance(0);
    expect(sends.map(({ values }) => values)).toEqual([['1']]);
    sends[0]!.succeed();
    await clock.advance(0);
    expect([first.state, second.state, third.state]).toEqual(['durable', 'waiting', 'waiting']);
    expect(sends.map(({ values }) => values)).toEqual([['1'], ['2', '3', '4']]);
    sends[1]!.succeed();
    await clock.advance(0);
    expect([second.state, third.state]).toEqual(['durable', 'durable']);
  });

  test('topics do not wait for each other', async () => {
    const { clock, queue, sends } = openQueue();
    watch(queue.publish('a', [record('1')]));
    watch(queue.publish('b', [record('1')]));
    await clock.advance(0);
    expect(sends.map(({ topic }) => topic)).toEqual(['a', 'b']);
  });

  test('a failed send rejects everything behind it in its topic, and nothing of another', async () => {
    const { clock, queue, sends } = openQueue();
    const failed = watch(queue.publish('a', [record('1')]));
    const behind = watch(queue.publish('a', [record('2')]));
    const elsewhere = watch(queue.publish('b', [record('1')]));
    await clock.advance(0);
    sends[0]!.fail(new Error('out of sequence'));
    await clock.advance(0);
    expect(failed.state).toBe('Publishing to a failed: out of sequence');
    expect(behind.state).toBe('Publishing to a failed: out of sequence');
    expect(elsewhere.state).toBe('waiting');
    watch(queue.publish('a', [record('3')]));
    await clock.advance(0);
    expect(sends.map(({ values }) => values)).toEqual([['1'], ['1'], ['3']]);
  });
});

describe('bounds', () => {
  test('a publish is rejected when its time is over, with what waits behind it', async () => {
    const { clock, queue, sends } = openQueue();
    const stuck = watch(queue.publish('t', [record('1')]));
    await clock.advance(600);
    const behind = watch(queue.publish('t', [record('2')]));
    await clock.advance(399);
    expect(stuck.state).toBe('waiting');
    await clock.advance(1);
    expect(stuck.state).toBe("1 records for t weren't acknowledged within 1000 ms.");
    expect(behind.state).toBe(stuck.state);
    expect(sends).toHaveLength(1);
  });

  test('after a time-out the next send still waits for the stuck one, so that nothing overtakes it', async () => {
    const { clock, queue, sends } = openQueue();
    watch(queue.publish('t', [record('1')]));
    await clock.advance(1_000);
    const later = watch(queue.publish('t', [record('2')]));
    await clock.advance(500);
    expect(sends).toHaveLength(1);
    sends[0]!.succeed();
    await clock.advance(0);
    expect(sends.map(({ values }) => values)).toEqual([['1'], ['2']]);
    sends[1]!.succeed();
    await clock.advance(0);
    expect(later.state).toBe('durable');
    expect(clock.waiting).toBe(0);
  });

  test('a broker that never tells the number of partitions is a time-out as well', async () => {
    const { clock, queue } = openQueue({ partitions: () => new Promise(() => {}) });
    const stuck = watch(queue.publish('t', [record('1')]));
    await clock.advance(1_000);
    expect(stuck.state).toMatch(/weren't acknowledged within 1000 ms/);
  });

  test('too many waiting records are refused at once, and room is found again', async () => {
    const { clock, queue, sends } = openQueue({ waitingMax: 3 });
    watch(queue.publish('t', [record('1'), record('2')]));
    await expect(queue.publish('t', [record('3'), record('4')])).rejects.toThrow(
      '2 records wait to be published',
    );
    await clock.advance(0);
    sends[0]!.succeed();
    await clock.advance(0);
    watch(queue.publish('t', [record('5'), record('6'), record('7')]));
    await clock.advance(0);
    expect(sends.at(-1)!.values).toEqual(['5', '6', '7']);
  });

  test('a send holds at most 900 kB for one partition; the rest of the publish follows in order', async () => {
    const { clock, queue, sends } = openQueue();
    const large = Buffer.alloc(400_000);
    const done = watch(
      queue.publish('t', [record(large, 0), record(large, 0), record(large, 0), record('end', 0)]),
    );
    await clock.advance(0);
    expect(sends[0]!.records).toHaveLength(2);
    sends[0]!.succeed();
    await clock.advance(0);
    expect(done.state).toBe('waiting');
    expect(sends[1]!.records).toHaveLength(2);
    sends[1]!.succeed();
    await clock.advance(0);
    expect(done.state).toBe('durable');
  });

  test('a record larger than a send goes alone, for the broker to refuse', async () => {
    const { clock, queue, sends } = openQueue();
    watch(queue.publish('t', [record(Buffer.alloc(2_000_000), 0), record('next', 0)]));
    await clock.advance(0);
    expect(sends[0]!.records).toHaveLength(1);
  });
});

test('closing sends what was accepted, and refuses what comes after', async () => {
  const { clock, queue, sends } = openQueue();
  const accepted = [watch(queue.publish('t', [record('1')])), watch(queue.publish('t', [record('2')]))];
  await clock.advance(0);
  const closed = watch(queue.close());
  await expect(queue.publish('t', [record('3')])).rejects.toThrow('closed');
  sends[0]!.succeed();
  await clock.advance(0);
  expect(closed.state).toBe('waiting');
  sends[1]!.succeed();
  await clock.advance(0);
  expect([closed.state, ...accepted.map(({ state }) => state)]).toEqual(['durable', 'durable', 'durable']);
});
