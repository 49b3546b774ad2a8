import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contentHashOf } from '@yijie/exchange';
import { batchOf, factsOf, HomeFixture, type Replica, repliesTo, replyTo } from '../../test/home-fixture.ts';
import { idOf } from '../../test/wire-commands.ts';

let home: HomeFixture;
let replica: Replica;

beforeAll(async () => {
  home = await HomeFixture.start();
  replica = await home.replica();
});
afterAll(() => home.close());

describe('settle', () => {
  test('a referred employee settles: shares add up, state and fact are stored, the reply names its partition', async () => {
    const person = await home.person({ ownFen: 20_000 });
    const message = home.make.settle({ person, totalFen: 500_000, inScopeFen: 450_000, useAccount: true });
    await replica.processor.process(batchOf(message));

    const result = await replyTo(replica, message);
    if (result.$case !== 'settled') throw new Error(`answered ${JSON.stringify(result)}`);
    const { settled } = result;
    const shares = Object.values(settled.shares ?? {});
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(500_000);
    expect(settled.shares?.poolFundFen).toBeGreaterThan(0);
    expect(settled.shares?.ownAccountFen).toBe(20_000);
    expect(settled.eligibilityCode).toBe('OK');
    expect(settled.accountBalanceAfterFen).toBe(0);
    expect(settled.quoteHash).toHaveLength(16);
    expect(await home.account(person)).toEqual({ ownFen: 0, familyFen: 0 });
    expect(await home.accumulators(person)).toMatchObject({
      inpatientStays: 1,
      inpatientFundFen: settled.shares?.poolFundFen,
    });

    const [fact] = factsOf(replica).filter((one) => one.settlementId.equals(idOf(message)));
    expect(fact).toMatchObject({ side: 2, kind: 1, totalFen: 500_000, shares: settled.shares });
    expect(fact?.contentHash).toEqual(fact && contentHashOf(fact));
    const record = replica.bus.published.find((one) => one.topic === 'yijie.result.410000');
    expect(record).toMatchObject({ partition: 3, key: person });
  });

  test('repeats get the first answer byte for byte, and nothing happens twice', async () => {
    const person = await home.person();
    const message = home.make.settle({ person });
    await replica.processor.process(batchOf(message));
    const before = await home.count('settlement');
    await replica.processor.process(batchOf(home.make.again(message), home.make.again(message)));
    const replies = await repliesTo(replica, message, 3);
    expect(replies[1]).toEqual(replies[0]);
    expect(replies[2]).toEqual(replies[0]);
    expect(await home.count('settlement')).toBe(before);
    expect(factsOf(replica).filter((one) => one.settlementId.equals(idOf(message)))).toHaveLength(1);
  });
});
