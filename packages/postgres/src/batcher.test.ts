import { describe, expect, test } from '@jest/globals';
import { createBatcher } from './batcher.ts';

describe('batcher', () => {
  test('what arrives during a flush is the next batch, one flush in flight', async () => {
    const batches: number[][] = [];
    let inFlight = 0;
    const gates: (() => void)[] = [];
    const batcher = createBatcher<number, number>({
      batchMax: 100,
      flush: async (items) => {
        inFlight += 1;
        expect(inFlight).toBe(1);
        batches.push([...items]);
        await new Promise<void>((resolve) => gates.push(resolve));
        inFlight -= 1;
        return items.map((item) => item * 10);
      },
    });
    const first = [batcher.add(1), batcher.add(2)];
    await until(() => gates.length === 1);
    const second = [batcher.add(3), batcher.add(4), batcher.add(5)];
    gates[0]?.();
    await until(() => gates.length === 2);
    gates[1]?.();
    expect(await Promise.all([...first, ...second])).toEqual([10, 20, 30, 40, 50]);
    expect(batches).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    await batcher.idle();
    expect(batcher.size).toBe(0);
  });

  test('a batch is never larger than its bound', async () => {
    const sizes: number[] = [];
    const batcher = createBatcher<number, number>({
      batchMax: 2,
      flush: async (items) => {
        sizes.push(items.length);
        return items;
      },
    });
    await Promise.all([1, 2, 3, 4, 5].map((item) => batcher.add(item)));
    expect(sizes).toEqual([2, 2, 1]);
  });

  test('a failed flush fails its own items and the next batch goes on', async () => {
    let calls = 0;
    const batcher = createBatcher<number, number>({
      batchMax: 1,
      flush: async (items) => {
        calls += 1;
        if (calls === 1) throw new Error('broken');
        return items;
      },
    });
    const [first, second] = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'broken' } });
    expect(second).toEqual({ status: 'fulfilled', value: 2 });
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
