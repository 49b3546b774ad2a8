import { Metadata } from '@grpc/grpc-js';
import { Failure } from '@yijie/contracts/common';
import { tagOf, varintLength, WireReader, wireType, writeVarint } from './wire.ts';

/** Where gRPC carries typed details (https://grpc.io/docs/guides/error/, the richer error model). */
export const statusDetailsKey = 'grpc-status-details-bin';

const failureTypeUrl = 'type.googleapis.com/yijie.common.v1.Failure';

/**
 * A `google.rpc.Status` with our Failure as its one detail, so that clients of every language read it with what their
 * gRPC library brings. The three fields are written here: a generated google.rpc package would serve nothing else.
 */
export function encodeStatusDetails(status: number, message: string, failure: Failure): Buffer {
  const failureBytes = Failure.encode(failure).finish();
  const any = Buffer.concat([
    lengthDelimited(1, Buffer.from(failureTypeUrl, 'latin1')),
    lengthDelimited(2, failureBytes),
  ]);
  const code = Buffer.alloc(1 + varintLength(status));
  writeVarint(code, writeVarint(code, 0, tagOf(1, wireType.varint)), status);
  return Buffer.concat([code, lengthDelimited(2, Buffer.from(message, 'utf8')), lengthDelimited(3, any)]);
}

export function statusMetadata(status: number, message: string, failure: Failure): Metadata {
  const metadata = new Metadata();
  metadata.set(statusDetailsKey, encodeStatusDetails(status, message, failure));
  return metadata;
}

/** The Failure in the trailers of a failed call; undefined when the call failed without one (no connection, say). */
export function failureFromError(error: unknown): Failure | undefined {
  const metadata = (error as { metadata?: unknown } | null)?.metadata;
  if (!(metadata instanceof Metadata)) return undefined;
  const [details] = metadata.get(statusDetailsKey);
  if (!(details instanceof Buffer)) return undefined;
  const reader = new WireReader(details);
  while (!reader.atEnd && reader.readTag()) {
    if (reader.field !== 3 || reader.type !== wireType.bytes) {
      if (!reader.skip()) return undefined;
      continue;
    }
    const any = reader.readBytes();
    const failure = any === undefined ? undefined : failureFromAny(any);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function failureFromAny(any: Uint8Array): Failure | undefined {
  const reader = new WireReader(any);
  let typeUrl = '';
  let value: Uint8Array | undefined;
  while (!reader.atEnd && reader.readTag()) {
    if (reader.type !== wireType.bytes) {
      if (!reader.skip()) return undefined;
      continue;
    }
    const bytes = reader.readBytes();
    if (bytes === undefined) return undefined;
    if (reader.field === 1) typeUrl = Buffer.from(bytes).toString('utf8');
    if (reader.field === 2) value = bytes;
  }
  if (value === undefined || !typeUrl.endsWith('/yijie.common.v1.Failure')) return undefined;
  return Failure.decode(value);
}

function lengthDelimited(field: number, bytes: Uint8Array): Buffer {
  const tag = tagOf(field, wireType.bytes);
  const head = Buffer.alloc(varintLength(tag) + varintLength(bytes.length));
  writeVarint(head, writeVarint(head, 0, tag), bytes.length);
  return Buffer.concat([head, bytes]);
}
