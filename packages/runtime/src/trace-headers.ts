/** W3C trace context (https://www.w3.org/TR/trace-context/), as it travels in gRPC metadata and Kafka headers. */
export const traceparentKey = 'traceparent';

/** Headers for a record that continues this trace; none when there is no trace. */
export function traceHeaders(traceparent: string | undefined): Record<string, Uint8Array> {
  return traceparent === undefined ? {} : { [traceparentKey]: Buffer.from(traceparent, 'latin1') };
}

/** The trace that a record belongs to; undefined without one, or when what is there isn't one. */
export function fromTraceHeaders(headers: Readonly<Record<string, Uint8Array>>): string | undefined {
  const header = headers[traceparentKey];
  if (header === undefined || header.length !== traceparentLength) return undefined;
  return validTraceparent(Buffer.from(header).toString('latin1'));
}

/** Others' headers go on to our neighbours and into our rows: only what has exactly the form of version 00 passes. */
export function validTraceparent(value: string): string | undefined {
  return form.test(value) && !value.includes(noTrace) && !value.includes(noSpan) ? value : undefined;
}

const traceparentLength = 55;
const form = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const noTrace = `-${'0'.repeat(32)}-`;
const noSpan = `-${'0'.repeat(16)}-`;
