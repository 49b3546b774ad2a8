import type { GrpcStatusName, Refusal } from '@yijie/errors';
import { refuse } from '@yijie/errors';
import { metric } from '../metric-names.ts';
import type { CounterChild, GaugeChild, HistogramChild } from '../metric-series.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock, Logger } from '../ports.ts';
import type { CallSpan, Tracing } from '../tracing.ts';
import type { Guard, OpenCall } from './call-context.ts';
import { statusOf } from './failure.ts';
import { LineLimit } from './line-limit.ts';
import type { UnaryMethod } from './method.ts';

export interface CallServerOptions<Identity> {
  readonly guard: Guard<Identity>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly tracing: Tracing | undefined;
  /** Makes the reference that an internal error shows to the caller and to the log. */
  readonly reference: () => string;
  readonly inFlightMax: number;
}

/** Where an answer goes: the unary call or the envelope on a stream. */
export interface AnswerSink {
  reply(bytes: Buffer): void;
  refuse(status: GrpcStatusName, refusal: Refusal): void;
}

/** Overdue calls are looked for this often; a deadline is a matter of seconds. */
const sweepEveryMs = 250;
/** Refused calls written to the log per second; a flood of them is counted, not written. */
const refusedLinesPerSecond = 100;

/**
 * Serves one call after another, whichever way they came: guard, decode, handle, encode, answer, count. What a handler
 * throws is a fault of ours: logged with a reference, answered with SYS-INTERNAL, and nothing of it is shown.
 */
export class CallServer<Identity> {
  readonly #options: CallServerOptions<Identity>;
  readonly #open = new Map<OpenCall<Identity>, { method: UnaryMethod<Identity>; sink: AnswerSink }>();
  readonly #counts: CallCounts;
  readonly #refusedLines: LineLimit;
  readonly #whenDrained: (() => void)[] = [];
  #sweeping = false;

  constructor(options: CallServerOptions<Identity>) {
    this.#options = options;
    this.#counts = new CallCounts(options.metrics, options.inFlightMax);
    this.#refusedLines = new LineLimit(options.clock, refusedLinesPerSecond);
  }

  get inFlight(): number {
    return this.#open.size;
  }

