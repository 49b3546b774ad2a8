import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import { DirectoryServiceClient, PublishNoticeRequest } from '@yijie/contracts/directory';
import type { TreatmentServiceClient } from '@yijie/contracts/treatment';
import type { Part } from '@yijie/testkit';
import { ownPart, waitFor } from '@yijie/testkit';
import { call, line, unary, unique } from '../test/requests.ts';
import { HOSPITAL, SiteFixture } from '../test/site-fixture.ts';
import { admitted, settledStay } from '../test/stays.ts';

let fixture: SiteFixture;
let redis: Part;
let clients: TreatmentServiceClient[];

beforeAll(async () => {
  redis = await ownPart('redis');
  fixture = await SiteFixture.start();
  clients = await Promise.all(
    [1, 2].map(async () => fixture.client(await fixture.site({}, { redisUrl: redis.url }))),
  );
});
afterAll(async () => {
  await fixture.close();
  await redis.stop();
});

const clientOf = (replica: number): TreatmentServiceClient => clients[replica] as TreatmentServiceClient;

async function mapNewItem(replica: number): Promise<string> {
  const itemCode = unique('NEW');
  const { outcome } = await call(clientOf(replica), 'mapItems', {
    idempotencyKey: unique('map'),
    mappings: [
      { itemCode, nationalCode: '', selfPaidReason: '无国家编码', validFrom: 20250101, categoryCode: '08' },
    ],
  });
  expect(outcome?.failure).toBeUndefined();
  return itemCode;
}

async function convertsOn(replica: number, itemCode: string): Promise<boolean> {
  const { visitId } = await admitted(clientOf(replica));
  const { outcome } = await call(clientOf(replica), 'uploadCharges', {
    idempotencyKey: unique('upload'),
    visitId,
    lines: [line(1, { itemCode })],
  });
  return outcome?.state === OutcomeState.SETTLED;
}

test('a mapping made on one replica holds on the other at once', async () => {
  const itemCode = await mapNewItem(0);
  await waitFor(() => convertsOn(1, itemCode), { withinMs: 3_000, what: 'word of the mapping' });
});

test('a notice published on one replica is in force on the other at once', async () => {
  const operations = { kind: 'operations', person: 'operator-1' } as const;
  const [site] = fixture.running;
  if (site === undefined) throw new Error('no replica runs');
  const directory = await fixture.clientOf(DirectoryServiceClient, site, operations);
  const request = PublishNoticeRequest.fromPartial({
    idempotencyKey: unique('notice'),
    scope: { institutionCode: HOSPITAL },
    startsAtMs: Date.now() - 1,
    endsAtMs: Date.now() + 60_000,
    reasonZh: '机房断电',
  });
  const { notice } = await unary(directory, directory.publishNotice, request);
  const isSuspended = async () => {
    await settledStay(clientOf(1));
    const body = fixture.home.commands.at(-1)?.body;
    return body?.$case === 'settle' && body.settle.visit?.institutionSuspended;
  };
  await waitFor(isSuspended, { withinMs: 3_000, what: 'word of the notice' });
  await unary(directory, directory.withdrawNotice, { noticeId: notice?.noticeId ?? '' });
});

test('with Redis killed in the middle of it, stays settle and mappings are found by polling', async () => {
  const stays = Array.from({ length: 40 }, (_, index) => settledStay(clientOf(index % 2)));
  await redis.kill?.();
  for (const stay of await Promise.all(stays)) expect(stay.settlementId).not.toBe('');
  const itemCode = await mapNewItem(1);
  await waitFor(() => convertsOn(0, itemCode), { withinMs: 20_000, what: 'the next refresh' });
  await settledStay(clientOf(0));
});
