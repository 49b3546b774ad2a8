import { localDateAt } from '@yijie/calendar';
import {
  buildTable15,
  buildTable16,
  buildTable17,
  buildTable18,
  type CheckFailure,
  checkR16,
  closeYear,
  LOCKED_STATES,
  type Notice,
  postYearEnd,
  type RunOwner,
  schemeComponents,
  type Table,
  type TableContext,
  type Transfer,
  tableContent,
  totalsKey,
  type YearEndApplication,
  yearEndTransfers,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { appendAudit } from '../../repositories/audit.ts';
import { bookSet, lockLedger } from '../../repositories/money/ledger.ts';
import { findNotices } from '../../repositories/money/notices.ts';
import { readParameters } from '../../repositories/parameters.ts';
import { lockOwner } from '../../repositories/runs/run-owners.ts';
import { readLateOnes } from '../../repositories/year-end/late-rows.ts';
import { readYearLines, yearEndActors } from '../../repositories/year-end/year-lines.ts';
import {
  barYear,
  countOtherRuns,
  countRowsUnderway,
  lockedRuns,
} from '../../repositories/year-end/year-runs.ts';
import {
  type HashedTable,
  lockYear,
  markIssued,
  readYearTables,
  storeYearTables,
} from '../../repositories/year-end/years.ts';
import { sm3 } from '../../signing/sm3.ts';
import { inTransaction } from '../in-transaction.ts';
import { issueTransfers } from '../money/issue-transfers.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';
import { checkApplication, readYearFigures, type YearFigures, yearContext } from './year-figures.ts';

type Issued = { readonly ok: true; readonly notices: readonly Notice[] } | Refusal;

/**
 * Tables 16 to 18 with their notices, once every line is confirmed: by a person who neither applied nor answered. From
 * here on the year's figures stand: no run takes its rows any more. Notices that were voided are issued again, under the
 * next number and over the same tables.
 */
export function issueYearEnd(desk: RunDesk, owner: RunOwner, year: number, acting: Acting): Promise<Issued> {
  return inTransaction(desk.database, async (tx) => {
    const { state, issuedAtMs } = await lockYear(tx, owner, year);
    if (state === 'CLOSED') return refuse('CLR-YE-CLOSED', { year: `${year}` });
    if ((await yearEndActors(tx, owner, year)).has(acting.by)) return refuse('CLR-FOUREYES');
    const moment = now(desk, acting);
    const before = await findNotices(tx, { owner, period: `${year}`, category: 'YEAR_END' });
    if (state === 'ISSUED' && (before.length === 0 || before.some(({ step }) => step !== 'VOID')))
      return refuse('CLR-YE-STATE', { state, event: 'issue' });
    const asOf = localDateAt(issuedAtMs ?? moment.at);
    const { splitByScheme } = await readParameters(tx, owner, asOf);
    const lines = (await readYearLines(tx, owner, year)).map(({ application }) => application);
    const transfers = yearEndTransfers(lines, splitByScheme);
    if (state === 'OPEN') {
      const fixed = await fixYear(tx, desk, owner, year, { lines, transfers }, acting);
      if (!fixed.ok) return fixed;
    }
    const hashes = new Map(
      (await readYearTables(tx, owner, year)).map(({ table, contentHash }) => [
        `${table.no} ${table.owner}`,
        contentHash,
      ]),
    );
    const issued = await issueTransfers(
      tx,
      {
        owner,
        category: 'YEAR_END',
        period: `${year}`,
        revision: 1 + Math.max(0, ...before.map(({ notice }) => notice.revision)),
        transfers,
        // Both sides of a party rest on the same year: its 18 where it pays, else its 17.
        basisHashOf: (party) => hashes.get(`18 ${party}`) ?? hashes.get(`17 ${party}`) ?? '',
        componentsOf: schemeComponents,
      },
      await readParameters(tx, owner, moment.today),
      moment,
    );
    if (!issued.ok) return issued;
    await appendAudit(tx, [
      {
        ...acting.audit,
        atMs: moment.at,
        action: 'year-end.issue',
        object: `year-end:${owner}/${year}`,
        afterHash: Buffer.from(hashes.get(`16 ${owner}`) ?? '', 'hex'),
      },
    ]);
    return issued;
  });
}

interface YearMoney {
  readonly lines: readonly YearEndApplication[];
  readonly transfers: readonly Transfer[];
}

/** Checks the year, stores its tables, books what it changes and bars it for every later run. */
async function fixYear(
  tx: Queryable,
  desk: RunDesk,
  owner: RunOwner,
  year: number,
  money: YearMoney,
  acting: Acting,
): Promise<{ readonly ok: true } | Refusal> {
  const figures = await readYearFigures(tx, owner, year);
  const tables = tablesOf(money, yearContext(desk, owner));
  const open = closeYear(year, {
    isClosed: false,
    openRuns: await countOtherRuns(tx, owner, year, LOCKED_STATES),
    openApplications: openApplications(money.lines, figures),
    openLines: 0,
    unsettledRows: await countUnsettled(tx, owner, year),
  });
  if (!open.ok) return open;
  const [failure] = await checkYear(tx, owner, year, figures, tables);
  if (failure !== undefined) return refuse('CLR-CHECK', { check: failure.check, row: failure.row });

  // Batches that are placing rows end first; what they placed of the year is then seen, and no other one follows.
  const progress = await lockOwner(tx, owner);
  if (progress.closedYear !== 0 && year !== progress.closedYear + 1)
    return refuse('CLR-YE-OPEN', { what: `year ${progress.closedYear + 1}` });
  const runsNow = await lockedRuns(tx, owner, year);
  if (runsNow.length !== figures.runs.length || (await countUnsettled(tx, owner, year)) > 0)
    return refuse('CLR-YE-OPEN', { what: 'openRuns' });
  const { at } = now(desk, acting);
  await barYear(tx, owner, year);
  await markIssued(tx, owner, year, acting.by, at);
  await storeYearTables(
    tx,
    owner,
    year,
    tables.map((table): HashedTable => ({ table, contentHash: sm3(tableContent(table)) })),
  );
  const booking = {
    owner,
    period: `${year}`,
    reference: `year-end:${owner}/${year}`,
    by: acting.by,
    atMs: at,
  };
  await bookSet(tx, postYearEnd(money.lines), booking);
  await lockLedger(tx, owner, `${year}`, 'BOOKED');
  return { ok: true };
}

/** 15 of every applicant, 16 of the owner, 17 and 18 of whoever gets or pays. */
function tablesOf({ lines, transfers }: YearMoney, context: Omit<TableContext, 'period'>): readonly Table[] {
  const unique = (parties: readonly string[]) => [...new Set(parties)].sort();
  return [
    ...unique(lines.map(({ totals }) => totals.payee)).map((party) => buildTable15(party, lines, context)),
    buildTable16(lines, transfers, context),
    ...unique(transfers.map(({ payee }) => payee)).map((party) => buildTable17(party, transfers, context)),
    ...unique(transfers.map(({ payer }) => payer)).map((party) => buildTable18(party, transfers, context)),
  ];
}

/** R15 of every applicant and R16. */
export async function checkYear(
  tx: Queryable,
  owner: RunOwner,
  year: number,
  figures: YearFigures,
  tables: readonly Table[],
): Promise<readonly CheckFailure[]> {
  const numbered = (no: string) => tables.filter((table) => table.no === no);
  const failures: CheckFailure[] = [];
  for (const application of numbered('15'))
    failures.push(...(await checkApplication(tx, owner, year, figures, application)));
  const [summary] = numbered('16');
  if (summary === undefined) throw new Error(`${owner}/${year} has no table 16`);
  return [...failures, ...checkR16(summary, numbered('15'), numbered('17'), numbered('18'))];
}

/** Lines that aren't confirmed, and pairs with rows of the year that nobody applied for. */
function openApplications(lines: readonly YearEndApplication[], { all }: YearFigures): number {
  const confirmed = new Set(
    lines.filter(({ state }) => state === 'CONFIRMED').map(({ totals }) => totalsKey(totals)),
  );
  const all15 = new Set([...lines.map(({ totals }) => totalsKey(totals)), ...all.map(totalsKey)]);
  return all15.size - confirmed.size;
}

/** What would be in no application: rows in runs that aren't confirmed, and late ones that nobody took. */
async function countUnsettled(tx: Queryable, owner: RunOwner, year: number): Promise<number> {
  const late = await readLateOnes(tx, owner, year);
  const taken = await readYearLines(tx, owner, year);
  const ids = new Set(taken.flatMap(({ takenIds }) => takenIds));
  const open = [
    ...late.rows.map(({ settlementId }) => settlementId),
    ...late.deductions.map(({ deductId }) => deductId),
  ].filter((id) => !ids.has(id));
  return open.length + (await countRowsUnderway(tx, owner, year));
}
