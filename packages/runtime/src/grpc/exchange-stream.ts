import type { ServerDuplexStream } from '@grpc/grpc-js';
import { Failure } from '@yijie/contracts/common';
import { type GrpcStatusName, type Refusal, refuse } from '@yijie/errors';
import type { Clock } from '../ports.ts';
import { OpenCall } from './call-context.ts';
import type { AnswerSink, CallServer } from './call-server.ts';
import type { Connection } from './connections.ts';
import { failureOf, statusNumber } from './failure.ts';
import type { ExchangeService } from './method.ts';
import { statusMetadata } from './status-details.ts';
import { tagOf, varintLength, WireReader, wireType, writeVarint } from './wire.ts';

export interface ExchangeStreamOptions<Identity> {
  readonly service: ExchangeService<Identity>;
  readonly server: CallServer<Identity>;
  readonly clock: Clock;
  readonly connection: Connection;
  readonly deadlineMs: number;
  /** Requests under way, or answered and not yet taken by the client, from which reading pauses. */
  readonly inFlightMax: number;
  readonly onEnd: () => void;
}

type Stream = ServerDuplexStream<Buffer, Buffer>;

/**
 * Serves the requests of one stream as they come and answers them as they are ready. The envelope is opened and
 * closed here without decoding what is in it; the correlation goes back as the bytes it came in, so that every uint64
 * survives.
 */
export class ExchangeStream<Identity> {
  readonly #stream: Stream;
  readonly #options: ExchangeStreamOptions<Identity>;
  readonly #written = () => this.#oneLess();
  #inFlight = 0;
  #paused = false;
  #clientEnded = false;
  #draining = false;
  #ended = false;

  constructor(stream: Stream, options: ExchangeStreamOptions<Identity>) {
    this.#stream = stream;
    this.#options = options;
    // Every call under way may wait for the end of the stream.
    stream.setMaxListeners(0);
    stream.on('data', (bytes: Buffer) => this.#take(bytes));
    stream.on('end', () => {
      this.#clientEnded = true;
      this.#maybeEnd();
    });
    stream.once('cancelled', () => this.#close());
    stream.once('close', () => this.#close());
  }

  /** Takes no more requests, answers those under way, then ends the stream; the client opens another one. */
  drain(): void {
    this.#draining = true;
    this.#stream.pause();
    this.#maybeEnd();
  }

  #take(bytes: Buffer): void {
    const envelope = openEnvelope(bytes);
    if (envelope === undefined) {
      // Without a correlation there is nobody to answer.
      this.#fail(refuse('FRM-VALUE', { field: 'message' }));
      return;
    }
    this.#inFlight += 1;
    if (this.#inFlight >= this.#options.inFlightMax) {
      this.#paused = true;
      this.#stream.pause();
    }
    const method = this.#options.service.routes.get(envelope.field);
    if (method === undefined) {
      this.#refuse(envelope.correlation, 'INVALID_ARGUMENT', refuse('FRM-CALL'));
      return;
    }
    const { server, clock, connection, deadlineMs } = this.#options;
    const call = new OpenCall<Identity>(
      method.rpc,
      connection,
      envelope.message,
      this.#stream,
      clock,
      Number.POSITIVE_INFINITY,
      method.deadlineMs ?? deadlineMs,
    );
    void server.serve(method, call, new EnvelopeSink(this, envelope));
  }

  reply(envelope: Envelope, response: Buffer): void {
    this.#write(closeEnvelope(envelope.correlation, envelope.field, response));
  }

  refuse(envelope: Envelope, status: GrpcStatusName, refusal: Refusal): void {
    this.#refuse(envelope.correlation, status, refusal);
  }

  #refuse(correlation: Uint8Array, status: GrpcStatusName, refusal: Refusal): void {
    this.#write(
      closeEnvelope(correlation, this.#options.service.errorField, encodeCallError(status, refusal)),
    );
  }

  #write(bytes: Buffer): void {
    if (this.#ended || this.#stream.cancelled || this.#stream.destroyed) {
      this.#oneLess();
      return;
    }
    this.#stream.write(bytes, this.#written);
  }

