import { OperationsServiceClient } from '@yijie/contracts/operations';
import type { Identity } from '@yijie/security';
import { credentialsOf, localChannelOptions } from '../client/channel.ts';
import { readClusterNote } from '../start/cluster-note.ts';

export const SERVICES = ['treatment-site', 'home-region'] as const;
export type ServiceName = (typeof SERVICES)[number];

export function isServiceName(text: string): text is ServiceName {
  return (SERVICES as readonly string[]).includes(text);
}

/** The operations calls of one service of the running cluster, under a person's certificate. */
export async function operationsClient(
  service: ServiceName,
  kind: 'operations' | 'auditor',
): Promise<OperationsServiceClient> {
  const note = readClusterNote();
  const address = service === 'treatment-site' ? note.treatmentSite.grpc : note.homeRegion.grpc;
  const identity: Identity = { kind, person: kind === 'auditor' ? note.auditor : note.operationsPerson };
  return new OperationsServiceClient(
    address,
    await credentialsOf(note.keyFolder, identity),
    localChannelOptions,
  );
}
