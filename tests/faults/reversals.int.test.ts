import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import { Call, ReversalResult, type ReverseResponse, type SettleResponse } from '@yijie/contracts/treatment';
import { readBooks } from '../support/books.ts';
import { type ClusterWithMembers, clusterWithMembers } from '../support/cluster-with-members.ts';
import { inParallel } from '../support/in-parallel.ts';
import type { InventedMember } from '../support/invented-members.ts';

/** Stays that are settled and reversed at the same moment. */
const RACES = 40;

let parts: ClusterWithMembers;
let nextMember = 0;

beforeAll(async () => {
  parts = await clusterWithMembers(RACES + 20);
}, 240_000);

afterAll(() => parts?.remove());

function admit(): Promise<string> {
  nextMember += 1;
  return parts.hospital.admit(parts.members[nextMember - 1] as InventedMember);
}

/** The original and its reversal tell the same story, and only one of the two it can be. */
function expectOneStory(settled: SettleResponse, reversed: ReverseResponse): void {
  expect(reversed.outcome?.state).toBe(OutcomeState.SETTLED);
  if (reversed.result === ReversalResult.ROLLED_BACK) {
    expect(settled.outcome?.failure?.code).toBe('REV-ROLLEDBACK');
    expect(reversed.settlement).toBeUndefined();
  } else {
    expect(reversed.result).toBe(ReversalResult.HAD_SETTLED);
    expect(settled.outcome?.state).toBe(OutcomeState.SETTLED);
    expect(reversed.settlement).toEqual(settled.settlement);
  }
}

async function expectBalanced(): Promise<void> {
  expect((await readBooks(parts.cluster)).flaws).toEqual([]);
}

test('before its original: the late original takes no effect, and another key settles', async () => {
  const { hospital } = parts;
  const visitId = await admit();
  const [key, reversalKey] = [randomUUID(), randomUUID()];
  const reversed = await hospital.reverse(key, reversalKey);
  expect(reversed.result).toBe(ReversalResult.ROLLED_BACK);
  const late = await hospital.settle(visitId, key);
  expect(late.outcome).toMatchObject({ state: OutcomeState.REFUSED, failure: { code: 'REV-ROLLEDBACK' } });
  expect(await hospital.reverse(key, reversalKey)).toEqual(reversed);
  expect(await hospital.settle(visitId, key)).toEqual(late);
  expect((await hospital.settle(visitId)).outcome?.state).toBe(OutcomeState.SETTLED);
  await expectBalanced();
}, 120_000);

test('beside its original: one of two stories, the same to everybody, twice and after a restart of both services', async () => {
  const { hospital, cluster } = parts;
  const rounds = await inParallel(Array.from({ length: RACES }), 8, async () => ({
    visitId: await admit(),
    key: randomUUID(),
    reversalKey: randomUUID(),
  }));
  const played = await inParallel(rounds, 10, async ({ visitId, key, reversalKey }, index) => {
    // From a head start of the reversal to one of the original.
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
    const headStartMs = (index % 10) - 3;
    const [settled, reversed] = await Promise.all([
      pause(-headStartMs).then(() => hospital.settle(visitId, key)),
      pause(headStartMs).then(() => hospital.reverse(key, reversalKey)),
    ]);
    expectOneStory(settled, reversed);
    return { settled, reversed };
  });
  const repeat = () =>
    inParallel(rounds, 10, async ({ visitId, key, reversalKey }) => ({
      settled: await hospital.settle(visitId, key),
      reversed: await hospital.reverse(key, reversalKey),
    }));
  expect(await repeat()).toEqual(played);
  await expectBalanced();

  for (const service of [...cluster.treatmentSites, ...cluster.homeRegions]) {
    await service.stop();
    await service.restart();
  }
  expect(await repeat()).toEqual(played);
  // A second reversal under a key of its own learns the same.
  const second = await inParallel(rounds, 10, ({ key }) => hospital.reverse(key));
  const told = ({ result, settlement }: ReverseResponse) => ({ result, settlement });
  expect(second.map(told)).toEqual(played.map(({ reversed }) => told(reversed)));
  await expectBalanced();
}, 180_000);

test('of a settlement that is known, of one that was refunded, and of a refund', async () => {
  const { hospital } = parts;
  const [visitId, key] = [await admit(), randomUUID()];
  const settled = await hospital.settle(visitId, key);
  const reversed = await hospital.reverse(key);
  expectOneStory(settled, reversed);
  expect(reversed.result).toBe(ReversalResult.HAD_SETTLED);

  const settlementId = settled.settlement?.settlementId ?? '';
  const [earlyRefund, refundKey] = [randomUUID(), randomUUID()];
  expect((await hospital.reverse(earlyRefund, randomUUID(), Call.REFUND)).result).toBe(
    ReversalResult.ROLLED_BACK,
  );
  expect((await hospital.refund(settlementId, earlyRefund)).outcome?.failure?.code).toBe('REV-ROLLEDBACK');
  const refund = await hospital.refund(settlementId, refundKey);
  expect(refund.outcome?.state).toBe(OutcomeState.SETTLED);
  const reversedRefund = await hospital.reverse(refundKey, randomUUID(), Call.REFUND);
  expect(reversedRefund).toMatchObject({
    result: ReversalResult.HAD_SETTLED,
    settlement: { settlementId: refund.settlement?.settlementId },
  });
  await expectBalanced();
}, 120_000);

test('while the home region is stopped: PENDING for both, and one story when it is back', async () => {
  const { hospital, cluster } = parts;
  const stays = await inParallel(Array.from({ length: 6 }), 6, async () => ({
    visitId: await admit(),
    key: randomUUID(),
    reversalKey: randomUUID(),
  }));
  const [home] = cluster.homeRegions;
  await home?.stop();
  const pending = await inParallel(stays, 6, async ({ visitId, key, reversalKey }) => [
    await hospital.settleOnce(visitId, key, 4_000),
    await hospital.reverseOnce(key, reversalKey, 4_000),
  ]);
  for (const answer of pending.flat()) expect(answer?.outcome?.state).toBe(OutcomeState.PENDING);
  await home?.restart();
  for (const { visitId, key, reversalKey } of stays) {
    const reversed = await hospital.reverse(key, reversalKey);
    const settled = await hospital.settle(visitId, key);
    expectOneStory(settled, reversed);
    // Its visit is settled, or free to be settled under another key: never neither.
    const other = await hospital.settle(visitId);
    if (reversed.result === ReversalResult.HAD_SETTLED) expect(other.outcome?.failure?.code).toBe('STL-DUP');
    else expect(other.outcome?.state).toBe(OutcomeState.SETTLED);
  }
  await expectBalanced();
}, 180_000);
