import { type Instant, type LocalDate, localDateAt, startOfDay } from '@yijie/calendar';

/** The instant that a settlement or refund made now is dated with. */
export type SettlementInstant = (nowMs: number) => number;

export const datedNow: SettlementInstant = (nowMs) => nowMs;

/**
 * The same time of day on another day: for trials with a bill of the past, on a day for which the catalogue and the
 * policy packs hold. Expiry and order go by the real time. Production refuses the setting.
 */
export function datedOn(day: LocalDate): SettlementInstant {
  const start = startOfDay(day);
  return (nowMs) => start + (nowMs - startOfDay(localDateAt(nowMs as Instant)));
}
