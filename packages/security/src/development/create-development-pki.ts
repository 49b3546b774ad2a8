import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { localDateAt } from '@yijie/calendar';
import type { Clock } from '@yijie/runtime';
import { certificateIdentity } from '../certificate-identity.ts';
import { marked } from '../development-mark.ts';
import { type Entropy, secretBytes } from '../entropy.ts';
import { openFileKeyStore } from '../file-key-store.ts';
import { type Identity, identityUri } from '../identity.ts';
import { authorityFile, certificateFiles, regionFiles, trustFolder } from '../key-files.ts';
import { prepareColumnKeys } from '../key-store.ts';
import { publicPem } from '../region-keys.ts';
import {
  type IssuedCertificate,
  isStillGood,
  issueAuthority,
  issueCertificate,
} from './issue-certificate.ts';

export interface DevelopmentPkiOptions {
  /** Made when missing; must lie outside version control. */
  readonly folder: string;
  readonly identities: readonly Identity[];
  /** Provinces that need signing, sealing, token and column keys. */
  readonly provinces: readonly string[];
  /** Names under which services are reached besides this machine's own. */
  readonly hosts?: readonly string[];
  readonly clock: Pick<Clock, 'now'>;
  readonly entropy: Entropy;
}

/**
 * Makes everything a cluster on one machine needs to know itself by, and keeps what is still good from the last time.
 * Certificates hold as long as in production (services 90 days, others a year), so that renewal is met here too.
 */
export async function createDevelopmentPki(options: DevelopmentPkiOptions): Promise<void> {
  const { folder, identities, provinces, clock, entropy } = options;
  const now = clock.now();
  const hosts = [...OWN_HOSTS, ...(options.hosts ?? [])];
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = await keepOrMakeAuthority(folder, now, entropy);
  for (const identity of identities) await keepOrIssue(folder, identity, hosts, authority, now, entropy);
  for (const province of provinces) await keepOrMakeRegion(folder, province, now, entropy);
}

const OWN_HOSTS = ['localhost', '127.0.0.1', '::1'];
const SERVICE_DAYS = 90;
const CLIENT_DAYS = 365;
const AUTHORITY_RENEWED_BEFORE_MS = 400 * 86_400_000;

async function keepOrMakeAuthority(
  folder: string,
  now: number,
  entropy: Entropy,
): Promise<IssuedCertificate> {
  const certificateFile = authorityFile(folder);
  const privateKeyFile = join(folder, 'authority-key.pem');
  const certificatePem = await readIfThere(certificateFile);
  const privateKeyPem = await readIfThere(privateKeyFile);
  if (certificatePem !== undefined && privateKeyPem !== undefined) {
    const until = new X509Certificate(certificatePem).validToDate.getTime();
    if (until - now > AUTHORITY_RENEWED_BEFORE_MS) return { certificatePem, privateKeyPem };
  }
  const made = await issueAuthority(now, entropy);
  await replace(privateKeyFile, marked(made.privateKeyPem));
  await replace(certificateFile, marked(made.certificatePem));
  return made;
}

async function keepOrIssue(
  folder: string,
  identity: Identity,
  hosts: readonly string[],
  authority: IssuedCertificate,
  now: number,
  entropy: Entropy,
): Promise<void> {
  const files = certificateFiles(folder, identity);
  const serves = identity.kind === 'service';
  const certificatePem = await readIfThere(files.certificateFile);
  if (certificatePem !== undefined && (await readIfThere(files.privateKeyFile)) !== undefined) {
    const certificate = new X509Certificate(certificatePem);
    const named = certificateIdentity(certificate);
    const issuer = new X509Certificate(authority.certificatePem);
    if (
      named !== undefined &&
      identityUri(named) === identityUri(identity) &&
      isStillGood(certificate, issuer, serves ? hosts : [], now)
    )
      return;
  }
  const days = serves ? SERVICE_DAYS : CLIENT_DAYS;
  const made = await issueCertificate({ authority, identity, days, hosts, now, entropy });
  await mkdir(dirname(files.certificateFile), { recursive: true, mode: 0o700 });
  await replace(files.privateKeyFile, marked(made.privateKeyPem));
  await replace(files.certificateFile, marked(made.certificatePem));
}

async function keepOrMakeRegion(
  folder: string,
  province: string,
  now: number,
  entropy: Entropy,
): Promise<void> {
  const files = regionFiles(folder, province);
  const trust = join(trustFolder(folder), province);
  await mkdir(files.keyFolder, { recursive: true, mode: 0o700 });
  await mkdir(trust, { recursive: true, mode: 0o700 });
  const pairs = [
    { file: files.signingKeyFile, publicName: 'signing.pem', make: newSigningKey },
    { file: files.tokenKeyFile, publicName: 'token.pem', make: newSigningKey },
    { file: files.sealingKeyFile, publicName: 'sealing.pem', make: newSealingKey },
  ];
  for (const { file, publicName, make } of pairs) {
    if ((await readIfThere(file)) === undefined) await replace(file, marked(make()));
    await replace(join(trust, publicName), marked(publicPem(await readFile(file, 'utf8'))));
  }
  if ((await readIfThere(files.keyEncryptionKeyFile)) === undefined)
    await replace(files.keyEncryptionKeyFile, marked(`${secretBytes(entropy, 32).toString('base64')}\n`));
  const store = await openFileKeyStore({
    folder: files.keyFolder,
    keyEncryptionKeyFile: files.keyEncryptionKeyFile,
    profile: 'development',
    entropy,
  });
  await prepareColumnKeys(store, province, Number(localDateAt(now).slice(0, 4)));
}

function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function newSealingKey(): string {
  const { privateKey } = generateKeyPairSync('x25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
}

/** Readers see the old file or the new one, never half of it. */
async function replace(file: string, content: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await rm(temporary, { force: true });
  await writeFile(temporary, content, { mode: 0o600, flag: 'wx' });
  await rename(temporary, file);
}
