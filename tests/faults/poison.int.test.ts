import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CallFailed, unary } from '@yijie/cli';
import { OutcomeState } from '@yijie/contracts/common';
import type { OperationsServiceClient } from '@yijie/contracts/operations';
import type { Database } from '@yijie/postgres';
import { waitFor } from '@yijie/testkit';
import { open, readBooks } from '../support/books.ts';
import { type ClusterWithMembers, clusterWithMembers } from '../support/cluster-with-members.ts';
import { inParallel } from '../support/in-parallel.ts';
import type { InventedMember } from '../support/invented-members.ts';
import { asReviewers, homeAgency } from '../support/reviewers.ts';

const MEMBERS = 30;
const DEADLINE = { deadlineMs: 10_000 };

let parts: ClusterWithMembers;
let agency: OperationsServiceClient;
let homeDatabase: Database;

beforeAll(async () => {
  parts = await clusterWithMembers(MEMBERS);
  const { cluster } = parts;
  agency = await homeAgency(cluster.keyFolder, cluster.homeRegions[0]?.grpc ?? '');
  homeDatabase = open(cluster.homeDatabaseUrl);
}, 240_000);

afterAll(async () => {
  agency?.close();
  await homeDatabase?.close();
  await parts?.remove();
});

async function personOf(visitId: string): Promise<string> {
  const database = open(parts.cluster.treatmentDatabaseUrl);
  try {
    const { rows } = await database.query<{ person: string }>(
      'SELECT person_token AS person FROM visit WHERE visit_id = $1',
      [Buffer.from(visitId.replaceAll('-', ''), 'hex')],
    );
    return rows[0]?.person ?? '';
  } finally {
    await database.close();
  }
}

async function waiting() {
  const metadata = await asReviewers(parts.cluster.keyFolder, 'reviewer-1');
  const page = await unary(
    agency,
    agency.listDeadLetters,
    { pageSize: 50, pageToken: '', includeClosed: false },
    { ...DEADLINE, metadata },
  );
  return page.deadLetters;
}

async function redrive(deadLetterId: number, first: string, second?: string) {
  const metadata = await asReviewers(parts.cluster.keyFolder, first, second);
  return unary(
    agency,
    agency.redriveDeadLetter,
    { deadLetterId, reason: 'mended' },
    { ...DEADLINE, metadata },
  );
}

test('a command that can’t be stored parks its person alone; two reviewers redrive it, twice, for one effect', async () => {
  const { hospital, members, cluster } = parts;
  const [victim, ...others] = members as [InventedMember, ...InventedMember[]];
  const stays = [await hospital.admitAndDischarge(victim), await hospital.admitAndDischarge(victim)] as const;
  const keys = [randomUUID(), randomUUID()] as const;
  const person = await personOf(stays[0]);
  // A fault planted in the database of the home region: whatever settles this person can't be stored.
  await homeDatabase.query(
    `ALTER TABLE settlement ADD CONSTRAINT planted CHECK (person_token <> '${person}') NOT VALID`,
  );
  const visits = await inParallel(others, 8, (member) => hospital.admit(member));
  const [settled, poisoned] = await Promise.all([
    inParallel(visits, 12, (visitId) => hospital.settle(visitId)),
    hospital.settleOnce(stays[0], keys[0], 5_000),
  ]);
  expect(settled.map((answer) => answer.outcome?.state)).toEqual(visits.map(() => OutcomeState.SETTLED));
  expect(poisoned.outcome?.state).toBe(OutcomeState.PENDING);
  const behind = await hospital.settleOnce(stays[1], keys[1], 5_000);
  expect(behind.outcome?.state).toBe(OutcomeState.PENDING);

  const letter = await waitFor(async () => (await waiting())[0], { what: 'the dead letter' });
  expect(letter).toMatchObject({ reasonCode: 'DLQ-FAILED', state: 'WAITING' });
  expect(await waiting()).toHaveLength(1);
  const codeOf = (error: unknown) => (error instanceof CallFailed ? error.failure?.code : error);
  await expect(redrive(letter.deadLetterId, 'reviewer-1').catch(codeOf)).resolves.toBe('AUT-SECOND');
  await expect(redrive(letter.deadLetterId, 'reviewer-1', 'reviewer-1').catch(codeOf)).resolves.toBe(
    'AUT-SECOND',
  );
  expect(await redrive(letter.deadLetterId, 'reviewer-1', 'reviewer-2')).toMatchObject({
    result: 'STILL_FAILING',
    unparked: 0,
  });
  // Nothing moves by a restart either.
  const [home] = cluster.homeRegions;
  await home?.stop();
  await home?.restart();
  expect((await hospital.settleOnce(stays[0], keys[0], 5_000)).outcome?.state).toBe(OutcomeState.PENDING);
  expect(await waiting()).toHaveLength(1);

  await homeDatabase.query('ALTER TABLE settlement DROP CONSTRAINT planted');
  const results = [
    await redrive(letter.deadLetterId, 'reviewer-1', 'reviewer-2'),
    await redrive(letter.deadLetterId, 'reviewer-2', 'reviewer-1'),
  ];
  expect(results.map(({ result }) => result)).toEqual(['PROCESSED', 'ALREADY_CLOSED']);
  // The second stay, and the first one's command as the treatment site sent it again: each waited once.
  expect([1, 2]).toContain(results[0]?.unparked);
  for (const [index, stay] of stays.entries()) {
    const answer = await hospital.settle(stay, keys[index]);
    expect(answer.outcome?.state).toBe(OutcomeState.SETTLED);
  }
  expect(await waiting()).toEqual([]);
  const books = await readBooks(cluster);
  expect(books.flaws).toEqual([]);
  expect(books.home.size).toBe(MEMBERS + 1);
}, 240_000);
