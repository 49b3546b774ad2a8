/**
 * Where keys for data at rest come from. A file for trials and small places, a cryptographic machine (密码机) or a
 * key-management service for production: they sit behind this port. What is encrypted stays readable as long as its
 * key is here; destroying a key erases everything under it.
 */
export interface KeyStore {
  /** All keys of the purpose, unwrapped, by id. */
  load(purpose: KeyPurpose): Promise<readonly SecretKey[]>;
  /** Makes the key when it doesn't exist; a second call changes nothing. */
  ensure(purpose: KeyPurpose, keyId: string): Promise<void>;
  /** Destroys a key for ever. */
  destroy(purpose: KeyPurpose, keyId: string): Promise<void>;
}

/** `data` encrypts columns, `lookup` hashes what must be found again; never one key for both. */
export type KeyPurpose = 'data' | 'lookup';

export interface SecretKey {
  /** `data`: region and year, e.g. `430000-2026`. `lookup`: region and version, e.g. `430000-1`. */
  readonly keyId: string;
  /** 32 bytes. */
  readonly bytes: Buffer;
}

/** The data key of a region and year: dropping it erases that year's identities of that region. */
export function dataKeyId(region: string, year: number): string {
  return `${region}-${year}`;
}

export function lookupKeyId(region: string, version: number): string {
  return `${region}-${version}`;
}

/**
 * Makes what a region needs from now on: the data keys of this year and the next (a service that runs through New Year
 * finds its key), and the first look-up key.
 */
export async function prepareColumnKeys(store: KeyStore, region: string, year: number): Promise<void> {
  await store.ensure('data', dataKeyId(region, year));
  await store.ensure('data', dataKeyId(region, year + 1));
  const lookups = await store.load('lookup');
  if (!lookups.some(({ keyId }) => keyId.startsWith(`${region}-`)))
    await store.ensure('lookup', lookupKeyId(region, 1));
}

export const SECRET_KEY_BYTES = 32;
