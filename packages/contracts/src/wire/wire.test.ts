import { BinaryReader as PeerReader, BinaryWriter as PeerWriter } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Shares } from '../generated/yijie/common/v1/common.ts';
import { Command, type Settle } from '../generated/yijie/exchange/v1/exchange.ts';
import { BinaryReader, BinaryWriter } from './wire.ts';

const KINDS = ['int64', 'sint64'] as const;

describe('64-bit numbers', () => {
  test('are numbers, not objects, although the package long is installed', async () => {
    await expect(import('long')).resolves.toBeDefined();
    const bytes = Shares.encode(
      Shares.fromPartial({ poolFundFen: 1, personalCashFen: -2_147_483_649 }),
    ).finish();
    const { poolFundFen, personalCashFen, medicalAidFen } = Shares.decode(bytes);
    expect([poolFundFen + 1, personalCashFen, medicalAidFen]).toEqual([2, -2_147_483_649, 0]);
  });

  test.each(KINDS)('%s is read and written as the generator’s own library does', (kind) => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (number) => {
        const ours = new BinaryWriter().uint32(8)[kind](number).finish();
        expect(Buffer.compare(ours, new PeerWriter().uint32(8)[kind](number).finish())).toBe(0);
        const reader = new BinaryReader(ours);
        const peer = new PeerReader(ours);
        expect([reader.uint32(), reader[kind]()]).toEqual([peer.uint32(), Number(peer[kind]())]);
        expect(reader.pos).toBe(ours.length);
      }),
    );
  });

  test.each([
    [Number.MAX_SAFE_INTEGER, true],
    [Number.MIN_SAFE_INTEGER, true],
    [2 ** 53, false],
    [-(2 ** 53), false],
  ])('%i is read: %s', (number, isRead) => {
    for (const kind of KINDS) {
      const bytes = new PeerWriter()[kind](BigInt(number)).finish();
      if (isRead) expect(new BinaryReader(bytes)[kind]()).toBe(number);
      else expect(() => new BinaryReader(bytes)[kind]()).toThrow(RangeError);
    }
  });
});

describe('a message', () => {
  const settle: Settle = {
    visit: undefined,
    totalFen: 312_472,
    categories: [
      {
        code: '09',
        totalFen: 172_176,
        selfPaidFen: 0,
        overLimitFen: 0,
        prepaySelfFen: 16_470,
        inScopeFen: 155_706,
      },
    ],
    groups: [],
    lines: [],
    useAccount: true,
    quoteHash: Buffer.from([1, 2, 3]),
    settledAtMs: 1_770_000_000_000,
  };
  const command: Command = {
    commandId: Buffer.alloc(16, 7),
    personToken: 'p-令牌',
    homePool: '430100',
    treatmentPool: '410100',
    institutionCode: 'H41010599901',
    sequence: 3,
    issuedAtMs: 1_770_000_000_000,
    expiresAtMs: 1_770_000_060_000,
    replyPartition: -1,
    body: { $case: 'settle', settle },
  };

  test('comes back as it was, also from an array that is no Buffer', () => {
    const bytes = Command.encode(command).finish();
    expect(Command.decode(bytes)).toEqual(command);
    expect(Command.decode(Uint8Array.from(bytes))).toEqual(command);
  });

  test('cut off anywhere it throws or is shorter, and never hangs', () => {
    const bytes = Command.encode(command).finish();
    for (let length = 0; length < bytes.length; length++) {
      let decoded: Command | undefined;
      try {
        decoded = Command.decode(bytes.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
      expect(decoded).not.toEqual(command);
    }
  });
});
