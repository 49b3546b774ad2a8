import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock, systemIds, systemRandom } from '@yijie/runtime';
import type { Identity } from '@yijie/security';
import { createDevelopmentPki } from '@yijie/security/development';
import { freePort } from '../ports.ts';
import { ensureDatabase } from './ensure-database.ts';
import { homeRegionEnvironment, treatmentSiteEnvironment } from './service-environment.ts';
import { type ServiceProcess, startService } from './service-process.ts';

/** Which bus the services use: PostgreSQL in the embedded cluster, Kafka by one of two clients else. */
export type BusKind = 'postgres' | 'kafkajs' | 'platformatic';

export interface ClusterOptions {
  /** Logs, keys and what else must survive a restart; outside version control. */
  readonly folder: string;
  readonly postgresUrl: string;
  readonly bus: BusKind;
  readonly kafkaBrokers?: readonly string[] | undefined;
  readonly redisUrl?: string | undefined;
  /** Before every topic, group and database name: clusters that share servers. */
  readonly prefix?: string | undefined;
  readonly treatmentProvince: string;
  readonly homeProvince: string;
  /** Hospitals, agencies and people that get a development certificate. */
  readonly identities: readonly Identity[];
  readonly replicas?: { readonly treatmentSite?: number; readonly homeRegion?: number } | undefined;
  /** First port; services take it and those after it. Undefined takes free ones. */
  readonly firstPort?: number | undefined;
  /** Settings of single services beyond the usual ones, for tests and measurements. */
  readonly overrides?: { readonly treatmentSite?: Settings; readonly homeRegion?: Settings } | undefined;
  /** The day on which settlements are dated: one for which catalogue and packs hold. Undefined: today. */
  readonly settlementDay?: string | undefined;
  /** Throws away what an earlier run left in the databases. */
  readonly fresh?: boolean | undefined;
  readonly onProgress?: ((sentence: string) => void) | undefined;
}

export type Settings = Readonly<Record<string, string>>;

export interface Cluster {
  readonly keyFolder: string;
  readonly treatmentSites: readonly ServiceProcess[];
  readonly homeRegions: readonly ServiceProcess[];
  readonly treatmentDatabaseUrl: string;
  readonly homeDatabaseUrl: string;
  /** Rejects when a service ends by itself. */
  readonly failed: Promise<never>;
  /** Stops the services in order; each finishes what it accepted. */
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Starts home region and treatment site as processes of their own on the parts given, with development keys. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { folder, postgresUrl, prefix = '', onProgress } = options;
  const keyFolder = join(folder, 'keys');
  const logFolder = join(folder, 'logs');
  mkdirSync(logFolder, { recursive: true });

  onProgress?.('Making development keys and certificates …');
  await makeKeys(options, keyFolder);
  const fresh = { fresh: options.fresh ?? false };
  const [treatmentDatabaseUrl, homeDatabaseUrl, busDatabaseUrl] = await Promise.all([
    ensureDatabase(postgresUrl, `${prefix}yijie_treatment_${options.treatmentProvince}`, fresh),
    ensureDatabase(postgresUrl, `${prefix}yijie_home_${options.homeProvince}`, fresh),
    options.bus === 'postgres'
      ? ensureDatabase(postgresUrl, `${prefix}yijie_bus`, fresh)
      : Promise.resolve(undefined),
  ]);

  const ports = portsFrom(options.firstPort);
  const common = { ...options, keyFolder, root, busDatabaseUrl };
  const started: ServiceProcess[] = [];
  const start = async (name: 'home-region' | 'treatment-site', replica: number): Promise<ServiceProcess> => {
    const [grpcPort, operationsPort] = [await ports(), await ports()];
    const grpc = `127.0.0.1:${grpcPort}`;
    const operations = `127.0.0.1:${operationsPort}`;
    const environment =
      name === 'home-region'
        ? homeRegionEnvironment({ ...common, databaseUrl: homeDatabaseUrl, grpc, operations })
        : treatmentSiteEnvironment({ ...common, databaseUrl: treatmentDatabaseUrl, grpc, operations });
    const service = await startService({
      name: `${name}-${replica}`,
      entry: join(root, 'services', name, 'src', 'main.ts'),
      environment,
      grpc,
      operations: `http://${operations}`,
      logFile: join(logFolder, `${name}-${replica}.log`),
    });
    started.push(service);
    return service;
  };

  const stop = async (): Promise<void> => {
    for (const service of [...started].reverse()) await service.stop();
  };
  try {
    onProgress?.('Starting the home region …');
    const homeRegions = await inOrder(options.replicas?.homeRegion ?? 1, (replica) =>
      start('home-region', replica),
    );
    onProgress?.('Starting the treatment site …');
    const treatmentSites = await inOrder(options.replicas?.treatmentSite ?? 1, (replica) =>
      start('treatment-site', replica),
    );
    const failed = Promise.race(started.map((service) => service.diedEarly()));
    failed.catch(() => {});
    return { keyFolder, treatmentSites, homeRegions, treatmentDatabaseUrl, homeDatabaseUrl, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeKeys(options: ClusterOptions, folder: string): Promise<void> {
  const clock = systemClock();
  const random = systemRandom();
  await createDevelopmentPki({
    folder,
    identities: [
      ...options.identities,
      { kind: 'service', service: 'treatment-site', province: options.treatmentProvince },
      { kind: 'service', service: 'home-region', province: options.homeProvince },
    ],
    provinces: [options.treatmentProvince, options.homeProvince],
    clock,
    entropy: systemIds(clock, random),
  });
}

function portsFrom(first: number | undefined): () => Promise<number> {
  if (first === undefined) return freePort;
  let next = first;
  return async () => next++;
}

async function inOrder<Result>(count: number, make: (index: number) => Promise<Result>): Promise<Result[]> {
  const made: Result[] = [];
  for (let index = 0; index < count; index += 1) made.push(await make(index));
  return made;
}
