import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitFor } from '@yijie/testkit';
import { type ClusterForTest, clusterForTest } from '../support/cluster.ts';
import { Hospital } from '../support/hospital.ts';
import { PATIENTS } from '../support/patients.ts';

interface ExportedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly text: string;
}

const spans: ExportedSpan[] = [];
let collector: Server;
let cluster: ClusterForTest;

beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      collect(JSON.parse(Buffer.concat(chunks).toString()));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, YIJIE_TRACE_SHARE: '1000' };
  cluster = await clusterForTest('kafkajs', { overrides: { treatmentSite: traced, homeRegion: traced } });
}, 180_000);

afterAll(async () => {
  await cluster?.remove();
  collector?.close();
});

/** OTLP over HTTP as JSON. */
function collect(body: {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: { name: string; traceId: string }[] }[];
  }[];
}): void {
  for (const { resource, scopeSpans } of body.resourceSpans) {
    const service = resource.attributes.find((one) => one.key === 'service.name')?.value.stringValue ?? '';
    for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
      spans.push({ service, name: span.name, traceId: span.traceId, text: JSON.stringify(span) });
    }
  }
}

test('one trace follows a settlement from the hospital over Kafka to the home region and back', async () => {
  const hospital = await Hospital.at(cluster.keyFolder, [cluster.treatmentSites[0]?.grpc ?? '']);
  const visitId = await hospital.admit(PATIENTS.employee);
  const { settlement } = await hospital.settle(visitId);
  hospital.close();
  expect(settlement?.settlementId).toBeDefined();

  const trace = await waitFor(
    () => {
      const settle = spans.find((span) => span.service === 'treatment-site' && span.name.endsWith('/Settle'));
      const all = spans.filter((span) => span.traceId === settle?.traceId);
      return all.length >= 3 ? all : undefined;
    },
    { withinMs: 30_000, what: 'the spans of the settlement' },
  );
  expect(trace.map((span) => `${span.service} ${span.name}`).sort()).toEqual(
    expect.arrayContaining([
      'home-region home-region.commands',
      'treatment-site treatment-site.results',
      'treatment-site yijie.treatment.v1.TreatmentService/Settle',
    ]),
  );
  const everything = spans.map((span) => span.text).join('\n');
  for (const { name, certificateNumber } of Object.values(PATIENTS)) {
    expect(everything).not.toContain(name);
    expect(everything).not.toContain(certificateNumber);
  }
}, 120_000);
