import { addDays, localDateFromNumber, startOfDay } from '@yijie/calendar';
import type { ListSettlementsRequest, ListSettlementsResponse } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { listSettlements as listRecords } from '../../repositories/settlements.ts';
import type { Caller } from '../caller.ts';
import { idAt } from '../ids.ts';
import type { Site } from '../site.ts';
import { viewOf } from './get-settlement.ts';

const PAGE_DEFAULT = 50;
const PAGE_MAX = 500;
const ID_BYTES = 16;
const LOWEST_ID = Buffer.alloc(ID_BYTES);
const HIGHEST_ID = Buffer.alloc(ID_BYTES, 0xff);

/** Newest first; ids rise with time, so that a day is a stretch of ids and the last id shown is the page token. */
export async function listSettlements(
  site: Site,
  request: ListSettlementsRequest,
  caller: Caller,
): Promise<ListSettlementsResponse | Refusal> {
  const { pageSize, pageToken, fromDate, untilDate } = request;
  if (pageSize < 0 || pageSize > PAGE_MAX) return refuse('FRM-PAGE');
  const size = pageSize === 0 ? PAGE_DEFAULT : pageSize;
  const from = fromDate === 0 ? undefined : localDateFromNumber(fromDate);
  const until = untilDate === 0 ? undefined : localDateFromNumber(untilDate);
  if (fromDate !== 0 && from === undefined)
    return refuse('FRM-DATE', { field: 'from_date', value: String(fromDate) });
  if (untilDate !== 0 && until === undefined)
    return refuse('FRM-DATE', { field: 'until_date', value: String(untilDate) });
  const position = pageToken === '' ? undefined : Buffer.from(pageToken, 'base64url');
  if (position !== undefined && position.length !== ID_BYTES) return refuse('FRM-PAGE');
  const endId = until === undefined ? HIGHEST_ID : idAt(startOfDay(addDays(until, 1)));
  const records = await listRecords(site.database, caller.rows, {
    aboveId: from === undefined ? LOWEST_ID : idAt(startOfDay(from)),
    belowId: position !== undefined && position.compare(endId) < 0 ? position : endId,
    size: size + 1,
  });
  const shown = records.slice(0, size);
  const last = shown.at(-1);
  return {
    settlements: shown.map(viewOf),
    nextPageToken: records.length > size && last ? last.command.commandId.toString('base64url') : '',
  };
}
