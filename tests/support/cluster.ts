import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BusKind, type Cluster, type ClusterOptions, startCluster } from '@yijie/local-cluster/cluster';
import { kafka, postgres, redis } from '@yijie/testkit';

export const INSTITUTION = 'H41010599901';
export const OTHER_INSTITUTION = 'H41010599902';
export const TREATMENT_PROVINCE = '410000';
export const HOME_PROVINCE = '430000';
export const TREATMENT_POOL = '410100';
export const HOME_POOL = '430100';
/** The day on which catalogue and packs hold; settlements of the tests are dated on it. */
export const STAY_DAY = '2025-02-05';

export interface ClusterForTest extends Cluster {
  /** Before topics and databases, so that suites share the servers. */
  readonly prefix: string;
  readonly brokers: readonly string[];
  /** What the services write to standard output. */
  readonly logFolder: string;
  /** Stops the cluster and removes its keys and logs. */
  remove(): Promise<void>;
}

/** A cluster of the suite's own, on the run's servers unless the suite names servers of its own. */
export async function clusterForTest(
  bus: BusKind,
  options: Partial<ClusterOptions> = {},
): Promise<ClusterForTest> {
  const prefix = `t${randomBytes(4).toString('hex')}_`;
  const folder = mkdtempSync(join(tmpdir(), 'yijie-cluster-'));
  const postgresUrl = options.postgresUrl ?? (await postgres()).url;
  const brokers = bus === 'postgres' ? [] : (options.kafkaBrokers ?? (await kafka()).brokers);
  const redisUrl = bus === 'postgres' ? undefined : (options.redisUrl ?? (await redis()).url);
  const cluster = await startCluster({
    postgresUrl,
    bus,
    kafkaBrokers: brokers,
    redisUrl,
    prefix,
    treatmentProvince: TREATMENT_PROVINCE,
    homeProvince: HOME_PROVINCE,
    settlementDay: STAY_DAY,
    identities: [
      { kind: 'institution', institutionCode: INSTITUTION },
      { kind: 'institution', institutionCode: OTHER_INSTITUTION },
      { kind: 'agency', pool: TREATMENT_POOL },
      { kind: 'agency', pool: HOME_POOL },
      { kind: 'operations', person: 'ops' },
      { kind: 'auditor', person: 'auditor' },
    ],
    ...options,
    folder,
  });
  return {
    ...cluster,
    prefix,
    brokers,
    logFolder: join(folder, 'logs'),
    async remove() {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
