import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock, systemIds, systemRandom } from '@yijie/runtime';
import { NATIONAL_POOL } from '@yijie/security';
import { createDevelopmentPki } from '@yijie/security/development';
import { freePort } from '../ports.ts';
import type { ClusterOptions, Settings } from './cluster-options.ts';
import { ensureDatabase } from './ensure-database.ts';
import {
  clearingEnvironment,
  homeRegionEnvironment,
  type ServicePlace,
  treatmentSiteEnvironment,
} from './service-environment.ts';
import { type ServiceProcess, startService } from './service-process.ts';

export interface Cluster {
  readonly keyFolder: string;
  readonly treatmentSites: readonly ServiceProcess[];
  readonly homeRegions: readonly ServiceProcess[];
  readonly clearings: readonly ServiceProcess[];
  readonly treatmentDatabaseUrl: string;
  readonly homeDatabaseUrl: string;
  readonly clearingDatabaseUrl: string;
  /** Rejects when a service ends by itself. */
  readonly failed: Promise<never>;
  /** Stops the services in order; each finishes what it accepted. */
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Starts home region and treatment site, and clearing where it is asked for, as processes of their own on the parts given, with development keys. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { folder, postgresUrl, prefix = '', onProgress } = options;
  const keyFolder = join(folder, 'keys');
  const logFolder = join(folder, 'logs');
  mkdirSync(logFolder, { recursive: true });

  onProgress?.('Making development keys and certificates …');
  await makeKeys(options, keyFolder);
  const fresh = { fresh: options.fresh ?? false };
  const [treatmentDatabaseUrl, homeDatabaseUrl, clearingDatabaseUrl, busDatabaseUrl] = await Promise.all([
    ensureDatabase(postgresUrl, `${prefix}yijie_treatment_${options.treatmentProvince}`, fresh),
    ensureDatabase(postgresUrl, `${prefix}yijie_home_${options.homeProvince}`, fresh),
    ensureDatabase(postgresUrl, `${prefix}yijie_clearing`, fresh),
    options.bus === 'postgres'
      ? ensureDatabase(postgresUrl, `${prefix}yijie_bus`, fresh)
      : Promise.resolve(undefined),
  ]);

  const ports = portsFrom(options.firstPort);
  const common = { ...options, keyFolder, root, busDatabaseUrl };
  const started: Record<ServiceName, ServiceProcess[]> = {
    'home-region': [],
    'treatment-site': [],
    clearing: [],
  };
  const databaseUrls: Record<ServiceName, string> = {
    'home-region': homeDatabaseUrl,
    'treatment-site': treatmentDatabaseUrl,
    clearing: clearingDatabaseUrl,
  };
  const startAt = async (name: ServiceName, replica: number, place: Place): Promise<ServiceProcess> => {
    const environment = environments[name]({ ...common, ...place, databaseUrl: databaseUrls[name] });
    const service = await startService({
      name: `${name}-${replica}`,
      entry: join(root, 'services', name, 'src', 'main.ts'),
      environment,
      grpc: place.grpc,
      operations: `http://${place.operations}`,
      logFile: join(logFolder, `${name}-${replica}.log`),
    });
    started[name].push(service);
    return service;
  };
  /** Replicas of a service one after the other: the first one makes its tables. */
  const startAll = async (name: ServiceName, places: readonly Place[]): Promise<ServiceProcess[]> => {
    const made: ServiceProcess[] = [];
    for (const [replica, place] of places.entries()) made.push(await startAt(name, replica, place));
    return made;
  };

  const stop = async (): Promise<void> => {
    // Whoever asks goes first, so that nobody waits for an answer that won't come.
    for (const name of ['treatment-site', 'home-region', 'clearing'] as const)
      await Promise.all(started[name].map((service) => service.stop()));
  };
  onProgress?.('Starting the home region and the treatment site …');
  const homePlaces = await placesFrom(ports, options.replicas?.homeRegion ?? 1);
  const treatmentPlaces = await placesFrom(ports, options.replicas?.treatmentSite ?? 1);
  const clearingPlaces = await placesFrom(ports, options.replicas?.clearing ?? 0);
  const starts = await Promise.allSettled([
    startAll('home-region', homePlaces),
    startAll('treatment-site', treatmentPlaces),
    startAll('clearing', clearingPlaces),
  ]);
  const failure = starts.find((start) => start.status === 'rejected');
  if (failure !== undefined) {
    await stop();
    throw failure.reason;
  }
  const failed = Promise.race(
    Object.values(started).flatMap((all) => all.map((service) => service.diedEarly())),
  );
  failed.catch(() => {});
  return {
    keyFolder,
    treatmentSites: started['treatment-site'],
    homeRegions: started['home-region'],
    clearings: started.clearing,
    treatmentDatabaseUrl,
    homeDatabaseUrl,
    clearingDatabaseUrl,
    failed,
    stop,
  };
}

type ServiceName = 'home-region' | 'treatment-site' | 'clearing';
/** host:port of a replica. */
type Place = Pick<ServicePlace, 'grpc' | 'operations'>;

const environments: Readonly<Record<ServiceName, (place: ServicePlace) => Settings>> = {
  'home-region': homeRegionEnvironment,
  'treatment-site': treatmentSiteEnvironment,
  clearing: clearingEnvironment,
};

async function makeKeys(options: ClusterOptions, folder: string): Promise<void> {
  const clock = systemClock();
  const random = systemRandom();
  await createDevelopmentPki({
    folder,
    identities: [
      ...options.identities,
      { kind: 'service', service: 'treatment-site', province: options.treatmentProvince },
      { kind: 'service', service: 'home-region', province: options.homeProvince },
      { kind: 'service', service: 'clearing', province: NATIONAL_POOL },
    ],
    provinces: [options.treatmentProvince, options.homeProvince, NATIONAL_POOL],
    clock,
    entropy: systemIds(clock, random),
  });
}

function portsFrom(first: number | undefined): () => Promise<number> {
  if (first === undefined) return freePort;
  let next = first;
  return async () => next++;
}

async function placesFrom(ports: () => Promise<number>, count: number): Promise<Place[]> {
  const places: Place[] = [];
  for (let replica = 0; replica < count; replica += 1) {
    const [grpc, operations] = [await ports(), await ports()];
    places.push({ grpc: `127.0.0.1:${grpc}`, operations: `127.0.0.1:${operations}` });
  }
  return places;
}
