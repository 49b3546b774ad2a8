import type { ClusterNote } from './cluster-note.ts';
import type { Progress } from './progress.ts';

/** What listens where, and a call to paste. */
export function showPorts(progress: Progress, note: ClusterNote, visitId: string, postgresUrl: string): void {
  const { host } = new URL(postgresUrl);
  progress.say(`
The cluster is up:
  treatment site   gRPC ${note.treatmentSite.grpc} (mutual TLS), health and metrics ${note.treatmentSite.operations}
  home region      gRPC ${note.homeRegion.grpc} (mutual TLS), health and metrics ${note.homeRegion.operations}
  PostgreSQL       ${host}

Ask it something, from another terminal in this folder:
  npx yijie call TreatmentService/GetVisit '{"visitId": "${visitId}"}'

Ctrl-C stops everything.`);
}
