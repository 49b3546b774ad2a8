import type { Refusal } from '@yijie/errors';
import type { AuditActor } from '@yijie/security';
import type { CALL } from '../../core/command.ts';
import type { Institution } from '../../core/institution.ts';
import type { SettleStatement } from '../../core/settle.ts';
import type { KnownCommand } from '../../repositories/load-commands.ts';

interface ItemCommon {
  readonly institution: Institution;
  readonly key: string;
  readonly bodyHash: Buffer;
  readonly audit: AuditActor;
  readonly traceParent: string | null;
}

export interface SettleItem extends ItemCommon {
  readonly call: typeof CALL.settle;
  readonly visitId: Buffer | undefined;
  readonly statement: SettleStatement;
  /** The request as it arrived: the stored bill. */
  readonly bytes: Buffer;
}

export interface RefundItem extends ItemCommon {
  readonly call: typeof CALL.refund;
  readonly settlementId: Buffer | undefined;
  readonly settlementIdText: string;
  readonly reason: string;
}

export interface ReverseItem extends ItemCommon {
  readonly call: typeof CALL.reverse;
  readonly originalCall: number;
  readonly originalKey: string;
}

export type CommandItem = SettleItem | RefundItem | ReverseItem;

/** `unknown`: the database went away around the commit; the same key asked again will tell. */
export type Acceptation =
  | { readonly kind: 'known'; readonly known: KnownCommand; readonly repeated: boolean }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unknown' };

export function refused(refusal: Refusal): Acceptation {
  return { kind: 'refused', refusal };
}
