import { unmappedItems } from '@yijie/catalogue';
import type { WithBillLines } from '@yijie/contracts/hot';
import { Call, UploadChargesRequest, UploadChargesResponse } from '@yijie/contracts/treatment';
import { idToText } from '@yijie/runtime';
import { needsStoredLines } from '../../core/charges.ts';
import { decideUpload } from '../../core/upload.ts';
import type { Caller } from '../caller.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';
import { doneHere, runVisitCall } from './run-visit-call.ts';

/** 2301 / 2204: all lines of the call, or none. The bytes that arrived are what is kept. */
export async function uploadCharges(
  site: Site,
  request: WithBillLines<UploadChargesRequest>,
  caller: Caller,
): Promise<UploadChargesResponse> {
  const { lines } = request;
  const index = site.mappings.indexFor(caller.institutionCode);
  const visitId = idOf(request.visitId);
  const response = await runVisitCall(
    site,
    caller,
    request,
    'upload-charges',
    request.visitId,
    () => ({
      call: Call.UPLOAD_CHARGES,
      visitId,
      needsUploads: (visit) => needsStoredLines(visit.charges, lines),
      decide({ visit, uploads, today }) {
        const storedLines =
          visit && needsStoredLines(visit.charges, lines)
            ? uploads.flatMap((upload) => upload.lines)
            : undefined;
        const decision = decideUpload(lines, caller.requestBytes, visit, storedLines, {
          index,
          today,
          idText: idToText,
        });
        if (!decision.ok) return decision;
        const { bill } = decision.visit.charges;
        const answer = UploadChargesResponse.encode({
          outcome: doneHere(),
          storedLines: decision.storedLines,
          knownLines: decision.knownLines,
          visitLines: bill.lineCount,
          visitTotalFen: bill.totalFen,
        }).finish();
        return { change: decision, answer };
      },
    }),
    {
      decode: UploadChargesResponse.decode,
      bare: (outcome) => ({ outcome, storedLines: 0, knownLines: 0, visitLines: 0, visitTotalFen: 0 }),
      unmapped: () =>
        // Read again in full, with the names, which a refusal can afford.
        unmappedItems(index, UploadChargesRequest.decode(caller.requestBytes).lines).map((item) => ({
          ...item,
          institutionCode: caller.institutionCode,
          visitId,
        })),
    },
  );
  site.flow.linesStored(response.storedLines);
  return response;
}
