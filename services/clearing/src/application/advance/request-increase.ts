import { localDateAt } from '@yijie/calendar';
import {
  bothSchemes,
  closingOf,
  type Notice,
  type Overdue,
  type PairPosition,
  type PartyCode,
  type Period,
  type RunOwner,
  requestUrgent,
  schemeComponents,
  type Transfer,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { type Fen, fen } from '@yijie/money';
import { appendAudit } from '../../repositories/audit.ts';
import { findNotices } from '../../repositories/money/notices.ts';
import { readParameters } from '../../repositories/parameters.ts';
import { inTransaction } from '../in-transaction.ts';
import { issueTransfers } from '../money/issue-transfers.ts';
import { showNotices } from '../money/show-notice.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';
import { netOf, usageOfRun } from './usage-of-run.ts';

export interface IncreaseRequest {
  readonly owner: RunOwner;
  readonly period: Period;
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly amountFen: Fen;
}

/** An urgent increase (紧急调增) of one pair's float, with its notices. The treatment region asks within days of signing. */
export async function requestIncrease(
  desk: RunDesk,
  { owner, period, payer, payee, amountFen }: IncreaseRequest,
  acting: Acting,
): Promise<{ readonly ok: true; readonly notices: readonly Notice[] } | Refusal> {
  const moment = now(desk, acting);
  const payerOverdue = await longestOverdue(desk, owner, payer);
  return inTransaction(desk.database, async (tx) => {
    const parameters = await readParameters(tx, owner, moment.today);
    const used = await usageOfRun(tx, owner, period, parameters);
    if (!used.ok) return used;
    const { run, pairs, entries, holders } = used;
    const holder = holders.find(({ party }) => party === payee);
    const pair = pairs.find((one) => one.payer === payer && one.payee === payee);
    const signed = run.parties.find(({ party }) => party === payee);
    if (holder === undefined || pair === undefined) return refuse('CLR-PARTY', { party: payer });
    if (signed?.state !== 'SIGNED' || signed.at === undefined)
      return refuse('CLR-UNSIGNED', { party: payee });
    const closing = closingOf(entries, payer, payee);
    const allowed = requestUrgent(
      {
        payer,
        amountFen,
        clearNetFen: netOf(pair),
        closingFen: bothSchemes(closing),
        usage: holder.usage,
        signedOn: localDateAt(signed.at),
        today: moment.today,
        payerOverdue,
      },
      parameters,
    );
    if (!allowed.ok) return allowed;
    const before = await findNotices(tx, { owner, period: `${period}`, category: 'ADV_URGENT' });
    const issued = await issueTransfers(
      tx,
      {
        owner,
        category: 'ADV_URGENT',
        period: `${period}`,
        revision: 1 + Math.max(0, ...before.map(({ notice }) => notice.revision)),
        transfers: [increaseOf(pair, amountFen)],
        basisHashOf: () => run.contentHash,
        componentsOf: schemeComponents,
      },
      parameters,
      moment,
    );
    await appendAudit(tx, [
      {
        ...acting.audit,
        atMs: moment.at,
        action: 'advance.urgent',
        object: `advance:${owner}/${payer}/${payee}`,
      },
    ]);
    return issued;
  });
}

/** By the schemes' part in what the pair cleared, to the fen; the resident part is the rest. */
function increaseOf({ payer, payee, employee, resident }: PairPosition, amountFen: Fen): Transfer {
  const ofEmployees = Math.max(0, employee.netFen);
  const both = ofEmployees + Math.max(0, resident.netFen);
  const part =
    both === 0
      ? 0
      : Number((2n * BigInt(amountFen) * BigInt(ofEmployees) + BigInt(both)) / (2n * BigInt(both)));
  return {
    payer,
    payee,
    kind: 'NORMAL',
    scheme: null,
    employeeFen: fen(part),
    residentFen: fen(amountFen - part),
    amountFen,
  };
}

const NOT_OVERDUE: Overdue = { ok: true, days: 0, level: 'NONE' };

/** A payer who is far behind isn't asked for more. */
async function longestOverdue(desk: RunDesk, owner: RunOwner, payer: PartyCode): Promise<Overdue> {
  const shown = await showNotices(desk, { owner, party: payer });
  return shown
    .filter(({ stored }) => stored.notice.direction === 'PAY')
    .reduce<Overdue>(
      (longest, { overdue }) =>
        overdue !== undefined && overdue.days > longest.days ? { ok: true, ...overdue } : longest,
      NOT_OVERDUE,
    );
}
