import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { cacheDir, startEmbeddedPostgres, startNativeKafka } from '@yijie/local-cluster';
import { type BusKind, type Cluster, type Settings, startCluster } from '@yijie/local-cluster/cluster';
import { systemClock } from '@yijie/runtime';
import { certificateFiles, clientCredentials, loadTlsIdentity } from '@yijie/security';
import pg from 'pg';
import { INSTITUTION, STAY_DAY } from './bills.ts';
import type { HospitalCaller } from './calls.ts';
import { childCalled } from './cpu.ts';
import { median } from './latencies.ts';
import { HOME_POOL, HOME_PROVINCE, TREATMENT_PROVINCE } from './people.ts';
import { StreamCaller } from './stream-caller.ts';
import { UnaryCaller } from './unary-caller.ts';

export type KafkaClient = Exclude<BusKind, 'postgres'>;

/** PostgreSQL and Kafka of one run, thrown away after it. */
export interface Servers {
  readonly folder: string;
  readonly postgresUrl: string;
  readonly postgresPid: number;
  readonly kafkaBrokers: readonly string[];
  readonly kafkaPid: number;
  readonly versions: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A cluster on the run's servers, with topics and databases of its own. */
export interface Deployment {
  readonly name: string;
  readonly topicPrefix: string;
  readonly cluster: Cluster;
  readonly treatmentPid: number;
  readonly homePid: number;
  credentials(): Promise<ChannelCredentials>;
  streamCallers(count: number): Promise<HospitalCaller[]>;
  unaryCallers(count: number): Promise<HospitalCaller[]>;
}

/** Durable as in production; sized for a machine that has nothing else to do. */
const POSTGRES_SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '2GB',
  max_wal_size: '16GB',
  checkpoint_timeout: '15min',
  wal_buffers: '64MB',
  jit: 'off',
} as const;
/** The optimising compiler and a heap that fits: what a broker in service has. */
const JVM_OPTIONS = ['-Xms512m', '-Xmx1g', '-XX:+UseG1GC'];

export async function startServers(
  onProgress: (sentence: string) => void,
  postgresSettings: Readonly<Record<string, string | number>> = {},
): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'yijie-bench-'));
  execFileSync('chmod', ['755', folder]);
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    settings: { ...POSTGRES_SETTINGS, ...postgresSettings },
    onProgress,
  });
  try {
    const kafka = await startNativeKafka({
      dataDir: join(folder, 'kafka'),
      cacheDir,
      jvmOptions: JVM_OPTIONS,
      onProgress,
    });
    return {
      folder,
      postgresUrl: postgres.url,
      postgresPid: postgres.pid(),
      kafkaBrokers: kafka.url.split(','),
      kafkaPid: childCalled('java'),
      versions: {
        node: process.version,
        postgresql: postgres.version,
        kafka: kafka.version,
        ...(await durability(postgres.url)),
      },
      async stop() {
        await kafka.stop();
        await postgres.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Limits are per certificate and institution; here one certificate stands for all hospitals of a province. */
const NO_LIMITS: Settings = {
  YIJIE_SETTLING_PER_SECOND: '1000000',
  YIJIE_IN_FLIGHT_PER_INSTITUTION: '100000',
};
const identity = { kind: 'institution', institutionCode: INSTITUTION } as const;

export async function deploy(
  servers: Servers,
  options: {
    readonly name: string;
    readonly client: KafkaClient;
    readonly settings?: { readonly treatmentSite?: Settings; readonly homeRegion?: Settings };
    readonly onProgress: (sentence: string) => void;
  },
): Promise<Deployment> {
  const { name, client, settings, onProgress } = options;
  const topicPrefix = `${name}_`;
  const common = { YIJIE_PARTITIONS: PARTITIONS };
  const cluster = await startCluster({
    folder: join(servers.folder, name),
    postgresUrl: servers.postgresUrl,
    bus: client,
    kafkaBrokers: servers.kafkaBrokers,
    prefix: topicPrefix,
    treatmentProvince: TREATMENT_PROVINCE,
    homeProvince: HOME_PROVINCE,
    settlementDay: STAY_DAY,
    identities: [identity, { kind: 'agency', pool: HOME_POOL }],
    overrides: {
      treatmentSite: {
        ...common,
        ...NO_LIMITS,
        YIJIE_REFERENCE_FOLDER: fileURLToPath(new URL('../../data/demo/reference', import.meta.url)),
        ...settings?.treatmentSite,
      },
      homeRegion: { ...common, ...settings?.homeRegion },
    },
    onProgress,
  });
  const [treatmentSite] = cluster.treatmentSites;
  const [homeRegion] = cluster.homeRegions;
  if (treatmentSite === undefined || homeRegion === undefined) throw new Error('the cluster lacks a service');
  const { keyFolder } = cluster;
  const callers = async (
    count: number,
    Caller: new (address: string, credentials: ChannelCredentials) => HospitalCaller,
  ) => {
    const credentials = await hospitalCredentials(keyFolder);
    return Array.from({ length: count }, () => new Caller(treatmentSite.grpc, credentials));
  };
  return {
    name,
    topicPrefix,
    cluster,
    treatmentPid: treatmentSite.pid(),
    homePid: homeRegion.pid(),
    credentials: () => hospitalCredentials(keyFolder),
    streamCallers: (count) => callers(count, StreamCaller),
    unaryCallers: (count) => callers(count, UnaryCaller),
  };
}

async function hospitalCredentials(keyFolder: string): Promise<ChannelCredentials> {
  const files = certificateFiles(keyFolder, identity);
  return clientCredentials(await loadTlsIdentity(files, { profile: 'development', clock: systemClock() }));
}

/** One machine has no use for many (decision 4); a province's broker has them to spread over nodes. */
const PARTITIONS = '4';

export function machine(): Readonly<Record<string, string | number>> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    fdatasyncMs: Number(fdatasyncMs().toFixed(3)),
  };
}

/** What a flush to this disk takes: group commit is worth more where it takes longer. */
function fdatasyncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'yijie-sync-'));
  const file = openSync(join(folder, 'block'), 'w');
  try {
    const block = Buffer.alloc(8_192, 1);
    return median(
      Array.from({ length: 200 }, () => {
        writeSync(file, block);
        const began = performance.now();
        fdatasyncSync(file);
        return performance.now() - began;
      }),
    );
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

async function durability(connectionString: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')`,
    );
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  } finally {
    await client.end();
  }
}
