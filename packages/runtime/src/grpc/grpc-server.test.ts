import {
  type ClientDuplexStream,
  credentials,
  type Metadata,
  Metadata as MetadataOf,
  makeGenericClientConstructor,
  ServerCredentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type ExchangeRequest,
  type ExchangeResponse,
  GetOutcomeRequest,
  GetOutcomeResponse,
  TreatmentServiceService,
  TreatmentStreamServiceService,
} from '@yijie/contracts/treatment';
import { refuse } from '@yijie/errors';
import { createLogger } from '../logger.ts';
import { Metrics } from '../metrics.ts';
import { systemClock } from '../system-clock.ts';
import { systemIds } from '../system-ids.ts';
import { systemRandom } from '../system-random.ts';
import type { CallContext, Guard } from './call-context.ts';
import { grpcClientChannelOptions } from './channel-options.ts';
import { createGrpcServer, type GrpcServerOptions } from './grpc-server.ts';
import { exchangeService, type Handler, unaryService } from './method.ts';
import { failureFromError } from './status-details.ts';

interface Caller {
  readonly institution: string;
}

type GetOutcome = Handler<GetOutcomeRequest, GetOutcomeResponse, Caller>;

const clock = systemClock();
const definition = { getOutcome: TreatmentServiceService.getOutcome };
const UnaryClient = makeGenericClientConstructor(definition, 'TreatmentService');
const StreamClient = makeGenericClientConstructor(TreatmentStreamServiceService, 'TreatmentStreamService');

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

const allowAll: Guard<Caller> = { admit: () => ({ ok: true, identity: { institution: 'H43010000001' } }) };
const echo: GetOutcome = (request) =>
  GetOutcomeResponse.fromPartial({ outcome: { messageId: request.idempotencyKey } });

