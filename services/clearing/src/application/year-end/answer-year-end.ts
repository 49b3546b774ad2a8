import {
  buildTable15,
  opineOnYearEnd,
  type PartyCode,
  type RunOwner,
  type Table,
  totalsKey,
  type YearEndOpinion,
  type YearTotals,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { appendAudit } from '../../repositories/audit.ts';
import { addYearStep, readYearLines } from '../../repositories/year-end/year-lines.ts';
import { lockYear } from '../../repositories/year-end/years.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';
import { refuseIssued } from './apply-year-end.ts';
import { yearContext } from './year-figures.ts';

export interface YearEndAnswer extends Pick<YearTotals, 'payee' | 'payer' | 'scheme'> {
  readonly owner: RunOwner;
  readonly year: number;
  readonly given: YearEndOpinion;
}

/** The home party confirms a line, perhaps with a lower amount, or returns it: another person than who applied. */
export function answerYearEnd(
  desk: RunDesk,
  answer: YearEndAnswer,
  acting: Acting,
): Promise<{ readonly ok: true; readonly table: Table } | Refusal> {
  const { owner, year, payee, payer, given } = answer;
  const event = given.opinion === 'CONFIRM' ? 'confirm' : 'return';
  return inTransaction(desk.database, async (tx) => {
    const { state } = await lockYear(tx, owner, year);
    const refusal = refuseIssued(state, year, event);
    if (refusal !== undefined) return refusal;
    const lines = (await readYearLines(tx, owner, year, payee)).filter(
      ({ application }) => application.totals.payer === payer,
    );
    const line = lines.find(({ application }) => totalsKey(application.totals) === totalsKey(answer));
    if (line === undefined) return refuse('CLR-YE-STATE', { state: 'OPEN', event });
    const opined = opineOnYearEnd(line.application, given);
    if (!opined.ok) return opined;
    if (line.by === acting.by) return refuse('CLR-FOUREYES');
    const { at } = now(desk, acting);
    await addYearStep(tx, owner, opined.application, { step: line.step + 1, by: acting.by, atMs: at });
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: `year-end.${event}`, object: objectOf(answer), purpose: payer },
    ]);
    const answered = lines.map((one) => (one === line ? opined.application : one.application));
    return { ok: true as const, table: buildTable15(payee, answered, yearContext(desk, owner)) };
  });
}

function objectOf({ owner, year, payee }: { owner: RunOwner; year: number; payee: PartyCode }): string {
  return `year-end:${owner}/${year}/${payee}`;
}
