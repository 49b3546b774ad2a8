import type { VerifyAuditRequest, VerifyAuditResponse } from '@yijie/contracts/operations';
import type { Queryable } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import { type KeyRing, verifyAuditChain } from '@yijie/security';

export interface AuditParts {
  readonly database: Queryable;
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly service: string;
  /** The region or agency whose key seals the chain. */
  readonly owner: string;
}

/** The name of a service's audit chain among those that one owner's key seals. */
export function auditChain(service: string, owner: string): string {
  return `${service}-${owner}`;
}

/** Recomputes the sealed chain from its rows, or a stretch of it; 0 stands for its beginning or end. */
export async function reportAudit(
  { database, clock, keys, service, owner }: AuditParts,
  { fromBlock, untilBlock }: VerifyAuditRequest,
): Promise<VerifyAuditResponse> {
  const report = await verifyAuditChain({
    database,
    chain: auditChain(service, owner),
    province: owner,
    keys,
    nowMs: clock.now(),
    ...(fromBlock > 0 ? { fromBlock } : {}),
    ...(untilBlock > 0 ? { untilBlock } : {}),
  });
  return {
    intact: report.findings.length === 0,
    blocks: report.blocks,
    entries: report.entries,
    findings: report.findings.map(({ kind, block, detail }) =>
      block === undefined ? `${kind}: ${detail}` : `${kind} in block ${block}: ${detail}`,
    ),
    headHash: report.lastHead?.headHash.toString('hex') ?? '',
  };
}
