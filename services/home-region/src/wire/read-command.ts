import { provinceOf } from '@yijie/codes';
import { Command as WireCommand } from '@yijie/contracts/exchange';
import type { Incoming } from '@yijie/exchange';
import type { Command, CommandHead } from '../core/settling/command.ts';
import { FieldError, keyOf, readBill, readId, readInstant, readPool, required } from './fields.ts';

export type ReadCommand =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly reasonCode: string; readonly reason: string };

/**
 * A message of the request topic as a command. What can't be one (other kind, broken bytes, unknown word, half a date,
 * another province's signature) becomes a dead letter with the reason; it is never half read.
 */
export function readCommand(message: Incoming, nowMs: number): ReadCommand {
  if (message.kind !== 'command')
    return broken('DLQ-SCHEMA', `a ${message.kind || 'record'} on the request topic`);
  let wire: WireCommand;
  try {
    wire = WireCommand.decode(message.payload);
  } catch (error) {
    return broken('DLQ-DECODE', (error as Error).message);
  }
  try {
    // Kafka's access lists let every province write here: each speaks for itself alone.
    if (message.signedBy !== provinceOf(wire.treatmentPool))
      return broken('SIG-REGION', `${message.signedBy} speaks for ${wire.treatmentPool}`);
    if (message.key !== wire.personToken)
      return broken('DLQ-DECODE', "the record's key isn't the command's person");
    return { ok: true, command: commandOf(wire, headOf(message, wire, nowMs)) };
  } catch (error) {
    if (error instanceof FieldError) return broken('DLQ-DECODE', error.message);
    throw error;
  }
}

function broken(reasonCode: string, reason: string): ReadCommand {
  return { ok: false, reasonCode, reason };
}

function headOf(message: Incoming, wire: WireCommand, nowMs: number): CommandHead {
  const id = readId('command_id', wire.commandId);
  return {
    id,
    key: keyOf(id),
    personToken: required('person_token', wire.personToken),
    homePool: readPool('home_pool', wire.homePool),
    treatmentPool: readPool('treatment_pool', wire.treatmentPool),
    institutionCode: required('institution_code', wire.institutionCode),
    sequence: wire.sequence,
    expiresAtMs: wire.expiresAtMs,
    replyPartition: wire.replyPartition < 0 ? null : wire.replyPartition,
    traceParent: message.traceParent,
    message: message.payload,
    // Three clocks judge lateness: the sender's expiry, ours, and the append time where ours is slow.
    readAtMs: Math.max(nowMs, message.appendedAtMs),
  };
}

function commandOf(wire: WireCommand, head: CommandHead): Command {
  const { body } = wire;
  switch (body?.$case) {
    case 'settle':
      return {
        ...head,
        kind: 'settle',
        bill: readBill(body.settle),
        quoteHash: body.settle.quoteHash.length === 0 ? undefined : body.settle.quoteHash,
        settledAtMs: readInstant('settled_at_ms', body.settle.settledAtMs),
      };
    case 'refund':
      return {
        ...head,
        kind: 'refund',
        settlementId: readId('settlement_id', body.refund.settlementId),
        settlementKey: keyOf(body.refund.settlementId),
        refundedAtMs: readInstant('refunded_at_ms', body.refund.refundedAtMs),
      };
    case 'reverse':
      return {
        ...head,
        kind: 'reverse',
        originalId: readId('original_command_id', body.reverse.originalCommandId),
        originalKey: keyOf(body.reverse.originalCommandId),
      };
    case undefined:
      throw new FieldError('body', 'none');
  }
}

/** The id of a kept message as a map key; undefined when its bytes are broken. */
export function commandIdIn(payload: Uint8Array): string | undefined {
  try {
    return keyOf(WireCommand.decode(payload).commandId);
  } catch {
    return undefined;
  }
}
