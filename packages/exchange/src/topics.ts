import { provinceOf } from '@yijie/codes';

/** Names of the topics (proto/yijie/exchange/v1). They exist only for configured provinces. */

/** State-changing commands for a home province, keyed by person token. */
export function requestTopic(homePool: string, prefix = ''): string {
  return `${prefix}yijie.request.${provinceOf(homePool)}`;
}

/** Questions that change nothing: verification, benefit check, pre-settlement, explanation. */
export function quoteTopic(homePool: string, prefix = ''): string {
  return `${prefix}yijie.quote.${provinceOf(homePool)}`;
}

/** Replies to a treatment province. */
export function resultTopic(treatmentPool: string, prefix = ''): string {
  return `${prefix}yijie.result.${provinceOf(treatmentPool)}`;
}

/** What the national centre tells all home provinces: a year is finally closed. Keyed by home province. */
export function clearingTopic(prefix = ''): string {
  return `${prefix}yijie.clearing`;
}

/** Settlement facts of both sides, keyed by settlement id. */
export function factTopic(prefix = ''): string {
  return `${prefix}yijie.fact`;
}
