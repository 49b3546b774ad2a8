import { once } from 'node:events';
import { addAbortSignal } from 'node:stream';
import {
  logVerbosity,
  Server,
  type ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  setLogVerbosity,
} from '@grpc/grpc-js';
import type { GrpcStatusName, Refusal } from '@yijie/errors';
import { HealthImplementation } from 'grpc-health-check';
import { idToText } from '../id-text.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock, Ids, Logger } from '../ports.ts';
import type { Tracing } from '../tracing.ts';
import { type Guard, OpenCall } from './call-context.ts';
import { type AnswerSink, CallServer } from './call-server.ts';
import { defaultGrpcLimits, type GrpcLimits, serverOptions } from './channel-options.ts';
import { Connections } from './connections.ts';
import { ExchangeStream } from './exchange-stream.ts';
import { failureOf, statusNumber } from './failure.ts';
import type {
  DownloadService,
  ExchangeService,
  Messages,
  Send,
  UnaryMethod,
  UnaryService,
  UploadService,
} from './method.ts';
import { addReflection, type DescriptorSet } from './reflection.ts';
import { statusMetadata } from './status-details.ts';

export interface GrpcServerOptions<Identity> {
  /** host:port; port 0 takes a free one. */
  readonly bind: string;
  readonly credentials: ServerCredentials;
  readonly services: readonly (
    | UnaryService<Identity>
    | UploadService<Identity>
    | DownloadService<Identity>
    | ExchangeService<Identity>
  )[];
  readonly guard: Guard<Identity>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits?: Partial<GrpcLimits>;
  readonly tracing?: Tracing | undefined;
  /** Without it, reflection is off. */
  readonly reflection?: { readonly descriptorSet: DescriptorSet };
}

export interface GrpcServer {
  /** Resolves to the address bound, host:port. */
  start(): Promise<string>;
  /** What the standard health service answers; SERVING once started. */
  setServing(serving: boolean): void;
  /** Takes nothing new, answers what was taken, then closes; cuts what is left when the signal fires. */
  stop(deadline?: AbortSignal): Promise<void>;
  readonly inFlight: number;
}

/** Time for the last answers to leave before what still hangs on the server is cut. */
const lastBytesMs = 500;

/**
 * The gRPC edge. Messages arrive here as bytes: the guard decides before they are decoded, and a handler finds them
 * under `requestBytes`, so that what is stored is what came. bench/grpc-edge measures it against bare grpc-js.
 */
