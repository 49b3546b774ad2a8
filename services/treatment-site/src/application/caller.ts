import type { AuditActor, RowFilter } from '@yijie/security';

/** Who calls and until when: known from the connection, never from a message. */
export interface Caller {
  /** "" for callers that aren't an institution: they only read. */
  readonly institutionCode: string;
  /** The rows that the caller may see. */
  readonly rows: RowFilter;
  /** Names and numbers are shown masked. */
  readonly masked: boolean;
  /** For the audit trail. */
  readonly audit: AuditActor;
  readonly deadlineMs: number;
  /** The message as it arrived. */
  readonly requestBytes: Buffer;
  readonly traceParent: string | null;
}
