import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createLogger } from './logger.ts';
import { systemRandom } from './system-random.ts';
import { fromTraceHeaders, traceHeaders, validTraceparent } from './trace-headers.ts';
import { createTracing } from './tracing.ts';

interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
  readonly status: { readonly message?: string };
}

const logger = createLogger({ level: 'debug', service: 'test', destination: { write: () => undefined } });
const collectors: Server[] = [];
afterEach(() => {
  for (const each of collectors.splice(0)) each.close();
});

/** Takes OTLP over HTTP and keeps the spans. */
async function startCollector() {
  const spans: ReceivedSpan[] = [];
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      for (const resource of body.resourceSpans) {
        for (const scope of resource.scopeSpans) spans.push(...scope.spans);
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  collectors.push(collector);
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  return { spans, endpoint: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` };
}

test('a trace crosses services: a record carries it, and the next step hangs below', async () => {
  const { spans, endpoint } = await startCollector();
  const tracing = createTracing({
    service: 'test',
    endpoint,
    sampleRatio: 1,
    random: systemRandom(),
    logger,
  });
  const call = tracing?.startCall('TreatmentService/Settle', undefined);
  const headers = traceHeaders(call?.traceparent);
  const step = tracing?.startStep('command.handle', fromTraceHeaders(headers), {
    topic: 'commands-43',
    institution: '张三的医院',
    personToken: 'secret',
  });
  step?.end('STL-DRIFT');
  call?.end('OK');
  await tracing?.shutdown();

  const handled = spans.find(({ name }) => name === 'command.handle');
  const settled = spans.find(({ name }) => name === 'TreatmentService/Settle');
  expect(handled?.traceId).toBe(settled?.traceId);
  expect(handled?.parentSpanId).toBe(settled?.spanId);
  expect(handled?.status.message).toBe('STL-DRIFT');
  expect(handled?.attributes.map(({ key, value }) => [key, value.stringValue])).toEqual([
    ['topic', 'commands-43'],
    ['institution', '<han>'],
  ]);
});

test('what takes no part in a trace makes nothing', async () => {
  const { spans, endpoint } = await startCollector();
  const tracing = createTracing({
    service: 'test',
    endpoint,
    sampleRatio: 1,
    random: systemRandom(),
    logger,
  });
  const notRecorded = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
  expect(tracing?.startCall('Settle', notRecorded)).toBeUndefined();
  expect(tracing?.startStep('flush', notRecorded)).toBeUndefined();
  expect(tracing?.startStep('flush', undefined)).toBeUndefined();
  await tracing?.shutdown();
  expect(spans).toEqual([]);
});

test('a share of the calls begins a trace', () => {
  let draw = 0;
  const random = { next: () => (draw++ % 100) / 100 };
  const tracing = createTracing({
    service: 'test',
    endpoint: 'http://127.0.0.1:9',
    sampleRatio: 0.05,
    random,
    logger,
  });
  const spans = Array.from({ length: 200 }, () => tracing?.startCall('Settle', undefined));
  expect(spans.filter((span) => span !== undefined)).toHaveLength(10);
});

test('without an endpoint there is no tracing', () => {
  expect(
    createTracing({ service: 'test', endpoint: undefined, sampleRatio: 1, random: systemRandom(), logger }),
  ).toBeUndefined();
});

describe('a traceparent', () => {
  const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  test.each([
    ['as the standard has it', good, good],
    ['of a version not known', good.replace(/^00/, '01'), undefined],
    ['in capitals', good.toUpperCase(), undefined],
    ['with more behind it', `${good}-x`, undefined],
    ['of trace zero', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, undefined],
    ['of span zero', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`, undefined],
    ['that is a text of another kind', '110101199003070076', undefined],
  ])('%s', (_case, header, expected) => {
    expect(validTraceparent(header)).toBe(expected);
    expect(fromTraceHeaders({ traceparent: Buffer.from(header) })).toBe(expected);
  });

  test('is missing where none was sent', () => {
    expect(fromTraceHeaders({})).toBeUndefined();
    expect(traceHeaders(undefined)).toEqual({});
  });
});
