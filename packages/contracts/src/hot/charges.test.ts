import { describe, expect, test } from '@jest/globals';
import { BillColumns, linesOf } from '@yijie/catalogue';
import fc from 'fast-check';
import {
  ChargeLine,
  SettleRequest,
  UploadChargesRequest,
} from '../generated/yijie/treatment/v1/treatment.ts';
import { decodeSettle, decodeSettleLines, decodeUploadCharges, decodeUploadChargesLines } from './charges.ts';
import { WireError } from './proto-reader.ts';

/** What the reader has exact; anything beyond it is out of every range. */
const amount = fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 });
const chargeLine: fc.Arbitrary<ChargeLine> = fc.record({
  lineNumber: fc.nat({ max: 2_147_483_647 }),
  itemCode: fc.string({ unit: 'binary', maxLength: 70 }),
  quantityE4: amount,
  unitPriceE4: amount,
  amountFen: amount,
  serviceDate: fc.nat({ max: 99_991_231 }),
  itemName: fc.string(),
  specification: fc.string(),
  unit: fc.string(),
  serviceTime: fc.string(),
  prescriberCode: fc.string(),
  outsideInstitutionCode: fc.string(),
});
const lines = fc.array(chargeLine, { maxLength: 200 });

const settle: SettleRequest = {
  idempotencyKey: 'key',
  visitId: 'visit',
  totalFen: 312_472,
  useAccount: true,
  quoteHash: Buffer.from('hash'),
  lines: [],
  dischargeDate: 20250206,
  dischargeDiagnosisCode: 'C34.900',
  paidInFull: false,
  interim: false,
};

function billLineOf(line: ChargeLine) {
  const { lineNumber, itemCode, quantityE4, unitPriceE4, amountFen, serviceDate } = line;
  return { lineNumber, itemCode, quantityE4, unitPriceE4, amountFen, serviceDate };
}

describe('charges decoded for the hot path', () => {
  test('are those of the general decoder, as columns and as lines, and so is the rest of the request', () => {
    const columns = new BillColumns();
    fc.assert(
      fc.property(lines, (charged) => {
        const upload = { idempotencyKey: 'key', visitId: 'visit', lines: charged };
        const bytes = UploadChargesRequest.encode(upload).finish();
        const decoded = UploadChargesRequest.decode(bytes).lines;
        const expected = decoded.map(billLineOf);
        // Columns are what a bill is converted from; where something was done elsewhere is for objects alone.
        const whole = decoded.map((line) => {
          const { outsideInstitutionCode } = line;
          return outsideInstitutionCode === ''
            ? billLineOf(line)
            : { ...billLineOf(line), outsideInstitutionCode };
        });
        columns.clear();
        expect(decodeUploadCharges(bytes, columns)).toEqual({ ...upload, lines: [] });
        expect(linesOf(columns)).toEqual(expected);
        expect(decodeUploadChargesLines(bytes)).toEqual({ ...upload, lines: whole });

        const settleBytes = SettleRequest.encode({ ...settle, lines: charged }).finish();
        columns.clear();
        expect(decodeSettle(settleBytes, columns)).toEqual(settle);
        expect(linesOf(columns)).toEqual(expected);
        expect(decodeSettleLines(settleBytes)).toEqual({ ...settle, lines: whole });
      }),
      { numRuns: 50 },
    );
  });

  test('columns keep the lines of several messages', () => {
    const columns = new BillColumns();
    for (const lineNumber of [1, 2]) {
      const line = ChargeLine.fromPartial({ lineNumber, itemCode: `item ${lineNumber}` });
      decodeUploadCharges(
        UploadChargesRequest.encode({ idempotencyKey: '', visitId: '', lines: [line] }).finish(),
        columns,
      );
    }
    expect(linesOf(columns).map(({ itemCode }) => itemCode)).toEqual(['item 1', 'item 2']);
  });

  test.each([
    [
      'fields in any order, unknown ones, the last of two',
      '1a 12 30 dd fc d3 09 12 01 58 08 01 08 02 fd 7f 00 00 00 00',
      { lineNumber: 2, itemCode: 'X', serviceDate: 20_250_205 },
    ],
    ['an empty line', '1a 00', { lineNumber: 0, itemCode: '', serviceDate: 0 }],
    ['a negative line number', '1a 0b 08 ff ff ff ff ff ff ff ff ff 01', { lineNumber: -1 }],
    ['a line number past 31 bits', '1a 06 08 80 80 80 80 08', { lineNumber: -1 }],
    ['a fixed field of 8 bytes', '1a 0b f9 01 00 00 00 00 00 00 00 00 08 05', undefined],
  ])('%s', (_, hex, expected) => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const columns = new BillColumns();
    if (expected === undefined) {
      expect(() => decodeUploadCharges(bytes, columns)).toThrow(WireError);
      return;
    }
    decodeUploadCharges(bytes, columns);
    expect(linesOf(columns)).toEqual([expect.objectContaining(expected)]);
  });

  test('bytes cut off anywhere are an error or a shorter message, never a wrong line', () => {
    const charged = [1, 2, 3].map((lineNumber) =>
      ChargeLine.fromPartial({
        lineNumber,
        itemCode: `XY${lineNumber}`,
        quantityE4: 10_000,
        itemName: '名称',
      }),
    );
    const bytes = UploadChargesRequest.encode({
      idempotencyKey: 'key',
      visitId: 'visit',
      lines: charged,
    }).finish();
    for (let length = 0; length < bytes.length; length++) {
      const columns = new BillColumns();
      try {
        decodeUploadCharges(bytes.subarray(0, length), columns);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
      expect(linesOf(columns)).toEqual(charged.slice(0, columns.count).map(billLineOf));
    }
  });

  test('random bytes never do anything but decode or throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeUploadCharges(bytes, new BillColumns());
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
