import type { MethodDefinition } from '@grpc/grpc-js';
import type { Refusal } from '@yijie/errors';
import type { CallContext } from './call-context.ts';

/** A response, or the refusal that becomes a gRPC error with its typed detail. */
export type Handler<Request, Response, Identity> = (
  request: Request,
  call: CallContext<Identity>,
) => Response | Refusal | Promise<Response | Refusal>;

/** A handler with other code to read and write its messages than the contract's own (the hot messages have it). */
export interface MethodOptions<Request, Response, Identity> {
  readonly handle: Handler<Request, Response, Identity>;
  readonly decode?: (bytes: Buffer) => Request;
  readonly encode?: (response: Response) => Buffer;
  /** Shorter than the server's, for calls that are quick or not at all. */
  readonly deadlineMs?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: the messages of a method are known to its own definition alone
export type AnyMethod = MethodDefinition<any, any>;

type UnaryNames<Definition> = {
  [Name in keyof Definition]: Definition[Name] extends { requestStream: false; responseStream: false }
    ? Name
    : never;
}[keyof Definition];

/** One handler for each unary RPC of a service; a missing one doesn't compile. */
export type Handlers<Definition extends Readonly<Record<string, AnyMethod>>, Identity> = {
  readonly [Name in UnaryNames<Definition>]: Definition[Name] extends MethodDefinition<
    infer Request,
    infer Response
  >
    ? Handler<Request, Response, Identity> | MethodOptions<Request, Response, Identity>
    : never;
};

/** A unary RPC with its handler, ready to be served on a call of its own or on a stream. */
export interface UnaryMethod<Identity> {
  readonly name: string;
  /** "/yijie.treatment.v1.TreatmentService/Settle" */
  readonly path: string;
  readonly rpc: string;
  readonly decode: (bytes: Buffer) => unknown;
  readonly encode: (response: unknown) => Buffer;
  readonly handle: Handler<unknown, unknown, Identity>;
  readonly deadlineMs: number | undefined;
}

export interface UnaryService<Identity> {
  readonly kind: 'unary';
  readonly methods: readonly UnaryMethod<Identity>[];
}

/** Ties handlers to the RPCs of a generated service definition. */
export function unaryService<const Definition extends Readonly<Record<string, AnyMethod>>, Identity>(
  definition: Definition,
  handlers: Handlers<Definition, Identity>,
): UnaryService<Identity> {
  const methods: UnaryMethod<Identity>[] = [];
  for (const [name, method] of Object.entries(definition)) {
    if (method.requestStream || method.responseStream) continue;
    const given = (
      handlers as Record<
        string,
        Handler<unknown, unknown, Identity> | MethodOptions<unknown, unknown, Identity>
      >
    )[name];
    if (given === undefined) throw new TypeError(`${method.path} has no handler`);
    const options = typeof given === 'function' ? { handle: given } : given;
    methods.push({
      name,
      path: method.path,
      rpc: method.path.slice(1),
      decode: options.decode ?? method.requestDeserialize,
      encode: options.encode ?? method.responseSerialize,
      handle: options.handle,
      deadlineMs: options.deadlineMs,
    });
  }
  return { kind: 'unary', methods };
}

/** A bidirectional stream that carries calls of a unary service, each wrapped in an envelope. */
export interface ExchangeService<Identity> {
  readonly kind: 'exchange';
  readonly path: string;
  /** By the number of the field that carries the request, and its response, in the envelope. */
  readonly routes: ReadonlyMap<number, UnaryMethod<Identity>>;
  /** The number of the field that carries a `{ status = 1; failure = 2 }` instead of a response. */
  readonly errorField: number;
}

/**
 * Serves `service` over one stream, too. An envelope has `uint64 correlation = 1` and one message field per call;
 * requests and responses of a call have the same number.
 */
export function exchangeService<Identity>(
  stream: AnyMethod,
  service: UnaryService<Identity>,
  fields: Readonly<Record<string, number>>,
  errorField: number,
): ExchangeService<Identity> {
  const routes = new Map<number, UnaryMethod<Identity>>();
  for (const [name, field] of Object.entries(fields)) {
    const method = service.methods.find((candidate) => candidate.name === name);
    if (method === undefined)
      throw new TypeError(`${stream.path} carries ${name}, which its service doesn't have`);
    routes.set(field, method);
  }
  return { kind: 'exchange', path: stream.path, routes, errorField };
}

/**
 * The messages of a client stream, as bytes, each read when it is asked for: what isn't asked for stays with the client.
 * A Node client that hangs up first ends its half of the stream, so its messages may end as if they were all: the
 * answer then goes nowhere, but a handler that stores something needs a last message that says so.
 */
export type Messages = AsyncIterable<Buffer>;

/** An RPC to which the client streams and which answers once, at the end or as soon as it refuses. */
export interface UploadService<Identity> {
  readonly kind: 'upload';
  readonly path: string;
  readonly rpc: string;
  readonly handle: Handler<Messages, Buffer, Identity>;
  readonly deadlineMs: number | undefined;
}

/** Ties a handler to a client-streaming RPC. Messages are bytes both ways: the handler knows where to decode them. */
export function uploadService<Identity>(
  { path, requestStream, responseStream }: AnyMethod,
  handle: Handler<Messages, Buffer, Identity>,
  options: { readonly deadlineMs?: number } = {},
): UploadService<Identity> {
  if (!requestStream || responseStream) throw new TypeError(`${path} is no client stream`);
  return { kind: 'upload', path, rpc: path.slice(1), handle, deadlineMs: options.deadlineMs };
}

/** Sends one message; resolves when the client has room for the next, and rejects when it has hung up. */
export type Send = (message: Buffer) => Promise<void>;

/** An RPC that answers with many messages: progress of a long act, rows of an export. */
export interface DownloadService<Identity> {
  readonly kind: 'download';
  readonly path: string;
  readonly rpc: string;
  readonly decode: (bytes: Buffer) => unknown;
  /** Resolves when everything was sent, or to the refusal that ends the stream. */
  readonly handle: (request: never, call: CallContext<Identity>, send: Send) => Promise<Refusal | undefined>;
  readonly deadlineMs: number | undefined;
}

/** Ties a handler to a server-streaming RPC. A refusal before or after the first message ends the stream with it. */
export function downloadService<Request, Response, Identity>(
  method: MethodDefinition<Request, Response>,
  handle: (
    request: Request,
    call: CallContext<Identity>,
    send: (message: Response) => Promise<void>,
  ) => Promise<Refusal | undefined>,
  options: { readonly deadlineMs?: number } = {},
): DownloadService<Identity> {
  const { path, requestStream, responseStream, requestDeserialize, responseSerialize } = method;
  if (requestStream || !responseStream) throw new TypeError(`${path} is no server stream`);
  return {
    kind: 'download',
    path,
    rpc: path.slice(1),
    decode: requestDeserialize,
    handle: (request, call, send) => handle(request, call, (message) => send(responseSerialize(message))),
    deadlineMs: options.deadlineMs,
  };
}
