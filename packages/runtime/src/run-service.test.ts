import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const fixture = fileURLToPath(new URL('../test/service.ts', import.meta.url));

interface Line {
  readonly event: string;
  readonly level: string;
  readonly cause?: { readonly message: string };
}

/** Runs the fixture; `onLine` may answer a line with signals. */
async function run(
  behaviour: string,
  onLine: (line: Line, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
) {
  const child = spawn(process.execPath, [fixture, behaviour], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: Line[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = JSON.parse(part) as Line;
      lines.push(line);
      onLine(line, (signal) => child.kill(signal));
    }
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, lines, errors, events: lines.map(({ event }) => event) };
}

describe('a service as a process', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'finishes what it accepted on %s and ends with 0',
    async (signal) => {
      const { code, events } = await run(
        'works',
        ({ event }, kill) => event === 'service.started' && kill(signal),
      );
      expect(code).toBe(0);
      expect(events).toEqual([
        'component.started',
        'service.started',
        'service.stopping',
        'work.finished',
        'component.stopped',
        'service.stopped',
      ]);
    },
    20_000,
  );

  test('ends at once on a second signal', async () => {
    const { code, events } = await run('hangs', ({ event }, kill) => {
      if (event === 'service.started' || event === 'service.stopping') kill('SIGINT');
    });
    expect(code).toBe(130);
    expect(events).toContain('service.stop-forced');
  }, 20_000);

  test.each([
    ['throws', 'process.uncaught-exception', 'JSON'],
    ['rejects', 'process.unhandled-rejection', 'nobody listens'],
    ['start-fails', 'service.start-failed', "work can't start"],
  ])(
    'that %s ends with 1 and its cause in the log',
    async (behaviour, event, message) => {
      const { code, lines } = await run(behaviour);
      expect(code).toBe(1);
      const line = lines.find((each) => each.event === event);
      expect(line?.level).toBe('error');
      expect(line?.cause?.message).toContain(message);
    },
    20_000,
  );
});
