import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChannelCredentials, type Client, type ClientOptions, Metadata } from '@grpc/grpc-js';
import { createPostgresBus } from '@yijie/bus';
import { OperationsServiceClient } from '@yijie/contracts/operations';
import { TreatmentServiceClient, TreatmentStreamServiceClient } from '@yijie/contracts/treatment';
import { connectPostgres, type Database } from '@yijie/postgres';
import { DATA_FOLDER } from '@yijie/reference-data';
import { type Clock, createLogger, Metrics, systemClock, systemIds, systemRandom } from '@yijie/runtime';
import {
  certificateFiles,
  clientCredentials,
  type Identity,
  issuePersonToken,
  loadRegionKeys,
  loadTlsIdentity,
  regionFiles,
  type SealingPrivateKey,
  type SigningKey,
  signingKeyFromPem,
} from '@yijie/security';
import { createDevelopmentPki } from '@yijie/security/development';
import { postgres, writeReferenceFolder } from '@yijie/testkit';
import {
  loadTreatmentSiteKeys,
  type RunningService,
  startTreatmentSite,
  type TreatmentSiteConfig,
  treatmentSiteDefaults,
} from '../src/index.ts';
import { GatedBus } from './gated-bus.ts';
import { ScriptedHome } from './scripted-home.ts';

export const HOSPITAL = 'H41010599901';
export const OTHER_HOSPITAL = 'H41010599902';
export const HOME_POOL = '430100';
const TREATMENT_PROVINCE = '410000';
const HOME_PROVINCE = '430000';

const INSTITUTIONS = [HOSPITAL, OTHER_HOSPITAL].map((institutionCode) => ({
  institutionCode,
  pool: '410100',
  openings: [
    { kind: 'inpatient' },
    { kind: 'outpatient' },
    { kind: 'chronic' },
    { kind: 'chronic', diseaseCode: 'M00500' },
  ],
}));

export interface FixtureOptions {
  readonly clock?: Clock;
  readonly config?: Partial<TreatmentSiteConfig>;
}

/** A treatment site on a real PostgreSQL and the embedded bus, with mutual TLS, against a scripted home region. */
export class SiteFixture {
  readonly home: ScriptedHome;
  readonly database: Database;
  readonly bus: GatedBus;
  readonly databaseUrl: string;
  readonly homeSigning: SigningKey;
  readonly siteSigning: SigningKey;
  /** Opens what was sealed for the home region. */
  readonly homeSealing: SealingPrivateKey;
  readonly metrics = new Metrics({ service: 'treatment-site', processMetrics: false });
  private readonly options: FixtureOptions;
  private readonly keyFolder: string;
  private readonly sites: RunningService[] = [];
  private readonly clients: Client[] = [];

  private constructor(parts: {
    home: ScriptedHome;
    database: Database;
    bus: GatedBus;
    databaseUrl: string;
    keyFolder: string;
    homeSigning: SigningKey;
    siteSigning: SigningKey;
    homeSealing: SealingPrivateKey;
    options: FixtureOptions;
  }) {
    this.home = parts.home;
    this.database = parts.database;
    this.bus = parts.bus;
    this.databaseUrl = parts.databaseUrl;
    this.keyFolder = parts.keyFolder;
    this.homeSigning = parts.homeSigning;
    this.siteSigning = parts.siteSigning;
    this.homeSealing = parts.homeSealing;
    this.options = parts.options;
  }

  static async start(options: FixtureOptions = {}): Promise<SiteFixture> {
    const clock = systemClock();
    const keyFolder = await mkdtemp(join(tmpdir(), 'yijie-site-'));
    await createDevelopmentPki({
      folder: keyFolder,
      identities: [
        { kind: 'service', service: 'treatment-site', province: TREATMENT_PROVINCE },
        { kind: 'institution', institutionCode: HOSPITAL },
        { kind: 'institution', institutionCode: OTHER_HOSPITAL },
        { kind: 'agency', pool: TREATMENT_PROVINCE },
        { kind: 'auditor', person: 'auditor-1' },
        { kind: 'operations', person: 'operator-1' },
      ],
      provinces: [TREATMENT_PROVINCE, HOME_PROVINCE],
      clock,
      entropy: systemIds(clock, systemRandom()),
    });
    const [{ url: databaseUrl }, { url: busUrl }] = [await postgres(), await postgres()];
    const bus = new GatedBus(
      await createPostgresBus({ connectionString: busUrl, schema: 'bus', logger: quiet(), clock }),
    );
    const homeKeys = await loadRegionKeys(
      regionFiles(keyFolder, HOME_PROVINCE),
      HOME_PROVINCE,
      'development',
    );
    const siteKeys = await loadRegionKeys(
      regionFiles(keyFolder, TREATMENT_PROVINCE),
      TREATMENT_PROVINCE,
      'development',
    );
    const keys = await loadTreatmentSiteKeys({
      folder: keyFolder,
      province: TREATMENT_PROVINCE,
      profile: 'development',
      clock,
      entropy: systemIds(clock, systemRandom()),
    });
    const home = new ScriptedHome({ bus, prefix: '', signing: homeKeys.signing, regions: keys.regions });
    await home.start(HOME_POOL, 2);
    const fixture = new SiteFixture({
      home,
      bus,
      databaseUrl,
      keyFolder,
      homeSigning: homeKeys.signing,
      siteSigning: siteKeys.signing,
      homeSealing: homeKeys.sealing,
      options,
      database: connectPostgres({
        connectionString: databaseUrl,
        applicationName: 'test',
        poolSize: 4,
        statementTimeoutMs: 30_000,
        connectTimeoutMs: 5_000,
      }),
    });
    return fixture;
  }

