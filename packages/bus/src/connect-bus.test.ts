import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { systemClock } from '@yijie/runtime';
import { silentLogger } from '../test/silent-logger.ts';
import { type BusSettings, connectBus } from './connect-bus.ts';

const folder = mkdtempSync(join(tmpdir(), 'yijie-connect-bus-'));
const notPem = join(folder, 'not-pem.txt');
writeFileSync(notPem, 'hello');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parts = { clientId: 'c', logger: silentLogger, clock: systemClock() };
const plain: BusSettings = {
  bus: 'kafkajs',
  kafkaBrokers: ['127.0.0.1:1'],
  busSchema: 's',
  databaseUrl: '',
};

test.each<[string, Partial<BusSettings>, RegExp]>([
  [
    'a certificate without its key',
    { kafkaAuthorityFile: notPem, kafkaCertificateFile: notPem },
    /go together/,
  ],
  ['a key without its certificate', { kafkaAuthorityFile: notPem, kafkaKeyFile: notPem }, /go together/],
  [
    'a certificate without the authority of the brokers',
    { kafkaCertificateFile: notPem, kafkaKeyFile: notPem },
    /needs YIJIE_KAFKA_AUTHORITY_FILE/,
  ],
  ['a file that is not there', { kafkaAuthorityFile: join(folder, 'gone.pem') }, /gone\.pem.*ENOENT/],
  ['a file of another form', { kafkaAuthorityFile: notPem }, /not-pem\.txt.*no PEM file/],
])('is refused at the start: %s', async (_, settings, sentence) => {
  await expect(connectBus({ ...plain, ...settings }, parts)).rejects.toThrow(sentence);
});
