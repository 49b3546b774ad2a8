import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { type CallerReader, createCallerReader } from './caller-from.ts';
import { createDenyList, readDenyList } from './deny-list.ts';
import { createDevelopmentPki } from './development/create-development-pki.ts';
import type { Identity } from './identity.ts';
import { certificateFiles, denyListFile, regionFiles, trustFolder } from './key-files.ts';
import { createTokenVerifier, issuePersonToken } from './person-token.ts';
import { loadRegionKeys, loadTrustedRegions } from './region-keys.ts';
import { signingKeyFromPem } from './signing-key.ts';
import { clientCredentials, serverCredentials } from './tls-credentials.ts';
import { loadTlsIdentity } from './tls-identity.ts';

const clock = systemClock();
const entropy = systemIds(clock, systemRandom());
const DAY_MS = 86_400_000;

const service: Identity = { kind: 'service', service: 'treatment-site', province: '410000' };
const hospital: Identity = { kind: 'institution', institutionCode: 'H41010500123' };
const agency: Identity = { kind: 'agency', pool: '430100' };
const operations: Identity = { kind: 'operations', person: 'operator-1' };
const identities = [service, hospital, agency, operations];

const development = { profile: 'development', clock } as const;

let folder: string;
beforeAll(async () => {
  folder = await newPki();
});

