import { type ClientHttp2Session, connect } from 'node:http2';
import { fileURLToPath } from 'node:url';
import {
  type ClientDuplexStream,
  credentials,
  makeGenericClientConstructor,
  ServerCredentials,
  type ServiceError,
} from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  GetOutcomeResponse,
  TreatmentServiceService,
  TreatmentStreamServiceService,
} from '@yijie/contracts/treatment';
import { refuse } from '@yijie/errors';
import protobuf from 'protobufjs';
import {
  type ArrivingCall,
  createGrpcServer,
  createLogger,
  exchangeService,
  failureFromError,
  type GrpcServerOptions,
  type Guard,
  Metrics,
  systemClock,
  systemIds,
  systemRandom,
  unaryService,
} from '../src/index.ts';
import { type TestAuthority, type TestCertificate, testAuthority } from './test-certificates.ts';

const definition = { getOutcome: TreatmentServiceService.getOutcome };
const descriptorSet = fileURLToPath(
  new URL('../../contracts/src/generated/descriptor.binpb', import.meta.url),
);
const clock = systemClock();

let authority: TestAuthority;
let serverCertificate: TestCertificate;
let hospital: TestCertificate;
beforeAll(async () => {
  authority = await testAuthority();
  serverCertificate = await authority.issue('treatment-site');
  hospital = await authority.issue('hospital');
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => expect(closing).toEqual([]));

async function serve(options: Partial<GrpcServerOptions<string>> = {}, tls = true) {
  const lines: string[] = [];
  const outcomes = unaryService<typeof definition, string>(definition, {
    getOutcome: ({ idempotencyKey }) =>
      idempotencyKey === 'refused'
        ? refuse('KEY-REUSED', { key: '冲正-1' })
        : GetOutcomeResponse.fromPartial({ outcome: { messageId: idempotencyKey } }),
  });
  const server = createGrpcServer<string>({
    bind: '127.0.0.1:0',
    credentials: tls
      ? ServerCredentials.createSsl(
          authority.certificate,
          [{ cert_chain: serverCertificate.certificate, private_key: serverCertificate.privateKey }],
          true,
        )
      : ServerCredentials.createInsecure(),
    services: [
      outcomes,
      exchangeService(TreatmentStreamServiceService.exchange, outcomes, { getOutcome: 15 }, 16),
    ],
    guard: { admit: () => ({ ok: true, identity: 'x' }) },
    metrics: new Metrics({ service: 'test', processMetrics: false }),
    logger: createLogger({
      level: 'debug',
      service: 'test',
      destination: { write: (line) => lines.push(line) },
    }),
    clock,
    ids: systemIds(clock, systemRandom()),
    ...options,
  });
  const address = await server.start();
  closing.push(() => server.stop());
  return { server, address, lines };
}

function clientOf(address: string, certificate: TestCertificate | 'none' = hospital) {
  const Client = makeGenericClientConstructor(definition, 'TreatmentService');
  const client = new Client(
    address,
    certificate === 'none'
      ? credentials.createInsecure()
      : credentials.createSsl(authority.certificate, certificate.privateKey, certificate.certificate),
  );
  closing.push(() => client.close());
  return (idempotencyKey = 'k') =>
    new Promise<GetOutcomeResponse>((resolve, reject) => {
      client.getOutcome?.(
        { call: 8, idempotencyKey },
        { deadline: Date.now() + 5_000 },
        (cause: ServiceError | null, answer: GetOutcomeResponse) =>
          cause === null ? resolve(answer) : reject(cause),
      );
    });
}

describe('mutual TLS', () => {
  test('shows the guard the certificate, the same object for every call of a connection', async () => {
    const seen: ArrivingCall[] = [];
    const fromLibrary: (string | undefined)[] = [];
    const guard: Guard<string> = {
      admit: (call) => {
        seen.push(call);
        // The slow way: read and parsed for each call.
        fromLibrary.push(call.transport.getAuthContext().sslPeerCertificate?.fingerprint256);
        return { ok: true, identity: 'x' };
      },
    };
    const { address } = await serve({ guard });
    const call = clientOf(address);
    await call();
    await call();
    expect(seen[0]?.connection.certificate?.subject.CN).toBe('hospital');
    expect(seen[0]?.connection).toBe(seen[1]?.connection);
    const { fingerprint256 } = seen[0]?.connection.certificate ?? {};
    expect(fromLibrary).toEqual([fingerprint256, fingerprint256]);
  });

  test('a connection without a certificate reaches no guard', async () => {
    let asked = 0;
    const guard: Guard<string> = {
      admit: () => {
        asked += 1;
        return { ok: true, identity: 'x' };
      },
    };
    const { address } = await serve({ guard });
    const Client = makeGenericClientConstructor(definition, 'TreatmentService');
    const client = new Client(address, credentials.createSsl(authority.certificate));
    closing.push(() => client.close());
    const failed = await new Promise((resolve) => {
      client.getOutcome?.({ call: 8, idempotencyKey: 'k' }, { deadline: Date.now() + 2_000 }, resolve);
    });
    expect(failed).not.toBeNull();
    expect(asked).toBe(0);
  });

  test('one certificate holds so many connections and no more; another is not disturbed', async () => {
    const { address, lines } = await serve({ limits: { connectionsPerCertificate: 3 } });
    const sessions = await Promise.all(Array.from({ length: 6 }, () => open(address, hospital)));
    await until(() => sessions.filter((session) => session.closed || session.destroyed).length === 3);
    expect(sessions.filter((session) => !session.closed && !session.destroyed)).toHaveLength(3);
    expect(lines.join('')).toContain('connection.refused');

    const other = await authority.issue('another hospital');
    expect((await clientOf(address, other)('mine')).outcome?.messageId).toBe('mine');
  });

  test('one certificate opens so many connections in a minute', async () => {
    // A minute that doesn't end in the middle.
    const standing = { ...clock, monotonic: () => 30_000 };
    const { address } = await serve({ clock: standing, limits: { newConnectionsPerMinute: 5 } });
    let refused = 0;
    for (let count = 0; count < 8; count += 1) {
      const session = await open(address, hospital);
      // An answered ping means that the server kept the connection.
      const kept = await new Promise<boolean>((resolve) => {
        session.once('close', () => resolve(false));
        if (!session.destroyed) session.ping((cause) => resolve(cause === null));
      });
      if (!kept) refused += 1;
      session.destroy();
    }
    expect(refused).toBe(3);
  });
});

describe('standard services', () => {
  test('health says SERVING, and NOT_SERVING when told', async () => {
    const { address, server } = await serve({}, false);
    const check = await healthClient(address);
    expect(await check('')).toBe('SERVING');
    expect(await check('yijie.treatment.v1.TreatmentService')).toBe('SERVING');
    server.setServing(false);
    expect(await check('yijie.treatment.v1.TreatmentService')).toBe('NOT_SERVING');
  });

  test('a watcher of health does not keep the server from stopping', async () => {
    const { address, server } = await serve({}, false);
    const stream = await healthWatch(address);
    const first = new Promise<{ status: string }>((resolve) => stream.once('data', resolve));
    expect((await first).status).toBe('SERVING');
    const began = performance.now();
    await server.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test('reflection names the services that are here and gives their files', async () => {
    const { address } = await serve({ reflection: { descriptorSet } }, false);
    const answers = await reflect(address, [
      { list_services: '*' },
      { file_containing_symbol: 'yijie.treatment.v1.TreatmentService' },
    ]);
    const names = answers[0]?.list_services_response?.service.map(({ name }) => name);
    expect(names).toContain('yijie.treatment.v1.TreatmentService');
    expect(names).not.toContain('yijie.operations.v1.OperationsService');
    expect(answers[1]?.file_descriptor_response?.file_descriptor_proto.length).toBeGreaterThan(1);
  });

  test('without reflection, nobody is told', async () => {
    const { address } = await serve({}, false);
    await expect(reflect(address, [{ list_services: '*' }])).rejects.toMatchObject({ code: 12 });
  });
});

test('the details of a refusal are a google.rpc.Status for every other implementation', async () => {
  const { address } = await serve({}, false);
  const error: ServiceError = await clientOf(
    address,
    'none',
  )('refused').then(
    () => Promise.reject(new Error('answered')),
    (cause) => cause,
  );
  const { root } = protobuf.parse(`
    syntax = "proto3";
    message Any { string type_url = 1; bytes value = 2; }
    message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
    message Failure { string code = 1; string message_zh = 2; map<string, string> values = 9; }`);
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const status = root.lookupType('Status').decode(new Uint8Array(bytes as Buffer)) as unknown as {
    code: number;
    message: string;
    details: { type_url: string; typeUrl: string; value: Uint8Array }[];
  };
  expect(status.code).toBe(error.code);
  expect(status.message).toContain('KEY-REUSED');
  const [any] = status.details;
  expect(any?.typeUrl).toBe('type.googleapis.com/yijie.common.v1.Failure');
  const failure = root.lookupType('Failure').decode(any?.value ?? new Uint8Array()) as unknown as {
    code: string;
    values: Record<string, string>;
  };
  expect([failure.code, failure.values.key]).toEqual(['KEY-REUSED', '冲正-1']);
  expect(failureFromError(error)?.values).toEqual({ key: '冲正-1' });
});

test('a stream is ended softly when its connection is old, with everything answered', async () => {
  const { address } = await serve({ limits: { connectionAgeMs: 300, connectionAgeGraceMs: 5_000 } }, false);
  const Client = makeGenericClientConstructor(TreatmentStreamServiceService, 'TreatmentStreamService');
  const client = new Client(address, credentials.createInsecure());
  closing.push(() => client.close());
  const stream = client.exchange?.() as unknown as ClientDuplexStream<unknown, { correlation: number }>;
  const answered: number[] = [];
  stream.on('data', ({ correlation }) => answered.push(correlation));
  const ended = new Promise<ServiceError>((resolve) => stream.once('error', resolve as never));
  stream.write({
    correlation: 1,
    call: { $case: 'getOutcome', getOutcome: { call: 8, idempotencyKey: 'a' } },
  });
  expect(failureFromError(await ended)?.code).toBe('SYS-STOPPING');
  expect(answered).toEqual([1]);
});

async function open(address: string, certificate: TestCertificate): Promise<ClientHttp2Session> {
  const session = connect(`https://${address}`, {
    ca: authority.certificate,
    cert: certificate.certificate,
    key: certificate.privateKey,
  });
  closing.push(() => session.destroy());
  session.on('error', () => undefined);
  await new Promise((resolve) => session.once('connect', resolve));
  return session;
}

/** Clients of the standard services, made from the packages that bring their contracts. */
async function healthClient(address: string) {
  const { service } = await import('grpc-health-check');
  const Client = makeGenericClientConstructor(service, 'Health');
  const client = new Client(address, credentials.createInsecure());
  closing.push(() => client.close());
  return (name: string) =>
    new Promise<string>((resolve, reject) => {
      client.check?.({ service: name }, (cause: ServiceError | null, answer: { status: string }) =>
        cause === null ? resolve(answer.status) : reject(cause),
      );
    });
}

async function healthWatch(address: string) {
  const { service } = await import('grpc-health-check');
  const Client = makeGenericClientConstructor(service, 'Health');
  const client = new Client(address, credentials.createInsecure());
  closing.push(() => client.close());
  const stream = client.watch?.({ service: '' }) as unknown as ClientDuplexStream<
    unknown,
    { status: string }
  >;
  stream.on('error', () => undefined);
  return stream;
}

interface ReflectionAnswer {
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] };
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Uint8Array[] };
}

