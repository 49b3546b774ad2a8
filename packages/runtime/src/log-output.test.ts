import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { LogOutput } from './log-output.ts';

async function writeTo(use: (output: LogOutput) => Promise<void> | void): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'yijie-log-'));
  const file = join(folder, 'log');
  const fd = openSync(file, 'a');
  try {
    await use(new LogOutput(fd));
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
}

test('lines arrive whole and in order, also those written meanwhile', async () => {
  const expected: string[] = [];
  const text = await writeTo(async (output) => {
    for (let round = 0; round < 50; round += 1) {
      for (let line = 0; line < 20; line += 1) {
        expected.push(`${round}/${line} 备案`);
        output.write(`${expected.at(-1)}\n`);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await output.flush();
  });
  expect(text.split('\n').slice(0, -1)).toEqual(expected);
});

test('flushing at once leaves nothing behind', async () => {
  const text = await writeTo((output) => {
    output.write('a\n');
    output.write('b\n');
    output.flushNow();
  });
  expect(text).toBe('a\nb\n');
});

test('beyond the bound lines are lost, and the log says how many', async () => {
  const megabyte = `${'x'.repeat(1024 * 1024 - 1)}\n`;
  const text = await writeTo(async (output) => {
    for (let count = 0; count < 20; count += 1) output.write(megabyte);
    await output.flush();
    output.write('after\n');
    await output.flush();
  });
  expect(text).toContain('{"level":"warn","event":"log.lost","count":4}');
  expect(text.endsWith('after\n')).toBe(true);
  expect(text.match(/x\n/g)).toHaveLength(16);
});