/** A server with one RPC, to be called by itself and on the stream. */
async function serve(handle: GetOutcome, options: Partial<GrpcServerOptions<Caller>> = {}) {
  const lines: string[] = [];
  const metrics = new Metrics({ service: 'test', processMetrics: false });
  const outcomes = unaryService<typeof definition, Caller>(definition, { getOutcome: handle });
  const server = createGrpcServer<Caller>({
    bind: '127.0.0.1:0',
    credentials: ServerCredentials.createInsecure(),
    services: [
      outcomes,
      exchangeService(TreatmentStreamServiceService.exchange, outcomes, { getOutcome: 15 }, 16),
    ],
    guard: allowAll,
    metrics,
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
  opened.push(server);
  return { server, address, metrics, lines };
}

function clientOf(address: string) {
  const client = new UnaryClient(address, credentials.createInsecure(), grpcClientChannelOptions);
  const streams = new StreamClient(address, credentials.createInsecure(), grpcClientChannelOptions);
  opened.unshift({
    stop: async () => {
      client.close();
      streams.close();
    },
  });
  const getOutcome = (key: string, deadlineMs = 5_000, metadata: Metadata = new MetadataOf()) =>
    new Promise<GetOutcomeResponse>((resolve, reject) => {
      client.getOutcome?.(
        { idempotencyKey: key, call: 8 },
        metadata,
        { deadline: Date.now() + deadlineMs },
        (error: ServiceError | null, answer: GetOutcomeResponse) =>
          error === null ? resolve(answer) : reject(error),
      );
    });
  const exchange = () =>
    streams.exchange?.() as unknown as ClientDuplexStream<ExchangeRequest, ExchangeResponse>;
  return { getOutcome, exchange, client };
}

async function errorOf(promise: Promise<unknown>): Promise<ServiceError> {
  try {
    await promise;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('the call succeeded');
}

describe('a unary call', () => {
  test('is answered, and the handler finds the bytes that came, its deadline and who calls', async () => {
    const seen: CallContext<Caller>[] = [];
    const { address, metrics } = await serve((request, call) => {
      seen.push(call);
      expect(call.remainingMs()).toBeGreaterThan(1_000);
      expect(call.remainingMs()).toBeLessThanOrEqual(5_000);
      return echo(request, call);
    });
    const answer = await clientOf(address).getOutcome('v-1');

    expect(answer.outcome?.messageId).toBe('v-1');
    expect(seen[0]?.identity.institution).toBe('H43010000001');
    expect(Buffer.from(seen[0]?.requestBytes ?? [])).toEqual(
      Buffer.from(GetOutcomeRequest.encode({ call: 8, idempotencyKey: 'v-1' }).finish()),
    );
    expect(seen[0]?.connection.remoteAddress).toBe('127.0.0.1');
    expect(await metrics.text()).toContain(
      'yijie_grpc_calls_total{rpc="yijie.treatment.v1.TreatmentService/GetOutcome",code="OK",service="test"} 1',
    );
  });

  test('that is refused carries status, code, sentences and values in its trailers, and one log line', async () => {
    const { address, lines, metrics } = await serve(() => refuse('KEY-REUSED', { key: 'k1' }));
    const error = await errorOf(clientOf(address).getOutcome('v-1'));

    expect(error.code).toBe(status.ALREADY_EXISTS);
    const failure = failureFromError(error);
    expect(failure?.code).toBe('KEY-REUSED');
    expect(failure?.values).toEqual({ key: 'k1' });
    expect(failure?.messageEn).toContain('(k1)');
    expect(failure?.messageZh).toContain('（k1）');
    expect(lines.filter((line) => line.includes('call.refused'))).toHaveLength(1);
    expect(await metrics.text()).toContain('yijie_refusals_total{code="KEY-REUSED",service="test"} 1');
  });

  test('whose handler throws gets SYS-INTERNAL with a reference, and nothing of the cause', async () => {
    const { address, lines } = await serve(() => {
      throw new Error('relation "secret_table" does not exist');
    });
    const error = await errorOf(clientOf(address).getOutcome('v-1'));

    expect(error.code).toBe(status.INTERNAL);
    const failure = failureFromError(error);
    expect(failure?.code).toBe('SYS-INTERNAL');
    expect(JSON.stringify(failure) + error.message).not.toContain('secret_table');
    const line = lines.find((each) => each.includes('call.failed'));
    expect(line).toContain('secret_table');
    expect(line).toContain(failure?.values.traceId);
  });

  test('with bytes that are no message is refused as malformed', async () => {
    const { address } = await serve(echo);
    const { client } = clientOf(address);
    const error = await errorOf(
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          definition.getOutcome.path,
          () => Buffer.from([0x0a, 0xff]),
          (bytes) => bytes,
          {},
          (cause, answer) => (cause === null ? resolve(answer) : reject(cause)),
        );
      }),
    );
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(failureFromError(error)?.code).toBe('FRM-VALUE');
  });

  test('is refused by the guard before its message is decoded, and released only when it was admitted', async () => {
    let released = 0;
    let admit = false;
    const guard: Guard<Caller> = {
      admit: async () =>
        admit ? { ok: true, identity: { institution: 'H1' } } : refuse('LIM-RATE', { retryAfterMs: '50' }),
      release: () => {
        released += 1;
      },
    };
    const decoded: string[] = [];
    const { address } = await serve(
      (request, call) => {
        decoded.push(request.idempotencyKey);
        return echo(request, call);
      },
      { guard },
    );
    const { getOutcome } = clientOf(address);
    const error = await errorOf(getOutcome('v-1'));
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(failureFromError(error)?.code).toBe('LIM-RATE');
    expect([decoded, released]).toEqual([[], 0]);

    admit = true;
    await getOutcome('v-2');
    expect([decoded, released]).toEqual([['v-2'], 1]);
  });

  test('that takes longer than the server allows is answered, and its handler told', async () => {
    let told: unknown;
    const { address } = await serve(
      (_request, call) =>
        new Promise((resolve) => {
          call.signal.addEventListener('abort', () => {
            told = call.signal.reason;
            resolve(GetOutcomeResponse.fromPartial({}));
          });
        }),
      { limits: { deadlineMs: 100 } },
    );
    const error = await errorOf(clientOf(address).getOutcome('v-1'));
    expect(error.code).toBe(status.DEADLINE_EXCEEDED);
    expect(failureFromError(error)?.code).toBe('SYS-DEADLINE');
    expect(String(told)).toContain('deadline');
  });

  test('that the client gives up aborts the handler', async () => {
    const aborted = Promise.withResolvers<string>();
    const { address, metrics } = await serve((request, call) => {
      call.signal.addEventListener('abort', () => aborted.resolve(request.idempotencyKey));
      return new Promise(() => undefined);
    });
    const error = await errorOf(clientOf(address).getOutcome('v-9', 200));
    expect(error.code).toBe(status.DEADLINE_EXCEEDED);
    expect(await aborted.promise).toBe('v-9');
    expect(await metrics.text()).toContain('yijie_grpc_in_flight{service="test"} 1');
  });

  test('beyond the number in flight is turned away at once', async () => {
    const gate = Promise.withResolvers<void>();
    const { address } = await serve(
      async (request, call) => {
        await gate.promise;
        return echo(request, call);
      },
      { limits: { inFlightMax: 2 } },
    );
    const { getOutcome } = clientOf(address);
    const results = Promise.allSettled(
      ['a', 'b', 'c'].map((id) => getOutcome(id).finally(() => gate.resolve())),
    );
    const failed = (await results).filter((result) => result.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failureFromError(failed[0]?.reason)?.code).toBe('SYS-UNAVAILABLE');
  });
});

