import { describe, expect, test } from '@jest/globals';
import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import { defaultParameters } from '../parameters.ts';
import { period } from '../period.ts';
import { applyRunCommand, openRun } from './apply-run-command.ts';
import { RUN_EVENTS, RUN_STATES, type Run, type RunEvent, type RunState } from './run.ts';
import type { RunCommand } from './run-command.ts';
import { RUN_TRANSITIONS } from './run-transitions.ts';

/** Days of the run of 202603. */
const [CUT, GENERATE, DEADLINE, AFTER] = ['2026-04-20', '2026-04-21', '2026-04-25', '2026-04-26'] as const;

const on = (day: string, by = 'NC-1') => {
  const today = localDate(day);
  return { by, today, at: startOfDay(today) as Instant };
};
const content = (all: string, ...parties: [string, string][]) => ({
  contentHash: all,
  partyHashes: new Map(parties),
});
const FIRST = content('h1', ['110000', 'a1'], ['220000', 'b1']);
const SECOND = content('h2', ['110000', 'a1'], ['220000', 'b2']);

function apply(run: Run, command: RunCommand, autoSign = false): Run {
  const reply = applyRunCommand(run, command, { ...defaultParameters, autoSign });
  if (!reply.ok) throw new Error(`${reply.code} ${JSON.stringify(reply.values)}`);
  return reply.run;
}
function refusal(run: Run, command: RunCommand): string {
  const reply = applyRunCommand(run, command, defaultParameters);
  return reply.ok ? `ok ${reply.run.state}` : reply.code;
}

const opened = openRun('CN', period(202603));
const cut = apply(opened, { event: 'cut', previous: 'CONFIRMED', ...on(CUT) });
const generate = (day = GENERATE as string, made = FIRST): RunCommand => ({
  event: 'generate',
  content: made,
  failures: [],
  ...on(day),
});
const generated = apply(cut, generate());
const signing = apply(generated, { event: 'submit', ...on(GENERATE) });
const sign = (party: string, contentHash: string, revision = 1, by = `PS-${party}`): RunCommand => ({
  event: 'sign',
  party,
  contentHash,
  revision,
  keyId: `key-${party}`,
  signature: 'signature',
  ...on('2026-04-22', by),
});
const giveBack = (
  party: string,
  rows: string[],
  day = DEADLINE as string,
  reason = '金额不符',
): RunCommand => ({
  event: 'return',
  party,
  revision: 1,
  reason,
  rows,
  ...on(day, `PS-${party}`),
});
const signed = apply(apply(signing, sign('110000', 'a1')), sign('220000', 'b1'));
const confirm: RunCommand = { event: 'confirm', national: undefined, ...on('2026-04-26') };
const states = (run: Run) => run.parties.map(({ party, state }) => `${party} ${state}`);

test('every step from OPEN to CLOSED', () => {
  let run = apply(signed, confirm);
  expect(run.state).toBe('CONFIRMED');
  run = apply(run, { event: 'notice', ...on('2026-04-30', 'FI-1') });
  expect([run.state, run.releasedBy]).toEqual(['NOTICED', 'FI-1']);
  run = apply(run, { event: 'pay', ...on('2026-05-12', 'FI-2') });
  expect(run.state).toBe('PAYING');
  expect(refusal(run, { event: 'close', openLines: 1, ...on('2026-05-20') })).toBe('CLR-UNPAID');
  expect(apply(run, { event: 'close', openLines: 0, ...on('2026-05-20') }).state).toBe('CLOSED');
});

test('every event is refused in every state that the table doesn’t name', () => {
  const commands: Readonly<Record<RunEvent, RunCommand>> = {
    cut: { event: 'cut', previous: undefined, ...on(CUT) },
    generate: generate(),
    submit: { event: 'submit', ...on(GENERATE) },
    sign: sign('110000', 'a1'),
    return: giveBack('110000', []),
    decide: { event: 'decide', parties: ['110000'], reason: 'x', ...on(AFTER) },
    confirm,
    notice: { event: 'notice', ...on('2026-04-30') },
    pay: { event: 'pay', ...on('2026-05-12') },
    close: { event: 'close', openLines: 0, ...on('2026-05-12') },
  };
  for (const event of RUN_EVENTS) {
    for (const state of RUN_STATES) {
      const found = refusal({ ...signed, state }, commands[event]);
      const isRefused = found === 'CLR-RUN-STATE' || found === 'CLR-LOCKED';
      expect([event, state, isRefused]).toEqual([event, state, !RUN_TRANSITIONS[event].from.includes(state)]);
    }
  }
});

