import { describe, expect, test } from '@jest/globals';
import type { Reply } from '@yijie/contracts/exchange';
import { NO_SHARES, negateShares, type Shares } from '@yijie/money';
import { CALL, CLAIM, type StoredCommand } from './command.ts';
import { decideResult, sharesFlaw } from './result.ts';

const id = (last: number) => Buffer.concat([Buffer.alloc(15), Buffer.from([last])]);
const shares = (fund: number, cash: number) =>
  ({ ...NO_SHARES, poolFundFen: fund, personalCashFen: cash }) as unknown as Shares;

function command(changes: Partial<StoredCommand>): StoredCommand {
  return {
    commandId: id(1),
    institutionCode: 'H1',
    call: CALL.settle,
    key: 'k',
    bodyHash: Buffer.alloc(32),
    sequence: 1,
    visitId: id(9),
    personToken: 'p',
    homePool: '430100',
    originalId: undefined,
    totalFen: 100,
    message: undefined,
    acceptedAtMs: 5,
    expiresAtMs: 10,
    ...changes,
  };
}

function settledReply(of: StoredCommand, parts: Shares): Reply {
  return {
    answers: of.commandId,
    result: {
      $case: 'settled',
      settled: {
        settlementId: of.commandId,
        refundedSettlementId: Buffer.alloc(0),
        totalFen: of.totalFen,
        shares: parts,
        layers: [],
        deductiblePaidFen: 0,
        scheme: 1,
        personClass: 1,
        ratioClass: 1,
        eligibilityCode: 'OK',
        filingType: 0,
        policyVersion: 'v',
        settledAtMs: 1,
        accountBalanceAfterFen: 0,
        yearDeductibleUsedFen: 0,
        yearPoolUsedFen: 0,
        quoteHash: Buffer.alloc(0),
        notes: [],
        recalculationSuggested: [],
      },
    },
  };
}

const decide = (of: StoredCommand, reply: Reply, original?: Parameters<typeof decideResult>[3]) =>
  decideResult(of, reply, Buffer.alloc(0), original);

describe('shares of an answer', () => {
  test.each<[string, Shares, number, boolean]>([
    ['sum to the total', shares(70, 30), 100, true],
    ['one fen short', shares(70, 29), 100, false],
    ['one fen over', shares(71, 30), 100, false],
    ['one negative', shares(101, -1), 100, false],
    ['a refund’s, negated', shares(-70, -30), -100, true],
    ['a refund’s, one positive', shares(-101, 1), -100, false],
    ['no integer', shares(70.5, 29.5), 100, false],
  ])('%s', (_, parts, total, isSound) => {
    expect(sharesFlaw(parts, total) === undefined).toBe(isSound);
  });
});

describe('an answer', () => {
  test('that settles gives a fact of our own total and frees nothing', () => {
    const decided = decide(command({}), settledReply(command({}), shares(70, 30)));
    expect(decided).toMatchObject({ ok: true, freed: [], fact: { totalFen: 100, side: 1, kind: 1 } });
  });

  test('with another settlement’s number is wrong', () => {
    const other = settledReply(command({ commandId: id(2) }), shares(70, 30));
    expect(decide(command({}), { ...other, answers: id(1) })).toMatchObject({ ok: false });
  });

  test.each(['refused', 'rolledBack', 'expired'] as const)('%s frees the visit and has no fact', ($case) => {
    const bodies = {
      refused: { $case: 'refused', refused: { code: 'FIL-NONE', values: {}, quote: undefined } },
      rolledBack: { $case: 'rolledBack', rolledBack: {} },
      expired: { $case: 'expired', expired: { readAtMs: 1 } },
    } as const;
    expect(decide(command({}), { answers: id(1), result: bodies[$case] })).toMatchObject({
      ok: true,
      freed: [{ kind: CLAIM.visit, subject: id(9) }],
      fact: undefined,
    });
  });

  test('to a refund has to negate every share of the settlement', () => {
    const original = { command: command({ commandId: id(2) }), shares: shares(70, 30) };
    const refund = command({ call: CALL.refund, originalId: id(2), totalFen: -100 });
    const right = decide(refund, settledReply(refund, negateShares(shares(70, 30))), original);
    expect(right).toMatchObject({
      ok: true,
      freed: [{ kind: CLAIM.visit, subject: id(9), commandId: id(2) }],
      fact: { kind: 2, totalFen: -100, originalSettlementId: id(2) },
    });
    const shifted = settledReply(refund, shares(-69, -31));
    expect(decide(refund, shifted, original)).toMatchObject({ ok: false, reasonCode: 'STL-SUM' });
  });

  test('of a kind that doesn’t fit the call is wrong', () => {
    const reversed: Reply = {
      answers: id(1),
      result: {
        $case: 'reversed',
        reversed: { result: 1, originalCommandId: id(2), settled: undefined },
      },
    };
    expect(decide(command({}), reversed)).toMatchObject({ ok: false, reasonCode: 'DLQ-SCHEMA' });
    const reverse = command({ call: CALL.reverse });
    expect(decide(reverse, settledReply(reverse, shares(0, 0)))).toMatchObject({ ok: false });
  });
});
