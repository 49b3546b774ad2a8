import { parseRegionCode } from '@yijie/codes';
import { VisitKind } from '@yijie/contracts/common';
import type {
  ListNoticesRequest,
  ListNoticesResponse,
  Notice as NoticeView,
  PublishNoticeRequest,
  PublishNoticeResponse,
  WithdrawNoticeRequest,
  WithdrawNoticeResponse,
} from '@yijie/contracts/directory';
import { type Refusal, refuse } from '@yijie/errors';
import { idToText } from '@yijie/runtime';
import { isKey } from '../../core/form.ts';
import { VISIT_KIND_WORDS } from '../../core/institution.ts';
import { type Notice, regionHolds } from '../../core/notice.ts';
import { checkNotice, type NoticeStatement } from '../../core/publish-notice.ts';
import { saveAudit } from '../../repositories/audit-part.ts';
import { findNotice, insertNotice, listNotices as listRows, withdraw } from '../../repositories/notices.ts';
import type { Caller } from '../caller.ts';
import { idOf, newId } from '../ids.ts';
import type { Site } from '../site.ts';
import { kindNumber, pageSize } from './directory.ts';

/** Stops in force and to come, by start: the last one shown is the page token. */
export async function listNotices(
  site: Site,
  request: ListNoticesRequest,
): Promise<ListNoticesResponse | Refusal> {
  const size = pageSize(request.pageSize);
  const after = positionOf(request.pageToken);
  if (size === undefined || after === 'none') return refuse('FRM-PAGE');
  const { region, institutionCode, includeEnded } = request;
  if (region !== '' && parseRegionCode(region) === undefined)
    return refuse('FRM-REGION', { field: 'region', value: region });
  const rows = await listRows(site.database, {
    region,
    institutionCode,
    endsAfterMs: includeEnded ? 0 : site.clock.now(),
    after,
    size: size + 1,
  });
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    notices: shown.map(noticeView),
    nextPageToken: rows.length > size && last ? positionToken(last) : '',
  };
}

/** Announces a stop; from its start on it stands in the errors that it causes. */
export async function publishNotice(
  site: Site,
  request: PublishNoticeRequest,
  caller: Caller,
): Promise<PublishNoticeResponse | Refusal> {
  if (!isKey(request.idempotencyKey)) return refuse('KEY-MISSING');
  const { region = '', institutionCode = '', service = VisitKind.UNSPECIFIED } = request.scope ?? {};
  if (service !== VisitKind.UNSPECIFIED && VISIT_KIND_WORDS[service] === undefined)
    return refuse('FRM-VALUE', { field: 'scope.service', value: String(service) });
  const { startsAtMs, endsAtMs, reasonZh, reasonEn, planned } = request;
  const statement: NoticeStatement = {
    region,
    institutionCode,
    service: VISIT_KIND_WORDS[service],
    startsAtMs,
    endsAtMs,
    reasonZh,
    reasonEn,
    planned,
  };
  const nowMs = site.clock.now();
  const refusal = checkNotice(statement, {
    nowMs,
    noticeHours: site.settings.noticeHours,
    pool: poolOf(caller),
    institution: site.institutions.find(institutionCode),
  });
  if (refusal) return refusal;
  const notice: Notice = {
    ...statement,
    noticeId: newId(site.ids),
    publishedAtMs: nowMs,
    withdrawnAtMs: undefined,
  };
  const kept = await site.database.transaction(async (tx) => {
    const inserted = await insertNotice(tx, notice, caller.audit.actor, request.idempotencyKey);
    const object = `notice:${idToText(inserted.notice.noticeId)}`;
    if (inserted.isNew) await saveAudit(tx, [{ by: caller.audit, action: 'publish-notice', object }], nowMs);
    return inserted;
  });
  if (!isSame(kept.notice, statement)) return refuse('KEY-REUSED', { key: request.idempotencyKey });
  await announced(site);
  return { notice: noticeView(kept.notice) };
}

/** Takes a notice back, or ends it early; it stays readable among those that have ended. */
export async function withdrawNotice(
  site: Site,
  request: WithdrawNoticeRequest,
  caller: Caller,
): Promise<WithdrawNoticeResponse | Refusal> {
  const id = idOf(request.noticeId);
  const notice = id && (await findNotice(site.database, id));
  if (notice === undefined || !maySpeakFor(site, caller, notice))
    return refuse('NTC-NOTFOUND', { noticeId: request.noticeId });
  const nowMs = site.clock.now();
  await site.database.transaction(async (tx) => {
    if (!(await withdraw(tx, notice.noticeId, nowMs))) return;
    const object = `notice:${request.noticeId}`;
    await saveAudit(tx, [{ by: caller.audit, action: 'withdraw-notice', object }], nowMs);
  });
  await announced(site);
  return { notice: noticeView({ ...notice, withdrawnAtMs: notice.withdrawnAtMs ?? nowMs }) };
}

/** Here at once; on the other replicas by word of Redis, or with their next refresh. */
async function announced(site: Site): Promise<void> {
  await site.notices.refresh();
  site.directoryChanged();
}

function poolOf({ rows }: Caller): string | undefined {
  return 'pool' in rows ? rows.pool : undefined;
}

function maySpeakFor(site: Site, caller: Caller, notice: Notice): boolean {
  const pool = poolOf(caller);
  if (pool === undefined) return true;
  const place = notice.region || site.institutions.find(notice.institutionCode)?.pool;
  return place !== undefined && regionHolds(pool, place);
}

function isSame(notice: Notice, statement: NoticeStatement): boolean {
  return (Object.keys(statement) as (keyof NoticeStatement)[]).every(
    (name) => notice[name] === statement[name],
  );
}

function noticeView(notice: Notice): NoticeView {
  return {
    noticeId: idToText(notice.noticeId),
    scope: {
      region: notice.region,
      institutionCode: notice.institutionCode,
      service: kindNumber(notice.service),
    },
    startsAtMs: notice.startsAtMs,
    endsAtMs: notice.endsAtMs,
    reasonZh: notice.reasonZh,
    reasonEn: notice.reasonEn,
    planned: notice.planned,
    publishedAtMs: notice.publishedAtMs,
    withdrawnAtMs: notice.withdrawnAtMs ?? 0,
  };
}

const POSITION_BYTES = 24;

function positionToken({ startsAtMs, noticeId }: Notice): string {
  const position = Buffer.alloc(POSITION_BYTES);
  position.writeBigInt64BE(BigInt(startsAtMs));
  noticeId.copy(position, 8);
  return position.toString('base64url');
}

function positionOf(token: string): { startsAtMs: number; noticeId: Buffer } | 'none' | undefined {
  if (token === '') return undefined;
  const position = Buffer.from(token, 'base64url');
  if (position.length !== POSITION_BYTES) return 'none';
  return { startsAtMs: Number(position.readBigInt64BE()), noticeId: position.subarray(8) };
}
