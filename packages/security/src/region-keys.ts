import { createPublicKey } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecurityProfile } from './development-mark.ts';
import type { RegionFiles } from './key-files.ts';
import { readMaterial } from './read-material.ts';
import {
  type SealingPrivateKey,
  type SealingPublicKey,
  sealingPrivateKeyFromPem,
  sealingPublicKeyFromPem,
} from './seal.ts';
import {
  type SigningKey,
  signingKeyFromPem,
  type VerificationKey,
  verificationKeyFromPem,
} from './signing-key.ts';

/** What a region keeps to itself. */
export interface RegionKeys {
  readonly province: string;
  /** Signs records and audit heads. */
  readonly signing: SigningKey;
  /** Opens credentials that were sealed for this region. */
  readonly sealing: SealingPrivateKey;
}

export async function loadRegionKeys(
  files: RegionFiles,
  province: string,
  profile: SecurityProfile,
): Promise<RegionKeys> {
  const [signing, sealing] = await Promise.all([
    readMaterial(files.signingKeyFile, `signing key of ${province}`, profile),
    readMaterial(files.sealingKeyFile, `sealing key of ${province}`, profile),
  ]);
  return {
    province,
    signing: named(files.signingKeyFile, () => signingKeyFromPem(province, signing)),
    sealing: named(files.sealingKeyFile, () => sealingPrivateKeyFromPem(sealing)),
  };
}

/** What is known of all regions. During a change of keys a region has two of a kind; the first by name is sealed for. */
export interface TrustedRegions {
  /** Verify records and audit heads. */
  readonly signing: readonly VerificationKey[];
  /** Verify tokens of agency users; a province's own. */
  readonly tokens: readonly VerificationKey[];
  /** To seal credentials for, by province. */
  readonly sealing: ReadonlyMap<string, SealingPublicKey>;
}

/** Reads `<folder>/<province>/{signing,token,sealing}*.pem`. */
export async function loadTrustedRegions(folder: string, profile: SecurityProfile): Promise<TrustedRegions> {
  const signing: VerificationKey[] = [];
  const tokens: VerificationKey[] = [];
  const sealing = new Map<string, SealingPublicKey>();
  for (const province of (await namesIn(folder, profile)).filter((name) => /^[1-8]\d0000$/.test(name))) {
    for (const name of (await namesIn(join(folder, province), profile)).filter(isPem)) {
      const file = join(folder, province, name);
      const pem = await readMaterial(file, `public key of ${province}`, profile);
      if (pem.includes('PRIVATE KEY'))
        throw new Error(`${file} holds a private key: only public keys belong there`);
      if (name.startsWith('signing')) signing.push(named(file, () => verificationKeyFromPem(province, pem)));
      else if (name.startsWith('token'))
        tokens.push(named(file, () => verificationKeyFromPem(province, pem)));
      else if (name.startsWith('sealing') && !sealing.has(province))
        sealing.set(
          province,
          named(file, () => sealingPublicKeyFromPem(pem)),
        );
    }
  }
  if (signing.length === 0) throw new Error(`${folder} holds no signing key of any region`);
  return { signing, tokens, sealing };
}

/** The public half of a private key, in PEM form. */
export function publicPem(privatePem: string): string {
  return createPublicKey(privatePem).export({ type: 'spki', format: 'pem' }).toString();
}

function isPem(name: string): boolean {
  return name.endsWith('.pem');
}

async function namesIn(folder: string, profile: SecurityProfile): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    const remedy = profile === 'development' ? ' The start commands make it: run npm start.' : '';
    throw new Error(`trusted regions: ${folder} can't be read.${remedy}`, { cause });
  }
}

function named<Key>(file: string, load: () => Key): Key {
  try {
    return load();
  } catch (cause) {
    throw new Error(`${file} holds no usable key: ${(cause as Error).message}`, { cause });
  }
}
