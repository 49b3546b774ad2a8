import type { Metadata } from '@grpc/grpc-js';
import { OperationsServiceClient } from '@yijie/contracts/operations';
import type { Identity } from '@yijie/security';
import { credentialsOf, localChannelOptions } from '../client/channel.ts';
import { type Persons, personTokens } from '../client/person-tokens.ts';
import { unary } from '../client/unary.ts';
import type { ClusterNote } from '../start/cluster-note.ts';

export const SERVICES = ['treatment-site', 'home-region'] as const;
export type ServiceName = (typeof SERVICES)[number];

export function isServiceName(text: string): text is ServiceName {
  return (SERVICES as readonly string[]).includes(text);
}

/** `operations` sees headers alone; persons of the service's agency, with their tokens, what their role may see. */
export type Operator = 'operations' | 'auditor' | Persons;

/** The operations calls of one service of a cluster. */
export interface OperationsCalls {
  call<Request, Response>(
    method: (client: OperationsServiceClient) => Parameters<typeof unary<Request, Response>>[1],
    request: Request,
    deadlineMs: number,
  ): Promise<Response>;
}

/** Calls one service of the cluster as the operator, for as long as `work` takes. */
export async function operate<Result>(
  note: ClusterNote,
  service: ServiceName,
  operator: Operator,
  work: (calls: OperationsCalls) => Promise<Result>,
): Promise<Result> {
  const isTreatment = service === 'treatment-site';
  const address = isTreatment ? note.treatmentSite.grpc : note.homeRegion.grpc;
  const pool = isTreatment ? note.treatmentPool : note.homePool;
  const metadata: Metadata | undefined =
    typeof operator === 'string'
      ? undefined
      : await personTokens(operator, {
          keyFolder: note.keyFolder,
          pool,
          audience: service,
          defaultRole: 'reviewer',
        });
  const credentials = await credentialsOf(note.keyFolder, identityOf(operator, pool, note));
  const client = new OperationsServiceClient(address, credentials, localChannelOptions);
  try {
    return await work({
      call: (method, request, deadlineMs) =>
        unary(client, method(client), request, { deadlineMs, ...(metadata ? { metadata } : {}) }),
    });
  } finally {
    client.close();
  }
}

function identityOf(operator: Operator, pool: string, note: ClusterNote): Identity {
  if (operator === 'operations') return { kind: 'operations', person: note.operationsPerson };
  if (operator === 'auditor') return { kind: 'auditor', person: note.auditor };
  return { kind: 'agency', pool };
}
