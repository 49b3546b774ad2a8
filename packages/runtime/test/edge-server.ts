/** The edge as a process for flood.int.test.ts: certificates as PEM on its channel, its port back. */
import { ServerCredentials } from '@grpc/grpc-js';
import { GetOutcomeResponse, TreatmentServiceService } from '@yijie/contracts/treatment';
import {
  createGrpcServer,
  createLogger,
  Metrics,
  systemClock,
  systemIds,
  systemRandom,
  unaryService,
} from '../src/index.ts';

interface Material {
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

const clock = systemClock();
const definition = { getOutcome: TreatmentServiceService.getOutcome };
const answer = GetOutcomeResponse.fromPartial({});

process.once('message', async ({ authority, certificate, privateKey }: Material) => {
  const server = createGrpcServer<string>({
    bind: '127.0.0.1:0',
    credentials: ServerCredentials.createSsl(
      Buffer.from(authority),
      [{ cert_chain: Buffer.from(certificate), private_key: Buffer.from(privateKey) }],
      true,
    ),
    services: [
      unaryService<typeof definition, string>(definition, {
        // As long as a home region takes to answer.
        getOutcome: async () => {
          await clock.sleep(20);
          return answer;
        },
      }),
    ],
    guard: { admit: () => ({ ok: true, identity: 'x' }) },
    metrics: new Metrics({ service: 'test', processMetrics: false }),
    logger: createLogger({ level: 'error', service: 'test' }),
    clock,
    ids: systemIds(clock, systemRandom()),
    limits: { keepaliveMs: 1_000, keepaliveTimeoutMs: 1_000 },
  });
  process.send?.({ port: Number((await server.start()).split(':').at(-1)) });
});