describe('the stream', () => {
  test('answers each request with its correlation, in the order in which answers are ready', async () => {
    const first = Promise.withResolvers<void>();
    const { address } = await serve(async (request, call) => {
      if (request.idempotencyKey === 'slow') await first.promise;
      return echo(request, call);
    });
    const stream = clientOf(address).exchange();
    const answers = collect(stream);
    stream.write(ask(1, 'slow'));
    stream.write(ask(Number.MAX_SAFE_INTEGER, 'fast'));
    await answers.until(1);
    expect(answers.list[0]?.correlation).toBe(Number.MAX_SAFE_INTEGER);
    first.resolve();
    stream.end();
    await answers.end;
    expect(answers.list.map(messageIdOf)).toEqual(['fast', 'slow']);
  });

  test('answers a refusal, a fault and a request without a call as errors of their own, and goes on', async () => {
    const { address, metrics } = await serve((request, call) => {
      if (request.idempotencyKey === 'refused') return refuse('KEY-UNKNOWN');
      if (request.idempotencyKey === 'broken') throw new Error('broken');
      return echo(request, call);
    });
    const stream = clientOf(address).exchange();
    const answers = collect(stream);
    stream.write(ask(1, 'refused'));
    stream.write(ask(2, 'broken'));
    stream.write({ correlation: 3, call: undefined });
    stream.write(ask(4, 'fine'));
    stream.end();
    await answers.end;

    const found = answers.list
      .sort((a, b) => a.correlation - b.correlation)
      .map(({ answer }) =>
        answer?.$case === 'error' ? `${answer.error.status} ${answer.error.failure?.code}` : 'answered',
      );
    expect(found).toEqual(['5 KEY-UNKNOWN', '13 SYS-INTERNAL', '3 FRM-CALL', 'answered']);
    expect(await metrics.text()).toContain('GetOutcome",code="NOT_FOUND",service="test"} 1');
  });

  test('reads no more than it may have under way', async () => {
    const gate = Promise.withResolvers<void>();
    let underWay = 0;
    let most = 0;
    const { address } = await serve(
      async (request, call) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await gate.promise;
        underWay -= 1;
        return echo(request, call);
      },
      { limits: { inFlightPerStream: 4 } },
    );
    const stream = clientOf(address).exchange();
    const answers = collect(stream);
    for (let correlation = 1; correlation <= 200; correlation += 1)
      stream.write(ask(correlation, `k${correlation}`));
    await until(() => underWay === 4);
    gate.resolve();
    stream.end();
    await answers.end;
    expect(answers.list).toHaveLength(200);
    expect(most).toBe(4);
  });

  test('ends with a typed error when its bytes are no envelope', async () => {
    const { address } = await serve(echo);
    const { client } = clientOf(address);
    const stream = client.makeBidiStreamRequest(
      TreatmentStreamServiceService.exchange.path,
      () => Buffer.from([0xff, 0xff]),
      (bytes) => bytes,
    );
    stream.on('data', () => undefined);
    const error = new Promise<ServiceError>((resolve) =>
      stream.on('error', (cause) => resolve(cause as ServiceError)),
    );
    stream.write({});
    expect(failureFromError(await error)?.code).toBe('FRM-VALUE');
  });

  test('tells the handlers of its requests when the client hangs up', async () => {
    let aborted = 0;
    const started = Promise.withResolvers<void>();
    const { address } = await serve(
      (_request, call) =>
        new Promise((resolve) => {
          call.signal.addEventListener('abort', () => {
            aborted += 1;
            resolve(GetOutcomeResponse.fromPartial({}));
          });
          started.resolve();
        }),
    );
    const stream = clientOf(address).exchange();
    stream.on('error', () => undefined);
    stream.write(ask(1, 'a'));
    await started.promise;
    stream.cancel();
    await until(() => aborted === 1);
  });
});

