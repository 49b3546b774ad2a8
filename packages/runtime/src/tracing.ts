/** One call being traced. */
export interface CallSpan {
  /** To be sent on, so that what follows hangs below this span. */
  readonly traceparent: string;
  end(status: string): void;
}

export interface Tracing {
  /** Undefined when this call isn't sampled. */
  startCall(name: string, traceparent: string | undefined): CallSpan | undefined;
}
