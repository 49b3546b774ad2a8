import { describe, expect, test } from '@jest/globals';
import { Command } from '@yijie/contracts/exchange';
import type { Incoming } from '@yijie/exchange';
import { CountingIds } from '@yijie/testkit';
import { CommandMaker, NOON } from '../../test/wire-commands.ts';
import { readCommand } from './read-command.ts';

const make = new CommandMaker(new CountingIds());
const right = make.settle({ person: 'person' });

function changed(change: (command: Command) => void): Incoming {
  const command = Command.decode(right.payload);
  change(command);
  return { ...right, payload: Command.encode(command).finish() };
}

function settle(command: Command) {
  if (command.body?.$case !== 'settle' || command.body.settle.visit === undefined)
    throw new Error('not a settlement');
  return { ...command.body.settle, visit: command.body.settle.visit };
}

describe('a message of the request topic', () => {
  test('is read whole', () => {
    const read = readCommand(right, NOON);
    if (!read.ok) throw new Error(read.reason);
    expect(read.command).toMatchObject({
      kind: 'settle',
      personToken: 'person',
      homePool: '430100',
      replyPartition: 3,
      bill: {
        visit: { kind: 'inpatient', hospitalLevel: 'L3', admissionDate: '2025-05-20' },
        totalFen: 500_000,
      },
    });
    expect(read.command.message).toBe(right.payload);
  });

  test('a bigger than safe or negative amount, half a date, an unknown word: never half read', () => {
    const broken: [string, (command: Command) => void][] = [
      ['total_fen', (command) => Object.assign(settleBody(command), { totalFen: -1 })],
      ['admission_date', (command) => Object.assign(settle(command).visit, { admissionDate: 20250231 })],
      ['kind', (command) => Object.assign(settle(command).visit, { kind: 0 })],
      ['kind', (command) => Object.assign(settle(command).visit, { kind: 99 })],
      ['hospital_level', (command) => Object.assign(settle(command).visit, { hospitalLevel: 0 })],
      ['hospital_kind', (command) => Object.assign(settle(command).visit, { hospitalKind: 'castle' })],
      ['visit_id', (command) => Object.assign(settle(command).visit, { visitId: Buffer.alloc(15) })],
      ['category', (command) => Object.assign(settleBody(command).categories[0] as object, { code: '15' })],
      ['command_id', (command) => Object.assign(command, { commandId: Buffer.alloc(0) })],
      ['home_pool', (command) => Object.assign(command, { homePool: '43' })],
      ['settled_at_ms', (command) => Object.assign(settleBody(command), { settledAtMs: 0 })],
      ['body', (command) => Object.assign(command, { body: undefined })],
    ];
    for (const [field, change] of broken) {
      const read = readCommand(changed(change), NOON);
      expect([field, read.ok ? 'read' : read.reasonCode]).toEqual([field, 'DLQ-DECODE']);
      expect(read.ok ? '' : read.reason).toContain(field);
    }
  });

  test.each([
    ['of another kind', { ...right, kind: 'question' }, 'DLQ-SCHEMA'],
    ['signed by another province', { ...right, signedBy: '420000' }, 'SIG-REGION'],
    ['under another key', { ...right, key: 'other' }, 'DLQ-DECODE'],
    ['torn', { ...right, payload: right.payload.subarray(0, 40) }, 'DLQ-DECODE'],
  ])('%s is refused with its reason', (_, message, reasonCode) => {
    expect(readCommand(message, NOON)).toMatchObject({ ok: false, reasonCode });
  });

  test('reads as late as the later of two clocks', () => {
    for (const [nowMs, appendedAtMs] of [
      [5_000, 4_000],
      [4_000, 5_000],
    ] as const) {
      const read = readCommand({ ...right, appendedAtMs }, nowMs);
      expect(read.ok && read.command.readAtMs).toBe(5_000);
    }
  });

  test('every byte flipped is read as something or refused, and never throws', () => {
    for (let at = 0; at < right.payload.length; at += 1) {
      const payload = Buffer.from(right.payload);
      payload[at] = (payload[at] ?? 0) ^ 0xff;
      expect(() => readCommand({ ...right, payload }, NOON)).not.toThrow();
    }
  });
});

function settleBody(command: Command) {
  if (command.body?.$case !== 'settle') throw new Error('not a settlement');
  return command.body.settle;
}
