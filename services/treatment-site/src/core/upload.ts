import type { LocalDate } from '@yijie/calendar';
import type { BillLine, CatalogueIndex } from '@yijie/catalogue';
import { type Refusal, refuse } from '@yijie/errors';
import { addToBill, recountCharges, storedWith } from './charges.ts';
import { LINES_PER_CALL_MAX } from './form.ts';
import { carriesIdentityNumber } from './identity-scan.ts';
import { containsLine, linesIn, rangesOf, removeLines } from './line-ranges.ts';
import { checkOutsideLines } from './outside-lines.ts';
import { SPLIT_LINES_MAX } from './split-lines.ts';
import { isStay, NO_CHARGES, type Visit } from './visit.ts';
import { nextVersion, type VisitChange, type VisitDecision } from './visit-change.ts';
import { type IdText, refuseUnlessOpen } from './visit-guards.ts';

export interface ChargeFacts {
  readonly index: CatalogueIndex;
  readonly today: LocalDate;
  readonly idText: IdText;
}

export interface Upload {
  readonly uploadNo: number;
  readonly ranges: readonly number[];
  /** The lines of the upload that count. */
  readonly lines: readonly BillLine[];
}

export type UploadDecision =
  | (VisitChange & { readonly storedLines: number; readonly knownLines: number })
  | Refusal;

/** 2301 / 2204: all lines of the call or none. */
export function decideUpload(
  lines: readonly BillLine[],
  bytes: Buffer,
  visit: Visit | undefined,
  storedLines: readonly BillLine[] | undefined,
  facts: ChargeFacts,
): UploadDecision {
  if (lines.length === 0) return refuse('FRM-REQUIRED', { field: 'lines' });
  if (lines.length > LINES_PER_CALL_MAX) {
    return refuse('CAT-TOO-MANY', { count: String(lines.length), max: String(LINES_PER_CALL_MAX) });
  }
  if (carriesIdentityNumber(bytes)) return refuse('FRM-IDENTITY', { field: 'lines' });
  if (visit === undefined) return refuse('VST-NOTFOUND');
  const closed = refuseUnlessOpen(visit, facts.idText);
  if (closed) return closed;
  const outside = checkOutsideLines(lines, visit);
  if (outside) return outside;
  const stay = { admissionDate: visit.admissionDate, lastDate: facts.today };
  const added = addToBill(visit.charges, storedLines, lines, stay, facts.index);
  if (!added.ok) return added;
  const { fresh } = added;
  if (!isStay(visit.terms) && added.bill.lineCount > SPLIT_LINES_MAX) {
    return refuse('CAT-VISIT-LINES', { count: String(added.bill.lineCount), max: String(SPLIT_LINES_MAX) });
  }
  const knownLines = lines.length - fresh.length;
  if (fresh.length === 0) return { ok: true, visit, storedLines: 0, knownLines };
  return {
    ok: true,
    storedLines: fresh.length,
    knownLines,
    visit: nextVersion(visit, {
      charges: storedWith(visit.charges, added),
      uploadCount: visit.uploadCount + 1,
    }),
    upload: { ranges: rangesOf(fresh.map((line) => line.lineNumber)), bytes },
  };
}

/** 2302 / 2205: takes lines back, all when none is named; the rest is counted anew. */
export function decideWithdraw(
  lineNumbers: readonly number[],
  visit: Visit | undefined,
  uploads: readonly Upload[],
  facts: ChargeFacts,
): VisitDecision {
  if (visit === undefined) return refuse('VST-NOTFOUND');
  const closed = refuseUnlessOpen(visit, facts.idText);
  if (closed) return closed;
  const unknown = lineNumbers.filter((line) => !containsLine(visit.charges.ranges, line));
  if (unknown.length > 0) return refuse('CAT-LINE-UNKNOWN', {}, unknown);
  const withdrawn = new Set(lineNumbers.length === 0 ? linesIn(visit.charges.ranges) : lineNumbers);
  const remaining = uploads
    .filter((upload) => upload.lines.some((line) => withdrawn.has(line.lineNumber)))
    .map((upload) => ({ uploadNo: upload.uploadNo, ranges: removeLines(upload.ranges, withdrawn) }));
  const kept = uploads.flatMap((upload) => upload.lines.filter((line) => !withdrawn.has(line.lineNumber)));
  const stay = { admissionDate: visit.admissionDate, lastDate: facts.today };
  const counted = kept.length === 0 ? undefined : recountCharges(kept, stay, facts.index);
  if (counted && !counted.ok) return counted;
  return {
    ok: true,
    visit: nextVersion(visit, { charges: counted?.charges ?? NO_CHARGES }),
    remaining,
  };
}
