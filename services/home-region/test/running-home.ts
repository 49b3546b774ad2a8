import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallOptions, type ChannelCredentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { type Bus, createPostgresBus } from '@yijie/bus';
import { BenefitRegistryServiceClient } from '@yijie/contracts/benefit';
import {
  EnrolmentServiceClient,
  FilingImportServiceClient,
  FilingImportStreamServiceClient,
  FilingServiceClient,
} from '@yijie/contracts/home';
import { OperationsServiceClient } from '@yijie/contracts/operations';
import { PolicyServiceClient } from '@yijie/contracts/policy';
import { Metrics, systemClock, systemIds, systemRandom } from '@yijie/runtime';
import {
  type AgencyPerson,
  authorityFile,
  certificateFiles,
  clientCredentials,
  type Identity,
  issueChannelToken,
  issuePersonToken,
  loadRegionKeys,
  loadTlsIdentity,
  loadTrustedRegions,
  NATIONAL_POOL,
  type PublicChannel,
  type RegionKeys,
  regionFiles,
  signingKeyFromPem,
  type TrustedRegions,
  trustFolder,
} from '@yijie/security';
import { createDevelopmentPki } from '@yijie/security/development';
import { postgres } from '@yijie/testkit';
import { homeRegionDefaults } from '../src/config.ts';
import type { DatedServices } from '../src/core/settling/home-services.ts';
import type { DemoMembers } from '../src/load-demo-members.ts';
import { loadHomeRegionKeys, TOKEN_AUDIENCE } from '../src/load-keys.ts';
import { type RunningService, startHomeRegion } from '../src/start-home-region.ts';
import { PACKS_FOLDER } from './home-fixture.ts';
import { silentLogger } from './silent-logger.ts';

export const HOME_PROVINCE = '430000';
export const TREATMENT_PROVINCE = '410000';

export const CLERK: AgencyPerson = { person: 'clerk-1', role: 'home-clerk', pool: '430100' };
export const REVIEWER: AgencyPerson = { person: 'reviewer-1', role: 'reviewer', pool: '430100' };
export const CASHIER: AgencyPerson = { person: 'finance-1', role: 'finance', pool: '430100' };
export const REVIEWER_2: AgencyPerson = { person: 'reviewer-2', role: 'reviewer', pool: '430100' };

/** The whole service in this process, on the embedded bus, with keys of its own. */
export interface RunningHome {
  readonly service: RunningService;
  readonly bus: Bus;
  readonly databaseUrl: string;
  readonly treatmentKeys: RegionKeys;
  /** Of the national centre. */
  readonly nationalKeys: RegionKeys;
  readonly trusted: TrustedRegions;
  /** A client of any of its services. */
  client<Client extends { close(): void }>(
    Made: new (address: string, credentials: ChannelCredentials) => Client,
    identity: Identity,
  ): Promise<Client>;
  enrolment(identity: Identity): Promise<EnrolmentServiceClient>;
  filings(identity: Identity): Promise<FilingServiceClient>;
  imports(identity: Identity): Promise<FilingImportServiceClient>;
  importStream(identity: Identity): Promise<FilingImportStreamServiceClient>;
  benefits(identity: Identity): Promise<BenefitRegistryServiceClient>;
  operations(identity: Identity): Promise<OperationsServiceClient>;
  policies(identity: Identity): Promise<PolicyServiceClient>;
  /** Headers that say who sits at the agency; a second person makes it two. */
  asPersons(first: AgencyPerson, second?: AgencyPerson): Promise<Metadata>;
  /** A bearer token of a public channel, for the person who has signed in there. */
  channelToken(personToken: string | undefined, channel?: PublicChannel): Promise<string>;
  /** PEM of the authority that the service's certificate is of. */
  readonly authorityFile: string;
  stop(): Promise<void>;
}

export const AGENCY: Identity = { kind: 'agency', pool: '430100' };
export const OTHER_AGENCY: Identity = { kind: 'agency', pool: '430200' };
/** Of the province of treatment. */
export const FOREIGN_AGENCY: Identity = { kind: 'agency', pool: '410100' };
export const AUDITOR: Identity = { kind: 'auditor', person: 'auditor-1' };

