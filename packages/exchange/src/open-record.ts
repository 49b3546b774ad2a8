import type { ReceivedRecord } from '@yijie/bus';
import type { RecordVerifier } from '@yijie/security';
import type { DeadLetterRow, Incoming } from './contract.ts';
import { HEADER, SCHEMA_VERSION } from './record-headers.ts';

export type Opened =
  | { readonly ok: true; readonly message: Incoming }
  | { readonly ok: false; readonly dead: DeadLetterRow };

/**
 * Takes a record out of its envelope. What is unsigned, signed by another region than it names, or of a schema this
 * release doesn't know becomes a dead letter that parks nobody: its sender can't be trusted with the key either.
 */
export function openRecord(
  verifier: RecordVerifier,
  topic: string,
  partition: number,
  record: ReceivedRecord,
): Opened {
  const offset = Number(record.offset);
  const refuse = (reasonCode: string, reason: string): Opened => ({
    ok: false,
    dead: {
      topic,
      partition,
      offset,
      key: record.key,
      headers: record.headers,
      payload: record.value,
      reasonCode,
      reason,
      parks: false,
    },
  });

  const schema = text(record.headers[HEADER.schema]);
  if (schema !== SCHEMA_VERSION)
    return refuse('DLQ-SCHEMA', `schema ${schema ?? 'missing'}, this release reads ${SCHEMA_VERSION}`);
  const region = text(record.headers[HEADER.region]);
  if (region === undefined) return refuse('SIG-NONE', 'no header names the region that signed');
  const verdict = verifier.verify(
    { topic, key: record.key, value: record.value },
    record.headers[HEADER.signature],
    { expectedProvince: region },
  );
  if (!verdict.ok) return refuse(verdict.code, JSON.stringify(verdict.values));

  return {
    ok: true,
    message: {
      topic,
      partition,
      offset,
      key: record.key,
      kind: text(record.headers[HEADER.kind]) ?? '',
      payload: record.value,
      signedBy: verdict.province,
      traceParent: text(record.headers[HEADER.trace]) ?? null,
      headers: record.headers,
      appendedAtMs: record.timestampMs,
    },
  };
}

function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined
    ? undefined
    : Buffer.from(value.buffer, value.byteOffset, value.length).toString('utf8');
}
