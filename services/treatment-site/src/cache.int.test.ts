import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import type { TreatmentServiceClient } from '@yijie/contracts/treatment';
import type { Part } from '@yijie/testkit';
import { ownPart, waitFor } from '@yijie/testkit';
import { call, line, unique } from '../test/requests.ts';
import { SiteFixture } from '../test/site-fixture.ts';
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

test('with Redis killed in the middle of it, stays settle and mappings are found by polling', async () => {
  const stays = Array.from({ length: 40 }, (_, index) => settledStay(clientOf(index % 2)));
  await redis.kill?.();
  for (const stay of await Promise.all(stays)) expect(stay.settlementId).not.toBe('');
  const itemCode = await mapNewItem(1);
  await waitFor(() => convertsOn(0, itemCode), { withinMs: 20_000, what: 'the next refresh' });
  await settledStay(clientOf(0));
});
