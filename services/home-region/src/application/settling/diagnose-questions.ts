import type { Database } from '@yijie/postgres';
import { BatchState } from '../../core/settling/batch-state.ts';
import { personView } from '../../core/settling/decide-commands.ts';
import { diagnoseVisit } from '../../core/settling/diagnose-visit.ts';
import type { DiagnoseQuestion } from '../../core/settling/question.ts';
import type { HomeRules } from '../../core/settling/settle.ts';
import { commandStandings } from '../../repositories/settling/command-standings.ts';
import { loadState } from '../../repositories/settling/load-state.ts';
import { commandIdIn } from '../../wire/read-command.ts';
import { readSettled } from '../../wire/write-answer.ts';
import type { QuestionAnswer } from '../../wire/write-question-answer.ts';
import { asksForBenefits, benefitYears } from './state-request.ts';

/** Why visits don't settle, with today's facts, and where their messages stand; in the order of the questions. */
export async function diagnoseQuestions(
  parts: { readonly database: Database; readonly rules: HomeRules },
  questions: readonly DiagnoseQuestion[],
  guard: (decide: () => QuestionAnswer) => QuestionAnswer,
): Promise<readonly QuestionAnswer[]> {
  const { database, rules } = parts;
  const tokens = questions.map((question) => question.personToken);
  const [{ state }, standings] = await Promise.all([
    loadState(
      database,
      questions.map(({ personToken, homePool, bill, settledAtMs }) => ({
        personToken,
        needsBenefits: bill !== undefined && asksForBenefits(bill.visit),
        ...(bill ? benefitYears(rules.policies, homePool, bill, settledAtMs) : {}),
      })),
      readSettled,
    ),
    commandStandings(
      database,
      questions.flatMap((question) => question.commandIds),
      tokens,
      commandIdIn,
    ),
  ]);
  const view = new BatchState(state);
  let next = 0;
  return questions.map((question) => {
    const own = standings.slice(next, next + question.commandIds.length);
    next += question.commandIds.length;
    const { bill, personToken } = question;
    return guard(() => ({
      kind: 'diagnosed',
      standings: own,
      findings:
        bill === undefined
          ? []
          : diagnoseVisit(rules, personView(view, personToken), {
              ...question,
              bill,
              settlementId: new Uint8Array(0),
            }),
    }));
  });
}
