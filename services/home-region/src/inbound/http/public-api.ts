import { type Refusal, refuse } from '@yijie/errors';
import { type Clock, type Ids, idToText, type Logger } from '@yijie/runtime';
import type {
  ChannelCaller,
  ChannelTokenVerifier,
  RateLimit,
  RateLimiter,
  TlsIdentity,
} from '@yijie/security';
import { fastify } from 'fastify';
import { httpFailure, httpStatus } from './http-failure.ts';
import { type Route, type RouteAnswer, readBody } from './route.ts';

/** A route with what it works on. */
export type BoundRoute = Omit<Route<never>, 'handle'> & {
  readonly handle: (request: Parameters<Route<never>['handle']>[1]) => Promise<RouteAnswer<unknown>>;
};

export function bindRoutes<Parts>(parts: Parts, routes: readonly Route<Parts>[]): BoundRoute[] {
  return routes.map((route) => ({ ...route, handle: (request) => route.handle(parts, request) }));
}

export interface PublicApiOptions {
  /** host:port */
  readonly bind: string;
  readonly tls: TlsIdentity;
  readonly routes: readonly BoundRoute[];
  /** The document that describes the routes, served as it is. */
  readonly document: object;
  readonly tokens: ChannelTokenVerifier;
  readonly rates: RateLimiter;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
}

export interface PublicApi {
  /** Resolves to the address bound, host:port. */
  start(): Promise<string>;
  stop(): Promise<void>;
  /** New handshakes take the new certificate. */
  renew(identity: TlsIdentity): void;
}

/** A person taps a few times a minute; a channel stands for a province's people. */
export const HTTP_LIMITS = {
  person: { perSecond: 5, burst: 60 },
  channel: { perSecond: 500, burst: 2_000 },
  /** Asking who somebody is, for a channel: more is somebody trying numbers. */
  identification: { perSecond: 50, burst: 200 },
  /** Callers who can't prove who they are, by address. */
  strangers: { perSecond: 5, burst: 50 },
} as const satisfies Readonly<Record<string, RateLimit>>;

const BODY_MAX_BYTES = 64 * 1_024;

