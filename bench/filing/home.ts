import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Metadata } from '@grpc/grpc-js';
import { localChannelOptions } from '@yijie/cli';
import { FilingImportServiceClient, FilingServiceClient } from '@yijie/contracts/home';
import { homeMigrations, loadHomeRegionKeys, TOKEN_AUDIENCE } from '@yijie/home-region';
import { connectPostgres, type Database, migrate } from '@yijie/postgres';
import { systemClock, systemIds, systemRandom } from '@yijie/runtime';
import {
  type AgencyPerson,
  certificateFiles,
  clientCredentials,
  createLookupHasher,
  issuePersonToken,
  type LookupHasher,
  loadTlsIdentity,
  regionFiles,
  signingKeyFromPem,
} from '@yijie/security';
import { createDevelopmentPki } from '@yijie/security/development';
import pg from 'pg';

const PROVINCE = '430000';
const AGENCY = { kind: 'agency', pool: '430100' } as const;
const clock = systemClock();
const ids = systemIds(clock, systemRandom());

/** The keys of a province, made for the run. */
export async function makeKeys(folder: string): Promise<void> {
  const service = { kind: 'service', service: 'home-region', province: PROVINCE } as const;
  await createDevelopmentPki({
    folder,
    identities: [service, AGENCY],
    provinces: [PROVINCE],
    clock,
    entropy: ids,
  });
}

export async function makeHasher(folder: string): Promise<LookupHasher> {
  const keys = await loadHomeRegionKeys({
    folder,
    province: PROVINCE,
    profile: 'development',
    clock,
    entropy: ids,
  });
  return createLookupHasher({ region: PROVINCE, profile: 'intl', keys: keys.lookup });
}

export interface HomeDatabase {
  readonly url: string;
  readonly database: Database;
}

/** A database of its own with the product's schema. */
export async function makeDatabase(serverUrl: string, name: string): Promise<HomeDatabase> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const database = connectPostgres({
    connectionString: url.toString(),
    applicationName: 'bench',
    poolSize: 4,
    statementTimeoutMs: 30 * 60_000,
    connectTimeoutMs: 10_000,
  });
  await migrate(database, await homeMigrations());
  return { url: url.toString(), database };
}

export interface RunningHome {
  readonly filings: FilingServiceClient;
  readonly imports: FilingImportServiceClient;
  tokens(): Promise<Metadata>;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

const SERVE = fileURLToPath(new URL('./serve.ts', import.meta.url));

/** The service as a process of its own on that database, called as the agency calls it. */
export async function startHome(databaseUrl: string, busUrl: string, folder: string): Promise<RunningHome> {
  const child = fork(SERVE, [databaseUrl, busUrl, folder], { execArgv: ['--no-warnings'] });
  const [{ grpc }] = (await once(child, 'message')) as [{ grpc: string }];
  const tls = await loadTlsIdentity(certificateFiles(folder, AGENCY), { profile: 'development', clock });
  const filings = new FilingServiceClient(grpc, clientCredentials(tls), localChannelOptions);
  const imports = new FilingImportServiceClient(grpc, clientCredentials(tls), localChannelOptions);
  const key = signingKeyFromPem(PROVINCE, readFileSync(regionFiles(folder, PROVINCE).tokenKeyFile, 'utf8'));
  return {
    filings,
    imports,
    process: child,
    async tokens() {
      const token = (person: string) => {
        const clerk: AgencyPerson = { person, role: 'home-clerk', pool: AGENCY.pool };
        return issuePersonToken(clerk, { key, audience: TOKEN_AUDIENCE, nowMs: clock.now() });
      };
      const metadata = new Metadata();
      metadata.set('authorization', `Bearer ${await token('clerk-1')}`);
      metadata.set('yijie-second-authorization', `Bearer ${await token('clerk-2')}`);
      return metadata;
    },
    async stop() {
      filings.close();
      imports.close();
      const ended = once(child, 'exit');
      child.send('stop');
      await ended;
    },
  };
}
