import {
  type Attempt,
  type Check,
  CheckState,
  type DiagnoseResponse,
  DiagnosisSubject,
} from '@yijie/contracts/diagnosis';
import { type CheckResult, checkOf, failed, isErrorCode, type Refusal, refuse } from '@yijie/errors';
import { checkView } from './check-view.ts';

/** What was found out about a subject; the rest of the answer follows from it. */
export interface Diagnosis {
  readonly subject: DiagnosisSubject;
  readonly visitId?: string | undefined;
  readonly messageId?: string | undefined;
  readonly call?: string | undefined;
  readonly state?: string | undefined;
  readonly atMs?: number | undefined;
  readonly checks: readonly CheckResult[];
  readonly today?: readonly CheckResult[] | undefined;
  readonly attempts?: Attempt[] | undefined;
}

export function diagnosisAnswer(found: Diagnosis, nowMs: number): DiagnoseResponse {
  const { subject, checks, today = [] } = found;
  return {
    subject,
    visitId: found.visitId ?? '',
    messageId: found.messageId ?? '',
    call: found.call ?? '',
    state: found.state ?? '',
    atMs: found.atMs ?? 0,
    checks: checks.map(checkView),
    today: today.map(checkView),
    checkedAtMs: nowMs,
    changed: changedChecks(checks, today),
    first: firstToDealWith((today.length > 0 ? today : checks).map(checkView)),
    attempts: found.attempts ?? [],
  };
}

/** A failure that was met outside of any visit, or before the caller's rights were known: what its code says. */
export function diagnoseCode(
  { code, values }: { readonly code: string; readonly values: Readonly<Record<string, string>> },
  nowMs: number,
): DiagnoseResponse | Refusal {
  if (!isErrorCode(code)) return refuse('FRM-VALUE', { field: 'code', value: code });
  const checks = [failed(checkOf(code), { code, values })];
  return diagnosisAnswer({ subject: DiagnosisSubject.CODE, checks }, nowMs);
}

/** Checks made both times that came out otherwise. */
function changedChecks(then: readonly CheckResult[], today: readonly CheckResult[]): string[] {
  return then.flatMap((before) => {
    const now = today.find(({ name }) => name === before.name);
    if (now === undefined || before.state === 'NOT_REACHED' || now.state === 'NOT_REACHED') return [];
    return now.state !== before.state || now.code !== before.code ? [before.name] : [];
  });
}

/** A settlement in flight explains why another one is refused: its outcome comes first. */
function firstToDealWith(checks: readonly Check[]): Check | undefined {
  const failing = checks.filter(({ state }) => state === CheckState.FAILED);
  return failing.find(({ name }) => name === 'outcome') ?? failing[0];
}
