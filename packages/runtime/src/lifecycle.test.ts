import { describe, expect, test } from '@jest/globals';
import { type Component, Lifecycle } from './lifecycle.ts';
import { createLogger } from './logger.ts';
import { systemClock } from './system-clock.ts';

function setUp(stopWithinMs = 1_000) {
  const lines: string[] = [];
  const done: string[] = [];
  const lifecycle = new Lifecycle({
    logger: createLogger({
      level: 'debug',
      service: 'test',
      destination: { write: (line) => lines.push(line) },
    }),
    clock: systemClock(),
    stopWithinMs,
  });
  const component = (name: string, more: Partial<Component> = {}): Component => ({
    name,
    start: async () => void done.push(`+${name}`),
    stop: async () => void done.push(`-${name}`),
    ...more,
  });
  return { lifecycle, component, done, lines };
}

describe('a lifecycle', () => {
  test('starts in order, stops in reverse, and stops once', async () => {
    const { lifecycle, component, done } = setUp();
    lifecycle.add(component('database')).add(component('bus')).add(component('edge'));
    expect(await lifecycle.start()).toBe(true);
    expect(lifecycle.isStopping).toBe(false);
    const [first, second] = await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect([first, second]).toEqual([true, true]);
    expect(lifecycle.isStopping).toBe(true);
    expect(done).toEqual(['+database', '+bus', '+edge', '-edge', '-bus', '-database']);
  });

  test('stops a part only when the one that needs it has ended', async () => {
    const { lifecycle, component, done } = setUp();
    const accepted = Promise.withResolvers<void>();
    lifecycle.add(component('database')).add(
      component('edge', {
        stop: async () => {
          await accepted.promise;
          done.push('-edge');
        },
      }),
    );
    await lifecycle.start();
    const stopped = lifecycle.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual(['+database', '+edge']);
    accepted.resolve();
    await stopped;
    expect(done).toEqual(['+database', '+edge', '-edge', '-database']);
  });

  test('that cannot start stops what did, and says which part failed and why', async () => {
    const { lifecycle, component, done } = setUp();
    const cause = new Error('no such host');
    lifecycle
      .add(component('database'))
      .add(component('bus', { start: () => Promise.reject(cause) }))
      .add(component('edge'));
    await expect(lifecycle.start()).rejects.toMatchObject({ message: "bus can't start", cause });
    expect(done).toEqual(['+database', '-database']);
  });

  test('stopped in the middle of a start stops the part that was starting, too', async () => {
    const { lifecycle, component, done } = setUp();
    const slow = Promise.withResolvers<void>();
    lifecycle
      .add(component('database'))
      .add(
        component('bus', {
          start: async () => {
            await slow.promise;
            done.push('+bus');
          },
        }),
      )
      .add(component('edge'));
    const started = lifecycle.start();
    await new Promise((resolve) => setImmediate(resolve));
    const stopped = lifecycle.stop();
    slow.resolve();
    expect(await started).toBe(false);
    expect(await stopped).toBe(true);
    expect(done).toEqual(['+database', '+bus', '-bus', '-database']);
  });

  test('does not wait past its deadline, tells the part, and still stops the others', async () => {
    const { lifecycle, component, done, lines } = setUp(50);
    let told: unknown;
    lifecycle.add(component('database')).add(
      component('edge', {
        stop: (deadline) =>
          new Promise(() => {
            deadline.addEventListener('abort', () => {
              told = deadline.reason;
            });
          }),
      }),
    );
    await lifecycle.start();
    expect(await lifecycle.stop()).toBe(false);
    expect(String(told)).toContain('50 ms');
    // The others get their chance, with the deadline already over.
    expect(done).toEqual(['+database', '+edge', '-database']);
    expect(lines.join('')).toContain('component.stop-failed');
  });

  test('goes on stopping when one part fails to', async () => {
    const { lifecycle, component, done } = setUp();
    lifecycle
      .add(component('database'))
      .add(component('bus', { stop: () => Promise.reject(new Error('broken')) }));
    await lifecycle.start();
    expect(await lifecycle.stop()).toBe(false);
    expect(done).toEqual(['+database', '+bus', '-database']);
  });
});