  /** Resolves when every call that was taken has ended. */
  async drained(): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => this.#whenDrained.push(resolve));
  }

  /** Answers whatever is still open: its caller is to try again elsewhere. */
  abandon(): void {
    for (const [call, { method, sink }] of this.#open) {
      this.#refuse(method, call, sink, refuse('SYS-STOPPING'));
      call.expire();
    }
  }

  async serve(method: UnaryMethod<Identity>, call: OpenCall<Identity>, sink: AnswerSink): Promise<void> {
    const { guard, tracing } = this.#options;
    if (this.#open.size >= this.#options.inFlightMax) {
      this.#refuse(method, call, sink, refuse('SYS-UNAVAILABLE', { part: 'capacity' }));
      return;
    }
    this.#track(method, call, sink);
    const span = tracing?.startCall(method.rpc, call.traceparent);
    if (span !== undefined) call.traceparent = span.traceparent;
    let admitted = false;
    try {
      const admission = await guard.admit(call);
      if (!admission.ok) {
        this.#refuse(method, call, sink, admission, span);
        return;
      }
      call.admitAs(admission.identity);
      admitted = true;
      const request = decode(method, call);
      if (request === malformed) {
        this.#refuse(method, call, sink, refuse('FRM-VALUE', { field: 'message' }), span);
        return;
      }
      const response = await method.handle(request, call);
      if (isRefusal(response)) this.#refuse(method, call, sink, response, span);
      else this.#reply(method, call, sink, method.encode(response), span);
    } catch (cause) {
      this.#fault(method, call, sink, cause, span);
    } finally {
      this.#open.delete(call);
      this.#counts.inFlight.value = this.#open.size;
      call.close();
      if (admitted) guard.release?.(call.identity, call);
      if (this.#open.size === 0) for (const resolve of this.#whenDrained.splice(0)) resolve();
    }
  }

  #reply(
    method: UnaryMethod<Identity>,
    call: OpenCall<Identity>,
    sink: AnswerSink,
    bytes: Buffer,
    span: CallSpan | undefined,
  ): void {
    if (call.answered) return;
    this.#ended(method, call, call.cancelled ? 'CANCELLED' : 'OK', span);
    sink.reply(bytes);
  }

  #refuse(
    method: UnaryMethod<Identity>,
    call: OpenCall<Identity>,
    sink: AnswerSink,
    refusal: Refusal,
    span?: CallSpan,
  ): void {
    if (call.answered) return;
    const status = statusOf(refusal.code);
    this.#ended(method, call, status, span);
    this.#counts.refusal(refusal.code).inc();
    this.#logRefused(method, call, status, refusal.code);
    sink.refuse(status, refusal);
  }

  #fault(
    method: UnaryMethod<Identity>,
    call: OpenCall<Identity>,
    sink: AnswerSink,
    thrown: unknown,
    span: CallSpan | undefined,
  ): void {
    const cause = thrown instanceof Error ? thrown : new Error(String(thrown));
    // A handler that gives up because its caller is gone, or its time over, isn't at fault.
    if (call.cancelled || call.answered) {
      if (!call.answered) this.#ended(method, call, 'CANCELLED', span);
      this.#options.logger.debug('call.abandoned', { rpc: method.rpc, cause });
      return;
    }
    const reference = this.#options.reference();
    this.#options.logger.error('call.failed', { rpc: method.rpc, requestId: reference, cause });
    this.#refuse(method, call, sink, refuse('SYS-INTERNAL', { traceId: reference }), span);
  }

  #ended(
    method: UnaryMethod<Identity>,
    call: OpenCall<Identity>,
    status: GrpcStatusName | 'CANCELLED',
    span: CallSpan | undefined,
  ): void {
    call.answered = true;
    const { seconds, byStatus } = this.#counts.of(method.rpc);
    seconds.observe((this.#options.clock.monotonic() - call.startedAt) / 1_000);
    this.#counts.call(byStatus, method.rpc, status).value += 1;
    span?.end(status);
  }

  #logRefused(
    method: UnaryMethod<Identity>,
    call: OpenCall<Identity>,
    status: GrpcStatusName,
    code: string,
  ): void {
    const { guard, logger, clock } = this.#options;
    const suppressed = this.#refusedLines.take();
    if (suppressed === undefined) return;
    if (suppressed > 0) logger.info('call.refused-unlogged', { count: suppressed });
    const { identity } = call;
    logger.info('call.refused', {
      ...(identity === undefined ? undefined : guard.logFields?.(identity)),
      rpc: method.rpc,
      code,
      status,
      address: call.connection.remoteAddress,
      certificateSerial: call.connection.certificate?.serialNumber,
      durationMs: Math.round(clock.monotonic() - call.startedAt),
    });
  }

  #track(method: UnaryMethod<Identity>, call: OpenCall<Identity>, sink: AnswerSink): void {
    this.#open.set(call, { method, sink });
    this.#counts.inFlight.value = this.#open.size;
    if (!this.#sweeping) {
      this.#sweeping = true;
      this.#options.clock.after(sweepEveryMs, () => this.#sweep());
    }
  }

  /** One timer for all calls: a timer per call costs more than everything else that this class does for it. */
  #sweep(): void {
    const now = this.#options.clock.now();
    for (const [call, { method, sink }] of this.#open) {
      if (call.deadlineMs > now || call.answered) continue;
      this.#refuse(method, call, sink, refuse('SYS-DEADLINE'));
      call.expire();
    }
    if (this.#open.size > 0) this.#options.clock.after(sweepEveryMs, () => this.#sweep());
    else this.#sweeping = false;
  }
}

const malformed = Symbol('malformed');

function decode<Identity>(method: UnaryMethod<Identity>, call: OpenCall<Identity>): unknown {
  try {
    return method.decode(call.requestBytes as Buffer);
  } catch {
    // What the decoder says could repeat bytes of the message.
    return malformed;
  }
}

function isRefusal(result: unknown): result is Refusal {
  return (result as Refusal).ok === false && typeof (result as Refusal).code === 'string';
}

interface RpcCounts {
  readonly seconds: HistogramChild;
  readonly byStatus: Map<string, CounterChild>;
}

/** Keeps the children of each label at hand. */
class CallCounts {
  readonly inFlight: GaugeChild;
  readonly #metrics: Metrics;
  readonly #byRpc = new Map<string, RpcCounts>();
  readonly #byCode = new Map<string, CounterChild>();

  constructor(metrics: Metrics, inFlightMax: number) {
    this.#metrics = metrics;
    this.inFlight = metrics.gauge(metric.grpcInFlight).labels();
    metrics.gauge(metric.grpcInFlightLimit).labels().set(inFlightMax);
  }

  of(rpc: string): RpcCounts {
    const known = this.#byRpc.get(rpc);
    if (known !== undefined) return known;
    const made = { seconds: this.#metrics.histogram(metric.grpcSeconds).labels(rpc), byStatus: new Map() };
    this.#byRpc.set(rpc, made);
    return made;
  }

  call(byStatus: Map<string, CounterChild>, rpc: string, status: string): CounterChild {
    const known = byStatus.get(status);
    if (known !== undefined) return known;
    const made = this.#metrics.counter(metric.grpcCalls).labels(rpc, status);
    byStatus.set(status, made);
    return made;
  }

  refusal(code: string): CounterChild {
    const known = this.#byCode.get(code);
    if (known !== undefined) return known;
    const made = this.#metrics.counter(metric.refusals).labels(code);
    this.#byCode.set(code, made);
    return made;
  }
}
