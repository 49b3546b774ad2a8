import type { Part } from '@yijie/local-cluster';
import type { ClusterNote } from './cluster-note.ts';
import type { Progress } from './progress.ts';

/** What listens where, and a call to paste. */
export function showPorts(
  progress: Progress,
  note: ClusterNote,
  visitId: string,
  parts: readonly Pick<Part, 'name' | 'url'>[],
): void {
  const lines = parts.map(({ name, url }) => `  ${NAMES[name].padEnd(16)} ${addressOf(url)}`);
  progress.say(`
The cluster is up:
  treatment site   gRPC ${note.treatmentSite.grpc} (mutual TLS), health and metrics ${note.treatmentSite.operations}
  home region      gRPC ${note.homeRegion.grpc} (mutual TLS), health and metrics ${note.homeRegion.operations}
  filings          https://${note.homeRegion.http} for the public channels, described at /v1/openapi.json
${lines.join('\n')}

Ask it something, from another terminal in this folder:
  npx yijie call TreatmentService/GetVisit '{"visitId": "${visitId}"}'

Ctrl-C stops everything.`);
}

const NAMES: Readonly<Record<Part['name'], string>> = {
  postgres: 'PostgreSQL',
  kafka: 'Kafka',
  redis: 'Redis',
};

/** Without the password. */
function addressOf(url: string): string {
  return url.includes('://') ? new URL(url).host : url;
}
