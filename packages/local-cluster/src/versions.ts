import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { TlsFiles } from './part.ts';

export async function postgresVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const result = await client.query<{ server_version: string }>('show server_version');
    return result.rows[0]?.server_version ?? 'unknown';
  } finally {
    await client.end().catch(() => {});
  }
}

export async function redisVersion(url: string): Promise<string> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? 'unknown';
  } finally {
    client.disconnect();
  }
}

/**
 * Kafka doesn't tell its release; it tells its level of `metadata.version`, which each release raises
 * (MetadataVersion.java). Rejects until a broker answers.
 */
export async function kafkaVersion(brokers: string, tls?: TlsFiles): Promise<string> {
  const [host = '127.0.0.1', port = '9092'] = (brokers.split(',')[0] ?? '').split(':');
  const level = metadataLevel(await askApiVersions(host, Number(port), tls));
  if (level === undefined) return 'unknown';
  const release = releases.findLast(([from]) => from <= level)?.[1] ?? 'unknown';
  return `${release} (metadata.version ${level})`;
}

/** First metadata.version level of each release line. */
const releases: readonly (readonly [number, string])[] = [
  [1, '3.0'],
  [2, '3.1'],
  [3, '3.2'],
  [4, '3.3'],
  [8, '3.4'],
  [9, '3.5'],
  [12, '3.6'],
  [15, '3.7'],
  [20, '3.8'],
  [21, '3.9'],
  [22, '4.0'],
  [26, '4.1'],
  [28, '4.2 or newer'],
];

/** ApiVersions, version 3, by hand: no client passes its tagged fields on. */
function askApiVersions(host: string, port: number, tls: TlsFiles | undefined): Promise<Buffer> {
  const name = Buffer.from('yijie');
  const body = Buffer.concat([
    Buffer.from([0, 18, 0, 3, 0, 0, 0, 1, 0, name.length]), // key 18, version 3, correlation 1, client id
    name,
    Buffer.from([0, name.length + 1]), // no tags; software name as compact string
    name,
    Buffer.from([2, 0x31, 0]), // software version "1", no tags
  ]);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return new Promise((resolve, reject) => {
    const target = { host, port, timeout: 2_000 };
    const socket =
      tls === undefined
        ? connectTcp(target)
        : connectTls({ ...target, cert: tls.certificatePem, key: tls.privateKeyPem, ca: tls.authorityPem });
    let answer = Buffer.alloc(0);
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error(`No answer from Kafka at ${host}:${port}.`)));
    socket.once('close', () => reject(new Error(`Kafka at ${host}:${port} closed the connection.`)));
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () =>
      socket.write(Buffer.concat([size, body])),
    );
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length < 4 || answer.length < 4 + answer.readInt32BE(0)) return;
      resolve(answer.subarray(4));
      socket.end();
    });
  });
}

function metadataLevel(answer: Buffer): number | undefined {
  let at = 4; // correlation id
  const error = answer.readInt16BE(at);
  if (error !== 0) return undefined;
  at += 2;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = answer.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const skipTags = (): void => {
    for (let left = varint(); left > 0; left--) {
      varint();
      at += varint();
    }
  };
  for (let left = varint() - 1; left > 0; left--) {
    at += 6; // api key, lowest and highest version
    skipTags();
  }
  at += 4; // throttle time
  for (let left = varint(); left > 0; left--) {
    const tag = varint();
    const end = varint() + at;
    if (tag === 2) {
      // FinalizedFeatures: compact array of (compact string, highest level, lowest level, tags)
      for (let features = varint() - 1; features > 0; features--) {
        const length = varint() - 1;
        const feature = answer.toString('utf8', at, at + length);
        at += length;
        const highest = answer.readInt16BE(at);
        at += 4;
        skipTags();
        if (feature === 'metadata.version') return highest;
      }
    }
    at = end;
  }
  return undefined;
}