  get running(): readonly RunningService[] {
    return this.sites;
  }

  /** Starts a replica. All of them share the database and the bus. */
  async site(
    config: Partial<TreatmentSiteConfig> = {},
    parts: { databaseUrl?: string; redisUrl?: string; clock?: Clock } = {},
  ): Promise<RunningService> {
    const clock = parts.clock ?? this.options.clock ?? systemClock();
    const random = systemRandom();
    const ids = systemIds(clock, random);
    const keys = await loadTreatmentSiteKeys({
      folder: this.keyFolder,
      province: TREATMENT_PROVINCE,
      profile: 'development',
      clock,
      entropy: ids,
    });
    const site = await startTreatmentSite(
      {
        ...treatmentSiteDefaults,
        province: TREATMENT_PROVINCE,
        homeProvinces: [HOME_PROVINCE],
        partitions: 2,
        settlingPerSecond: 100_000,
        inFlightPerInstitution: 10_000,
        ...this.options.config,
        ...config,
      },
      {
        databaseUrl: parts.databaseUrl ?? this.databaseUrl,
        redisUrl: parts.redisUrl,
        bus: this.bus,
        clock,
        ids,
        random,
        logger: quiet(),
        metrics: new Metrics({ service: 'treatment-site', processMetrics: false }),
        keys,
        dataFolder: DATA_FOLDER,
        referenceFolder: writeReferenceFolder(join(this.keyFolder, 'reference'), {
          institutions: INSTITUTIONS,
        }),
        regionName: (code) => code,
      },
    );
    this.sites.push(site);
    return site;
  }

  async client(site: RunningService, institutionCode = HOSPITAL): Promise<TreatmentServiceClient> {
    const client = new TreatmentServiceClient(site.grpcAddress, ...(await this.channel(institutionCode)));
    this.clients.push(client);
    return client;
  }

  async streamClient(site: RunningService): Promise<TreatmentStreamServiceClient> {
    const client = new TreatmentStreamServiceClient(site.grpcAddress, ...(await this.channel(HOSPITAL)));
    this.clients.push(client);
    return client;
  }

  /** Any other service of the site's, as any identity that has a certificate. */
  async clientOf<One extends Client>(
    Service: new (address: string, credentials: ChannelCredentials, options?: Partial<ClientOptions>) => One,
    site: RunningService,
    identity: Identity,
  ): Promise<One> {
    const client = new Service(site.grpcAddress, ...(await this.channelOf(identity)));
    this.clients.push(client);
    return client;
  }

  /** People of the treatment agency, or an auditor. */
  async operationsClient(site: RunningService, as: 'agency' | 'auditor'): Promise<OperationsServiceClient> {
    const identity: Identity =
      as === 'agency'
        ? { kind: 'agency', pool: TREATMENT_PROVINCE }
        : { kind: 'auditor', person: 'auditor-1' };
    const client = new OperationsServiceClient(site.grpcAddress, ...(await this.channelOf(identity)));
    this.clients.push(client);
    return client;
  }

  /** What proves that two reviewers of the agency make a call. */
  async twoReviewers(): Promise<Metadata> {
    const pem = await readFile(regionFiles(this.keyFolder, TREATMENT_PROVINCE).tokenKeyFile, 'utf8');
    const key = signingKeyFromPem(TREATMENT_PROVINCE, pem);
    const token = (person: string) =>
      issuePersonToken(
        { person, role: 'reviewer', pool: TREATMENT_PROVINCE },
        { key, audience: 'treatment-site', nowMs: Date.now() },
      );
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${await token('reviewer-1')}`);
    metadata.set('yijie-second-authorization', `Bearer ${await token('reviewer-2')}`);
    return metadata;
  }

  async stop(site: RunningService): Promise<void> {
    await site.stop();
    this.sites.splice(this.sites.indexOf(site), 1);
  }

  async count(table: string, where = 'true'): Promise<number> {
    const { rows } = await this.database.query<{ count: number }>(
      `SELECT count(*) AS count FROM ${table} WHERE ${where}`,
    );
    return rows[0]?.count ?? -1;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.close();
    for (const site of [...this.sites]) await this.stop(site);
    await this.home.close();
    await this.bus.close();
    await this.database.close();
    await rm(this.keyFolder, { recursive: true, force: true });
  }

  private channel(institutionCode: string) {
    return this.channelOf({ kind: 'institution', institutionCode });
  }

  private async channelOf(identity: Identity) {
    const tls = await loadTlsIdentity(certificateFiles(this.keyFolder, identity), {
      profile: 'development',
      clock: systemClock(),
    });
    const options: Partial<ClientOptions> = { 'grpc.max_receive_message_length': 32 * 1024 * 1024 };
    return [clientCredentials(tls), options] as const;
  }
}

function quiet() {
  const level = process.env.YIJIE_TEST_LOG ?? 'error';
  return createLogger({
    level: level as 'error',
    service: 'treatment-site',
    destination: { write: (line) => process.stderr.write(line) },
  });
}