test.each<[string, Run, RunCommand, string]>([
  ['cut a day early', opened, { event: 'cut', previous: undefined, ...on('2026-04-19') }, 'CLR-RUN-EARLY'],
  ['cut on day 20', opened, { event: 'cut', previous: undefined, ...on(CUT) }, 'ok CUT'],
  [
    'cut before the last run is confirmed',
    opened,
    { event: 'cut', previous: 'SIGNING', ...on(CUT) },
    'CLR-RUN-ORDER',
  ],
  ['generate a day early', cut, generate(CUT), 'CLR-RUN-EARLY'],
  [
    'generate against a check',
    cut,
    { ...generate(), failures: [{ check: 'R3', row: '9 balance_amt', expected: 0, found: 1 }] } as RunCommand,
    'CLR-CHECK',
  ],
  ['sign for nobody', signing, sign('330000', 'a1'), 'CLR-PARTY'],
  ['sign another revision', signing, sign('110000', 'a1', 2), 'CLR-REVISION'],
  ['sign other tables', signing, sign('110000', 'b1'), 'CLR-HASH'],
  ['sign what one generated', signing, sign('110000', 'a1', 1, 'NC-1'), 'CLR-FOUREYES'],
  ['sign twice', signed, sign('110000', 'a1'), 'CLR-SIGNED'],
  ['return on the last day', signing, giveBack('110000', ['S1']), 'ok SIGNING'],
  ['return a day late', signing, giveBack('110000', ['S1'], AFTER), 'CLR-RETURN-LATE'],
  ['return without a reason', signing, giveBack('110000', ['S1'], DEADLINE, ' '), 'CLR-REASON'],
  [
    'decide on the last day',
    signing,
    { event: 'decide', parties: ['110000'], reason: 'x', ...on(DEADLINE, 'NC-2') },
    'CLR-DEADLINE',
  ],
  [
    'decide without a reason',
    signing,
    { event: 'decide', parties: ['110000'], reason: '', ...on(AFTER, 'NC-2') },
    'CLR-REASON',
  ],
  [
    'decide what one generated',
    signing,
    { event: 'decide', parties: ['110000'], reason: 'x', ...on(AFTER) },
    'CLR-FOUREYES',
  ],
  [
    'decide for one that signed',
    signed,
    { event: 'decide', parties: ['110000'], reason: 'x', ...on(AFTER, 'NC-2') },
    'CLR-SIGNED',
  ],
  ['confirm unsigned', signing, confirm, 'CLR-UNSIGNED'],
  [
    'release what one signed',
    { ...signed, state: 'CONFIRMED' },
    { event: 'notice', ...on(AFTER, 'PS-110000') },
    'CLR-FOUREYES',
  ],
  [
    'release what one generated',
    { ...signed, state: 'CONFIRMED' },
    { event: 'notice', ...on(AFTER) },
    'CLR-FOUREYES',
  ],
])('%s: %#', (_, run, command, expected) => {
  expect(refusal(run, command)).toBe(expected);
});

test.each<[RunState | undefined, string]>([
  ['SIGNING', 'CLR-NATIONAL'],
  ['CONFIRMED', 'ok CONFIRMED'],
  [undefined, 'ok CONFIRMED'],
])('a province confirms after the centre: national run %s', (national, expected) => {
  expect(refusal({ ...signed, level: 'PROVINCIAL' }, { event: 'confirm', national, ...on(AFTER) })).toBe(
    expected,
  );
});

describe('a new revision', () => {
  test('the same content again changes nothing', () => {
    expect(apply(signed, generate())).toEqual(signed);
  });

  test('signatures of the parties that it touches fall, the others stay', () => {
    const returned = apply(signed, giveBack('220000', ['S2', 'S1']));
    expect(states(returned)).toEqual(['110000 SIGNED', '220000 RETURNED']);
    expect(returned.parties[1]).toMatchObject({ reason: '金额不符', disputedRows: ['S1', 'S2'] });
    const again = apply(returned, generate(DEADLINE, SECOND));
    expect([again.state, again.revision, again.contentHash]).toEqual(['SIGNING', 2, 'h2']);
    expect(states(again)).toEqual(['110000 SIGNED', '220000 UNSIGNED']);
    expect(refusal(again, sign('220000', 'b1', 1))).toBe('CLR-REVISION');
    const complete = apply(again, sign('220000', 'b2', 2));
    expect(apply(complete, confirm).state).toBe('CONFIRMED');
  });

  test('after the deadline the centre decides once the disputed rows are carried', () => {
    const returned = apply(apply(signing, sign('110000', 'a1')), giveBack('220000', ['S2']));
    const decide: RunCommand = {
      event: 'decide',
      parties: ['220000'],
      reason: '逾期未签',
      ...on(AFTER, 'NC-2'),
    };
    expect(refusal(returned, decide)).toBe('CLR-RETURNED');
    const decided = apply(apply(returned, generate(AFTER, SECOND)), decide);
    expect(states(decided)).toEqual(['110000 SIGNED', '220000 DECIDED']);
    expect(apply(decided, confirm).state).toBe('CONFIRMED');
  });

  test('with auto_sign the decision needs no reason', () => {
    const command: RunCommand = {
      event: 'decide',
      parties: ['110000', '220000'],
      reason: '',
      ...on(AFTER, 'NC-2'),
    };
    expect(states(apply(signing, command, true))).toEqual(['110000 DECIDED', '220000 DECIDED']);
  });

  test('nothing changes once it is confirmed', () => {
    const confirmed = apply(signed, confirm);
    expect(refusal(confirmed, generate(AFTER, SECOND))).toBe('CLR-LOCKED');
    expect(refusal(confirmed, giveBack('110000', []))).toBe('CLR-LOCKED');
  });
});