function reflect(address: string, requests: readonly object[]): Promise<ReflectionAnswer[]> {
  const { root } = protobuf.parse(
    `syntax = "proto3";
    package grpc.reflection.v1;
    message Request { oneof message_request { string file_containing_symbol = 4; string list_services = 7; } }
    message Files { repeated bytes file_descriptor_proto = 1; }
    message Services { repeated Service service = 1; }
    message Service { string name = 1; }
    message Response { Files file_descriptor_response = 4; Services list_services_response = 6; }`,
    { keepCase: true },
  );
  const Request = root.lookupType('grpc.reflection.v1.Request');
  const Response = root.lookupType('grpc.reflection.v1.Response');
  const Client = makeGenericClientConstructor({}, 'none');
  const client = new Client(address, credentials.createInsecure());
  closing.push(() => client.close());
  const stream = client.makeBidiStreamRequest(
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    (request: object) => Buffer.from(Request.encode(Request.create(request)).finish()),
    (bytes: Buffer) => Response.decode(bytes) as unknown as ReflectionAnswer,
  );
  const answers: ReflectionAnswer[] = [];
  return new Promise((resolve, reject) => {
    stream.on('data', (answer: ReflectionAnswer) => answers.push(answer));
    stream.on('end', () => resolve(answers));
    stream.on('error', reject);
    for (const request of requests) stream.write(request);
    stream.end();
  });
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`still not so: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
