import type { PartyCode } from '../party.ts';
import type { PartyTables, RunTables } from './run-tables.ts';
import type { Table } from './table.ts';

/** A digest as hexadecimal text; given by the shell (SM3 or SHA-256). */
export type Digest = (text: string) => string;

/**
 * The text a table's hash is taken over: number, owner, names of columns, values. Headings and printed names of regions and
 * institutions are left out, since they come from directories that change without the content changing (R19).
 */
export function tableContent({ no, owner, columns, rows, totals }: Table): string {
  const kept = columns.flatMap(({ name }, at) => (name.endsWith('_name') ? [] : [at]));
  const pick = (values: readonly unknown[]) => kept.map((at) => values[at]);
  return JSON.stringify([
    no,
    owner,
    kept.map((at) => columns[at]?.name),
    rows.map(pick),
    totals.map(({ values }) => pick(values)),
  ]);
}

/** What one party signs: its own tables 10–14. It stays the same while a new revision doesn't touch the party. */
export function partyContent(tables: PartyTables): string {
  const { receipts, payments, employeeFunds, residentFunds, deductions } = tables;
  return [receipts, payments, employeeFunds, residentFunds, deductions].map(tableContent).join('\n');
}

export interface RunContent {
  readonly contentHash: string;
  readonly partyHashes: ReadonlyMap<PartyCode, string>;
}

/** The hash of each party's tables, and that of the run: over owner, period, table 9 and the parties' hashes. */
export function hashRun(tables: RunTables, digest: Digest): RunContent {
  const partyHashes = new Map(tables.parties.map((one) => [one.party, digest(partyContent(one))]));
  const parties = [...partyHashes].map((entry) => entry.join(' '));
  const text = [`${tables.owner} ${tables.period}`, tableContent(tables.clearing), ...parties].join('\n');
  return { contentHash: digest(text), partyHashes };
}
