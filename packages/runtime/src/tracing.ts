import {
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { loggableFields } from './loggable-fields.ts';
import { maskPersonal } from './mask.ts';
import type { LogFields, Logger, Random } from './ports.ts';

export interface TracingOptions {
  readonly service: string;
  /** Where an OpenTelemetry collector takes OTLP over HTTP (OTEL_EXPORTER_OTLP_ENDPOINT). Without it, no tracing. */
  readonly endpoint: string | undefined;
  /** Which share of the traces that begin here is recorded, 0 … 1. A trace begun elsewhere keeps its own decision. */
  readonly sampleRatio: number;
  readonly random: Random;
  readonly logger: Logger;
}

export interface CallSpan {
  /** To be sent on, so that what follows hangs below this span. */
  readonly traceparent: string;
  /** "OK", or why not. */
  end(status: string): void;
}

/**
 * A trace begins at a call or not at all; what follows takes part when its caller does. What takes no part gets
 * undefined and costs nothing: the ids of a span that nobody records are half of what a call on a stream costs.
 */
export interface Tracing {
  /** A call that came in over gRPC. */
  startCall(name: string, traceparent: string | undefined): CallSpan | undefined;
  /** A step of our own: a record handled, a batch written. Fields pass the list of loggable fields. */
  startStep(name: string, traceparent: string | undefined, fields?: LogFields): CallSpan | undefined;
  /** Sends what is still here. */
  shutdown(): Promise<void>;
}

/**
 * A step of ours that many traces take part in at once, because work goes in batches: one span for each trace, all ended
 * together. Costs nothing when tracing is off.
 */
export function startSteps(
  tracing: Tracing | undefined,
  name: string,
  traceparents: Iterable<string | null>,
): (status: string) => void {
  if (tracing === undefined) return noSteps;
  const spans: CallSpan[] = [];
  for (const traceparent of traceparents) {
    const span = traceparent === null ? undefined : tracing.startStep(name, traceparent);
    if (span) spans.push(span);
  }
  return (status) => {
    for (const span of spans) span.end(status);
  };
}

function noSteps(): void {}

/** Undefined without an endpoint: then nothing is made per call, and a caller's traceparent still travels on. */
export function createTracing(options: TracingOptions): Tracing | undefined {
  if (options.endpoint === undefined) return undefined;
  // Otherwise the library writes failed exports to standard error.
  setGlobalErrorHandler((cause) => {
    options.logger.warn('trace.export-failed', {
      cause: cause instanceof Error ? cause : new Error('export failed'),
    });
  });
  const exporter = new OTLPTraceExporter({ url: `${options.endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.service }),
    // Decided below, before anything is made.
    sampler: new AlwaysOnSampler(),
    // A queue that is full drops spans: a settlement never waits for its trace.
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: 8_192, maxExportBatchSize: 1_024 })],
  });
  const tracer = provider.getTracer('yijie');
  const { sampleRatio, random } = options;
  return {
    startCall(name, traceparent) {
      const parent = parentOf(traceparent);
      const takesPart = parent === undefined ? random.next() < sampleRatio : isSampled(parent);
      return takesPart ? start(tracer, name, SpanKind.SERVER, parent, undefined) : undefined;
    },
    startStep(name, traceparent, fields) {
      const parent = parentOf(traceparent);
      if (parent === undefined || !isSampled(parent)) return undefined;
      return start(tracer, name, SpanKind.INTERNAL, parent, fields);
    },
    shutdown: () => provider.shutdown(),
  };
}

function parentOf(traceparent: string | undefined): SpanContext | undefined {
  return traceparent === undefined ? undefined : (parseTraceParent(traceparent) ?? undefined);
}

const isSampled = ({ traceFlags }: SpanContext): boolean => (traceFlags & TraceFlags.SAMPLED) !== 0;

function start(
  tracer: Tracer,
  name: string,
  kind: SpanKind,
  parent: SpanContext | undefined,
  fields: LogFields | undefined,
): CallSpan {
  const context =
    parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
  const options = fields === undefined ? { kind } : { kind, attributes: allowedAttributes(fields) };
  return new OpenSpan(tracer.startSpan(name, options, context));
}

function allowedAttributes(fields: LogFields): Record<string, string | number | boolean> {
  const attributes: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!loggableFields.has(name) || value === undefined || value instanceof Error) continue;
    attributes[name] = typeof value === 'string' ? maskPersonal(value) : value;
  }
  return attributes;
}

class OpenSpan implements CallSpan {
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.#span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  end(status: string): void {
    if (status !== 'OK') this.#span.setStatus({ code: SpanStatusCode.ERROR, message: status });
    this.#span.end();
  }
}
