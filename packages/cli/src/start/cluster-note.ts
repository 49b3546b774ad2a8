import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir } from '@yijie/local-cluster';
import { z } from 'zod';

const endpoints = z.object({ grpc: z.string(), operations: z.string() });

const clusterNote = z.object({
  keyFolder: z.string(),
  institutionCode: z.string(),
  homePool: z.string(),
  operationsPerson: z.string(),
  auditor: z.string(),
  treatmentSite: endpoints,
  homeRegion: endpoints,
});

/** Where the running cluster of this clone can be reached; `yijie call` and its like read it. Holds no secret. */
export type ClusterNote = z.infer<typeof clusterNote>;

const FILE = join(cacheDir, 'cluster.json');

export function writeClusterNote(note: ClusterNote): void {
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, JSON.stringify(note, null, 2));
}

export function removeClusterNote(): void {
  rmSync(FILE, { force: true });
}

export function readClusterNote(): ClusterNote {
  let text: string;
  try {
    text = readFileSync(FILE, 'utf8');
  } catch {
    throw new Error('No cluster of this clone runs. Start one: npm start');
  }
  return clusterNote.parse(JSON.parse(text));
}
