import { readFile } from 'node:fs/promises';
import { Metadata } from '@grpc/grpc-js';
import { localChannelOptions } from '@yijie/cli';
import { OperationsServiceClient } from '@yijie/contracts/operations';
import { systemClock } from '@yijie/runtime';
import {
  certificateFiles,
  clientCredentials,
  issuePersonToken,
  loadTlsIdentity,
  regionFiles,
  signingKeyFromPem,
} from '@yijie/security';
import { HOME_POOL, HOME_PROVINCE } from './cluster.ts';

/** The agency of the home pool, with its certificate. */
export async function homeAgency(keyFolder: string, address: string): Promise<OperationsServiceClient> {
  const tls = await loadTlsIdentity(certificateFiles(keyFolder, { kind: 'agency', pool: HOME_POOL }), {
    profile: 'development',
    clock: systemClock(),
  });
  return new OperationsServiceClient(address, clientCredentials(tls), localChannelOptions);
}

/** Tokens of one or two reviewers of a home pool, as their sign-in would issue them. */
export async function asReviewers(
  keyFolder: string,
  first: string,
  second?: string,
  pool = HOME_POOL,
): Promise<Metadata> {
  const pem = await readFile(regionFiles(keyFolder, HOME_PROVINCE).tokenKeyFile, 'utf8');
  const key = signingKeyFromPem(HOME_PROVINCE, pem);
  const tokenOf = async (person: string) => {
    const token = await issuePersonToken(
      { person, role: 'reviewer', pool },
      { key, audience: 'home-region', nowMs: Date.now() },
    );
    return `Bearer ${token}`;
  };
  const metadata = new Metadata();
  metadata.set('authorization', await tokenOf(first));
  if (second !== undefined) metadata.set('yijie-second-authorization', await tokenOf(second));
  return metadata;
}
