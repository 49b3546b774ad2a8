import { createHash } from 'node:crypto';
import { HEADER, type Incoming } from '@yijie/exchange';
import { idToText } from '@yijie/runtime';
import { type AuditEntry, auditRegion } from '@yijie/security';
import type { Decision } from '../../core/settling/decide-commands.ts';

/** Where the id of the signing key stands in a record's signature header (security: record-header.ts). */
const KEY_ID = { from: 1, until: 9 } as const;

/**
 * One line for each change of state: what was settled, refunded or kept out, at whose signed word. A refusal changes
 * nothing and has none; the answer it got is in the inbox.
 */
export function commandAudit(
  { command, effect }: Decision,
  message: Incoming | undefined,
  reply: Uint8Array,
  atMs: number,
): AuditEntry | undefined {
  if (effect.kind !== 'final') return undefined;
  const subject = effect.added ? command.id : effect.tombstone?.id;
  if (subject === undefined) return undefined;
  return {
    ...auditRegion(message?.signedBy ?? '', signingKeyOf(message)),
    atMs,
    action: effect.added ? command.kind : 'roll-back',
    object: `settlement:${idToText(subject)}`,
    afterHash: createHash('sha256').update(reply).digest(),
  };
}

function signingKeyOf(message: Incoming | undefined): string {
  const header = message?.headers[HEADER.signature];
  return header === undefined ? '' : Buffer.from(header.subarray(KEY_ID.from, KEY_ID.until)).toString('hex');
}
