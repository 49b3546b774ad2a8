import { parseRegionCode, type VisitKind } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import { checkNoIdentity, checkText } from './form.ts';
import type { Institution } from './institution.ts';
import { regionHolds } from './notice.ts';

export interface NoticeStatement {
  readonly region: string;
  readonly institutionCode: string;
  readonly service: VisitKind | undefined;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly reasonZh: string;
  readonly reasonEn: string;
  readonly planned: boolean;
}

export interface NoticeFacts {
  readonly nowMs: number;
  /** A planned stop is announced at least so long ahead (§6.1: `notice_hours`). */
  readonly noticeHours: number;
  /** The pool whose stops the caller may announce; undefined for all, home regions included. */
  readonly pool: string | undefined;
  readonly institution: Institution | undefined;
}

const HOUR_MS = 3_600_000;
const REASON_MAX = 500;

/** Whether a stop may be announced as stated: its scope, its times, and how long ahead. */
export function checkNotice(statement: NoticeStatement, facts: NoticeFacts): Refusal | undefined {
  const { startsAtMs, endsAtMs, planned, reasonZh, reasonEn } = statement;
  const { nowMs, noticeHours } = facts;
  const scope = checkScope(statement, facts);
  if (scope) return scope;
  if (reasonZh === '') return refuse('FRM-REQUIRED', { field: 'reason_zh' });
  const malformed =
    checkText('reason_zh', reasonZh, REASON_MAX) ??
    checkText('reason_en', reasonEn, REASON_MAX) ??
    checkNoIdentity('reason_zh', reasonZh) ??
    checkNoIdentity('reason_en', reasonEn);
  if (malformed) return malformed;
  if (!Number.isSafeInteger(startsAtMs) || startsAtMs <= 0 || endsAtMs <= startsAtMs || endsAtMs <= nowMs)
    return refuse('NTC-DATES');
  if (planned && startsAtMs - nowMs < noticeHours * HOUR_MS)
    return refuse('NTC-SHORT', { hours: String(noticeHours) });
  return undefined;
}

/** One region or one institution, within what the caller may speak for. */
function checkScope(statement: NoticeStatement, { pool, institution }: NoticeFacts): Refusal | undefined {
  const { region, institutionCode } = statement;
  const scope = region || institutionCode;
  if ((region === '') === (institutionCode === '')) return refuse('NTC-SCOPE', scope === '' ? {} : { scope });
  if (region !== '') {
    if (parseRegionCode(region) === undefined)
      return refuse('FRM-REGION', { field: 'region', value: region });
    return pool === undefined || regionHolds(pool, region) ? undefined : refuse('NTC-SCOPE', { scope });
  }
  if (institution === undefined) return refuse('ORG-UNKNOWN', { institutionCode });
  return pool === undefined || regionHolds(pool, institution.pool)
    ? undefined
    : refuse('NTC-SCOPE', { scope });
}
