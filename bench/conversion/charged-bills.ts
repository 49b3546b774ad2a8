import { localDate } from '@yijie/calendar';
import { buildIndex, type CatalogueIndex, type CatalogueRow, type MappingRow } from '@yijie/catalogue';
import { FEE_CATEGORY_CODES, type FeeCategoryCode } from '@yijie/codes';
import { ChargeLine, UploadChargesRequest } from '@yijie/contracts/treatment';
import { basisPoints } from '@yijie/money';

export const SERVICE_DATE = localDate('2025-02-05');
const SERVICE_DAY = 20250205;

export interface ChargedBills {
  readonly index: CatalogueIndex;
  /** Bills as they arrive, UploadChargesRequest with every field of ChargeLine set. */
  readonly messages: readonly Buffer[];
  /** What all lines add up to. */
  readonly totalFen: number;
}

export interface Sizes {
  readonly items: number;
  readonly nationalCodes: number;
  readonly bills: number;
  readonly lines: number;
}

/** Bills of random items of a large mapping: every line needs another place of the table. */
export function chargedBills(sizes: Sizes): ChargedBills {
  const random = randomNumbers(20250205);
  const codes = Array.from({ length: sizes.items }, (_, i) => itemCode(i));
  const index = buildIndex(
    codes.map((code, i) => mapping(code, (i * 31) % sizes.nationalCodes)),
    Array.from({ length: sizes.nationalCodes }, (_, i) => entry(i)),
  );
  let totalFen = 0;
  const messages = Array.from({ length: sizes.bills }, (_, bill) => {
    const lines = Array.from({ length: sizes.lines }, (_, line) => {
      const quantity = 1 + random(5);
      const unitPriceE4 = 100 * (1 + random(50_000));
      const amountFen = quantity * (unitPriceE4 / 100);
      totalFen += amountFen;
      return ChargeLine.fromPartial({
        lineNumber: line + 1,
        itemCode: codes[random(sizes.items)] as string,
        quantityE4: quantity * 10_000,
        unitPriceE4,
        amountFen,
        serviceDate: SERVICE_DAY,
        itemName: '注射用紫杉醇(白蛋白结合型)',
        specification: '100mg/支',
        unit: '支',
        serviceTime: '12:21:05',
        prescriberCode: 'D410105000001',
      });
    });
    const request = { idempotencyKey: `bill-${bill}`, visitId: `visit-${bill}`, lines };
    return Buffer.from(UploadChargesRequest.encode(request).finish());
  });
  return { index, messages, totalFen };
}

/** Twelve characters, as local codes of hospitals are. */
function itemCode(i: number): string {
  return `${['XY', 'HY', 'ZL', 'HC'][i % 4]}${String((i * 7_919) % 100_000_007).padStart(8, '0')}-${i % 10}`;
}

function mapping(code: string, nationalCode: number): MappingRow {
  return { itemCode: code, nationalCode: `N${nationalCode}`, validFrom: localDate('2025-01-01') };
}

/** All classes, categories and both groups; a seventh of the entries has a price limit. */
function entry(i: number): CatalogueRow {
  const itemClass = (['A', 'B', 'C'] as const)[i % 3] as 'A' | 'B' | 'C';
  return {
    nationalCode: `N${i}`,
    itemClass,
    prepayRatio: basisPoints(itemClass === 'B' ? 1_000 : 0),
    priceLimitE4: i % 7 === 0 ? 100_000 : undefined,
    category: FEE_CATEGORY_CODES[i % FEE_CATEGORY_CODES.length] as FeeCategoryCode,
    group: i % 9 === 0 ? 'TCM' : '',
    validFrom: localDate('2025-01-01'),
    validUntil: localDate('2026-01-01'),
  };
}

/** The same bills in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}