  /** An answer has left (or nobody waits for it any more): there is room for a request. */
  #oneLess(): void {
    this.#inFlight -= 1;
    if (this.#paused && !this.#draining && this.#inFlight < this.#options.inFlightMax) {
      this.#paused = false;
      this.#stream.resume();
    }
    this.#maybeEnd();
  }

  #maybeEnd(): void {
    if (this.#ended || this.#inFlight > 0) return;
    if (this.#clientEnded) {
      this.#close();
      this.#stream.end();
    } else if (this.#draining) {
      this.#fail(refuse('SYS-STOPPING'));
    }
  }

  #fail(refusal: Refusal): void {
    if (this.#ended) return;
    this.#close();
    const failure = failureOf(refusal);
    const code = statusNumber(refusal.code === 'SYS-STOPPING' ? 'UNAVAILABLE' : 'INVALID_ARGUMENT');
    const details = `${failure.code}: ${failure.messageEn}`;
    this.#stream.emit('error', { code, details, metadata: statusMetadata(code, details, failure) });
  }

  #close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onEnd();
  }
}

class EnvelopeSink<Identity> implements AnswerSink {
  readonly #stream: ExchangeStream<Identity>;
  readonly #envelope: Envelope;

  constructor(stream: ExchangeStream<Identity>, envelope: Envelope) {
    this.#stream = stream;
    this.#envelope = envelope;
  }

  reply(bytes: Buffer): void {
    this.#stream.reply(this.#envelope, bytes);
  }

  refuse(status: GrpcStatusName, refusal: Refusal): void {
    this.#stream.refuse(this.#envelope, status, refusal);
  }
}

export interface Envelope {
  /** The varint as it came; empty when the client left it at 0. */
  readonly correlation: Uint8Array;
  /** 0 when no call was given. */
  readonly field: number;
  readonly message: Buffer;
}

const correlationField = 1;
const none = Buffer.alloc(0);

/** As protobuf has it: of a oneof that stands more than once, the last counts. */
export function openEnvelope(bytes: Buffer): Envelope | undefined {
  const reader = new WireReader(bytes);
  let correlation: Uint8Array = none;
  let field = 0;
  let message: Buffer = none;
  while (!reader.atEnd) {
    if (!reader.readTag()) return undefined;
    if (reader.field === correlationField && reader.type === wireType.varint) {
      const value = reader.readVarintBytes();
      if (value === undefined) return undefined;
      correlation = value;
    } else if (reader.type === wireType.bytes) {
      const value = reader.readBytes();
      if (value === undefined) return undefined;
      field = reader.field;
      message = value as Buffer;
    } else if (!reader.skip()) {
      return undefined;
    }
  }
  return { correlation, field, message };
}

export function closeEnvelope(correlation: Uint8Array, field: number, message: Uint8Array): Buffer {
  const tag = tagOf(field, wireType.bytes);
  const correlationLength = correlation.length === 0 ? 0 : 1 + correlation.length;
  const bytes = Buffer.allocUnsafe(
    correlationLength + varintLength(tag) + varintLength(message.length) + message.length,
  );
  let at = 0;
  if (correlationLength > 0) {
    bytes[0] = tagOf(correlationField, wireType.varint);
    bytes.set(correlation, 1);
    at = correlationLength;
  }
  at = writeVarint(bytes, at, tag);
  at = writeVarint(bytes, at, message.length);
  bytes.set(message, at);
  return bytes;
}

/** `{ int32 status = 1; yijie.common.v1.Failure failure = 2; }` */
function encodeCallError(status: GrpcStatusName, refusal: Refusal): Buffer {
  const failure = Failure.encode(failureOf(refusal)).finish();
  const number = statusNumber(status);
  const bytes = Buffer.allocUnsafe(2 + 1 + varintLength(failure.length) + failure.length);
  bytes[0] = tagOf(1, wireType.varint);
  bytes[1] = number;
  bytes[2] = tagOf(2, wireType.bytes);
  bytes.set(failure, writeVarint(bytes, 3, failure.length));
  return bytes;
}
