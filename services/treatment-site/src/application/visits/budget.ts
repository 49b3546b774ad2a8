import type { Caller } from '../caller.ts';
import type { Site } from '../site.ts';

/** How long a question may wait: the budget of the call, or what the caller's deadline leaves. */
export function budgetOf(site: Site, caller: Caller): number {
  return Math.max(0, Math.min(site.settings.questionBudgetMs, caller.deadlineMs - 100 - site.clock.now()));
}
