import { FUND_NAMES, fundAmounts } from '@yijie/clearing';
import type { DetailRow as WireDetailRow } from '@yijie/contracts/clearing';
import { fundsFromRow } from '../repositories/runs/fund-columns.ts';
import type { DetailRow } from '../repositories/runs/run-detail.ts';
import { scheme, visitKind } from './words.ts';

export function writeDetailRow(row: DetailRow): WireDetailRow {
  const { deducted } = row;
  return {
    settlementId: row.settlement_id.toString('hex'),
    originalId: row.original_id?.toString('hex') ?? '',
    visitKind: visitKind.wire(row.visit_kind),
    scheme: scheme.wire(row.scheme),
    homePool: row.home_pool,
    treatmentPool: row.treatment_pool,
    institutionCode: row.institution_code,
    settledAtMs: row.settled_at_ms,
    settledPeriod: row.settled_period,
    medicalFen: row.medical_fen,
    shares: {
      ...fundsFromRow(row),
      personalCashFen: row.personal_cash_fen,
      hospitalPartFen: row.hospital_part_fen,
    },
    deducted: fundAmounts((name) => deducted[FUND_NAMES.indexOf(name)] ?? 0),
  };
}