/** Nothing of an answer is for a browser to keep, to frame, to guess the type of or to run. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** The public interface over HTTPS. Everything about a caller comes from the token; nothing from the body. */
export function createPublicApi(options: PublicApiOptions): PublicApi {
  const { clock, ids, logger, tokens, rates, document } = options;
  const app = fastify({
    https: { cert: options.tls.certificate, key: options.tls.privateKey, minVersion: 'TLSv1.3' },
    bodyLimit: BODY_MAX_BYTES,
    connectionTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 30_000,
    maxRequestsPerSocket: 10_000,
    trustProxy: false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    genReqId: () => idToText(ids.next()),
    logger: false,
  });
  app.removeContentTypeParser('text/plain');
  app.addHook('onSend', async (request, reply) => {
    reply.headers({ ...HEADERS, 'x-request-id': request.id });
  });

  function refusal(refused: Refusal, requestId: string) {
    return { status: httpStatus(refused.code), body: httpFailure(refused, requestId) };
  }

  app.setErrorHandler((cause: Error & { statusCode?: number; code?: string }, request, reply) => {
    const status = cause.statusCode ?? 500;
    if (status >= 500) logger.error('http.failed', { cause, requestId: request.id });
    const { body } = refusal(
      status >= 500
        ? refuse('SYS-INTERNAL')
        : status === 413
          ? refuse('FRM-SIZE', { max: `${BODY_MAX_BYTES}` })
          : refuse('FRM-VALUE', { field: 'body' }),
      request.id,
    );
    return reply.code(status).send(body);
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(refusal(refuse('FRM-CALL'), request.id).body),
  );

  app.get('/v1/openapi.json', async () => document);

  async function callerOf(
    authorization: string | undefined,
    address: string,
  ): Promise<ChannelCaller | Refusal> {
    const nowMs = clock.now();
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    const verified = token === undefined ? undefined : await tokens.verify(token, nowMs);
    if (verified?.ok) return verified.caller;
    const waitMs = rates.take(`h:stranger:${address}`, HTTP_LIMITS.strangers, nowMs);
    if (waitMs > 0) return refuse('LIM-RATE', { retryAfterMs: `${waitMs}` });
    return verified ?? refuse('AUT-TOKEN', { reason: 'missing' });
  }

  /** Whether there is room for one more call of this channel, and of this person. */
  function refuseRate({ channel, personToken }: ChannelCaller): Refusal | undefined {
    const nowMs = clock.now();
    const kind = personToken === undefined ? 'identification' : 'channel';
    const waits = [rates.take(`h:${kind}:${channel}`, HTTP_LIMITS[kind], nowMs)];
    if (personToken !== undefined)
      waits.push(rates.take(`h:person:${personToken}`, HTTP_LIMITS.person, nowMs));
    const waitMs = Math.max(...waits);
    return waitMs > 0 ? refuse('LIM-RATE', { retryAfterMs: `${waitMs}` }) : undefined;
  }

  async function answerTo(
    route: BoundRoute,
    request: {
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly ip: string;
      readonly params: unknown;
      readonly query: unknown;
      readonly body: unknown;
      readonly url: string;
    },
  ): Promise<RouteAnswer<unknown>> {
    const caller = await callerOf(request.headers.authorization as string | undefined, request.ip);
    if ('code' in caller) return caller;
    // A channel's own token opens what is for channels, a person's what is the person's own.
    if ((caller.personToken === undefined) !== (route.caller === 'channel'))
      return refuse('AUT-ROLE', {
        role: caller.personToken === undefined ? 'channel' : 'person',
        rpc: route.operationId,
      });
    const rate = refuseRate(caller);
    if (rate !== undefined) return rate;
    const idempotencyKey = request.headers['idempotency-key'];
    if (route.keyed && typeof idempotencyKey !== 'string') return refuse('KEY-MISSING');
    const read =
      route.body === undefined ? { ok: true as const, body: undefined } : readBody(route.body, request.body);
    if (!read.ok) return read;
    return route.handle({
      caller,
      personToken: caller.personToken ?? '',
      params: request.params as Record<string, string>,
      query: plainQuery(request.query),
      body: read.body as never,
      idempotencyKey: route.keyed ? (idempotencyKey as string) : '',
      content: Buffer.from(`${request.url}\n${JSON.stringify(read.body ?? null)}`),
      nowMs: clock.now(),
    });
  }

  for (const route of options.routes) {
    app.route({
      method: route.method,
      url: route.path.replace(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) => {
        const result = await answerTo(route, request);
        if (!result.ok) {
          const { status, body } = refusal(result, request.id);
          const waitMs = Number(result.values.retryAfterMs ?? 0);
          if (status === 429) reply.header('retry-after', `${Math.ceil(waitMs / 1_000)}`);
          if (status === 401) reply.header('www-authenticate', 'Bearer');
          logger.info('http.refused', { call: route.operationId, code: result.code, requestId: request.id });
          return reply.code(status).send(body);
        }
        reply.code(route.status);
        if (route.answer === 'text') reply.type('text/plain; charset=utf-8');
        return result.answer;
      },
    });
  }

  return {
    async start() {
      const colon = options.bind.lastIndexOf(':');
      await app.listen({ host: options.bind.slice(0, colon), port: Number(options.bind.slice(colon + 1)) });
      const address = app.server.address();
      if (address === null || typeof address === 'string') throw new Error('the server has no address');
      return `${address.address}:${address.port}`;
    },
    stop: () => app.close(),
    renew({ certificate, privateKey }) {
      app.server.setSecureContext({ cert: certificate, key: privateKey, minVersion: 'TLSv1.3' });
    },
  };
}

/** A name given twice, or a nested one, is dropped: no route takes such. */
function plainQuery(query: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
