import {
  type ClientReadableStream,
  credentials,
  makeGenericClientConstructor,
  ServerCredentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type ExportDetailRequest, ExportDetailResponse, RunServiceService } from '@yijie/contracts/clearing';
import { refuse } from '@yijie/errors';
import { createLogger } from '../logger.ts';
import { Metrics } from '../metrics.ts';
import { systemClock } from '../system-clock.ts';
import { systemIds } from '../system-ids.ts';
import { systemRandom } from '../system-random.ts';
import { createGrpcServer } from './grpc-server.ts';
import { downloadService } from './method.ts';
import { failureFromError } from './status-details.ts';

type Handle = Parameters<typeof downloadService<ExportDetailRequest, ExportDetailResponse, string>>[1];

const clock = systemClock();
const Client = makeGenericClientConstructor(RunServiceService, 'RunService');
const opened: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

/** Reads a stream of the handler's messages, each taken by `onMessage` before the next is asked for. */
async function download(
  handle: Handle,
  onMessage?: (done: number, cancel: () => void) => void | Promise<void>,
) {
  const server = createGrpcServer<string>({
    bind: '127.0.0.1:0',
    credentials: ServerCredentials.createInsecure(),
    services: [downloadService(RunServiceService.exportDetail, handle, { deadlineMs: 5_000 })],
    guard: { admit: () => ({ ok: true, identity: 'clerk' }) },
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
  const stream = client.exportDetail?.({
    run: { owner: 'CN', period: 202603 },
    party: '',
  }) as unknown as ClientReadableStream<ExportDetailResponse>;
  const seen: number[] = [];
  for await (const { done } of stream) {
    seen.push(done);
    await onMessage?.(done, () => stream.cancel());
  }
  return seen;
}

const progress = (done: number, of: number) => ExportDetailResponse.fromPartial({ done, of });

describe('a call that answers with many messages', () => {
  test('brings them in order and ends', async () => {
    const seen = await download(async (request, _, send) => {
      expect(request.run).toEqual({ owner: 'CN', period: 202603 });
      for (let done = 1; done <= 3; done += 1) await send(progress(done, 3));
      return undefined;
    });
    expect(seen).toEqual([1, 2, 3]);
  });

  test('ends with a refusal after the messages before it', async () => {
    const seen: number[] = [];
    const error = await download(
      async (_, __, send) => {
        await send(progress(1, 2));
        return refuse('FRM-VALUE', { field: 'run' });
      },
      (done) => void seen.push(done),
    ).catch((cause) => cause as ServiceError);
    expect(seen).toEqual([1]);
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(failureFromError(error as ServiceError)).toMatchObject({
      code: 'FRM-VALUE',
      values: { field: 'run' },
    });
  });

  test('is never far ahead of its reader', async () => {
    let sent = 0;
    const big = ExportDetailResponse.fromPartial({
      rows: Array.from({ length: 2_000 }, (_, at) => ({ settlementId: `${at}`.padStart(32, '0') })),
    });
    let ahead = 0;
    await download(
      async (_, __, send) => {
        for (; sent < 60; sent += 1) await send({ ...big, done: sent + 1 });
        return undefined;
      },
      async (done) => {
        await new Promise(setImmediate);
        ahead = Math.max(ahead, sent - done);
      },
    );
    expect(sent).toBe(60);
    expect(ahead).toBeLessThan(30);
  });

  test('stops when the reader hangs up', async () => {
    const handler = Promise.withResolvers<unknown>();
    const reader = download(
      async (_, __, send) => {
        try {
          for (let done = 1; ; done += 1) await send(progress(done, 0));
        } catch (cause) {
          handler.resolve(cause);
          throw cause;
        }
      },
      (done, cancel) => (done === 3 ? cancel() : undefined),
    );
    await expect(reader).rejects.toMatchObject({ code: status.CANCELLED });
    expect(await handler.promise).toHaveProperty('message');
  });
});
