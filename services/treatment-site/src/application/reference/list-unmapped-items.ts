import type { ListUnmappedItemsRequest, ListUnmappedItemsResponse } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { listUnmappedItems as listItems } from '../../repositories/mappings.ts';
import type { Caller } from '../caller.ts';
import type { Site } from '../site.ts';

const PAGE_DEFAULT = 100;
const PAGE_MAX = 1_000;

/** In order of item code; the page token is the last code shown. */
export async function listUnmappedItems(
  site: Site,
  request: ListUnmappedItemsRequest,
  caller: Caller,
): Promise<ListUnmappedItemsResponse | Refusal> {
  const { pageSize, pageToken } = request;
  if (pageSize < 0 || pageSize > PAGE_MAX) return refuse('FRM-PAGE');
  const size = pageSize === 0 ? PAGE_DEFAULT : pageSize;
  await site.refusals.idle();
  const after = Buffer.from(pageToken, 'base64url').toString('utf8');
  const items = await listItems(site.database, caller.institutionCode, after, size + 1);
  const shown = items.slice(0, size);
  const last = shown.at(-1);
  return {
    items: [...shown],
    nextPageToken: items.length > size && last ? Buffer.from(last.itemCode).toString('base64url') : '',
  };
}
