import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import type { Refusal } from '@yijie/errors';
import type { Clock, LogFields } from '../ports.ts';
import { traceparentKey, validTraceparent } from '../trace-headers.ts';
import type { Connection } from './connections.ts';

/** A call as it arrives: what is known before its message is decoded. */
export interface ArrivingCall {
  /** Full name, "yijie.treatment.v1.TreatmentService/Settle". */
  readonly rpc: string;
  readonly connection: Connection;
  /** Headers of the call, or of the stream it came on. */
  readonly metadata: Metadata;
  /** The call of grpc-js, or the stream that this request came on. */
  readonly transport: Transport;
  /** Bytes of the message, not decoded yet. */
  readonly requestBytes: Uint8Array;
}

/** What a handler sees of its call beside the message. */
export interface CallContext<Identity> extends ArrivingCall {
  readonly identity: Identity;
  readonly arrivedAtMs: number;
  /** When the call ends at the latest: the client's deadline or ours, whichever is first. */
  readonly deadlineMs: number;
  remainingMs(): number;
  /** Aborted when the client hangs up and at the deadline; made when first asked for. */
  readonly signal: AbortSignal;
  /** W3C trace context of this call, to be sent on; undefined when the caller sent none and none is made here. */
  readonly traceparent: string | undefined;
}

/** Who is calling, whether they may, and whether there is room: decided before the message is decoded. */
export interface Guard<Identity> {
  admit(call: ArrivingCall): Admission<Identity> | Promise<Admission<Identity>>;
  /** Once for each admitted call, when its handler has ended. */
  release?(identity: Identity, call: ArrivingCall): void;
  /** What the line of a refused call may say of the caller. */
  logFields?(identity: Identity): LogFields;
}

export type Admission<Identity> = { readonly ok: true; readonly identity: Identity } | Refusal;

/** What grpc-js gives for a call or a stream, as far as it is used here. */
export interface Transport {
  readonly cancelled: boolean;
  readonly metadata: Metadata;
  getAuthContext(): ReturnType<ServerUnaryCall<unknown, unknown>['getAuthContext']>;
  once(event: 'cancelled', listener: () => void): unknown;
  off(event: 'cancelled', listener: () => void): unknown;
}

/** One call under way. A class, so that its accessors cost nothing until they are used. */
export class OpenCall<Identity> implements CallContext<Identity> {
  readonly rpc: string;
  readonly connection: Connection;
  readonly transport: Transport;
  readonly requestBytes: Uint8Array;
  readonly arrivedAtMs: number;
  readonly deadlineMs: number;
  /** For measuring. */
  readonly startedAt: number;
  /** Set by whoever answers first: the handler, the deadline. */
  answered = false;
  readonly #clock: Clock;
  #identity: Identity | undefined;
  #traceparent: string | undefined;
  #controller: AbortController | undefined;
  #onCancelled: (() => void) | undefined;

  constructor(
    rpc: string,
    connection: Connection,
    requestBytes: Uint8Array,
    transport: Transport,
    clock: Clock,
    clientDeadlineMs: number,
    deadlineAfterMs: number,
  ) {
    this.rpc = rpc;
    this.connection = connection;
    this.requestBytes = requestBytes;
    this.transport = transport;
    this.#clock = clock;
    this.startedAt = clock.monotonic();
    this.arrivedAtMs = clock.now();
    this.deadlineMs = Math.min(clientDeadlineMs, this.arrivedAtMs + deadlineAfterMs);
  }

  get metadata(): Metadata {
    return this.transport.metadata;
  }

  get cancelled(): boolean {
    return this.transport.cancelled;
  }

  get identity(): Identity {
    return this.#identity as Identity;
  }

  admitAs(identity: Identity): void {
    this.#identity = identity;
  }

  get traceparent(): string | undefined {
    if (this.#traceparent === undefined) {
      const [header] = this.transport.metadata.get(traceparentKey);
      if (typeof header === 'string') this.#traceparent = validTraceparent(header);
    }
    return this.#traceparent;
  }

  set traceparent(value: string) {
    this.#traceparent = value;
  }

  remainingMs(): number {
    return Math.max(0, this.deadlineMs - this.#clock.now());
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.transport.cancelled) {
        this.#controller.abort(new Error('the client hung up'));
      } else {
        this.#onCancelled = () => this.#controller?.abort(new Error('the client hung up'));
        this.transport.once('cancelled', this.#onCancelled);
      }
    }
    return this.#controller.signal;
  }

  expire(): void {
    this.#controller?.abort(new Error('the deadline has passed'));
  }

  /** The handler has ended: nothing listens any more. */
  close(): void {
    if (this.#onCancelled !== undefined) this.transport.off('cancelled', this.#onCancelled);
  }
}
