import { localDateToNumber } from '@yijie/calendar';
import type { CellValue, ClearingParameters, RunParty, Table, TotalRow } from '@yijie/clearing';
import { runDays } from '@yijie/clearing';
import type {
  RunParty as WireParty,
  Run as WireRun,
  Table as WireTable,
  TableRow as WireTableRow,
  Value as WireValue,
} from '@yijie/contracts/clearing';
import type { StoredRun } from '../repositories/runs/runs.ts';

export function writeRun(run: StoredRun, { calendar }: Pick<ClearingParameters, 'calendar'>): WireRun {
  return {
    key: { owner: run.owner, period: run.period },
    state: run.state,
    revision: run.revision,
    contentHash: run.contentHash,
    generatedBy: run.generatedBy ?? '',
    generatedAtMs: run.generatedAtMs ?? 0,
    releasedBy: run.releasedBy ?? '',
    settlements: run.settlements,
    carried: run.carried,
    parties: run.parties.map(writeParty),
    signUntil: localDateToNumber(runDays(run.period, calendar).signOn),
  };
}

export function writeParty(party: RunParty): WireParty {
  return {
    party: party.party,
    contentHash: party.contentHash,
    state: party.state,
    revision: party.revision ?? 0,
    by: party.by ?? '',
    atMs: party.at ?? 0,
    keyId: party.keyId ?? '',
    signature: Buffer.from(party.signature ?? '', 'hex'),
    reason: party.reason ?? '',
    disputedSettlements: [...(party.disputedRows ?? [])],
  };
}

export function writeTable({ no, titleZh, owner, columns, rows, totals }: Table): WireTable {
  return {
    no,
    titleZh,
    owner,
    columns: columns.map(({ name, zh, type }) => ({ name, zh, type })),
    rows: rows.map((values) => writeRow(values, '')),
    totals: totals.map(({ label, values }: TotalRow) => writeRow(values, label)),
  };
}

function writeRow(values: readonly CellValue[], label: string): WireTableRow {
  return { values: values.map(writeValue), label };
}

function writeValue(value: CellValue): WireValue {
  if (value === null) return { kind: undefined };
  if (typeof value === 'number') return { kind: { $case: 'number', number: value } };
  return { kind: { $case: 'text', text: value } };
}
