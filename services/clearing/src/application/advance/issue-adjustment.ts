import { adjustmentTransfers, type Notice, type RunOwner, schemeComponents } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { appendAudit } from '../../repositories/audit.ts';
import { insertAdjustment } from '../../repositories/money/advance.ts';
import { readParameters } from '../../repositories/parameters.ts';
import { toCompressedJson } from '../../repositories/runs/compressed-json.ts';
import { inTransaction } from '../in-transaction.ts';
import { issueTransfers } from '../money/issue-transfers.ts';
import { type Acting, now, type RunDesk } from '../runs/run-desk.ts';
import { quotasOfYear } from './quotas-of-year.ts';

/** Issues a year's adjustment with its notices, once, as it was previewed. */
export async function issueAdjustment(
  desk: RunDesk,
  {
    owner,
    year,
    contentHash,
  }: { readonly owner: RunOwner; readonly year: number; readonly contentHash: string },
  acting: Acting,
): Promise<{ readonly ok: true; readonly notices: readonly Notice[] } | Refusal> {
  const moment = now(desk, acting);
  const quotas = await quotasOfYear(desk, owner, year, moment.today);
  if (!quotas.ok) return quotas;
  if (quotas.contentHash !== contentHash)
    return refuse('CLR-HASH', { party: owner, contentHash: quotas.contentHash });
  const tables = await toCompressedJson(quotas.tables);
  return inTransaction(desk.database, async (tx) => {
    const isFirst = await insertAdjustment(tx, {
      owner,
      year,
      contentHash,
      tables,
      by: acting.by,
      atMs: moment.at,
    });
    if (!isFirst) return refuse('CLR-ADV-ISSUED', { owner, year: `${year}` });
    const parameters = await readParameters(tx, owner, moment.today);
    const issued = await issueTransfers(
      tx,
      {
        owner,
        category: 'ADV_ADJUST',
        period: `${year}`,
        revision: 1,
        transfers: adjustmentTransfers(quotas.adjustments),
        basisHashOf: () => contentHash,
        componentsOf: schemeComponents,
      },
      parameters,
      moment,
    );
    await appendAudit(tx, [
      { ...acting.audit, atMs: moment.at, action: 'advance.adjust', object: `advance:${owner}/${year}` },
    ]);
    return issued;
  });
}
