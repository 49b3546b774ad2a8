import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import {
  type PersonSettlement,
  personSettlements,
  type SettlementPlace,
} from '../../repositories/queries/person-settlements.ts';
import { pageOf, pageSizeOf } from '../page.ts';

export interface SettlementPage {
  readonly ok: true;
  readonly settlements: readonly PersonSettlement[];
  readonly nextPageToken: string;
}

/** A person's settlements and refunds, newest first; the page token is the last one shown. */
export async function listPersonSettlements(
  database: Queryable,
  personToken: string,
  pool: string | undefined,
  asked: { readonly pageSize: number; readonly pageToken: string },
): Promise<SettlementPage | Refusal> {
  const size = pageSizeOf(asked.pageSize);
  const after = readToken(asked.pageToken);
  if (size === undefined || after === null) return refuse('FRM-PAGE');
  const found = await personSettlements(database, personToken, pool, after, size + 1);
  const { shown, last } = pageOf(found, size);
  return { ok: true, settlements: shown, nextPageToken: last === undefined ? '' : writeToken(last) };
}

/** Eight bytes of time, sixteen of id; null when it isn't one of ours. */
function readToken(token: string): SettlementPlace | undefined | null {
  if (token === '') return undefined;
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== 24 || bytes.readUInt16BE(0) !== 0) return null;
  return { settledAtMs: bytes.readUIntBE(2, 6), settlementId: bytes.subarray(8) };
}

function writeToken({ settledAtMs, settlementId }: PersonSettlement): string {
  const time = Buffer.alloc(8);
  time.writeUIntBE(settledAtMs, 2, 6);
  return Buffer.concat([time, settlementId]).toString('base64url');
}