describe('development certificates', () => {
  test('every file is for its owner alone', async () => {
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(15);
    for (const file of files) {
      expect((await stat(join(file.parentPath, file.name))).mode & 0o077).toBe(0);
    }
  });

  test('a second run keeps everything, a run near the end renews what ends', async () => {
    const own = await newPki();
    const before = await contents(own);
    await createDevelopmentPki({ folder: own, identities, provinces: ['410000', '430000'], clock, entropy });
    expect(await contents(own)).toEqual(before);

    const later = { now: () => clock.now() + 80 * DAY_MS };
    await createDevelopmentPki({
      folder: own,
      identities,
      provinces: ['410000', '430000'],
      clock: later,
      entropy,
    });
    const after = await contents(own);
    const changed = [...after.keys()].filter(
      (file) => file.endsWith('.pem') && after.get(file) !== before.get(file),
    );
    expect(changed.map((file) => file.slice(own.length + 1)).sort()).toEqual([
      'service-treatment-site-410000/certificate.pem',
      'service-treatment-site-410000/private-key.pem',
    ]);
  });

  test('a name that is wanted in addition makes a new certificate', async () => {
    const own = await newPki();
    const before = await loadTlsIdentity(certificateFiles(own, service), development);
    await createDevelopmentPki({
      folder: own,
      identities,
      provinces: [],
      hosts: ['treatment.example'],
      clock,
      entropy,
    });
    expect((await loadTlsIdentity(certificateFiles(own, service), development)).serial).not.toBe(
      before.serial,
    );
  });

  test('production refuses each of them', async () => {
    const files = certificateFiles(folder, service);
    const region = regionFiles(folder, '430000');
    await expect(loadTlsIdentity(files, { profile: 'production', clock })).rejects.toThrow(
      'development material',
    );
    await expect(loadRegionKeys(region, '430000', 'production')).rejects.toThrow('development material');
    await expect(loadTrustedRegions(trustFolder(folder), 'production')).rejects.toThrow(
      'development material',
    );
  });

  test('production refuses them also when the mark was cut off', async () => {
    const own = await newPki();
    const files = certificateFiles(own, service);
    for (const file of [files.certificateFile, files.privateKeyFile, files.authorityFile]) {
      await writeFile(file, (await readFile(file, 'utf8')).replace(/^#.*\n/, ''));
    }
    await expect(loadTlsIdentity(files, { profile: 'production', clock })).rejects.toThrow(
      'development material',
    );
  });
});

describe('loading a certificate', () => {
  test('a missing file says which and what to do', async () => {
    const files = certificateFiles(folder, { kind: 'institution', institutionCode: 'H43010500999' });
    await expect(loadTlsIdentity(files, development)).rejects.toThrow(
      /H43010500999.*pem is missing\. .*npm start/,
    );
  });

  test('an expired or not yet valid one is refused', async () => {
    const files = certificateFiles(folder, service);
    const at = (days: number) =>
      ({ profile: 'development', clock: { now: () => clock.now() + days * DAY_MS } }) as const;
    await expect(loadTlsIdentity(files, at(91))).rejects.toThrow(/certificate\.pem expired on/);
    await expect(loadTlsIdentity(files, at(-1))).rejects.toThrow(/isn't valid before/);
  });

  test('a key of another certificate is refused', async () => {
    const files = {
      ...certificateFiles(folder, service),
      privateKeyFile: certificateFiles(folder, hospital).privateKeyFile,
    };
    await expect(loadTlsIdentity(files, development)).rejects.toThrow("isn't the key of");
  });

  test('something else than a certificate is refused', async () => {
    const files = {
      ...certificateFiles(folder, service),
      certificateFile: regionFiles(folder, '430000').keyEncryptionKeyFile,
    };
    await expect(loadTlsIdentity(files, development)).rejects.toThrow('holds no certificate');
  });
});

test('the keys of a region and what others trust belong together', async () => {
  const own = await loadRegionKeys(regionFiles(folder, '430000'), '430000', 'development');
  const trusted = await loadTrustedRegions(trustFolder(folder), 'development');
  expect(trusted.signing.map(({ province }) => province)).toEqual(['410000', '430000']);
  expect(trusted.signing[1]!.keyId).toEqual(own.signing.keyId);
  expect(trusted.sealing.get('430000')!.keyId).toEqual(own.sealing.keyId);
});

describe('calls over mutual TLS', () => {
  let server: grpc.Server;
  let port: number;
  let read: CallerReader;
  const denyList = createDenyList();
  const clients: grpc.Client[] = [];
  const credentials = { server: undefined as ReturnType<typeof serverCredentials> | undefined };

  beforeAll(async () => {
    const trusted = await loadTrustedRegions(trustFolder(folder), 'development');
    const tokens = createTokenVerifier({ keys: trusted.tokens, audience: 'treatment-site' });
    read = createCallerReader({ clock, denyList, tokens });
    server = new grpc.Server();
    server.addService(
      { who: method },
      {
        async who(call: grpc.ServerUnaryCall<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>) {
          answer(
            null,
            Buffer.from(
              JSON.stringify(await read({ connection: connectionOf(call), metadata: call.metadata })),
            ),
          );
        },
      },
    );
    credentials.server = serverCredentials(
      await loadTlsIdentity(certificateFiles(folder, service), development),
    );
    port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', credentials.server!, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
  });

  afterAll(() => {
    for (const client of clients) client.close();
    server.forceShutdown();
  });

  test('a hospital is known by its certificate, on every call of a connection', async () => {
    const client = await clientOf(hospital);
    const { serial } = await loadTlsIdentity(certificateFiles(folder, hospital), development);
    const expected = { ok: true, caller: { ...hospital, serial } };
    expect(await who(client)).toEqual(expected);
    expect(await who(client)).toEqual(expected);
    expect(await who(client, { 'yijie-operator': 'desk-3' })).toEqual({
      ok: true,
      caller: { ...hospital, serial, operator: 'desk-3' },
    });
    expect(await who(client, { 'yijie-operator': 'a b' })).toEqual(expected);
    // An identity number is no name to write down.
    expect(await who(client, { 'yijie-operator': '00000019891231002X' })).toEqual(expected);
  });

  test('two callers on two connections are not mixed up', async () => {
    const [first, second] = [await clientOf(hospital), await clientOf(operations)];
    const answers = await Promise.all([first, second, first, second].map((client) => who(client)));
    expect(answers.map((answer) => answer.caller.kind)).toEqual([
      'institution',
      'operations',
      'institution',
      'operations',
    ]);
  });

  test('a serial that is denied stops the next call of a standing connection', async () => {
    const client = await clientOf(hospital);
    const { serial } = await loadTlsIdentity(certificateFiles(folder, hospital), development);
    expect((await who(client)).ok).toBe(true);
    denyList.replace([serial.toUpperCase()]);
    expect(await who(client)).toEqual({ ok: false, code: 'AUT-DENIED', values: { serial } });
    denyList.replace([]);
    expect((await who(client)).ok).toBe(true);
  });

  test('a certificate that ends while its connection stands is refused from then on', async () => {
    const identity = await loadTlsIdentity(certificateFiles(folder, hospital), development);
    const late = createCallerReader({ clock: { now: () => identity.notAfterMs }, denyList });
    const before = read;
    const client = await clientOf(hospital);
    expect((await who(client)).ok).toBe(true);
    read = late;
    expect((await who(client)).code).toBe('AUT-EXPIRED');
    read = before;
  });

  test('an agency needs a token of its own pool', async () => {
    const client = await clientOf(agency);
    const pem = await readFile(regionFiles(folder, '430000').tokenKeyFile, 'utf8');
    const key = signingKeyFromPem('430000', pem);
    const token = (pool: string, person = 'clerk-1') =>
      issuePersonToken(
        { person, role: 'home-clerk', pool },
        { key, audience: 'treatment-site', nowMs: clock.now() },
      );
    const bearer = async (pool: string, person?: string) => `Bearer ${await token(pool, person)}`;
    expect(await who(client)).toEqual({ ok: false, code: 'AUT-TOKEN', values: { reason: 'missing' } });
    expect(await who(client, { authorization: await bearer('430100') })).toMatchObject({
      ok: true,
      caller: { kind: 'agency', person: 'clerk-1', role: 'home-clerk', pool: '430100' },
    });
    expect(await who(client, { authorization: await bearer('430200') })).toMatchObject({
      ok: false,
      code: 'AUT-POOL',
    });
    const both = {
      authorization: await bearer('430100'),
      'yijie-second-authorization': await bearer('430100', 'clerk-2'),
    };
    expect(await who(client, both)).toMatchObject({
      ok: true,
      caller: { person: 'clerk-1', second: { person: 'clerk-2' } },
    });
    expect(await who(client, { ...both, 'yijie-second-authorization': 'Bearer x' })).toMatchObject({
      ok: false,
      code: 'AUT-TOKEN',
    });
  });

  test('a token gives a hospital nothing', async () => {
    const client = await clientOf(hospital);
    expect((await who(client, { authorization: 'Bearer anything' })).caller.kind).toBe('institution');
  });

  test.each([
    ['without a certificate', () => grpc.credentials.createSsl(null)],
    ['in the clear', () => grpc.credentials.createInsecure()],
  ])('a caller %s is not let in', async (_, make) => {
    await expect(who(open(make()))).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE });
  });

  test('a caller of another authority is not let in, nor is such a server believed', async () => {
    const other = await newPki();
    const stranger = await loadTlsIdentity(certificateFiles(other, hospital), development);
    const own = await loadTlsIdentity(certificateFiles(folder, hospital), development);
    const posing = { ...stranger, authorities: own.authorities };
    await expect(who(open(clientCredentials(posing)))).rejects.toMatchObject({
      code: grpc.status.UNAVAILABLE,
    });
    const distrusting = { ...own, authorities: stranger.authorities };
    await expect(who(open(clientCredentials(distrusting)))).rejects.toMatchObject({
      code: grpc.status.UNAVAILABLE,
    });
  });

  test('TLS 1.2 is refused unless it was allowed', async () => {
    const own = await loadTlsIdentity(certificateFiles(folder, hospital), development);
    const protocol = await new Promise((resolve) => {
      const socket = connect({
        port,
        host: '127.0.0.1',
        ca: own.authorities,
        cert: own.certificate,
        key: own.privateKey,
        maxVersion: 'TLSv1.2',
        ALPNProtocols: ['h2'],
      });
      socket.once('secureConnect', () => resolve(socket.getProtocol()));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.once('close', () => socket.destroy());
    });
    expect(protocol).toMatch(/PROTOCOL_VERSION/);
  });

  test('a renewed certificate serves the next connection without a restart', async () => {
    const renewed = await newPki();
    const before = open(
      clientCredentials(await loadTlsIdentity(certificateFiles(folder, hospital), development)),
    );
    expect((await who(before)).ok).toBe(true);
    credentials.server!.renew(await loadTlsIdentity(certificateFiles(renewed, service), development));

    const client = clientCredentials(await loadTlsIdentity(certificateFiles(folder, hospital), development));
    await expect(who(open(client))).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE });
    client.renew(await loadTlsIdentity(certificateFiles(renewed, hospital), development));
    expect((await who(open(client))).ok).toBe(true);
    expect((await who(before)).ok).toBe(true);
    credentials.server!.renew(await loadTlsIdentity(certificateFiles(folder, service), development));
  });

  async function clientOf(identity: Identity): Promise<grpc.Client> {
    return open(clientCredentials(await loadTlsIdentity(certificateFiles(folder, identity), development)));
  }

  function open(channel: grpc.ChannelCredentials): grpc.Client {
    // A subchannel pool of its own: callers must not share a connection in these tests.
    const client = new grpc.Client(`localhost:${port}`, channel, { 'grpc.use_local_subchannel_pool': 1 });
    clients.push(client);
    return client;
  }
});

