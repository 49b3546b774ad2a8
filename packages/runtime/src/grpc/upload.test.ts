import {
  type ClientWritableStream,
  credentials,
  makeGenericClientConstructor,
  ServerCredentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';
import { PolicyServiceService, SimulatePackRequest, SimulatePackResponse } from '@yijie/contracts/policy';
import { refuse } from '@yijie/errors';
import { createLogger } from '../logger.ts';
import { Metrics } from '../metrics.ts';
import { systemClock } from '../system-clock.ts';
import { systemIds } from '../system-ids.ts';
import { systemRandom } from '../system-random.ts';
import type { Guard } from './call-context.ts';
import { createGrpcServer } from './grpc-server.ts';
import { type Handler, type Messages, uploadService } from './method.ts';
import { failureFromError } from './status-details.ts';

type Upload = Handler<Messages, Buffer, string>;

const clock = systemClock();
const Client = makeGenericClientConstructor(PolicyServiceService, 'PolicyService');
const allowAll: Guard<string> = { admit: () => ({ ok: true, identity: 'clerk' }) };
const opened: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function serve(handle: Upload, options: { guard?: Guard<string>; deadlineMs?: number } = {}) {
  const server = createGrpcServer<string>({
    bind: '127.0.0.1:0',
    credentials: ServerCredentials.createInsecure(),
    services: [
      uploadService<string>(PolicyServiceService.simulatePack, handle, {
        deadlineMs: options.deadlineMs ?? 5_000,
      }),
    ],
    guard: options.guard ?? allowAll,
    metrics: new Metrics({ service: 'test', processMetrics: false }),
    logger: createLogger({ level: 'error', service: 'test', destination: { write: () => undefined } }),
    clock,
    ids: systemIds(clock, systemRandom()),
  });
  const client = new Client(await server.start(), credentials.createInsecure());
  opened.push(
    () => client.close(),
    () => server.stop(AbortSignal.abort()),
  );
  let stream: ClientWritableStream<SimulatePackRequest> | undefined;
  const answer = new Promise<SimulatePackResponse>((resolve, reject) => {
    stream = client.simulatePack?.((error: ServiceError | null, response: SimulatePackResponse) =>
      error === null ? resolve(response) : reject(error),
    ) as unknown as ClientWritableStream<SimulatePackRequest>;
  });
  if (stream === undefined) throw new Error('no stream');
  return { stream, answer };
}

function version(text: string): SimulatePackRequest {
  return { part: { $case: 'pack', pack: { pack: { $case: 'version', version: text } } } };
}

function textOf(message: Buffer): string {
  const { part } = SimulatePackRequest.decode(message);
  const chosen = part?.$case === 'pack' ? part.pack.pack : undefined;
  return chosen?.$case === 'version' ? chosen.version : '?';
}

const answered = (policyVersion: string): Buffer =>
  Buffer.from(SimulatePackResponse.encode(SimulatePackResponse.fromPartial({ policyVersion })).finish());

async function errorOf(promise: Promise<unknown>): Promise<ServiceError> {
  return promise.then(
    () => {
      throw new Error('the call succeeded');
    },
    (error) => error as ServiceError,
  );
}

describe('a client stream', () => {
  test('is read message by message, in order, and answered once at its end', async () => {
    const { stream, answer } = await serve(async (messages, call) => {
      const seen: string[] = [call.identity];
      for await (const message of messages) seen.push(textOf(message));
      return answered(seen.join(' '));
    });
    for (const text of ['a', 'b', 'c']) stream.write(version(text));
    stream.end();
    expect((await answer).policyVersion).toBe('clerk a b c');
  });

  test('is refused while the client still sends', async () => {
    const { stream, answer } = await serve(async (messages) => {
      for await (const message of messages)
        if (textOf(message) === 'wrong') return refuse('FRM-VALUE', { field: 'pack' });
      return answered('');
    });
    stream.write(version('right'));
    stream.write(version('wrong'));
    const error = await errorOf(answer);
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(failureFromError(error)).toMatchObject({ code: 'FRM-VALUE', values: { field: 'pack' } });
  });

  test('of a caller who may not is refused before a message is read', async () => {
    let handled = false;
    const { stream, answer } = await serve(
      () => {
        handled = true;
        return answered('');
      },
      { guard: { admit: () => refuse('AUT-ROLE') } },
    );
    stream.write(version('a'));
    expect((await errorOf(answer)).code).toBe(status.PERMISSION_DENIED);
    expect(handled).toBe(false);
  });

  test('stays with the client as far as nobody reads it', async () => {
    const read = Promise.withResolvers<void>();
    const { stream, answer } = await serve(async (messages) => {
      await read.promise;
      let characters = 0;
      for await (const message of messages) characters += textOf(message).length;
      return answered(`${characters}`);
    });
    // 16 MB: far more than what two sockets and a session hold.
    let taken = 0;
    for (let message = 0; message < 64; message += 1)
      stream.write(version('x'.repeat(262_144)), () => {
        taken += 1;
      });
    stream.end();
    await clock.sleep(300);
    expect(taken).toBeLessThan(32);
    read.resolve();
    expect((await answer).policyVersion).toBe(`${64 * 262_144}`);
  }, 20_000);

  test('ends for its handler when the client hangs up', async () => {
    const ended = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { stream, answer } = await serve(async (messages) => {
      try {
        for await (const _ of messages) begun.resolve();
      } finally {
        ended.resolve();
      }
      return answered('');
    });
    stream.write(version('a'));
    await begun.promise;
    stream.cancel();
    expect((await errorOf(answer)).code).toBe(status.CANCELLED);
    await ended.promise;
  });

  test('ends at its deadline, for both sides', async () => {
    const ended = Promise.withResolvers<void>();
    const { stream, answer } = await serve(
      async (messages) => {
        try {
          for await (const _ of messages);
        } finally {
          ended.resolve();
        }
        return answered('');
      },
      { deadlineMs: 200 },
    );
    stream.write(version('a'));
    expect((await errorOf(answer)).code).toBe(status.DEADLINE_EXCEEDED);
    await ended.promise;
  });
});

test('an RPC without a client stream is none', () => {
  expect(() => uploadService(PolicyServiceService.listPacks, () => answered(''))).toThrow(TypeError);
});
