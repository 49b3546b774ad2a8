import { type Refusal, refuse } from '@yijie/errors';
import { FILING_GROUPS, type FilingRecord, filingGroup } from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import { filingsOfPerson } from '../../repositories/filing/filing-rows.ts';
import { pageOf, pageSizeOf } from '../page.ts';

/** A person's filings over all channels, newest application first; `group` narrows them to one of the groups people know. */
export async function listPersonFilings(
  database: Queryable,
  personToken: string,
  asked: { readonly group: string; readonly pageSize: number; readonly pageToken: string },
): Promise<
  { readonly ok: true; readonly filings: readonly FilingRecord[]; readonly nextPageToken: string } | Refusal
> {
  const { group, pageToken } = asked;
  if (group !== '' && !FILING_GROUPS.some((one) => one === group))
    return refuse('FRM-VALUE', { field: 'group', value: group, allowed: FILING_GROUPS.join(', ') });
  const size = pageSizeOf(asked.pageSize);
  if (size === undefined) return refuse('FRM-PAGE');
  const all = (await filingsOfPerson(database, personToken))
    .map(({ record }) => record)
    .filter((record) => group === '' || filingGroup(record) === group);
  const from = pageToken === '' ? 0 : all.findIndex(({ filingId }) => filingId === pageToken) + 1;
  // A token that names none of the person's filings is nobody's first page.
  if (pageToken !== '' && from === 0) return refuse('FRM-PAGE');
  const { shown, last } = pageOf(all.slice(from, from + size + 1), size);
  return { ok: true, filings: shown, nextPageToken: last?.filingId ?? '' };
}
