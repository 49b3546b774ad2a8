import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ClusterNote, writeClusterNote } from '@yijie/cli';
import type { Cluster } from '@yijie/local-cluster/cluster';
import { HOME_POOL, INSTITUTION, TREATMENT_POOL } from '../support/cluster.ts';

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** The command `yijie`, run as a process of its own against a test's cluster. */
export interface CommandLine {
  yijie(...args: string[]): Promise<Said>;
  /** The same, with the note of the cluster changed. */
  against(change: Partial<ClusterNote>): CommandLine;
  remove(): void;
}

export function commandLineFor(cluster: Cluster): CommandLine {
  const [treatmentSite] = cluster.treatmentSites;
  const [homeRegion] = cluster.homeRegions;
  if (treatmentSite === undefined || homeRegion === undefined) throw new Error('the cluster lacks a service');
  return commandLine({
    keyFolder: cluster.keyFolder,
    institutionCode: INSTITUTION,
    treatmentPool: TREATMENT_POOL,
    homePool: HOME_POOL,
    operationsPerson: 'ops',
    auditor: 'auditor',
    treatmentSite: { grpc: treatmentSite.grpc, operations: treatmentSite.operations },
    homeRegion: { grpc: homeRegion.grpc, operations: homeRegion.operations },
  });
}

function commandLine(note: ClusterNote): CommandLine {
  const folder = mkdtempSync(join(tmpdir(), 'yijie-command-line-'));
  const file = join(folder, 'cluster.json');
  writeClusterNote(note, file);
  return {
    yijie: (...args) => run(['--no-warnings', MAIN, ...args, '--cluster', file]),
    against: (change) => commandLine({ ...note, ...change }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs Node with the arguments until it ends. */
export function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? -1, out, err }));
  });
}
