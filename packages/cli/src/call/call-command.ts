import { readFileSync } from 'node:fs';
import { Metadata, makeGenericClientConstructor, type ServiceDefinition } from '@grpc/grpc-js';
import * as benefit from '@yijie/contracts/benefit';
import * as clearing from '@yijie/contracts/clearing';
import * as diagnosis from '@yijie/contracts/diagnosis';
import * as directory from '@yijie/contracts/directory';
import * as home from '@yijie/contracts/home';
import * as matching from '@yijie/contracts/matching';
import * as operations from '@yijie/contracts/operations';
import * as policy from '@yijie/contracts/policy';
import * as reference from '@yijie/contracts/reference';
import * as treatment from '@yijie/contracts/treatment';
import type { Identity } from '@yijie/security';
import { Command } from 'commander';
import { credentialsOf, localChannelOptions } from '../client/channel.ts';
import { parseIdentity } from '../client/parse-identity.ts';
import { type Persons, personTokens } from '../client/person-tokens.ts';
import { CallFailed, unary } from '../client/unary.ts';
import {
  isServiceName,
  SERVICES as SERVICE_NAMES,
  type ServiceName,
} from '../operations/operations-client.ts';
import { type ClusterNote, clusterOption, readClusterNote } from '../start/cluster-note.ts';

/** Each service with the module of its messages, which are named <Method>Request and <Method>Response (buf lint). */
const SERVICES: Readonly<
  Record<string, { readonly definition: ServiceDefinition; readonly messages: object }>
> = {
  TreatmentService: { definition: treatment.TreatmentServiceService, messages: treatment },
  DiagnosisService: { definition: diagnosis.DiagnosisServiceService, messages: diagnosis },
  DirectoryService: { definition: directory.DirectoryServiceService, messages: directory },
  ReferenceService: { definition: reference.ReferenceServiceService, messages: reference },
  EnrolmentService: { definition: home.EnrolmentServiceService, messages: home },
  FilingService: { definition: home.FilingServiceService, messages: home },
  FilingImportService: { definition: home.FilingImportServiceService, messages: home },
  BenefitRegistryService: { definition: benefit.BenefitRegistryServiceService, messages: benefit },
  PolicyService: { definition: policy.PolicyServiceService, messages: policy },
  OperationsService: { definition: operations.OperationsServiceService, messages: operations },
  RunService: { definition: clearing.RunServiceService, messages: clearing },
  DeductionService: { definition: clearing.DeductionServiceService, messages: clearing },
  NoticeService: { definition: clearing.NoticeServiceService, messages: clearing },
  AdvanceService: { definition: clearing.AdvanceServiceService, messages: clearing },
  YearEndService: { definition: clearing.YearEndServiceService, messages: clearing },
  ExplainService: { definition: clearing.ExplainServiceService, messages: clearing },
  MatchingService: { definition: matching.MatchingServiceService, messages: matching },
  HospitalClearingService: { definition: matching.HospitalClearingServiceService, messages: matching },
};

const AT_TREATMENT_SITE: ReadonlySet<string> = new Set([
  'TreatmentService',
  'DiagnosisService',
  'DirectoryService',
  'ReferenceService',
]);

const AT_CLEARING: ReadonlySet<string> = new Set([
  'RunService',
  'DeductionService',
  'NoticeService',
  'AdvanceService',
  'YearEndService',
  'ExplainService',
  'MatchingService',
  'HospitalClearingService',
]);

interface MessageType {
  fromJSON(json: unknown): unknown;
  toJSON(message: unknown): unknown;
}

interface CallOptions extends Persons {
  readonly at?: string;
  readonly service?: string;
  readonly cluster?: string;
  readonly as?: string;
  readonly deadline: string;
}

/** `yijie call TreatmentService/GetVisit '{"visitId": "…"}'`: any unary RPC of a running cluster, answer as JSON. */
export function callCommand(): Command {
  return new Command('call')
    .description('call an RPC of the running cluster; request and answer are JSON as in proto/')
    .argument('<rpc>', 'Service/Method, for example TreatmentService/GetVisit')
    .argument('[request]', 'the request as JSON, or @file, or - for standard input', '{}')
    .option('--at <host:port>', 'where the service listens (default: the cluster on this machine)')
    .option('--as <identity>', 'institution/<code>, agency/<pool>, operations/<name> or auditor/<name>')
    .option('--service <name>', 'treatment-site or home-region (default: the one that serves the RPC)')
    .option('--person <name>', 'who sits at the agency, for an agency (development clusters)')
    .option('--second-person <name>', 'who has checked it, where two are needed')
    .option('--role <role>', 'their role (default: home-clerk, or reviewer for OperationsService)')
    .addOption(clusterOption())
    .option('--deadline <ms>', 'how long to wait', '20000')
    .action(async (rpc: string, request: string, options: CallOptions) => {
      process.exitCode = await call(rpc, request, options);
    });
}

