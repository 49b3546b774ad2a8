import type { BillLine } from '@yijie/catalogue';
import type { Database } from '@yijie/postgres';
import { CALL } from '../../core/command.ts';
import { linesToLoad } from '../../core/settle.ts';
import {
  type KnownCommand,
  type LoadedRefund,
  type LoadedReversal,
  type LoadedSettle,
  loadRefunds,
  loadReversals,
  loadSettles,
  nextSequence,
} from '../../repositories/load-commands.ts';
import { loadUploads } from '../../repositories/visit-calls.ts';
import { countingLines } from '../visits/charge-lines.ts';
import type { CommandItem, SettleItem } from './command-item.ts';

/** Everything that the decision on one item needs; what its call has no use for is absent. */
export type LoadedItem = {
  readonly known: KnownCommand | undefined;
  readonly storedLines: readonly BillLine[] | undefined;
} & Omit<LoadedSettle, 'known'> &
  Omit<LoadedRefund, 'known'>;

export interface LoadedBatch {
  readonly sequence: number;
  readonly items: readonly LoadedItem[];
}

/** A batch in as few statements as it has kinds of calls, all at once. */
export async function loadCommandBatch(
  database: Database,
  batch: readonly CommandItem[],
): Promise<LoadedBatch> {
  const settles = batch.filter((item) => item.call === CALL.settle);
  const refunds = batch.filter((item) => item.call === CALL.refund);
  const reversals = batch.filter((item) => item.call === CALL.reverse);
  const [sequence, loadedSettles, loadedRefunds, loadedReversals] = await Promise.all([
    nextSequence(database),
    settles.length === 0 ? [] : loadSettles(database, settles.map(withCode)),
    refunds.length === 0 ? [] : loadRefunds(database, refunds.map(withCode)),
    reversals.length === 0 ? [] : loadReversals(database, reversals.map(withCode)),
  ]);
  const storedLines = await loadStoredLines(database, settles, loadedSettles);
  const next = { [CALL.settle]: 0, [CALL.refund]: 0, [CALL.reverse]: 0 };
  const rows = {
    [CALL.settle]: loadedSettles,
    [CALL.refund]: loadedRefunds,
    [CALL.reverse]: loadedReversals,
  };
  const items = batch.map((item): LoadedItem => {
    const at = next[item.call]++;
    const row = rows[item.call][at] as LoadedSettle & LoadedRefund & LoadedReversal;
    return { ...row, storedLines: row.visit && storedLines.get(row.visit.visitId.toString('latin1')) };
  });
  return { sequence, items };
}

async function loadStoredLines(
  database: Database,
  items: readonly SettleItem[],
  loaded: readonly LoadedSettle[],
): Promise<ReadonlyMap<string, BillLine[]>> {
  const visitIds = items.flatMap((item, index) => {
    const visit = loaded[index]?.visit;
    return visit !== undefined && linesToLoad(visit, item.statement) ? [visit.visitId] : [];
  });
  const lines = new Map<string, BillLine[]>(visitIds.map((id) => [id.toString('latin1'), []]));
  for (const upload of await loadUploads(database, visitIds)) {
    lines.get(upload.visitId.toString('latin1'))?.push(...countingLines(upload.bytes, upload.ranges));
  }
  return lines;
}

function withCode<Item extends CommandItem>(item: Item): Item & { readonly institutionCode: string } {
  return { ...item, institutionCode: item.institution.institutionCode };
}
