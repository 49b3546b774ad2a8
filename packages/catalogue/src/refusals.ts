import { localDateToNumber } from '@yijie/calendar';
import { type CatalogueIndex, findTerms } from './catalogue-index.ts';
import {
  type BillLine,
  CATALOGUE_REFUSAL_CODES,
  type CatalogueRefusal,
  type CatalogueRefusalCode,
  type StayDates,
} from './contract.ts';
import { fieldOutOfRange } from './line-form.ts';
import { lineAmount } from './line-parts.ts';
import { findReturnedTooMuch } from './returns.ts';

/** How many different codes a refusal names; its line numbers are always complete. */
const NAMED_MAX = 10;

/** Everything that is wrong with a bill; empty when it is sound. Returns are judged once every line is sound. */
export function findRefusals(
  index: CatalogueIndex,
  stay: StayDates,
  lines: readonly BillLine[],
): CatalogueRefusal[] {
  const flawed = new Map<CatalogueRefusalCode, BillLine[]>();
  for (const line of lines) {
    const code = flawOf(index, stay, line);
    if (code !== undefined) flawed.set(code, [...(flawed.get(code) ?? []), line]);
  }
  const repeated = linesWithRepeatedNumber(lines);
  if (repeated.length > 0) flawed.set('CAT-LINE-DUP', repeated);
  if (flawed.size === 0) {
    const returned = findReturnedTooMuch(index, lines);
    if (returned.length > 0) flawed.set('CAT-RETURN', returned);
  }
  return CATALOGUE_REFUSAL_CODES.flatMap((code) => {
    const meant = flawed.get(code);
    return meant === undefined
      ? []
      : [{ ok: false, code, values: valuesOf(code, index, stay, meant), lineNumbers: numbersOf(meant) }];
  });
}

function flawOf(index: CatalogueIndex, stay: StayDates, line: BillLine): CatalogueRefusalCode | undefined {
  if (fieldOutOfRange(line) !== undefined) return 'CAT-FORM';
  const isInStay =
    localDateToNumber(stay.admissionDate) <= line.serviceDate &&
    line.serviceDate <= localDateToNumber(stay.lastDate);
  if (!isInStay) return 'CAT-DATE';
  const found = findTerms(index, line.itemCode, line.serviceDate);
  if (found.terms === undefined) return found.unlistedCode === undefined ? 'CAT-UNMAPPED' : 'CAT-ENTRY';
  return lineAmount(line.quantityE4, line.unitPriceE4) === line.amountFen ? undefined : 'CAT-AMOUNT';
}

function linesWithRepeatedNumber(lines: readonly BillLine[]): BillLine[] {
  const seen = new Set<number>();
  return lines.filter(({ lineNumber }) => {
    const isRepeated = seen.has(lineNumber);
    seen.add(lineNumber);
    return isRepeated;
  });
}

function valuesOf(
  code: CatalogueRefusalCode,
  index: CatalogueIndex,
  stay: StayDates,
  meant: readonly BillLine[],
): Record<string, string> {
  switch (code) {
    case 'CAT-FORM':
      return { field: named(meant.map(fieldOutOfRange)) };
    case 'CAT-DATE':
      return { firstDay: stay.admissionDate, lastDay: stay.lastDate };
    case 'CAT-ENTRY':
      return { nationalCodes: named(meant.map((line) => unlistedCodeOf(index, line))) };
    case 'CAT-UNMAPPED':
    case 'CAT-RETURN':
      return { itemCodes: named(meant.map((line) => line.itemCode)) };
    case 'CAT-AMOUNT':
    case 'CAT-LINE-DUP':
      return {};
  }
}

function unlistedCodeOf(index: CatalogueIndex, line: BillLine): string | undefined {
  const found = findTerms(index, line.itemCode, line.serviceDate);
  return found.terms === undefined ? found.unlistedCode : undefined;
}

function numbersOf(lines: readonly BillLine[]): number[] {
  return [...new Set(lines.map(({ lineNumber }) => lineNumber))].sort((a, b) => a - b);
}

function named(texts: readonly (string | undefined)[]): string {
  const different = [...new Set(texts)].filter((text) => text !== undefined);
  const shown = different.slice(0, NAMED_MAX).join(', ');
  return different.length > NAMED_MAX ? `${shown} … (${different.length})` : shown;
}
