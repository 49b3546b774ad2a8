import { type LocalDate, localDate } from '@yijie/calendar';
import type { FeeCategoryCode } from '@yijie/codes';
import { basisPoints } from '@yijie/money';
import type { BillLine, CatalogueRow, ItemClass, ItemGroup, MappingRow, StayDates } from '../src/contract.ts';

export const STAY: StayDates = {
  admissionDate: localDate('2025-02-05'),
  lastDate: localDate('2025-02-07'),
};

export function mapping(
  itemCode: string,
  nationalCode: string,
  from = '2025-01-01',
  until?: string,
): MappingRow {
  return { itemCode, nationalCode, validFrom: localDate(from), validUntil: dayOrNone(until) };
}

export function selfPaid(itemCode: string, category: FeeCategoryCode): MappingRow {
  return {
    itemCode,
    selfPaidReason: '无国家编码',
    selfPaidCategory: category,
    validFrom: localDate('2025-01-01'),
  };
}

interface EntryTerms {
  readonly itemClass?: ItemClass;
  readonly ratio?: number;
  readonly limitE4?: number;
  readonly category?: FeeCategoryCode;
  readonly group?: ItemGroup;
  readonly from?: string;
  readonly until?: string;
}

export function entry(nationalCode: string, terms: EntryTerms = {}): CatalogueRow {
  return {
    nationalCode,
    itemClass: terms.itemClass ?? 'A',
    prepayRatio: basisPoints(terms.ratio ?? 0),
    priceLimitE4: terms.limitE4,
    category: terms.category ?? '09',
    group: terms.group ?? '',
    validFrom: localDate(terms.from ?? '2025-01-01'),
    validUntil: dayOrNone(terms.until ?? '2026-01-01'),
  };
}

/** A sound line of one unit at 10 yuan, changed where a test says. */
export function line(lineNumber: number, itemCode: string, change: Partial<BillLine> = {}): BillLine {
  return {
    lineNumber,
    itemCode,
    quantityE4: 10_000,
    unitPriceE4: 100_000,
    amountFen: 1_000,
    serviceDate: 20250205,
    ...change,
  };
}

function dayOrNone(text: string | undefined): LocalDate | undefined {
  return text === undefined ? undefined : localDate(text);
}
