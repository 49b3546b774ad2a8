import { localDateAt } from '@yijie/calendar';
import { answerCheckRequest, NATIONAL_CENTRE, openCheckRequest, type PartyCode } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { appendAudit } from '../../repositories/audit.ts';
import {
  findCheck,
  insertCheck,
  type StoredCheck,
  answerCheck as storeAnswer,
} from '../../repositories/deductions/check-requests.ts';
import { lockDeductible } from '../../repositories/deductions/deductions.ts';
import { readParameters } from '../../repositories/parameters.ts';
import { inTransaction } from '../in-transaction.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';

type Checked = { readonly ok: true; readonly check: StoredCheck } | Refusal;

/** The home region asks the treatment site to look at a large stay (费用协查). Repeating the number answers what was asked. */
export function askCheck(
  desk: RunDesk,
  form: { checkId: string; settlementId: string; party: PartyCode; question: string },
  acting: Acting,
): Promise<Checked> {
  const { checkId, settlementId, party, question } = form;
  return inTransaction(desk.database, async (tx) => {
    const known = await findCheck(tx, checkId);
    if (known !== undefined) return { ok: true as const, check: known };
    const stay = await lockDeductible(tx, settlementId);
    if (stay === undefined || (stay.homePool !== party && stay.homeProvince !== party))
      return refuse('CLR-ROW', { settlementId: settlementId.slice(0, 40) });
    if (question.trim() === '') return refuse('CLR-REASON');
    const { at, today } = now(desk, acting);
    const parameters = await readParameters(tx, NATIONAL_CENTRE, today);
    const opened = openCheckRequest({ ...stay, totalFen: stay.medicalFen }, today, parameters);
    if (!opened.ok) return opened;
    const toParty = stay.treatmentPool;
    await insertCheck(
      tx,
      {
        checkId,
        settlementId,
        askedByParty: party,
        toParty,
        question,
        dueOn: opened.answerBy,
        askedAtMs: at,
      },
      acting.by,
    );
    await appendAudit(tx, [{ ...acting.audit, atMs: at, action: 'check.ask', object: `check:${checkId}` }]);
    return stored(await findCheck(tx, checkId), checkId);
  });
}

/** The treatment agency answers; what it deducts is a deduction of its own (source CHECK_REQ). */
export function answerCheck(
  desk: RunDesk,
  { checkId, answer }: { checkId: string; answer: string },
  acting: Acting,
  mayAct: (check: StoredCheck) => Refusal | undefined = () => undefined,
): Promise<Checked> {
  return inTransaction(desk.database, async (tx) => {
    const found = await findCheck(tx, checkId, 'FOR UPDATE');
    if (found === undefined) return refuse('CLR-CHECK-NONE', { checkId });
    const refusal = mayAct(found);
    if (refusal !== undefined) return refusal;
    if (answer.trim() === '') return refuse('CLR-REASON');
    const { at } = now(desk, acting);
    const answered = answerCheckRequest(found.answeredAtMs === undefined ? 'ASKED' : 'NO_FINDING', {
      found: false,
      answeredOn: localDateAt(at),
      answerBy: found.dueOn,
    });
    if (!answered.ok) return answered;
    await storeAnswer(tx, checkId, answer, acting.by, at);
    await appendAudit(tx, [
      { ...acting.audit, atMs: at, action: 'check.answer', object: `check:${checkId}` },
    ]);
    return stored(await findCheck(tx, checkId), checkId);
  });
}

function stored(check: StoredCheck | undefined, checkId: string): Checked {
  if (check === undefined) throw new Error(`check request ${checkId} is gone`);
  return { ok: true, check };
}
