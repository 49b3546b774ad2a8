import { localDateAt } from '@yijie/calendar';
import { buildTable15, buildTable16, type RunOwner, type Table, yearEndTransfers } from '@yijie/clearing';
import { readParameters } from '../../repositories/parameters.ts';
import { readYearLines } from '../../repositories/year-end/year-lines.ts';
import { findYear, readYearTables, type YearState } from '../../repositories/year-end/years.ts';
import type { RunDesk } from '../runs/run-desk.ts';
import { yearContext } from './year-figures.ts';

/** Tables 15 to 18 as they were issued; before that 15 and 16 as the lines stand. */
export async function showYearEnd(
  desk: RunDesk,
  owner: RunOwner,
  year: number,
): Promise<{ readonly state: YearState; readonly tables: readonly Table[] }> {
  const { database, clock } = desk;
  return database.transaction(async (tx) => {
    const { state } = await findYear(tx, owner, year);
    if (state !== 'OPEN')
      return { state, tables: (await readYearTables(tx, owner, year)).map(({ table }) => table) };
    const lines = (await readYearLines(tx, owner, year)).map(({ application }) => application);
    if (lines.length === 0) return { state, tables: [] };
    const { splitByScheme } = await readParameters(tx, owner, localDateAt(clock.now()));
    const context = yearContext(desk, owner);
    const payees = [...new Set(lines.map(({ totals }) => totals.payee))].sort();
    return {
      state,
      tables: [
        ...payees.map((payee) => buildTable15(payee, lines, context)),
        buildTable16(lines, yearEndTransfers(lines, splitByScheme), context),
      ],
    };
  });
}
