import type { BillLine } from '@yijie/catalogue';
import { decodeUploadChargesLines } from '@yijie/contracts/hot';
import { containsLine, type LineRanges } from '../../core/line-ranges.ts';

/** The lines of a stored upload that count. */
export function countingLines(bytes: Buffer, ranges: LineRanges): BillLine[] {
  return decodeUploadChargesLines(bytes).lines.filter((line) => containsLine(ranges, line.lineNumber));
}
