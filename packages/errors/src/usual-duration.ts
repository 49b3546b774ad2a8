import type { Actor, Retry, UsualDuration } from './entry.ts';
import { errorEntry, isErrorCode } from './error-catalogue.ts';

/** How long it usually takes until the visit can go on after a failure. */
export function usualDuration(code: string): UsualDuration {
  const entry = errorEntry(isErrorCode(code) ? code : 'NET-CODE');
  return entry.usually ?? byRetry[entry.retry] ?? byActor[entry.actor];
}

/** What no source names: our own defaults, and marked so. */
const DEFAULT = 'default';

const byActor: Readonly<Record<Actor, UsualDuration>> = {
  'insured-person': { zh: '当日', en: 'the same day', basis: DEFAULT },
  hospital: { zh: '几分钟', en: 'a few minutes', basis: DEFAULT },
  'home-agency': { zh: '2 个工作日内', en: 'within 2 working days', basis: DEFAULT },
  'treatment-agency': { zh: '2 个工作日内', en: 'within 2 working days', basis: DEFAULT },
  'clearing-centre': { zh: '2 个工作日内', en: 'within 2 working days', basis: DEFAULT },
  finance: { zh: '2 个工作日内', en: 'within 2 working days', basis: DEFAULT },
  operations: { zh: '4 小时内', en: 'within 4 hours', basis: DEFAULT },
  nobody: { zh: '不需要等待', en: 'nothing to wait for', basis: DEFAULT },
};

const byRetry: Readonly<Partial<Record<Retry, UsualDuration>>> = {
  auto: { zh: '通常 1 分钟内', en: 'usually within a minute', basis: DEFAULT },
  'new-quote': { zh: '立即', en: 'at once', basis: DEFAULT },
};
