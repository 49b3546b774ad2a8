import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallOptions, type ChannelCredentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { type Bus, createKafkajsBus } from '@yijie/bus';
import { regionDirectory } from '@yijie/codes';
import { connectPostgres, type Database } from '@yijie/postgres';
import { readRegions } from '@yijie/reference-data';
import { Metrics, systemClock, systemIds, systemRandom } from '@yijie/runtime';
import {
  type AgencyPerson,
  certificateFiles,
  clientCredentials,
  type Identity,
  issuePersonToken,
  loadRegionKeys,
  loadTlsIdentity,
  NATIONAL_POOL,
  type RegionKeys,
  regionFiles,
  signingKeyFromPem,
} from '@yijie/security';
import { createDevelopmentPki } from '@yijie/security/development';
import { kafka, postgres } from '@yijie/testkit';
import { clearingDefaults } from '../src/config.ts';
import { loadClearingKeys, TOKEN_AUDIENCE } from '../src/load-keys.ts';
import { type RunningService, startClearing } from '../src/start-clearing.ts';
import { silentLogger } from './silent-logger.ts';

export const PROVINCES = ['110000', '220000', '440000'] as const;
export const PARTITIONS = 3;

/** The whole service in this process, on real Kafka and PostgreSQL, with keys of its own for it and three provinces. */
export interface RunningClearing {
  readonly bus: Bus;
  readonly database: Database;
  readonly topicPrefix: string;
  readonly metrics: Metrics;
  /** Certificates and keys. */
  readonly keyFolder: string;
  service(): RunningService;
  keysOf(province: string): Promise<RegionKeys>;
  client<Client extends { close(): void }>(
    Made: new (address: string, credentials: ChannelCredentials) => Client,
    identity: Identity,
  ): Promise<Client>;
  /** Headers that say who sits at the agency; a second person makes it two. */
  asPersons(first: AgencyPerson, second?: AgencyPerson): Promise<Metadata>;
  /** Stops the service and starts it again on the same database and topics. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRunningClearing(
  identities: readonly Identity[],
  parties: readonly string[] = [],
  owners: readonly string[] = ['CN', ...PROVINCES],
): Promise<RunningClearing> {
  const folder = await mkdtemp(join(tmpdir(), 'yijie-clearing-'));
  const clock = systemClock();
  const ids = systemIds(clock, systemRandom());
  await createDevelopmentPki({
    folder,
    identities: [{ kind: 'service', service: 'clearing', province: NATIONAL_POOL }, ...identities],
    provinces: [NATIONAL_POOL, ...PROVINCES],
    clock,
    entropy: ids,
  });
  const { url: databaseUrl } = await postgres();
  const { brokers, named } = await kafka();
  const topicPrefix = `${named('clearing')}.`;
  const busOf = (clientId: string) =>
    createKafkajsBus({ brokers, clientId: named(clientId), logger: silentLogger, clock });
  const keys = await loadClearingKeys({ folder, agency: NATIONAL_POOL, profile: 'development', clock });
  const regions = regionDirectory(readRegions());
  const metrics = new Metrics({ service: 'clearing', processMetrics: false });
  const partyKeys = new Map(
    parties.map((party, at) => {
      const privateKey = `${at + 1}`.padStart(64, '7');
      return [party, { keyId: `sm2-${party}`, privateKey }] as const;
    }),
  );

  async function start(): Promise<{ service: RunningService; ownBus: Bus }> {
    const ownBus = busOf('clearing');
    const service = await startClearing(
      { ...clearingDefaults, owners, topicPrefix, partitions: PARTITIONS },
      {
        databaseUrl,
        bus: ownBus,
        clock,
        ids,
        random: systemRandom(),
        logger: silentLogger,
        metrics,
        keys,
        regions,
        partyKeys,
      },
    );
    return { service, ownBus };
  }

  let running = await start();
  const bus = busOf('regions');
  const database = connectPostgres({
    connectionString: databaseUrl,
    applicationName: 'clearing-test',
    poolSize: 4,
    statementTimeoutMs: 10_000,
    connectTimeoutMs: 5_000,
  });
  const clients: { close(): void }[] = [];

  return {
    bus,
    database,
    topicPrefix,
    metrics,
    keyFolder: folder,
    service: () => running.service,
    keysOf: (province) => loadRegionKeys(regionFiles(folder, province), province, 'development'),
    async client(Made, identity) {
      const tls = await loadTlsIdentity(certificateFiles(folder, identity), {
        profile: 'development',
        clock,
      });
      const made = new Made(running.service.grpcAddress, clientCredentials(tls));
      clients.push(made);
      return made;
    },
    async asPersons(first, second) {
      const metadata = new Metadata();
      const token = async (person: AgencyPerson) => {
        const province = `${person.pool.slice(0, 2)}0000`;
        const pem = await readFile(regionFiles(folder, province).tokenKeyFile, 'utf8');
        const key = signingKeyFromPem(province, pem);
        return issuePersonToken(person, { key, audience: TOKEN_AUDIENCE, nowMs: clock.now() });
      };
      metadata.set('authorization', `Bearer ${await token(first)}`);
      if (second) metadata.set('yijie-second-authorization', `Bearer ${await token(second)}`);
      return metadata;
    },
    async restart() {
      await running.service.stop();
      await running.ownBus.close();
      running = await start();
    },
    async stop() {
      for (const made of clients) made.close();
      await running.service.stop();
      await Promise.all([running.ownBus.close(), bus.close(), database.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One unary call as a promise. The generated overloads are told apart by their last form. */
export function call<Request, Response>(
  client: object,
  method: (
    request: Request,
    metadata: Metadata,
    options: Partial<CallOptions>,
    done: (error: ServiceError | null, response: Response) => void,
  ) => unknown,
  request: Request,
  metadata: Metadata = new Metadata(),
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + 10_000;
    method.call(client, request, metadata, { deadline }, (error, response) =>
      error ? reject(error) : resolve(response),
    );
  });
}
