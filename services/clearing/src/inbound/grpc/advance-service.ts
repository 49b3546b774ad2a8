import { localDateAt } from '@yijie/calendar';
import { FUND_COLUMNS, type FundName, type Notice } from '@yijie/clearing';
import { AdvanceServiceService, type Notice as WireNotice } from '@yijie/contracts/clearing';
import { refuse } from '@yijie/errors';
import { fen } from '@yijie/money';
import { type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { issueAdjustment } from '../../application/advance/issue-adjustment.ts';
import { quotasOfYear } from '../../application/advance/quotas-of-year.ts';
import { requestIncrease } from '../../application/advance/request-increase.ts';
import { usageOfRun } from '../../application/advance/usage-of-run.ts';
import { showNotices } from '../../application/money/show-notice.ts';
import type { RunDesk } from '../../application/runs/run-desk.ts';
import { ledgerBalances } from '../../repositories/money/ledger.ts';
import { readParameters } from '../../repositories/parameters.ts';
import { scheme } from '../../wire/words.ts';
import { writeNotice } from '../../wire/write-notice.ts';
import { writeTable } from '../../wire/write-run.ts';
import { actingOf, refuseOwner, refuseParty, refuseReading, refuseRun } from './acting-for.ts';
import { readKey } from './run-key.ts';

const FIRST_YEAR = 2_000;
const LAST_YEAR = 2_170;

/** The advance fund (预付金、周转金): quotas of a year, usage of a period, urgent increases, balances. */
export function advanceService(desk: RunDesk): UnaryService<Authorized> {
  const { database, clock } = desk;

  async function show(notices: readonly Notice[]): Promise<WireNotice[]> {
    const shown = await showNotices(desk, { noticeNos: notices.map(({ noticeNo }) => noticeNo) });
    return shown.map(({ stored, overdue }) => writeNotice(stored, overdue));
  }

  return unaryService(AdvanceServiceService, {
    async previewAdjustment({ owner, year }, { identity }) {
      const refusal = refuseYear(year) ?? refuseRun(identity, owner);
      if (refusal !== undefined) return refusal;
      const quotas = await quotasOfYear(desk, owner, year, localDateAt(clock.now()));
      if (!quotas.ok) return quotas;
      // 6-1 is the owner's view of all; a 6-2 is its party's own.
      const visible = quotas.tables.filter(
        (table) => refuseReading(identity, owner, table.owner) === undefined,
      );
      return { tables: visible.map(writeTable), contentHash: quotas.contentHash };
    },

    async issueAdjustment({ owner, year, contentHash }, { identity }) {
      const refusal = refuseYear(year) ?? refuseOwner(identity, owner);
      if (refusal !== undefined) return refusal;
      const issued = await issueAdjustment(desk, { owner, year, contentHash }, actingOf(identity));
      return issued.ok ? { notices: await show(issued.notices) } : issued;
    },

    async getUsage({ run }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseRun(identity, key.owner);
      if (refusal !== undefined) return refusal;
      const parameters = await readParameters(database, key.owner, localDateAt(clock.now()));
      const used = await usageOfRun(database, key.owner, key.period, parameters);
      if (!used.ok) return used;
      return {
        holders: used.holders
          .filter(({ party }) => refuseReading(identity, key.owner, party) === undefined)
          .map(({ party, usage, offers }) => ({
            party,
            heldFen: usage.heldFen,
            usedFen: usage.usedFen,
            // Nothing is held and something is used: shown as all of it.
            usageBp: usage.ratio ?? 10_000,
            level: usage.level,
            offers: offers.map(({ payer, offerFen }) => ({ payer, offerFen })),
          })),
      };
    },

    async requestUrgent({ run, payer, payee, amountFen }, { identity }) {
      const key = readKey(desk, run);
      if (!key.ok) return key;
      const refusal = refuseParty(identity, payee);
      if (refusal !== undefined) return refusal;
      if (!Number.isSafeInteger(amountFen) || amountFen <= 0)
        return refuse('FRM-AMOUNT', { field: 'amount_fen', value: `${amountFen}` });
      const { owner, period } = key;
      const requested = await requestIncrease(
        desk,
        { owner, period, payer, payee, amountFen: fen(amountFen) },
        actingOf(identity),
      );
      return requested.ok ? { notices: await show(requested.notices) } : requested;
    },

    async getBalances({ owner, payer, payee, atMs }, { identity }) {
      const refusal = refuseRun(identity, owner);
      if (refusal !== undefined) return refusal;
      const rows = await ledgerBalances(database, owner, {
        payer: payer === '' ? undefined : payer,
        payee: payee === '' ? undefined : payee,
        atMs: atMs === 0 ? clock.now() : atMs,
      });
      return {
        balances: rows
          .filter(({ party }) => refuseReading(identity, owner, party) === undefined)
          .map((row) => ({
            account: row.account,
            payer: row.payer,
            payee: row.payee,
            scheme: scheme.wire(row.scheme),
            fund: row.fund === null ? '' : FUND_COLUMNS[row.fund as FundName].column,
            balanceFen: row.balance_fen,
          })),
      };
    },
  });
}

function refuseYear(year: number) {
  return year >= FIRST_YEAR && year <= LAST_YEAR
    ? undefined
    : refuse('FRM-VALUE', { field: 'year', value: `${year}` });
}
