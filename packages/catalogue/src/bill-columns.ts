import { SUMS } from './bill-sums.ts';
import { hashWords, wordCount, writeTextWords, writeWords } from './code-words.ts';
import type { BillLine } from './contract.ts';

const LINES_AT_FIRST = 64;
const CODE_WORDS_AT_FIRST = 4 * LINES_AT_FIRST;

/**
 * The lines of a bill as columns, so that neither decoding nor converting makes an object or a text per line. One instance
 * is filled, converted, cleared and filled again.
 */
export class BillColumns {
  count = 0;
  lineNumber = new Int32Array(LINES_AT_FIRST);
  quantityE4 = new Float64Array(LINES_AT_FIRST);
  unitPriceE4 = new Float64Array(LINES_AT_FIRST);
  amountFen = new Float64Array(LINES_AT_FIRST);
  /** YYYYMMDD */
  serviceDate = new Int32Array(LINES_AT_FIRST);
  /** Item code i is `codeWords[codeStart[i] … codeStart[i + 1])`, see {@link hashWords}. */
  codeWords = new Int32Array(CODE_WORDS_AT_FIRST);
  codeStart = new Int32Array(LINES_AT_FIRST + 1);
  /** Length of the code in bytes. */
  codeLength = new Int32Array(LINES_AT_FIRST);
  codeHash = new Int32Array(LINES_AT_FIRST);
  /** Scratch of the conversion: the segment found for each line. */
  found = new Int32Array(LINES_AT_FIRST);
  /** Scratch of the conversion: the sums of the bill, see `sumsAt`. */
  readonly sums = new Float64Array(SUMS);

  clear(): void {
    this.count = 0;
  }

  /** Makes room for one more line whose code has at most `codeBytes` bytes. */
  reserve(codeBytes: number): void {
    const { count } = this;
    if (count === this.lineNumber.length) this.growLines(count * 2);
    const words = (this.codeStart[count] as number) + wordCount(codeBytes);
    if (words > this.codeWords.length) {
      this.codeWords = longer(this.codeWords, new Int32Array(Math.max(words, this.codeWords.length * 2)));
    }
  }

  /** Sets the item code of the line that is being added. Room for it must have been reserved. */
  setItemCode(bytes: Uint8Array, start: number, end: number): void {
    const { count, codeWords, codeStart } = this;
    const first = codeStart[count] as number;
    const after = writeWords(bytes, start, end, codeWords, first);
    codeStart[count + 1] = after;
    this.codeLength[count] = end - start;
    this.codeHash[count] = hashWords(codeWords, first, after);
  }

  /** The same for a text. */
  setItemCodeText(text: string): void {
    const { count, codeWords, codeStart } = this;
    const first = codeStart[count] as number;
    const length = writeTextWords(text, codeWords, first);
    const after = first + wordCount(length);
    codeStart[count + 1] = after;
    this.codeLength[count] = length;
    this.codeHash[count] = hashWords(codeWords, first, after);
  }

  private growLines(lines: number): void {
    this.lineNumber = longer(this.lineNumber, new Int32Array(lines));
    this.quantityE4 = longer(this.quantityE4, new Float64Array(lines));
    this.unitPriceE4 = longer(this.unitPriceE4, new Float64Array(lines));
    this.amountFen = longer(this.amountFen, new Float64Array(lines));
    this.serviceDate = longer(this.serviceDate, new Int32Array(lines));
    this.codeStart = longer(this.codeStart, new Int32Array(lines + 1));
    this.codeLength = longer(this.codeLength, new Int32Array(lines));
    this.codeHash = longer(this.codeHash, new Int32Array(lines));
    this.found = new Int32Array(lines);
  }
}

/** Appends a line with values in range (see `fieldOutOfRange`); the columns would cut others to size. */
export function appendLine(columns: BillColumns, line: BillLine): void {
  const { count } = columns;
  // A unit of UTF-16 is at most three bytes of UTF-8.
  columns.reserve(line.itemCode.length * 3);
  columns.setItemCodeText(line.itemCode);
  columns.lineNumber[count] = line.lineNumber;
  columns.quantityE4[count] = line.quantityE4;
  columns.unitPriceE4[count] = line.unitPriceE4;
  columns.amountFen[count] = line.amountFen;
  columns.serviceDate[count] = line.serviceDate;
  columns.count = count + 1;
}

/** Lines back from columns, for the ways on which speed doesn't count. */
export function linesOf(columns: BillColumns): BillLine[] {
  return Array.from({ length: columns.count }, (_, line) => ({
    lineNumber: columns.lineNumber[line] as number,
    itemCode: itemCodeOf(columns, line),
    quantityE4: columns.quantityE4[line] as number,
    unitPriceE4: columns.unitPriceE4[line] as number,
    amountFen: columns.amountFen[line] as number,
    serviceDate: columns.serviceDate[line] as number,
  }));
}

function itemCodeOf({ codeWords, codeStart, codeLength }: BillColumns, line: number): string {
  const first = codeStart[line] as number;
  const length = codeLength[line] as number;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (codeWords[first + (i >>> 2)] as number) >>> ((i & 3) * 8);
  return DECODER.decode(bytes);
}

const DECODER = new TextDecoder();

function longer<Column extends Int32Array | Float64Array>(column: Column, empty: Column): Column {
  empty.set(column);
  return empty;
}
