import type { BillLine } from '@yijie/catalogue';
import { UploadChargesRequest } from '@yijie/contracts/treatment';
import { containsLine, type LineRanges } from '../core/line-ranges.ts';

/** The lines of a stored upload that count. */
export function countingLines(bytes: Buffer, ranges: LineRanges): BillLine[] {
  return UploadChargesRequest.decode(bytes).lines.filter((line) => containsLine(ranges, line.lineNumber));
}
