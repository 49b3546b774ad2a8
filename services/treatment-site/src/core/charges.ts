import { type LocalDate, localDateFromNumber } from '@yijie/calendar';
import {
  type BillLine,
  type CatalogueIndex,
  type ConvertedBill,
  convert,
  type StayDates,
} from '@yijie/catalogue';
import { type Refusal, refuse } from '@yijie/errors';
import { addRanges, containsLine, rangesOf } from './line-ranges.ts';
import { addBills, type StoredCharges } from './visit.ts';

export interface AddedCharges {
  readonly ok: true;
  /** The visit's bill with the new lines. */
  readonly bill: ConvertedBill;
  /** Lines of this call that were not stored before. */
  readonly fresh: readonly BillLine[];
}

/**
 * Whether the stored lines themselves are needed to judge new ones: to compare a repeated line, or to balance a return
 * with what was charged. Else their totals and numbers are enough.
 */
export function needsStoredLines(charges: StoredCharges, lines: readonly BillLine[]): boolean {
  if (charges.bill.lineCount === 0) return false;
  return lines.some((line) => line.quantityE4 < 0 || containsLine(charges.ranges, line.lineNumber));
}

/**
 * The visit's bill with the lines of a call added. All of them count or none; a line that is stored already with the same
 * content is skipped. `storedLines` are given when {@link needsStoredLines} says so.
 */
export function addToBill(
  charges: StoredCharges,
  storedLines: readonly BillLine[] | undefined,
  lines: readonly BillLine[],
  stay: StayDates,
  index: CatalogueIndex,
): AddedCharges | Refusal {
  if (storedLines === undefined) {
    const conversion = convert(index, stay, lines);
    if (!conversion.ok) return catalogueRefusal(conversion.refusals);
    return { ok: true, bill: addBills(charges.bill, conversion.bill), fresh: lines };
  }
  const known = compareWithKnown(storedLines, lines);
  if (!known.ok) return known;
  const conversion = convert(index, stay, inOrder([...storedLines, ...known.fresh]));
  if (!conversion.ok) return catalogueRefusal(conversion.refusals);
  return { ok: true, bill: conversion.bill, fresh: known.fresh };
}

/** What is stored of a visit once the lines are added. */
export function storedWith(charges: StoredCharges, added: AddedCharges): StoredCharges {
  return {
    bill: added.bill,
    ranges: addRanges(charges.ranges, rangesOf(added.fresh.map((line) => line.lineNumber))),
    ...serviceDates(added.fresh, charges),
  };
}

/** The charges of a visit counted anew from its remaining lines. */
export function recountCharges(
  lines: readonly BillLine[],
  stay: StayDates,
  index: CatalogueIndex,
): { readonly ok: true; readonly charges: StoredCharges } | Refusal {
  const conversion = convert(index, stay, inOrder(lines));
  if (!conversion.ok) return catalogueRefusal(conversion.refusals);
  return {
    ok: true,
    charges: {
      bill: conversion.bill,
      ranges: rangesOf(lines.map((line) => line.lineNumber)),
      ...serviceDates(lines),
    },
  };
}

/** The first and most basic flaw is the one refused; the others follow once it is corrected. */
export function catalogueRefusal(
  refusals: readonly {
    code: string;
    values: Readonly<Record<string, string>>;
    lineNumbers: readonly number[];
  }[],
): Refusal {
  const [first] = refusals;
  if (first === undefined) throw new TypeError('a bill was refused without a reason');
  return { ok: false, ...first };
}

function compareWithKnown(
  stored: readonly BillLine[],
  lines: readonly BillLine[],
): { readonly ok: true; readonly fresh: readonly BillLine[] } | Refusal {
  const byNumber = new Map(stored.map((line) => [line.lineNumber, line]));
  const changed = lines.filter((line) => {
    const known = byNumber.get(line.lineNumber);
    return known !== undefined && !isSameLine(known, line);
  });
  if (changed.length > 0) {
    return refuse(
      'CAT-LINE-CHANGED',
      {},
      changed.map((line) => line.lineNumber),
    );
  }
  return { ok: true, fresh: lines.filter((line) => !byNumber.has(line.lineNumber)) };
}

function isSameLine(a: BillLine, b: BillLine): boolean {
  return (
    a.itemCode === b.itemCode &&
    a.quantityE4 === b.quantityE4 &&
    a.unitPriceE4 === b.unitPriceE4 &&
    a.amountFen === b.amountFen &&
    a.serviceDate === b.serviceDate &&
    a.outsideInstitutionCode === b.outsideInstitutionCode
  );
}

function inOrder(lines: readonly BillLine[]): BillLine[] {
  return lines.toSorted((a, b) => a.lineNumber - b.lineNumber);
}

function serviceDates(
  lines: readonly BillLine[],
  before?: StoredCharges,
): Pick<StoredCharges, 'firstServiceDate' | 'lastServiceDate'> {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const { serviceDate } of lines) {
    if (serviceDate < first) first = serviceDate;
    if (serviceDate > last) last = serviceDate;
  }
  const firstDate = last === 0 ? undefined : localDateFromNumber(first);
  const lastDate = last === 0 ? undefined : localDateFromNumber(last);
  return {
    firstServiceDate: earlier(before?.firstServiceDate, firstDate),
    lastServiceDate: later(before?.lastServiceDate, lastDate),
  };
}

function earlier(a: LocalDate | undefined, b: LocalDate | undefined): LocalDate | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

function later(a: LocalDate | undefined, b: LocalDate | undefined): LocalDate | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}
