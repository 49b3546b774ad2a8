import { type DiagnoseRequest, type DiagnoseResponse, DiagnosisSubject } from '@yijie/contracts/diagnosis';
import { checkTrail, type Refusal, refuse } from '@yijie/errors';
import type { Database } from '@yijie/postgres';
import { type Clock, idFromText } from '@yijie/runtime';
import { diagnoseCode, diagnosisAnswer } from '@yijie/service';
import { findAnswer, findRefusal } from '../../repositories/settling/known-answers.ts';
import { readEnd } from '../../wire/read-reply.ts';

/**
 * Why something failed, as far as this region knows: a message that it answered, a question that it refused, or a code of
 * its own calls. The treatment site asks it for the rest and answers for visits.
 */
export async function diagnose(
  parts: { readonly database: Database; readonly clock: Clock },
  { subject }: DiagnoseRequest,
  /** Whose people the caller may see; undefined for all. */
  pool: string | undefined,
): Promise<DiagnoseResponse | Refusal> {
  const nowMs = parts.clock.now();
  if (subject?.$case === 'code') return diagnoseCode(subject.code, nowMs);
  if (subject?.$case !== 'id') return refuse('FRM-REQUIRED', { field: 'id' });
  const id = idFromText(subject.id);
  const mayRead = (homePool: string | null) => pool === undefined || pool === homePool;
  const answer = id && (await findAnswer(parts.database, id));
  if (answer && mayRead(answer.homePool)) {
    const { call, state, end } = readEnd(answer.reply);
    return diagnosisAnswer(
      {
        subject: DiagnosisSubject.MESSAGE,
        messageId: subject.id,
        call,
        state,
        atMs: answer.decidedAtMs,
        checks: checkTrail(call, end),
      },
      nowMs,
    );
  }
  const refusal = id && (await findRefusal(parts.database, id));
  if (refusal === undefined || !mayRead(refusal.homePool)) return refuse('DGN-UNKNOWN', { id: subject.id });
  // Which of the questions it was isn't kept: a quote makes every check that any of them makes.
  const { code, seen: values } = refusal;
  const checks = checkTrail('pre-settle', { refusal: { code, values }, refusedBy: 'home-region' });
  return diagnosisAnswer(
    { subject: DiagnosisSubject.REFUSAL, call: 'question', state: 'REFUSED', atMs: refusal.atMs, checks },
    nowMs,
  );
}
