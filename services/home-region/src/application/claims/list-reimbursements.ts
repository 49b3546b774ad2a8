import type { ListReimbursementsRequest } from '@yijie/contracts/reimbursement';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { REIMBURSEMENT_STATES } from '../../core/claims/reimbursement-states.ts';
import { casesAtDesk, casesOfPerson, type StoredCase } from '../../repositories/claims/reimbursement-rows.ts';
import { pageOf, pageSizeOf } from '../page.ts';

/** A person's claims, or those of a pool in one state; a caller without a pool names the person. */
export async function listReimbursements(
  database: Queryable,
  request: ListReimbursementsRequest,
  pool: string | undefined,
): Promise<
  { readonly ok: true; readonly cases: readonly StoredCase[]; readonly nextPageToken: string } | Refusal
> {
  const size = pageSizeOf(request.pageSize);
  if (size === undefined) return refuse('FRM-PAGE');
  const after = request.pageToken === '' ? undefined : readToken(request.pageToken);
  if (after === null) return refuse('FRM-PAGE');
  if (request.personToken !== '') {
    const place = after && { openedAtMs: Number(after.at), reimbursementId: after.id };
    const found = await casesOfPerson(database, request.personToken, pool, place, size + 1);
    return page(found, size, ({ openedAtMs }) => `${openedAtMs}`);
  }
  const state = REIMBURSEMENT_STATES.find((one) => one === request.state);
  if (state === undefined) return refuse('FRM-VALUE', { field: 'state', value: request.state });
  if (pool === undefined) return refuse('FRM-REQUIRED', { field: 'person_token' });
  const place = after && { dueOn: after.at, reimbursementId: after.id };
  const found = await casesAtDesk(database, pool, state, place, size + 1);
  return page(found, size, ({ dueOn }) => dueOn ?? 'infinity');
}

function page(
  found: readonly StoredCase[],
  size: number,
  at: (one: StoredCase['found']) => string,
): { readonly ok: true; readonly cases: readonly StoredCase[]; readonly nextPageToken: string } {
  const { shown, last } = pageOf(found, size);
  const nextPageToken =
    last === undefined
      ? ''
      : Buffer.concat([last.found.reimbursementId, Buffer.from(at(last.found))]).toString('base64url');
  return { ok: true, cases: shown, nextPageToken };
}

/** Sixteen bytes of id, then where it stands; null when it isn't one of ours. */
function readToken(token: string): { readonly id: Buffer; readonly at: string } | null {
  const bytes = Buffer.from(token, 'base64url');
  const at = bytes.subarray(16).toString('utf8');
  if (bytes.length <= 16 || !/^(?:\d{1,15}|\d{4}-\d\d-\d\d|infinity)$/.test(at)) return null;
  return { id: bytes.subarray(0, 16), at };
}