describe('stopping', () => {
  test('answers what was taken, on calls and on streams, and turns the rest away', async () => {
    const gate = Promise.withResolvers<void>();
    let underWay = 0;
    const { address, server } = await serve(async (request, call) => {
      underWay += 1;
      await gate.promise;
      return echo(request, call);
    });
    const { getOutcome, exchange } = clientOf(address);
    const unary = getOutcome('u');
    const stream = exchange();
    const answers = collect(stream);
    stream.write(ask(1, 's'));
    await until(() => underWay === 2);

    const stopped = server.stop();
    stream.write(ask(2, 'too late'));
    gate.resolve();
    await stopped;

    expect((await unary).outcome?.messageId).toBe('u');
    const cause = await answers.end;
    expect(answers.list.map(messageIdOf)).toEqual(['s']);
    expect(failureFromError(cause)?.code).toBe('SYS-STOPPING');
    expect((await errorOf(getOutcome('after', 1_000))).code).not.toBe(status.OK);
  });

  test('gives an answer even to what does not end, when the deadline fires', async () => {
    const { address, server } = await serve(() => new Promise(() => undefined));
    const hanging = errorOf(clientOf(address).getOutcome('u'));
    await until(() => server.inFlight === 1);
    const deadline = new AbortController();
    const stopped = server.stop(deadline.signal);
    deadline.abort();
    await stopped;
    expect(failureFromError(await hanging)?.code).toBe('SYS-STOPPING');
  });
});

function ask(correlation: number, idempotencyKey: string): ExchangeRequest {
  return { correlation, call: { $case: 'getOutcome', getOutcome: { call: 8, idempotencyKey } } };
}

function messageIdOf({ answer }: ExchangeResponse): string | undefined {
  return answer?.$case === 'getOutcome' ? answer.getOutcome.outcome?.messageId : undefined;
}

function collect(stream: ClientDuplexStream<ExchangeRequest, ExchangeResponse>) {
  const list: ExchangeResponse[] = [];
  stream.on('data', (answer: ExchangeResponse) => list.push(answer));
  const end = new Promise<Error | undefined>((resolve) => {
    stream.on('error', resolve);
    stream.on('end', () => resolve(undefined));
  });
  return { list, end, until: (count: number) => until(() => list.length >= count) };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`still not so: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
