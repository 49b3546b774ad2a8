import type { RunOwner, Table, YearEndChanges, YearEndOpinion } from '@yijie/clearing';
import { type YearEndAmounts, YearEndServiceService } from '@yijie/contracts/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { showNotices } from '../../application/money/show-notice.ts';
import type { RunDesk } from '../../application/runs/run-desk.ts';
import { answerYearEnd } from '../../application/year-end/answer-year-end.ts';
import { applyYearEnd, type YearEndEntry } from '../../application/year-end/apply-year-end.ts';
import { closeYear } from '../../application/year-end/close-year.ts';
import { issueYearEnd } from '../../application/year-end/issue-year-end.ts';
import { showYearEnd } from '../../application/year-end/show-year-end.ts';
import { scheme } from '../../wire/words.ts';
import { writeNotice } from '../../wire/write-notice.ts';
import { writeTable } from '../../wire/write-run.ts';
import { actingOf, refuseOwner, refuseParty, refuseReading, refuseRun } from './acting-for.ts';
import { amount, anyAmount, readForm, requiredWord } from './form.ts';

export function yearEndService(desk: RunDesk): UnaryService<Authorized> {
  /** A year of an owner whose runs are kept here. */
  function refuseYear({
    owner,
    year,
  }: {
    readonly owner: string;
    readonly year: number;
  }): Refusal | undefined {
    if (!desk.owners.includes(owner)) return refuse('CLR-OWNER', { owner });
    return year >= 2000 && year <= 2999
      ? undefined
      : refuse('FRM-VALUE', { field: 'year', value: `${year}` });
  }

  return unaryService(YearEndServiceService, {
    async applyYearEnd(request, { identity }) {
      const { owner, year, payee, dryRun } = request;
      const refusal = refuseYear(request) ?? refuseParty(identity, payee);
      if (refusal !== undefined) return refusal;
      const read = readForm(() => request.lines.map(readEntry));
      if (!read.ok) return read;
      const applied = await applyYearEnd(
        desk,
        { owner, year, payee, entries: read.form, dryRun },
        actingOf(identity),
      );
      return applied.ok ? { table: writeTable(applied.table) } : applied;
    },

    async answerYearEnd(request, { identity }) {
      const { owner, year, payee, payer, opinion } = request;
      const refusal = refuseYear(request) ?? refuseParty(identity, payer);
      if (refusal !== undefined) return refusal;
      const read = readForm(() => ({
        scheme: requiredWord('scheme', scheme.word(request.scheme)),
        homeFen: request.homeFen === undefined ? undefined : anyAmount('home_fen', request.homeFen),
      }));
      if (!read.ok) return read;
      const given: YearEndOpinion = request.confirm
        ? { opinion: 'CONFIRM', homeFen: read.form.homeFen }
        : { opinion: 'RETURN', reason: opinion };
      const answer = { owner, year, payee, payer, scheme: read.form.scheme, given };
      const answered = await answerYearEnd(desk, answer, actingOf(identity));
      return answered.ok ? { table: writeTable(answered.table) } : answered;
    },

    async getYearEnd(request, { identity }) {
      const { owner, year } = request;
      const refusal = refuseYear(request) ?? refuseRun(identity, owner);
      if (refusal !== undefined) return refusal;
      const { state, tables } = await showYearEnd(desk, owner, year);
      return { state, tables: tables.flatMap((table) => visibleTo(identity, owner, table)).map(writeTable) };
    },

    async issueYearEnd(request, { identity }) {
      const { owner, year } = request;
      const refusal = refuseYear(request) ?? refuseOwner(identity, owner);
      if (refusal !== undefined) return refusal;
      const issued = await issueYearEnd(desk, owner, year, actingOf(identity));
      if (!issued.ok) return issued;
      const shown = await showNotices(desk, { noticeNos: issued.notices.map(({ noticeNo }) => noticeNo) });
      return { notices: shown.map(({ stored, overdue }) => writeNotice(stored, overdue)) };
    },

    async closeYear(request, { identity }) {
      const refusal = refuseYear(request) ?? refuseOwner(identity, request.owner);
      if (refusal !== undefined) return refusal;
      const closed = await closeYear(desk, request.owner, request.year, actingOf(identity));
      return closed.ok ? { closedAtMs: closed.closedAtMs } : closed;
    },
  });
}

function readEntry(line: YearEndAmounts): YearEndEntry {
  const changes: YearEndChanges = {
    yearDeductFen: amount('year_deduct_fen', line.yearDeductFen),
    caseAdjustFen: anyAmount('case_adjust_fen', line.caseAdjustFen),
    withheldReleaseFen: anyAmount('withheld_release_fen', line.withheldReleaseFen),
    otherAdjustFen: anyAmount('other_adjust_fen', line.otherAdjustFen),
    otherNote: line.otherNote,
    evidenceNo: line.evidenceNo,
  };
  return { payer: line.payer, scheme: requiredWord('scheme', scheme.word(line.scheme)), changes };
}

/** Of a 15 the applicant sees all, a payer the lines that it answers; 16 is for everybody of the run. */
function visibleTo(identity: Authorized, owner: RunOwner, table: Table): readonly Table[] {
  if (table.no === '16' || refuseReading(identity, owner, table.owner) === undefined) return [table];
  if (table.no !== '15') return [];
  const payer = table.columns.findIndex(({ name }) => name === 'counter_code');
  const rows = table.rows.filter((row) => refuseReading(identity, owner, `${row[payer]}`) === undefined);
  return rows.length === 0 ? [] : [{ ...table, rows, totals: [] }];
}
