import type { ClientDuplexStream } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import type { ExchangeRequest, ExchangeResponse, TreatmentServiceClient } from '@yijie/contracts/treatment';
import { admission, bill, call, settleRequest, totalOf, unique } from '../test/requests.ts';
import { SiteFixture } from '../test/site-fixture.ts';
import { discharged, settle } from '../test/stays.ts';

let fixture: SiteFixture;
let client: TreatmentServiceClient;
let stream: ClientDuplexStream<ExchangeRequest, ExchangeResponse>;
const answers = new Map<number, ExchangeResponse>();
const waiting = new Map<number, (answer: ExchangeResponse) => void>();

beforeAll(async () => {
  fixture = await SiteFixture.start();
  const site = await fixture.site();
  client = await fixture.client(site);
  stream = (await fixture.streamClient(site)).exchange();
  stream.on('data', (answer: ExchangeResponse) => {
    answers.set(answer.correlation, answer);
    waiting.get(answer.correlation)?.(answer);
  });
});
afterAll(async () => {
  await new Promise<void>((resolve) => {
    stream.once('status', () => resolve());
    stream.end();
  });
  await fixture.close();
});

function ask(correlation: number, request: ExchangeRequest['call']): Promise<ExchangeResponse['answer']> {
  return new Promise((resolve) => {
    waiting.set(correlation, (answer) => resolve(answer.answer));
    stream.write({ correlation, call: request });
  });
}

test('a stay over the stream, its settlement repeated by a unary call: one effect, equal answers', async () => {
  const admitted = await ask(1, { $case: 'admit', admit: admission() });
  const visitId = admitted?.$case === 'admit' ? admitted.admit.visitId : '';
  const lines = bill(20);
  const uploaded = await ask(2, {
    $case: 'uploadCharges',
    uploadCharges: { idempotencyKey: unique('u'), visitId, lines },
  });
  expect(uploaded).toMatchObject({ $case: 'uploadCharges', uploadCharges: { storedLines: 20 } });
  const request = settleRequest({
    visitId,
    totalFen: totalOf(lines),
    dischargeDate: 20250610,
    dischargeDiagnosisCode: 'C34.9',
  });
  const settled = await ask(3, { $case: 'settle', settle: request });
  if (settled?.$case !== 'settle') throw new Error('no answer to settle');
  expect(settled.settle.outcome?.state).toBe(OutcomeState.SETTLED);
  expect(await call(client, 'settle', request)).toEqual(settled.settle);
});

test('many at once are answered as they are ready, each to its number', async () => {
  const stays = await Promise.all(Array.from({ length: 60 }, () => discharged(client)));
  const answered = await Promise.all(
    stays.map((stay, index) =>
      ask(1_000 + index, {
        $case: 'settle',
        settle: settleRequest({ visitId: stay.visitId, totalFen: stay.totalFen }),
      }),
    ),
  );
  for (const [index, answer] of answered.entries()) {
    expect(answer).toMatchObject({
      $case: 'settle',
      settle: { settlement: { visitId: stays[index]?.visitId } },
    });
  }
  const [first] = stays;
  if (first === undefined) throw new Error('no stay');
  expect((await settle(client, first)).outcome?.failure?.code).toBe('STL-DUP');
});

test('what a unary call would answer with a gRPC error comes as an error of the call', async () => {
  const answer = await ask(2_000, {
    $case: 'getOutcome',
    getOutcome: { call: 8, idempotencyKey: unique('never') },
  });
  expect(answer).toMatchObject({
    $case: 'error',
    error: { status: 5, failure: { code: 'KEY-UNKNOWN' } },
  });
});
