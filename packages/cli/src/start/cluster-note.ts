import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir } from '@yijie/local-cluster';
import { Option } from 'commander';
import { z } from 'zod';

const endpoints = z.object({ grpc: z.string(), operations: z.string() });

const clusterNote = z.object({
  keyFolder: z.string(),
  institutionCode: z.string(),
  treatmentPool: z.string(),
  homePool: z.string(),
  operationsPerson: z.string(),
  auditor: z.string(),
  treatmentSite: endpoints,
  /** `http`: where the public channels reach filings over HTTPS. */
  homeRegion: endpoints.extend({ http: z.string().optional() }),
  /** Only where it was asked for. */
  clearing: endpoints.optional(),
});

/** Where the running cluster of this clone can be reached; `yijie call` and its like read it. Holds no secret. */
export type ClusterNote = z.infer<typeof clusterNote>;

const FILE = join(cacheDir, 'cluster.json');

export function writeClusterNote(note: ClusterNote, file = FILE): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(note, null, 2));
}

export function removeClusterNote(): void {
  rmSync(FILE, { force: true });
}

/** For commands that call a running cluster. */
export function clusterOption(): Option {
  return new Option('--cluster <file>', 'note of the cluster to call (default: the one of this clone)');
}

export function readClusterNote(file = FILE): ClusterNote {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(
      file === FILE ? 'No cluster of this clone runs. Start one: npm start' : `${file} can't be read.`,
      { cause },
    );
  }
  return clusterNote.parse(JSON.parse(text));
}