export function createGrpcServer<Identity>(options: GrpcServerOptions<Identity>): GrpcServer {
  const { clock, logger, ids } = options;
  const limits: GrpcLimits = { ...defaultGrpcLimits, ...options.limits };
  // The library prints header values it can't read to standard error, past the logger and its list.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server(serverOptions(limits));
  const connections = new Connections(limits, clock, logger);
  const calls = new CallServer<Identity>({
    guard: options.guard,
    metrics: options.metrics,
    logger,
    clock,
    tracing: options.tracing,
    reference: () => idToText(ids.next()),
    inFlightMax: limits.inFlightMax,
  });
  const streams = new Set<ExchangeStream<Identity>>();
  let stopping = false;

  const health = new HealthImplementation();
  health.addToServer(server);
  const serviceNames = new Set<string>();
  for (const service of options.services) {
    if (service.kind === 'unary') for (const method of service.methods) addUnary(method);
    else if (service.kind === 'upload') addUpload(service);
    else if (service.kind === 'download') addDownload(service);
    else addExchange(service);
  }
  if (options.reflection !== undefined) {
    addReflection(server, options.reflection.descriptorSet, [...serviceNames, 'grpc.health.v1.Health']);
  }

  function addUnary(method: UnaryMethod<Identity>): void {
    serviceNames.add(serviceOf(method.path));
    const deadlineMs = method.deadlineMs ?? limits.deadlineMs;
    const handler = (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>): void => {
      const open = new OpenCall<Identity>(
        method.rpc,
        connections.of(call),
        call.request,
        call,
        clock,
        call.getDeadline() as number,
        deadlineMs,
      );
      void calls.serve(method, open, new UnarySink(respond));
    };
    server.register(method.path, handler, asBytes, asBytes, 'unary');
  }

  function addUpload(service: UploadService<Identity>): void {
    serviceNames.add(serviceOf(service.path));
    const { path, rpc, handle } = service;
    const deadlineMs = service.deadlineMs ?? limits.deadlineMs;
    const handler = (call: ServerReadableStream<Buffer, Buffer>, respond: sendUnaryData<Buffer>): void => {
      const clientDeadlineMs = call.getDeadline() as number;
      const connection = connections.of(call);
      const open = new OpenCall<Identity>(
        rpc,
        connection,
        noBytes,
        call,
        clock,
        clientDeadlineMs,
        deadlineMs,
      );
      // "Decoded" once the guard has let the call in: the handler reads the messages, the first and all others.
      const method: UnaryMethod<Identity> = {
        name: rpc,
        path,
        rpc,
        decode: () => messagesOf(call, open.signal),
        encode: (response) => response as Buffer,
        handle: handle as UnaryMethod<Identity>['handle'],
        deadlineMs,
      };
      void calls.serve(method, open, new UnarySink(respond));
    };
    server.register(path, handler, asBytes, asBytes, 'clientStream');
  }

  function addDownload(service: DownloadService<Identity>): void {
    serviceNames.add(serviceOf(service.path));
    const { path, rpc, decode } = service;
    const deadlineMs = service.deadlineMs ?? limits.deadlineMs;
    const handler = (call: ServerWritableStream<Buffer, Buffer>): void => {
      const open = new OpenCall<Identity>(
        rpc,
        connections.of(call),
        call.request,
        call,
        clock,
        call.getDeadline() as number,
        deadlineMs,
      );
      const method: UnaryMethod<Identity> = {
        name: rpc,
        path,
        rpc,
        decode,
        encode: () => noBytes,
        handle: async (request, context) =>
          (await service.handle(request as never, context, sendOn(call, context.signal))) ?? {},
        deadlineMs,
      };
      void calls.serve(method, open, new DownloadSink(call));
    };
    server.register(path, handler, asBytes, asBytes, 'serverStream');
  }

  function addExchange(service: ExchangeService<Identity>): void {
    serviceNames.add(serviceOf(service.path));
    const handler = (call: ServerDuplexStream<Buffer, Buffer>): void => {
      const connection = connections.of(call);
      const stream = new ExchangeStream<Identity>(call, {
        service,
        server: calls,
        clock,
        connection,
        deadlineMs: limits.deadlineMs,
        inFlightMax: limits.inFlightPerStream,
        onEnd: () => {
          streams.delete(stream);
          cancelAge();
        },
      });
      streams.add(stream);
      // Before the connection is cut at the end of its grace, so that every answer under way gets out.
      const endOfLifeMs = connection.openedAtMs + limits.connectionAgeMs - clock.now();
      const cancelAge = clock.after(Math.max(0, endOfLifeMs), () => stream.drain());
      if (stopping) stream.drain();
    };
    server.register(service.path, handler, asBytes, asBytes, 'bidi');
  }

  function setServing(serving: boolean): void {
    for (const name of ['', ...serviceNames]) health.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  }

  return {
    start() {
      return new Promise((resolve, reject) => {
        server.bindAsync(options.bind, options.credentials, (cause, port) => {
          if (cause !== null) {
            reject(new Error(`can't listen on ${options.bind}`, { cause }));
            return;
          }
          connections.watch(server);
          setServing(true);
          const address = `${options.bind.slice(0, options.bind.lastIndexOf(':'))}:${port}`;
          logger.info('grpc.listening', { address });
          resolve(address);
        });
      });
    },

    setServing,

    async stop(deadline) {
      stopping = true;
      setServing(false);
      for (const stream of streams) stream.drain();
      const cut = () => {
        calls.abandon();
        clock.after(lastBytesMs, () => {
          server.forceShutdown();
          connections.cut();
        });
      };
      if (deadline?.aborted) cut();
      deadline?.addEventListener('abort', cut, { once: true });
      // Watchers of health keep their streams open for ever: with every call answered, they are cut off.
      calls.drained().then(cut);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      deadline?.removeEventListener('abort', cut);
    },

    get inFlight() {
      return calls.inFlight;
    },
  };
}

class UnarySink implements AnswerSink {
  readonly #respond: sendUnaryData<Buffer>;

  constructor(respond: sendUnaryData<Buffer>) {
    this.#respond = respond;
  }

  reply(bytes: Buffer): void {
    this.#respond(null, bytes);
  }

  refuse(status: GrpcStatusName, refusal: Refusal): void {
    const failure = failureOf(refusal);
    const code = statusNumber(status);
    const details = `${failure.code}: ${failure.messageEn}`.toWellFormed();
    this.#respond({ code, details, metadata: statusMetadata(code, details, failure) });
  }
}

/** The messages have gone out one by one: an answer only ends the stream. */
class DownloadSink implements AnswerSink {
  readonly #call: ServerWritableStream<Buffer, Buffer>;

  constructor(call: ServerWritableStream<Buffer, Buffer>) {
    this.#call = call;
  }

  reply(): void {
    this.#call.end();
  }

  refuse(status: GrpcStatusName, refusal: Refusal): void {
    const failure = failureOf(refusal);
    const code = statusNumber(status);
    const details = `${failure.code}: ${failure.messageEn}`.toWellFormed();
    this.#call.emit('error', { code, details, metadata: statusMetadata(code, details, failure) });
  }
}

/** Writes no faster than the client reads, so that what an export sends never piles up here. */
function sendOn(call: ServerWritableStream<Buffer, Buffer>, signal: AbortSignal): Send {
  return async (message) => {
    signal.throwIfAborted();
    if (!call.write(message)) await once(call, 'drain', { signal });
  };
}

/** Ends also while waiting for a message: with an error when time is over, see `Messages` for a client that hangs up. */
function messagesOf(call: ServerReadableStream<Buffer, Buffer>, signal: AbortSignal): Messages {
  return addAbortSignal(signal, call).iterator({ destroyOnReturn: false });
}

const noBytes = Buffer.alloc(0);
const asBytes = (bytes: Buffer): Buffer => bytes;

/** "/yijie.treatment.v1.TreatmentService/Settle" → "yijie.treatment.v1.TreatmentService" */
const serviceOf = (path: string): string => path.slice(1, path.lastIndexOf('/'));
