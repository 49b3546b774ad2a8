import type { Queryable } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import { type KeyRing, verifyAuditChain } from '@yijie/security';

/** What checking the sealed audit chain found. */
export interface AuditReport {
  readonly intact: boolean;
  readonly blocks: number;
  readonly entries: number;
  readonly findings: readonly string[];
  /** Hex. */
  readonly headHash: string;
}

/** The chain of this service in its agency's key. */
export function auditChain(agency: string): string {
  return `clearing-${agency}`;
}

/** Checks the chain, or a stretch of it; 0 stands for its beginning or end. */
export async function verifyAudit(
  parts: {
    readonly database: Queryable;
    readonly clock: Clock;
    readonly keys: KeyRing;
    readonly agency: string;
  },
  fromBlock: number,
  untilBlock: number,
): Promise<AuditReport> {
  const { database, clock, keys, agency } = parts;
  const report = await verifyAuditChain({
    database,
    chain: auditChain(agency),
    province: agency,
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
