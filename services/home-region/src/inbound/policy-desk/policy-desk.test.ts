import { afterEach, expect, test } from '@jest/globals';
import {
  CheckPackRequest,
  CheckPackResponse,
  ListPacksRequest,
  ListPacksResponse,
  SimulatePackRequest,
} from '@yijie/contracts/policy';
import type { Refusal } from '@yijie/errors';
import { FakeClock } from '@yijie/testkit';
import { PACKS_FOLDER } from '../../../test/home-fixture.ts';
import { silentLogger } from '../../../test/silent-logger.ts';
import { readPackTexts } from '../../repositories/policy-packs.ts';
import { createPolicyDesk, type PolicyDesk } from './policy-desk.ts';

const NOW = Date.parse('2025-06-01T04:00:00Z');
const forever = new AbortController().signal;
const list = ListPacksRequest.encode(ListPacksRequest.fromPartial({ onlyInForce: true })).finish();
const check = CheckPackRequest.encode({ pack: { name: 'x', text: 'homePool: x' }, casesJson: '' }).finish();
const begin = Buffer.from(
  SimulatePackRequest.encode({
    part: { $case: 'pack', pack: { pack: { $case: 'version', version: '430100-employee@2025-01-01' } } },
  }).finish(),
);

const desks: PolicyDesk[] = [];
afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.close();
});

async function openDesk() {
  const clock = new FakeClock(NOW);
  const texts = await readPackTexts(PACKS_FOLDER);
  const packs = texts.filter(({ file }) => file.startsWith('changsha/'));
  const desk = createPolicyDesk({ material: { packs, province: '430000' }, clock, logger: silentLogger });
  desks.push(desk);
  return { desk, clock };
}

function codeOf(answer: Buffer | Refusal): string {
  return Buffer.isBuffer(answer) ? 'answered' : answer.code;
}

async function* stream(...messages: Buffer[]): AsyncGenerator<Buffer> {
  yield* messages;
}

test('questions are answered in their order, each with its own answer; today is the day of the clock', async () => {
  const { desk } = await openDesk();
  const [listed, checked] = await Promise.all([
    desk.ask('listPacks', list, forever),
    desk.ask('checkPack', check, forever),
  ]);
  if (!Buffer.isBuffer(listed) || !Buffer.isBuffer(checked)) throw new Error('refused');
  expect(ListPacksResponse.decode(listed).packs.map(({ version }) => version)).toContain(
    '430100-employee@2025-01-01',
  );
  expect(CheckPackResponse.decode(checked).problems.length).toBeGreaterThan(0);
});

test('more than may wait is refused, what waits is answered', async () => {
  const { desk } = await openDesk();
  const codes = (
    await Promise.all(Array.from({ length: 40 }, () => desk.ask('listPacks', list, forever)))
  ).map(codeOf);
  // One is at work, 32 wait.
  expect(codes.filter((code) => code === 'answered')).toHaveLength(33);
  expect(codes.filter((code) => code === 'SYS-UNAVAILABLE')).toHaveLength(7);
});

test('a question whose caller has gone is not answered, and holds nobody up', async () => {
  const { desk } = await openDesk();
  const gone = new AbortController();
  const first = desk.ask('listPacks', list, gone.signal);
  const second = desk.ask('listPacks', list, gone.signal);
  const third = desk.ask('listPacks', list, forever);
  gone.abort(new Error('hung up'));
  await expect(first).rejects.toThrow('hung up');
  await expect(second).rejects.toThrow('hung up');
  expect(codeOf(await third)).toBe('answered');
});

test('a thread that hangs is replaced: its task and simulations are refused, the next task is answered', async () => {
  const { desk, clock } = await openDesk();
  expect(codeOf(await desk.ask('listPacks', list, forever))).toBe('answered');
  const between = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const simulated = desk.simulate(
    'clerk',
    (async function* () {
      yield begin;
      begun.resolve();
      await between.promise;
      yield begin;
    })(),
    forever,
  );
  await begun.promise;
  const hanging = desk.ask('listPacks', list, forever);
  const next = desk.ask('checkPack', check, forever);
  // The thread's answer comes with a later turn of the event loop; to the desk it hangs.
  clock.advance(15_000);
  expect(codeOf(await hanging)).toBe('SYS-UNAVAILABLE');
  expect(codeOf(await next)).toBe('answered');
  between.resolve();
  expect(codeOf(await simulated)).toBe('SYS-UNAVAILABLE');
});

test('a caller has one simulation, the desk four; an ended one makes room', async () => {
  const { desk } = await openDesk();
  const end = Promise.withResolvers<void>();
  const open = (caller: string) =>
    desk.simulate(
      caller,
      (async function* () {
        yield begin;
        await end.promise;
      })(),
      forever,
    );
  const running = ['a', 'b', 'c', 'd'].map(open);
  expect(codeOf(await open('a'))).toBe('LIM-BUSY');
  expect(codeOf(await open('e'))).toBe('SYS-UNAVAILABLE');
  end.resolve();
  expect((await Promise.all(running)).map(codeOf)).toEqual(Array.from({ length: 4 }, () => 'answered'));
  expect(codeOf(await desk.simulate('a', stream(begin), forever))).toBe('answered');
});

test('a desk that closes answers what waits, and takes nothing more', async () => {
  const { desk } = await openDesk();
  const asked = [desk.ask('listPacks', list, forever), desk.ask('listPacks', list, forever)];
  await desk.close();
  expect((await Promise.all(asked)).map(codeOf)).toEqual(['SYS-STOPPING', 'SYS-STOPPING']);
  expect(codeOf(await desk.ask('listPacks', list, forever))).toBe('SYS-STOPPING');
  expect(codeOf(await desk.simulate('a', stream(begin), forever))).toBe('SYS-STOPPING');
});