export async function startRunningHome(
  options: { demoMembers?: DemoMembers; services?: readonly DatedServices[] } = {},
): Promise<RunningHome> {
  const folder = await mkdtemp(join(tmpdir(), 'yijie-home-'));
  const clock = systemClock();
  const random = systemRandom();
  const ids = systemIds(clock, random);
  await createDevelopmentPki({
    folder,
    identities: [
      { kind: 'service', service: 'home-region', province: HOME_PROVINCE },
      AGENCY,
      OTHER_AGENCY,
      FOREIGN_AGENCY,
      AUDITOR,
    ],
    provinces: [HOME_PROVINCE, TREATMENT_PROVINCE, NATIONAL_POOL],
    clock,
    entropy: ids,
  });
  const [{ url: databaseUrl }, { url: busUrl }] = [await postgres(), await postgres()];
  const bus = await createPostgresBus({
    connectionString: busUrl,
    schema: 'bus',
    logger: silentLogger,
    clock,
  });
  const keys = await loadHomeRegionKeys({
    folder,
    province: HOME_PROVINCE,
    profile: 'development',
    clock,
    entropy: ids,
  });
  const service = await startHomeRegion(
    { ...homeRegionDefaults, province: HOME_PROVINCE, partitions: 3, httpBind: '127.0.0.1:0' },
    {
      databaseUrl,
      bus,
      clock,
      ids,
      random,
      logger: silentLogger,
      metrics: new Metrics({ service: 'home-region', processMetrics: false }),
      keys,
      packsFolder: PACKS_FOLDER,
      services: options.services ?? [],
      demoMembers: options.demoMembers,
    },
  );
  const tokenKey = signingKeyFromPem(
    HOME_PROVINCE,
    await readFile(regionFiles(folder, HOME_PROVINCE).tokenKeyFile, 'utf8'),
  );
  const clients: { close(): void }[] = [];

  async function client<Client extends { close(): void }>(
    Made: new (address: string, credentials: ChannelCredentials) => Client,
    identity: Identity,
  ): Promise<Client> {
    const tls = await loadTlsIdentity(certificateFiles(folder, identity), { profile: 'development', clock });
    const made = new Made(service.grpcAddress, clientCredentials(tls));
    clients.push(made);
    return made;
  }

  return {
    service,
    bus,
    databaseUrl,
    treatmentKeys: await loadRegionKeys(
      regionFiles(folder, TREATMENT_PROVINCE),
      TREATMENT_PROVINCE,
      'development',
    ),
    nationalKeys: await loadRegionKeys(regionFiles(folder, NATIONAL_POOL), NATIONAL_POOL, 'development'),
    trusted: await loadTrustedRegions(trustFolder(folder), 'development'),
    client,
    enrolment: (identity) => client(EnrolmentServiceClient, identity),
    filings: (identity) => client(FilingServiceClient, identity),
    imports: (identity) => client(FilingImportServiceClient, identity),
    importStream: (identity) => client(FilingImportStreamServiceClient, identity),
    benefits: (identity) => client(BenefitRegistryServiceClient, identity),
    operations: (identity) => client(OperationsServiceClient, identity),
    policies: (identity) => client(PolicyServiceClient, identity),
    async asPersons(first, second) {
      const metadata = new Metadata();
      const token = (person: AgencyPerson) =>
        issuePersonToken(person, { key: tokenKey, audience: TOKEN_AUDIENCE, nowMs: clock.now() });
      metadata.set('authorization', `Bearer ${await token(first)}`);
      if (second) metadata.set('yijie-second-authorization', `Bearer ${await token(second)}`);
      return metadata;
    },
    authorityFile: authorityFile(folder),
    channelToken: (personToken, channel = 'NHSA_APP') =>
      issueChannelToken(
        { channel, personToken },
        { key: tokenKey, audience: TOKEN_AUDIENCE, nowMs: clock.now() },
      ),
    async stop() {
      for (const made of clients) made.close();
      await service.stop();
      await bus.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One unary call as a promise. The generated overloads are told apart by their last form. */
export function call<Request, Response>(
  client: object,
  method: (
    request: Request,
    metadata: Metadata,
    options: Partial<CallOptions>,
    done: (error: ServiceError | null, response: Response) => void,
  ) => unknown,
  request: Request,
  metadata: Metadata = new Metadata(),
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + 10_000;
    method.call(client, request, metadata, { deadline }, (error, response) =>
      error ? reject(error) : resolve(response),
    );
  });
}
