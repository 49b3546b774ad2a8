import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { platformOf } from '@yijie/clearing';
import { provinceOf } from '@yijie/codes';
import { cacheDir, freePort } from '@yijie/local-cluster';
import { type Cluster, type ClusterOptions, startCluster } from '@yijie/local-cluster/cluster';
import { NATIONAL_POOL } from '@yijie/security';
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
  > & {
    /** A clearing service for the centre and both provinces too. */
    readonly clearing?: boolean;
  },
  plan: StayPlan = ONCOLOGY_DAY,
): Promise<{ cluster: Cluster; note: ClusterNote }> {
  const folder = join(cacheDir, `cluster-${options.bus}`);
  mkdirSync(folder, { recursive: true });
  const http = `127.0.0.1:${await freePort()}`;
  const { clearing = false, ...parts } = options;
  const treatmentProvince = provinceOf(plan.treatmentPool);
  const homeProvince = provinceOf(plan.homePool);
  const provinces = [treatmentProvince, homeProvince];
  const parties = [...provinces, ...provinces.map(platformOf), plan.treatmentPool, plan.homePool];
  const cluster = await startCluster({
    ...parts,
    folder,
    treatmentProvince,
    homeProvince,
    settlementDay: plan.day,
    ...(clearing ? { replicas: { clearing: 1 } } : {}),
    overrides: {
      homeRegion: { YIJIE_HTTP_BIND: http },
      ...(clearing ? { clearing: { YIJIE_PARTY_KEYS_FILE: partyKeysFile(folder, parties) } } : {}),
    },
    identities: [
      { kind: 'institution', institutionCode: plan.institutionCode },
      { kind: 'agency', pool: plan.treatmentPool },
      { kind: 'agency', pool: plan.homePool },
      ...[NATIONAL_POOL, ...provinces].map((pool) => ({ kind: 'agency', pool }) as const),
      { kind: 'operations', person: OPERATIONS_PERSON },
      { kind: 'auditor', person: AUDITOR },
    ],
  });
  const [treatmentSite] = cluster.treatmentSites;
  const [homeRegion] = cluster.homeRegions;
  const [clearingService] = cluster.clearings;
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
    ...(clearingService === undefined
      ? {}
      : { clearing: { grpc: clearingService.grpc, operations: clearingService.operations } }),
  };
  writeClusterNote(note);
  return { cluster, note };
}

/** Keys with which the parties of a demonstration sign, made once; real ones come from each party's key office. */
function partyKeysFile(folder: string, parties: readonly string[]): string {
  const file = join(folder, 'party-keys.json');
  if (!existsSync(file)) {
    // Below the order of the curve, which begins with FFFFFFFE.
    const keys = parties.map((party) => {
      const privateKey = `00${randomBytes(31).toString('hex')}`;
      return [party, { keyId: `demonstration-${party}`, privateKey }];
    });
    writeFileSync(file, JSON.stringify(Object.fromEntries(keys)), { mode: 0o600 });
  }
  return file;
}
