import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterOptions } from '@yijie/local-cluster/cluster';
import { type ClusterForTest, clusterForTest } from './cluster.ts';
import { Hospital } from './hospital.ts';
import { type InventedMember, writeInventedMembers } from './invented-members.ts';

export interface ClusterWithMembers {
  readonly cluster: ClusterForTest;
  readonly members: readonly InventedMember[];
  /** Calls all treatment sites in turn. */
  readonly hospital: Hospital;
  /** Services that have ended since the start, by themselves or not. */
  fallen(): string[];
  remove(): Promise<void>;
}

/** A cluster on Kafka whose home region knows `count` invented members, and a hospital that calls it. */
export async function clusterWithMembers(
  count: number,
  options: Partial<ClusterOptions> = {},
): Promise<ClusterWithMembers> {
  const folder = mkdtempSync(join(tmpdir(), 'yijie-members-'));
  const file = join(folder, 'members.json');
  const members = writeInventedMembers(file, count);
  const cluster = await clusterForTest('kafkajs', {
    ...options,
    overrides: {
      ...options.overrides,
      homeRegion: { YIJIE_DEMO_MEMBERS: file, ...options.overrides?.homeRegion },
    },
  });
  const hospital = await Hospital.at(
    cluster.keyFolder,
    cluster.treatmentSites.map((site) => site.grpc),
  );
  const fallen = new Set<string>();
  for (const service of [...cluster.treatmentSites, ...cluster.homeRegions]) {
    service.diedEarly().catch(() => fallen.add(service.name));
  }
  return {
    cluster,
    members,
    hospital,
    fallen: () => [...fallen],
    async remove() {
      hospital.close();
      await cluster.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
