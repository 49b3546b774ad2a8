import { localDate, localDateToNumber } from '@yijie/calendar';
import { type ChargeLine, SettleRequest, UploadChargesRequest } from '@yijie/contracts/treatment';
import { readMappings } from '@yijie/reference-data';

/** A bill ready to send: the lines' bytes as they stand in a request, and what they add up to. */
export interface EncodedBill {
  readonly settleLines: Buffer;
  readonly uploadLines: Buffer;
  readonly lineCount: number;
  readonly totalFen: number;
}

export const INSTITUTION = 'H41010599901';
export const STAY_DAY = localDate('2025-02-05');
export const STAY_DAY_NUMBER = localDateToNumber(STAY_DAY);

/** `count` different bills of `lineCount` lines each, from the hospital's real items, the same for every run. */
export function makeBills(count: number, lineCount: number, seed = 1): EncodedBill[] {
  const items = readMappings(INSTITUTION).map((item) => item.itemCode);
  const next = generator(seed);
  return Array.from({ length: count }, () => {
    const lines = Array.from({ length: lineCount }, (_, index) => line(index + 1, items, next));
    return {
      settleLines: Buffer.from(SettleRequest.encode(SettleRequest.fromPartial({ lines })).finish()),
      uploadLines: Buffer.from(
        UploadChargesRequest.encode(UploadChargesRequest.fromPartial({ lines })).finish(),
      ),
      lineCount,
      totalFen: lines.reduce((sum, one) => sum + one.amountFen, 0),
    };
  });
}

function line(lineNumber: number, items: readonly string[], next: () => number): ChargeLine {
  const quantity = 1 + Math.floor(next() * 4);
  const priceFen = 50 + Math.floor(next() * 20_000);
  return {
    lineNumber,
    itemCode: items[Math.floor(next() * items.length)] as string,
    quantityE4: quantity * 10_000,
    unitPriceE4: priceFen * 100,
    amountFen: quantity * priceFen,
    serviceDate: STAY_DAY_NUMBER,
    itemName: '注射用紫杉醇（白蛋白结合型）',
    specification: '100mg/支',
    unit: '支',
    serviceTime: '10:52:59',
    prescriberCode: 'D41010500001',
    outsideInstitutionCode: '',
  };
}

/** A small linear congruential generator: the load is the same in every run, and nothing depends on its quality. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
