import type { Refusal } from '@yijie/errors';
import type { LineRanges } from './line-ranges.ts';
import type { Visit } from './visit.ts';

/** What a call that ends at the treatment site does to a visit. */
export interface VisitChange {
  readonly ok: true;
  /** The visit after the call; a new one, or the next version of the one that was read. */
  readonly visit: Visit;
  readonly upload?: { readonly ranges: LineRanges; readonly bytes: Buffer };
  /** Lines that remain of earlier uploads. */
  readonly remaining?: readonly { readonly uploadNo: number; readonly ranges: LineRanges }[];
}

export type VisitDecision = VisitChange | Refusal;

export function nextVersion(visit: Visit, changes: Partial<Visit>): Visit {
  return { ...visit, ...changes, version: visit.version + 1 };
}
