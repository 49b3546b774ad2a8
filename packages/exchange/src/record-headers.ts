import type { PublishRecord } from '@yijie/bus';
import { RECORD_SIGNATURE_HEADER, type RecordSigner } from '@yijie/security';
import type { MessageKind } from './contract.ts';

/** Version of the envelope: the headers below with a protobuf message of yijie.exchange.v1 as value. */
export const SCHEMA_VERSION = '1';

export const HEADER = {
  schema: 'schema',
  kind: 'kind',
  /** Province that signed. */
  region: 'region',
  signature: RECORD_SIGNATURE_HEADER,
  trace: 'traceparent',
} as const;

export interface Outgoing {
  readonly topic: string;
  readonly key: string;
  readonly partition: number | null;
  readonly kind: MessageKind;
  readonly payload: Uint8Array;
  readonly traceParent: string | null;
}

const schemaBytes = Buffer.from(SCHEMA_VERSION);
const kindBytes: Readonly<Record<MessageKind, Buffer>> = {
  command: Buffer.from('command'),
  question: Buffer.from('question'),
  reply: Buffer.from('reply'),
  fact: Buffer.from('fact'),
};

/** Signs a batch with one signature and puts every message into its envelope. */
export function sealRecords(signer: RecordSigner, messages: readonly Outgoing[]): PublishRecord[] {
  const region = Buffer.from(signer.province);
  const signatures = signer.sign(
    messages.map((message) => ({ topic: message.topic, key: message.key, value: message.payload })),
  );
  return messages.map((message, index) => ({
    key: message.key,
    value: message.payload,
    partition: message.partition ?? undefined,
    headers: {
      [HEADER.schema]: schemaBytes,
      [HEADER.kind]: kindBytes[message.kind],
      [HEADER.region]: region,
      [HEADER.signature]: signatures[index] as Buffer,
      ...(message.traceParent === null ? {} : { [HEADER.trace]: Buffer.from(message.traceParent) }),
    },
  }));
}