describe('the deny-list file', () => {
  test('holds one serial number a line, may be missing, and is refused when it holds anything else', async () => {
    const file = denyListFile(await mkdtemp(join(tmpdir(), 'yijie-deny-')));
    expect(await readDenyList(file)).toEqual([]);
    await writeFile(file, '# stolen laptop\n0A:bc:12 # desk 3\n\nff\n');
    const list = createDenyList(await readDenyList(file));
    expect([list.has('abc12'), list.has('ff'), list.has('0f')]).toEqual([true, true, false]);
    await writeFile(file, 'H41010500123');
    await expect(readDenyList(file)).rejects.toThrow("isn't a serial number");
  });
});

/** One object for each connection, as the runtime's edge gives it. */
const connections = new Map<string, { certificate: { raw: Buffer } | undefined }>();
function connectionOf(call: grpc.ServerUnaryCall<Buffer, Buffer>) {
  const known = connections.get(call.getPeer()) ?? { certificate: call.getAuthContext().sslPeerCertificate };
  connections.set(call.getPeer(), known);
  return known;
}

const method: grpc.MethodDefinition<Buffer, Buffer> = {
  path: '/yijie.test.Identity/Who',
  requestStream: false,
  responseStream: false,
  requestSerialize: (bytes) => bytes,
  requestDeserialize: (bytes) => bytes,
  responseSerialize: (bytes) => bytes,
  responseDeserialize: (bytes) => bytes,
};

// biome-ignore lint/suspicious/noExplicitAny: the answer travels as JSON
function who(client: grpc.Client, headers: Record<string, string> = {}): Promise<any> {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      Buffer.alloc(0),
      metadata,
      { deadline: Date.now() + 5_000 },
      (error, answer) => (error ? reject(error) : resolve(JSON.parse(answer!.toString()))),
    );
  });
}

async function newPki(): Promise<string> {
  const own = await mkdtemp(join(tmpdir(), 'yijie-pki-'));
  await createDevelopmentPki({ folder: own, identities, provinces: ['410000', '430000'], clock, entropy });
  return own;
}

async function contents(own: string): Promise<Map<string, string>> {
  const entries = await readdir(own, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'base64')] as const)),
  );
}
