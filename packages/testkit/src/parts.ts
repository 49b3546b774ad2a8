import { type Part, provideKafka, providePostgres, provideRedis, type TlsFiles } from '@yijie/local-cluster';
import type { PartAnswer, PartName, PartRequest } from './parts-server.ts';

/** Set by the test runner; the address of its parts server. */
export const partsVariable = 'YIJIE_TEST_PARTS';

export interface PostgresForTest {
  /** A fresh, empty database of this suite's own, on the run's server. */
  readonly url: string;
  readonly version: string;
}

export interface KafkaForTest {
  readonly brokers: readonly string[];
  readonly version: string;
  /** Puts the suite's own prefix before a topic, group or client name. */
  named(name: string): string;
}

export interface RedisForTest {
  readonly url: string;
  readonly version: string;
  /** Put before every key: suites share the server. */
  readonly prefix: string;
}

/** A fresh database on the run's PostgreSQL. Call it once per suite (or again for another database). */
export async function postgres(): Promise<PostgresForTest> {
  const { url, version } = await ask('postgres', 'shared');
  return { url, version };
}

/** The run's Kafka broker. */
export async function kafka(): Promise<KafkaForTest> {
  const { url, version, name } = await ask('kafka', 'shared');
  return { brokers: url.split(','), version, named: (topic) => `${name}.${topic}` };
}

/** The run's Redis. */
export async function redis(): Promise<RedisForTest> {
  const { url, version, name } = await ask('redis', 'shared');
  return { url, version, prefix: `${name}:` };
}

/**
 * A server that belongs to the suite alone and may be killed and restarted. The suite stops it. `tls` is for Kafka:
 * clients must then show a certificate of the same authority.
 */
export async function ownPart(name: PartName, { tls }: { readonly tls?: TlsFiles } = {}): Promise<Part> {
  const provide = { postgres: providePostgres, kafka: provideKafka, redis: provideRedis }[name];
  const part = await provide({ sharing: 'own', tls });
  await ask(name, 'own', { provider: part.provider, version: part.version });
  return part;
}

async function ask(
  part: PartName,
  sharing: PartRequest['sharing'],
  own?: PartRequest['own'],
): Promise<PartAnswer> {
  const address = process.env[partsVariable];
  if (address === undefined) {
    throw new Error(
      `This suite needs a real ${part}. Run it through the test runner: npm test -- <path of the suite>.`,
    );
  }
  const request: PartRequest = { part, suite: suiteName(), sharing, own };
  const response = await fetch(address, { method: 'POST', body: JSON.stringify(request) });
  const body = await response.text();
  if (!response.ok) throw new Error(body);
  return JSON.parse(body) as PartAnswer;
}

function suiteName(): string {
  const jest = globalThis as { readonly expect?: { getState(): { readonly testPath?: string } } };
  return jest.expect?.getState().testPath ?? 'outside of a suite';
}
