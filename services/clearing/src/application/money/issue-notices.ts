import {
  checkR11Gross,
  componentsOf,
  hubOf,
  type Notice,
  type Period,
  type RunOwner,
  transfersOf,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { findNotices } from '../../repositories/money/notices.ts';
import { readParameters } from '../../repositories/parameters.ts';
import { readRevisionTables } from '../../repositories/runs/run-revisions.ts';
import { loadRun } from '../../repositories/runs/runs.ts';
import { inTransaction } from '../in-transaction.ts';
import { changeRun } from '../runs/change-run.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';
import { issueTransfers } from './issue-transfers.ts';

/** The monthly notices of a confirmed run. Voided ones are issued again under the next number. */
export function issueNotices(
  desk: RunDesk,
  owner: RunOwner,
  period: Period,
  acting: Acting,
): Promise<{ readonly ok: true; readonly notices: readonly Notice[] } | Refusal> {
  return inTransaction(desk.database, async (tx) => {
    const run = await loadRun(tx, owner, period, 'FOR UPDATE');
    if (run === undefined) return refuse('CLR-RUN-NONE', { owner, period: `${period}` });
    const before = await findNotices(tx, { owner, period: `${period}`, category: 'MONTHLY' });
    const isAgain = before.length > 0 && before.every(({ step }) => step === 'VOID');
    if (!isAgain) {
      const released = await changeRun(desk, tx, owner, period, acting, (_, moment) => ({
        event: 'notice',
        ...moment,
      }));
      if (!released.ok) return released;
    }
    const moment = now(desk, acting);
    const parameters = await readParameters(tx, owner, moment.today);
    const tables = await readRevisionTables(tx, owner, period, run.revision);
    const { nettingMode: mode, splitByScheme } = parameters;
    const signed = new Set(run.parties.filter(({ state }) => state === 'SIGNED').map(({ party }) => party));
    const transfers = transfersOf(tables.pairs, {
      owner,
      mode,
      splitByScheme,
      hasSigned: (party) => signed.has(party),
    });
    const hashes = new Map(run.parties.map(({ party, contentHash }) => [party, contentHash]));
    const revision = Math.max(run.revision, 1 + Math.max(0, ...before.map(({ notice }) => notice.revision)));
    return issueTransfers(
      tx,
      {
        owner,
        category: 'MONTHLY',
        period: `${period}`,
        revision: isAgain ? revision : run.revision,
        transfers,
        basisHashOf: (party) => hashes.get(party) ?? run.contentHash,
        componentsOf: (transfer) => componentsOf(transfer, tables.pairs, mode, hubOf(owner)),
        check: mode === 'GROSS' ? (notices) => checkR11Gross(notices, tables, splitByScheme) : undefined,
      },
      parameters,
      moment,
    );
  });
}
