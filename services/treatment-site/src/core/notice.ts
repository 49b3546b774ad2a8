import type { VisitKind } from '@yijie/codes';

/** An outage or maintenance notice (停机公告). */
export interface Notice {
  readonly noticeId: Buffer;
  /** A province or city, "" when an institution is meant. */
  readonly region: string;
  readonly institutionCode: string;
  /** Undefined means every kind of visit. */
  readonly service: VisitKind | undefined;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly reasonZh: string;
  readonly reasonEn: string;
  readonly planned: boolean;
  readonly publishedAtMs: number;
  readonly withdrawnAtMs: number | undefined;
}

/** A notice that is in force at an institution. */
export interface Stop {
  readonly service: VisitKind | undefined;
  readonly endsAtMs: number;
}

export function isInForce(notice: Notice, nowMs: number): boolean {
  return notice.withdrawnAtMs === undefined && notice.startsAtMs <= nowMs && nowMs < notice.endsAtMs;
}

/** Whether a region (province xx0000, city xxyy00, or a pool of its own) takes a pool in. */
export function regionHolds(region: string, pool: string): boolean {
  if (region.endsWith('0000')) return pool.slice(0, 2) === region.slice(0, 2);
  return region.endsWith('00') ? pool.slice(0, 4) === region.slice(0, 4) : pool === region;
}
