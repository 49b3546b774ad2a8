import { describe, expect, test } from '@jest/globals';
import {
  ExchangeRequest,
  ExchangeResponse,
  GetOutcomeRequest,
  GetOutcomeResponse,
} from '@yijie/contracts/treatment';
import fc from 'fast-check';
import { closeEnvelope, openEnvelope } from './exchange-stream.ts';

const getOutcomeField = 15;

describe('an envelope', () => {
  test('that the generated code wrote is opened to the same message', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string({ maxLength: 300 }), (correlation, idempotencyKey) => {
        const getOutcome = { call: 8, idempotencyKey } as const;
        const bytes = ExchangeRequest.encode({
          correlation,
          call: { $case: 'getOutcome', getOutcome },
        }).finish();
        const envelope = openEnvelope(Buffer.from(bytes));
        expect(envelope?.field).toBe(getOutcomeField);
        expect(GetOutcomeRequest.decode(envelope?.message ?? new Uint8Array())).toEqual(getOutcome);
      }),
    );
  });

  test('that we close is read by the generated code, with the correlation that came', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string({ maxLength: 30_000 }), (correlation, messageId) => {
        const request = ExchangeRequest.encode({ correlation, call: undefined }).finish();
        const { correlation: asItCame } = openEnvelope(Buffer.from(request)) ?? {
          correlation: new Uint8Array(),
        };
        const response = GetOutcomeResponse.encode(
          GetOutcomeResponse.fromPartial({ outcome: { messageId } }),
        ).finish();
        const read = ExchangeResponse.decode(closeEnvelope(asItCame, getOutcomeField, response));
        expect(read.correlation).toBe(correlation);
        expect(read.answer?.$case === 'getOutcome' && read.answer.getOutcome.outcome?.messageId).toBe(
          messageId,
        );
      }),
    );
  });

  test('keeps a correlation beyond 2^53', () => {
    const largest = Buffer.from([0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    const envelope = openEnvelope(largest);
    expect(
      closeEnvelope(envelope?.correlation ?? new Uint8Array(), 2, new Uint8Array()).subarray(0, 11),
    ).toEqual(largest);
  });

  test('cut or changed at will is opened or refused, and never throws', () => {
    const good = Buffer.from(
      ExchangeRequest.encode({
        correlation: 300,
        call: { $case: 'getOutcome', getOutcome: { call: 8, idempotencyKey: 'key' } },
      }).finish(),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const envelope = openEnvelope(Buffer.from(bytes));
        if (envelope !== undefined) expect(envelope.message.length).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2_000 },
    );
    for (let length = 0; length < good.length; length += 1) {
      const cut = openEnvelope(good.subarray(0, length));
      // Before the call begins, what is left is a whole envelope without one.
      if (length > 3) expect(cut).toBeUndefined();
    }
  });

  test.each([
    ['a length beyond the end', [0x12, 0x7f, 0x00]],
    ['a length beyond 2^31', [0x12, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['a varint that does not end', [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['field 0', [0x02, 0x00]],
    ['a group', [0x0b]],
    ['a cut fixed64', [0x11, 0x01]],
  ])('with %s is none', (_case, bytes) => {
    expect(openEnvelope(Buffer.from(bytes))).toBeUndefined();
  });

  test('of which a oneof stands twice carries the last, as protobuf has it', () => {
    const bytes = Buffer.concat([
      Buffer.from(
        ExchangeRequest.encode({
          correlation: 1,
          call: { $case: 'getOutcome', getOutcome: { call: 8, idempotencyKey: 'a' } },
        }).finish(),
      ),
      Buffer.from(
        ExchangeRequest.encode({
          correlation: 2,
          call: { $case: 'getOutcome', getOutcome: { call: 8, idempotencyKey: 'b' } },
        }).finish(),
      ),
    ]);
    const envelope = openEnvelope(bytes);
    expect(GetOutcomeRequest.decode(envelope?.message ?? new Uint8Array()).idempotencyKey).toBe('b');
    expect([...(envelope?.correlation ?? [])]).toEqual([2]);
  });
});
