import { expect, test } from '@jest/globals';
import { CountingIds, FakeClock, SeededRandom } from './index.ts';

test('a sleeper wakes when its time has come and not before', async () => {
  const clock = new FakeClock(0);
  let awake = false;
  clock.sleep(100).then(() => {
    awake = true;
  });
  await clock.advance(99);
  expect(awake).toBe(false);
  await clock.advance(1);
  expect([awake, clock.now(), clock.monotonic(), clock.waiting]).toEqual([true, 100, 100, 0]);
});

test('alarms ring in order of time, also those that an alarm sets', async () => {
  const clock = new FakeClock(0);
  const rung: string[] = [];
  clock.after(30, () => rung.push(`late ${clock.now()}`));
  clock.after(10, () => {
    rung.push(`early ${clock.now()}`);
    clock.after(5, () => rung.push(`set by early ${clock.now()}`));
  });
  const cancel = clock.after(20, () => rung.push('cancelled'));
  cancel();
  await clock.advance(50);
  expect(rung).toEqual(['early 10', 'set by early 15', 'late 30']);
});

test('an aborted sleep rejects with the reason and leaves nothing behind', async () => {
  const clock = new FakeClock(0);
  const abort = new AbortController();
  const sleeping = clock.sleep(100, abort.signal);
  abort.abort(new Error('closing'));
  await expect(sleeping).rejects.toThrow('closing');
  expect(clock.waiting).toBe(0);
});

test('a step of the wall clock moves no timer', async () => {
  const clock = new FakeClock(1_000);
  clock.step(-500);
  expect([clock.now(), clock.monotonic()]).toEqual([500, 0]);
});

test('chance repeats with its seed, and ids rise', () => {
  const draw = (seed: number) => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 1_000 }, () => random.next());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(draw(7).every((n) => n >= 0 && n < 1)).toBe(true);
  const ids = new CountingIds();
  const [first, second] = [ids.next(), ids.next()];
  expect(Buffer.compare(first, second)).toBe(-1);
  expect(Buffer.compare(new CountingIds(1n).next(), first)).not.toBe(0);
});