async function call(rpc: string, request: string, options: CallOptions): Promise<number> {
  const [serviceName = '', methodName = ''] = rpc.split('/');
  const service = SERVICES[serviceName];
  const method = Object.values(service?.definition ?? {}).find((one) => one.path.endsWith(`/${methodName}`));
  if (service === undefined || method === undefined || method.requestStream) {
    console.error(`There is no unary RPC ${rpc}. Those there are:\n${listOfRpcs()}`);
    return 2;
  }
  const messages = service.messages as Readonly<Record<string, MessageType>>;
  const note = readClusterNote(options.cluster);
  const at = placeOf(serviceName, options.service);
  const address = options.at ?? addressOf(at, note);
  const identity =
    options.as === undefined ? defaultIdentity(serviceName, at, options, note) : parseIdentity(options.as);
  const metadata =
    identity.kind === 'agency'
      ? await personTokens(options, {
          keyFolder: note.keyFolder,
          pool: identity.pool,
          audience: at,
          defaultRole: serviceName === 'OperationsService' ? 'reviewer' : 'home-clerk',
        })
      : new Metadata();
  const Caller = makeGenericClientConstructor({ call: method }, serviceName);
  const client = new Caller(address, await credentialsOf(note.keyFolder, identity), localChannelOptions);
  try {
    const answer = await unary(
      client,
      client.call as Parameters<typeof unary>[1],
      messages[`${methodName}Request`]?.fromJSON(JSON.parse(textOf(request))),
      { deadlineMs: Number(options.deadline), metadata, rpc },
    );
    console.log(JSON.stringify(messages[`${methodName}Response`]?.toJSON(answer), null, 2));
    return 0;
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    console.error(error.message);
    if (error.failure) console.error(JSON.stringify(error.failure, null, 2));
    return 1;
  } finally {
    client.close();
  }
}

function textOf(request: string): string {
  if (request === '-') return readFileSync(0, 'utf8');
  return request.startsWith('@') ? readFileSync(request.slice(1), 'utf8') : request;
}

type Place = ServiceName | 'clearing';

function addressOf(at: Place, note: ClusterNote): string {
  if (at === 'treatment-site') return note.treatmentSite.grpc;
  if (at === 'home-region') return note.homeRegion.grpc;
  if (note.clearing !== undefined) return note.clearing.grpc;
  throw new Error('This cluster runs no clearing service. Start one: npm start -- --clearing');
}

function placeOf(serviceName: string, service: string | undefined): Place {
  if (AT_CLEARING.has(serviceName)) return 'clearing';
  if (service === undefined) return AT_TREATMENT_SITE.has(serviceName) ? 'treatment-site' : 'home-region';
  if (isServiceName(service)) return service;
  throw new Error(`There is no service ${service}; say ${SERVICE_NAMES.join(' or ')}.`);
}

function defaultIdentity(serviceName: string, at: Place, persons: Persons, note: ClusterNote): Identity {
  if (
    serviceName === 'TreatmentService' ||
    serviceName === 'DiagnosisService' ||
    serviceName === 'DirectoryService' ||
    serviceName === 'HospitalClearingService'
  )
    return { kind: 'institution', institutionCode: note.institutionCode };
  const byOperations = serviceName === 'OperationsService' || serviceName === 'ReferenceService';
  if (byOperations && persons.person === undefined)
    return { kind: 'operations', person: note.operationsPerson };
  // Reading packs needs nobody of the agency.
  if (serviceName === 'PolicyService' && persons.person === undefined)
    return { kind: 'auditor', person: note.auditor };
  return { kind: 'agency', pool: at === 'treatment-site' ? note.treatmentPool : note.homePool };
}

function listOfRpcs(): string {
  return Object.entries(SERVICES)
    .flatMap(([service, { definition }]) =>
      Object.entries(definition)
        .filter(([, method]) => !method.requestStream)
        .map(([, method]) => `  ${service}/${method.path.split('/').pop()}`),
    )
    .join('\n');
}
