import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, freePort } from '@yijie/local-cluster';
import { type Cluster, type ClusterOptions, startCluster } from '@yijie/local-cluster/cluster';
import { ONCOLOGY_DAY, type StayPlan } from '../stay/stay-plan.ts';
import { type ClusterNote, writeClusterNote } from './cluster-note.ts';

/** People and places of a cluster that somebody tries out: a hospital of Henan, the agencies of Zhengzhou and Changsha. */
export const OPERATIONS_PERSON = 'ops';
export const AUDITOR = 'auditor';

/** Starts the cluster of a demonstration and notes where it can be reached. */
export async function startDemonstration(
  options: Pick<
    ClusterOptions,
    'postgresUrl' | 'bus' | 'kafkaBrokers' | 'redisUrl' | 'firstPort' | 'fresh' | 'onProgress'
  >,
  plan: StayPlan = ONCOLOGY_DAY,
): Promise<{ cluster: Cluster; note: ClusterNote }> {
  const folder = join(cacheDir, `cluster-${options.bus}`);
  mkdirSync(folder, { recursive: true });
  const http = `127.0.0.1:${await freePort()}`;
  const cluster = await startCluster({
    ...options,
    folder,
    treatmentProvince: `${plan.treatmentPool.slice(0, 2)}0000`,
    homeProvince: `${plan.homePool.slice(0, 2)}0000`,
    settlementDay: plan.day,
    overrides: { homeRegion: { YIJIE_HTTP_BIND: http } },
    identities: [
      { kind: 'institution', institutionCode: plan.institutionCode },
      { kind: 'agency', pool: plan.treatmentPool },
      { kind: 'agency', pool: plan.homePool },
      { kind: 'operations', person: OPERATIONS_PERSON },
      { kind: 'auditor', person: AUDITOR },
    ],
  });
  const [treatmentSite] = cluster.treatmentSites;
  const [homeRegion] = cluster.homeRegions;
  if (treatmentSite === undefined || homeRegion === undefined) throw new Error('the cluster lacks a service');
  const note: ClusterNote = {
    keyFolder: cluster.keyFolder,
    institutionCode: plan.institutionCode,
    treatmentPool: plan.treatmentPool,
    homePool: plan.homePool,
    operationsPerson: OPERATIONS_PERSON,
    auditor: AUDITOR,
    treatmentSite: { grpc: treatmentSite.grpc, operations: treatmentSite.operations },
    homeRegion: { grpc: homeRegion.grpc, operations: homeRegion.operations, http },
  };
  writeClusterNote(note);
  return { cluster, note };
}
