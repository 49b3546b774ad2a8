import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import { Reply } from '@yijie/contracts/exchange';
import type { OperationsServiceClient, OperationsServiceService } from '@yijie/contracts/operations';
import type { TreatmentServiceClient } from '@yijie/contracts/treatment';
import { headersToJson, resultTopic, sealRecords } from '@yijie/exchange';
import { createRecordSigner } from '@yijie/security';
import { waitFor } from '@yijie/testkit';
import { unique } from '../test/requests.ts';
import { SiteFixture } from '../test/site-fixture.ts';
import { discharged, settle, settledStay } from '../test/stays.ts';

let fixture: SiteFixture;
let client: TreatmentServiceClient;
let agency: OperationsServiceClient;
let auditor: OperationsServiceClient;
let reviewers: Metadata;

beforeAll(async () => {
  fixture = await SiteFixture.start({ config: { settleBudgetMs: 1_000, resendAfterMs: 60_000 } });
  const site = await fixture.site();
  client = await fixture.client(site);
  agency = await fixture.operationsClient(site, 'agency');
  auditor = await fixture.operationsClient(site, 'auditor');
  reviewers = await fixture.twoReviewers();
});
afterAll(() => fixture.close());

type Method = keyof OperationsServiceService;

function operate<Name extends Method>(
  as: OperationsServiceClient,
  name: Name,
  request: ReturnType<OperationsServiceService[Name]['requestDeserialize']>,
  metadata = reviewers,
): Promise<ReturnType<OperationsServiceService[Name]['responseDeserialize']>> {
  const method = as[name as keyof OperationsServiceClient] as unknown as (
    request: unknown,
    metadata: Metadata,
    callback: (error: ServiceError | null, response: never) => void,
  ) => void;
  return new Promise((resolve, reject) => {
    method.call(as, request, metadata, (error, response) => (error ? reject(error) : resolve(response)));
  });
}

/** Puts a whole record of the home region in the place of the broken one, as if the flaw had been ours. */
async function replaceRecord(deadLetterId: number, key: string, reply: Reply): Promise<void> {
  const payload = Reply.encode(reply).finish();
  const [record] = sealRecords(createRecordSigner(fixture.homeSigning), [
    { topic: resultTopic('410000'), key, partition: null, kind: 'reply', payload, traceParent: null },
  ]);
  await fixture.database.query(
    'UPDATE exchange_dead_letter SET payload = $1, headers = $2::jsonb WHERE dead_letter_id = $3',
    [Buffer.from(payload), headersToJson(record?.headers ?? {}), deadLetterId],
  );
}

test('a dead letter is listed, shown, fails again, and settles once its cause is gone', async () => {
  fixture.home.mangle = (reply) =>
    reply.result?.$case === 'settled'
      ? {
          ...reply,
          result: { $case: 'settled', settled: { ...reply.result.settled, shares: undefined } },
        }
      : reply;
  const stay = await discharged(client);
  const key = unique('settle');
  expect((await settle(client, stay, { key })).outcome?.state).toBe(OutcomeState.PENDING);
  fixture.home.mangle = (reply) => reply;

  const { deadLetters } = await operate(agency, 'listDeadLetters', {
    pageSize: 0,
    pageToken: '',
    includeClosed: false,
  });
  expect(deadLetters).toHaveLength(1);
  const { deadLetterId = 0, reasonCode } = deadLetters[0] ?? {};
  expect(reasonCode).toBe('STL-SUM');
  const shown = await operate(agency, 'showDeadLetter', { deadLetterId });
  expect(shown.headers.kind).toBe('reply');
  expect(shown.bodyJson).not.toContain(stay.personToken);
  const again = { deadLetterId, reason: '重新处理' };
  expect(await operate(agency, 'redriveDeadLetter', again)).toMatchObject({ result: 'STILL_FAILING' });

  const command = fixture.home.commands.find((each) => each.personToken === stay.personToken);
  const result = command && fixture.home.settleOrRefund(command);
  if (command === undefined || result === undefined) throw new Error('no command');
  await replaceRecord(deadLetterId, stay.personToken, { answers: command.commandId, result });
  expect(await operate(agency, 'redriveDeadLetter', again)).toMatchObject({
    result: 'PROCESSED',
    cause: '',
  });
  expect(await operate(agency, 'redriveDeadLetter', again)).toMatchObject({ result: 'ALREADY_CLOSED' });
  expect((await settle(client, stay, { key })).outcome?.state).toBe(OutcomeState.SETTLED);
});

test('a dead letter is dropped with a reason, by two persons only', async () => {
  await fixture.home.send('410100', 0, 'nobody', {
    answers: Buffer.from('0190000000007000800000000000abcd', 'hex'),
    result: { $case: 'expired', expired: { readAtMs: 1 } },
  });
  const list = () => operate(agency, 'listDeadLetters', { pageSize: 0, pageToken: '', includeClosed: false });
  const letter = await waitFor(async () => (await list()).deadLetters[0]);
  const request = { deadLetterId: letter.deadLetterId, reason: '' };
  const onePerson = reviewers.clone();
  onePerson.remove('yijie-second-authorization');
  await expect(
    operate(agency, 'dropDeadLetter', { ...request, reason: 'x' }, onePerson),
  ).rejects.toMatchObject({ code: 7 });
  await expect(operate(agency, 'dropDeadLetter', request)).rejects.toMatchObject({ code: 3 });
  expect(await operate(agency, 'dropDeadLetter', { ...request, reason: '无法匹配' })).toMatchObject({
    result: 'DROPPED',
  });
  expect((await list()).deadLetters).toEqual([]);
});

test('the audit chain is intact, and a changed row is found', async () => {
  await settledStay(client);
  const verify = () => operate(auditor, 'verifyAudit', { fromBlock: 0, untilBlock: 0 }, new Metadata());
  const rows = await fixture.count('audit_entry');
  const report = await waitFor(
    async () => {
      const now = await verify();
      return now.entries >= rows && now;
    },
    { withinMs: 20_000, what: 'the sealer' },
  );
  expect(report).toMatchObject({ intact: true, findings: [] });
  // What somebody with the database in hand can do.
  await fixture.database.query('ALTER TABLE audit_entry DISABLE TRIGGER ALL');
  await fixture.database.query(
    `UPDATE audit_entry SET actor = 'somebody-else'
      WHERE entry_id = (SELECT min(entry_id) FROM audit_entry)`,
  );
  expect(await verify()).toMatchObject({ intact: false });
});
