import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { certificateFiles, type Identity } from '@yijie/security';
import { createDevelopmentPki } from '@yijie/security/development';
import { ownPart, type Part, type TlsFiles, waitFor } from '@yijie/testkit';
import { connectBus, createKafkajsBus, createPlatformaticBus, type KafkaBusOptions } from '../src/index.ts';
import { silentLogger } from './silent-logger.ts';

const clock = systemClock();
const identity: Identity = { kind: 'service', service: 'home-region', province: '430000' };
let folder: string;
let ours: TlsFiles;
let foreign: TlsFiles;
let broker: Part | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yijie-bus-tls-'));
  ours = await issue(join(folder, 'ours'));
  foreign = await issue(join(folder, 'foreign'));
  broker = await ownPart('kafka', { tls: ours });
});
afterAll(async () => {
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function issue(into: string): Promise<TlsFiles> {
  await createDevelopmentPki({
    folder: into,
    identities: [identity],
    provinces: [],
    clock,
    entropy: systemIds(clock, systemRandom()),
  });
  const files = certificateFiles(into, identity);
  const [certificatePem, privateKeyPem, authorityPem] = await Promise.all(
    [files.certificateFile, files.privateKeyFile, files.authorityFile].map((file) => readFile(file, 'utf8')),
  );
  return { certificatePem: certificatePem!, privateKeyPem: privateKeyPem!, authorityPem: authorityPem! };
}

function options(ssl: KafkaBusOptions['ssl']): KafkaBusOptions {
  return { brokers: [broker!.url], clientId: 'tls', clock, logger: silentLogger, timeoutMs: 5_000, ssl };
}

describe.each([
  ['kafkajs', createKafkajsBus],
  ['@platformatic/kafka', createPlatformaticBus],
])('%s over TLS with a certificate on both sides', (name, create) => {
  test('publishes and reads', async () => {
    const bus = create(
      options({ cert: ours.certificatePem, key: ours.privateKeyPem, ca: ours.authorityPem }),
    );
    const topic = `tls-${name.replaceAll(/\W/g, '')}`;
    await bus.ensureTopics([{ name: topic, partitions: 2 }]);
    const seen: string[] = [];
    await bus.subscribe({
      topics: [topic],
      groupId: topic,
      startOffset: async () => undefined,
      onBatch: async ({ records }) => {
        for (const { value } of records) seen.push(Buffer.from(value).toString());
      },
    });
    await bus.publish(topic, [{ key: 'k', value: Buffer.from('secret'), headers: {} }]);
    await waitFor(() => seen.join() === 'secret', { what: 'the record' });
    await bus.close();
  });

  test.each<[string, () => KafkaBusOptions['ssl']]>([
    ['in plain text', () => undefined],
    ['without a certificate', () => ({ ca: ours.authorityPem })],
    [
      'with a certificate of another authority',
      () => ({ cert: foreign.certificatePem, key: foreign.privateKeyPem, ca: ours.authorityPem }),
    ],
    [
      'trusting another authority',
      () => ({ cert: ours.certificatePem, key: ours.privateKeyPem, ca: foreign.authorityPem }),
    ],
  ])('gets no answer %s', async (_, ssl) => {
    const bus = create(options(ssl()));
    await expect(bus.ping()).rejects.toThrow();
    await bus.close();
  });
});

test.each(['kafkajs', 'platformatic'] as const)(
  'the settings of a service lead to TLS with %s',
  async (bus) => {
    const files = certificateFiles(join(folder, 'ours'), identity);
    const settings = {
      bus,
      kafkaBrokers: [broker!.url],
      busSchema: '',
      databaseUrl: '',
      kafkaAuthorityFile: files.authorityFile,
      kafkaCertificateFile: files.certificateFile,
      kafkaKeyFile: files.privateKeyFile,
    };
    const connected = await connectBus(settings, { clientId: 'settings', logger: silentLogger, clock });
    await connected.ping();
    await connected.close();
  },
);
