import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { parseTraceParent, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { loggableFields } from './loggable-fields.ts';
import { maskPersonal } from './mask.ts';
import type { LogFields, Logger } from './ports.ts';

export interface TracingOptions {
  readonly service: string;
  /** Where an OpenTelemetry collector takes OTLP over HTTP (OTEL_EXPORTER_OTLP_ENDPOINT). Without it, no tracing. */
  readonly endpoint: string | undefined;
  /** Which share of the traces that begin here is recorded, 0 … 1. A trace begun elsewhere keeps its own decision. */
  readonly sampleRatio: number;
  readonly logger: Logger;
}

export interface CallSpan {
  /** To be sent on, so that what follows hangs below this span. */
  readonly traceparent: string;
  /** "OK", or why not. */
  end(status: string): void;
}

export interface Tracing {
  /** A call that came in over gRPC. */
  startCall(name: string, traceparent: string | undefined): CallSpan;
  /** A step of our own: a record handled, a batch written. Fields pass the list of loggable fields. */
  startStep(name: string, traceparent: string | undefined, fields?: LogFields): CallSpan;
  /** Sends what is still here. */
  shutdown(): Promise<void>;
}

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
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRatio) }),
    // A queue that is full drops spans: a settlement never waits for its trace.
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: 8_192, maxExportBatchSize: 1_024 })],
  });
  const tracer = provider.getTracer('yijie');
  return {
    startCall: (name, traceparent) =>
      new OpenSpan(start(tracer, name, SpanKind.SERVER, traceparent, undefined)),
    startStep: (name, traceparent, fields) =>
      new OpenSpan(start(tracer, name, SpanKind.INTERNAL, traceparent, fields)),
    shutdown: () => provider.shutdown(),
  };
}

function start(
  tracer: Tracer,
  name: string,
  kind: SpanKind,
  traceparent: string | undefined,
  fields: LogFields | undefined,
): Span {
  const parent = traceparent === undefined ? null : parseTraceParent(traceparent);
  const context =
    parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true });
  const attributes = fields === undefined ? undefined : allowedAttributes(fields);
  return tracer.startSpan(name, attributes === undefined ? { kind } : { kind, attributes }, context);
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
