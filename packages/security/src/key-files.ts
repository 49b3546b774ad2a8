import { join } from 'node:path';
import type { Identity } from './identity.ts';

/** Where everything lies in a key folder. Private and trusted (public) parts are apart: the latter may be handed out. */
export interface CertificateFiles {
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly authorityFile: string;
}

export interface RegionFiles {
  readonly signingKeyFile: string;
  readonly sealingKeyFile: string;
  readonly tokenKeyFile: string;
  readonly keyEncryptionKeyFile: string;
  /** Wrapped data and look-up keys. */
  readonly keyFolder: string;
}

/** `<folder>/<province>/{signing,sealing,token}*.pem`, public keys only. */
export function trustFolder(folder: string): string {
  return join(folder, 'trust');
}

export function authorityFile(folder: string): string {
  return join(folder, 'authority.pem');
}

/** Serial numbers of certificates that are refused, one a line; may be missing. */
export function denyListFile(folder: string): string {
  return join(folder, 'deny-list.txt');
}

export function certificateFiles(folder: string, identity: Identity): CertificateFiles {
  const own = join(folder, `${identity.kind}-${nameOf(identity)}`);
  return {
    certificateFile: join(own, 'certificate.pem'),
    privateKeyFile: join(own, 'private-key.pem'),
    authorityFile: authorityFile(folder),
  };
}

export function regionFiles(folder: string, province: string): RegionFiles {
  const own = join(folder, `region-${province}`);
  return {
    signingKeyFile: join(own, 'signing-key.pem'),
    sealingKeyFile: join(own, 'sealing-key.pem'),
    tokenKeyFile: join(own, 'token-key.pem'),
    keyEncryptionKeyFile: join(own, 'key-encryption.key'),
    keyFolder: join(own, 'keys'),
  };
}

function nameOf(identity: Identity): string {
  switch (identity.kind) {
    case 'institution':
      return identity.institutionCode;
    case 'service':
      return `${identity.service}-${identity.province}`;
    case 'agency':
      return identity.pool;
    case 'operations':
    case 'auditor':
      return identity.person;
  }
}
