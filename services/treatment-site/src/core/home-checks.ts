import type { VisitKind as KindWord } from '@yijie/codes';
import { type Diagnosed, type Diagnosed_Finding, Diagnosed_Finding_State } from '@yijie/contracts/exchange';
import { CHECK_ORDER, type CheckName, type CheckResult, failed, refuse } from '@yijie/errors';
import { notReached, passed } from './site-checks.ts';

/** Checks that only one kind of visit has. */
const OF_KIND: Readonly<Partial<Record<CheckName, KindWord>>> = {
  chronic: 'chronic',
  maternity: 'maternity',
  'chosen-hospital': 'outpatient',
};

const HOME_CHECKS = CHECK_ORDER.slice(
  CHECK_ORDER.indexOf('credential'),
  CHECK_ORDER.indexOf('accumulators') + 1,
);

export interface HomeAnswer {
  readonly homePool: string;
  readonly kind: KindWord | undefined;
  /** Undefined when the home region gave no answer in time. */
  readonly diagnosed: Diagnosed | undefined;
  /** When it is back, by the notice in force that stops it. */
  readonly backAt: string | undefined;
  /** What the treatment site knows of a check beyond what the home region was told: until when, which institution. */
  readonly known: Readonly<Partial<Record<CheckName, Readonly<Record<string, string>>>>>;
}

/** The way to the home region and its checks. Without an answer nothing is known of them, and nothing is invented. */
export function homeChecks(answer: HomeAnswer): CheckResult[] {
  const { diagnosed, homePool, backAt, kind } = answer;
  const names = HOME_CHECKS.filter((name) => OF_KIND[name] === undefined || OF_KIND[name] === kind);
  if (diagnosed === undefined) {
    const values = backAt === undefined ? { homePool } : { homePool, until: backAt };
    return [failed('network', refuse('NET-HOME', values)), ...names.map(notReached)];
  }
  const found = new Map(diagnosed.findings.map((finding) => [finding.check, finding]));
  return [passed('network'), ...names.map((name) => resultOf(name, found.get(name), answer.known[name]))];
}

/** A home region that doesn't know a check of ours yet didn't make it. */
function resultOf(
  name: CheckName,
  finding: Diagnosed_Finding | undefined,
  known: Readonly<Record<string, string>> = {},
): CheckResult {
  switch (finding?.state) {
    case Diagnosed_Finding_State.PASSED:
      return passed(name, finding.code, finding.values);
    case Diagnosed_Finding_State.FAILED:
      return failed(name, { code: finding.code, values: { ...known, ...finding.values } });
    default:
      return notReached(name);
  }
}
