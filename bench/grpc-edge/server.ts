/**
 * One server of the comparison, as a process of its own: `node server.ts <variant>`. Prints its port, answers "cpu" on
 * its channel with the CPU time it has used, in microseconds.
 */
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
import {
  type ExchangeRequest,
  type ExchangeResponse,
  type GetOutcomeRequest,
  GetOutcomeResponse,
  TreatmentServiceService,
  TreatmentStreamServiceService,
} from '@yijie/contracts/treatment';
import {
  createGrpcServer,
  createLogger,
  createTracing,
  exchangeService,
  type Guard,
  Metrics,
  systemClock,
  systemIds,
  systemRandom,
  unaryService,
} from '@yijie/runtime';

const answer = GetOutcomeResponse.fromPartial({
  outcome: { messageId: '01a1fff7-70b6-7507-8b6d-49092c72815d' },
});
const definition = { getOutcome: TreatmentServiceService.getOutcome };
const variant = process.argv[2] ?? '';

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system });
});
process.send?.({ port: variant === 'bare' ? await startBare() : await startOurs() });

/** What grpc-js does by itself: generated code on both sides of an empty handler. */
async function startBare(): Promise<number> {
  const server = new Server({ 'grpc.enable_channelz': 0, 'grpc.max_concurrent_streams': 1_000 });
  server.addService(definition, {
    getOutcome: (
      _call: ServerUnaryCall<GetOutcomeRequest, GetOutcomeResponse>,
      respond: sendUnaryData<GetOutcomeResponse>,
    ) => respond(null, answer),
  });
  server.addService(TreatmentStreamServiceService, {
    exchange: (call: ServerDuplexStream<ExchangeRequest, ExchangeResponse>) => {
      call.on('data', ({ correlation }: ExchangeRequest) =>
        call.write({ correlation, answer: { $case: 'getOutcome', getOutcome: answer } }),
      );
      call.on('end', () => call.end());
    },
  });
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (cause, port) =>
      cause === null ? resolve(port) : reject(cause),
    );
  });
}

/** The same behind our edge: guard, limits, deadline, counters, duration; with tracing when it is asked for. */
async function startOurs(): Promise<number> {
  const clock = systemClock();
  const logger = createLogger({ level: 'info', service: 'bench' });
  const guard: Guard<string> = { admit: () => ({ ok: true, identity: 'H43010000001' }) };
  const outcomes = unaryService<typeof definition, string>(definition, { getOutcome: () => answer });
  const server = createGrpcServer<string>({
    bind: '127.0.0.1:0',
    credentials: ServerCredentials.createInsecure(),
    services: [
      outcomes,
      exchangeService(TreatmentStreamServiceService.exchange, outcomes, { getOutcome: 15 }, 16),
    ],
    guard,
    metrics: new Metrics({ service: 'bench', processMetrics: false }),
    logger,
    clock,
    ids: systemIds(clock, systemRandom()),
    limits: { concurrentStreams: 1_000 },
    // Nobody listens there: what is measured is making, sampling and queueing spans.
    tracing:
      variant === 'ours, tracing 1 %'
        ? createTracing({
            service: 'bench',
            endpoint: 'http://127.0.0.1:9',
            sampleRatio: 0.01,
            random: systemRandom(),
            logger: quiet(logger),
          })
        : undefined,
  });
  return Number((await server.start()).split(':').at(-1));
}

function quiet<Logger extends object>(logger: Logger): Logger {
  return Object.assign(Object.create(logger), { warn: () => undefined });
}
