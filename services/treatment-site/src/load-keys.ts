import type { Entropy, SealingPublicKey, SecretKey } from '@yijie/security';
import { type KeyOptions, loadColumnKeys, loadServiceKeys, type ServiceKeys } from '@yijie/service';

/** All key material of a treatment site, ready to use. */
export interface TreatmentSiteKeys extends ServiceKeys {
  /** To seal credentials for, by home province. */
  readonly sealing: ReadonlyMap<string, SealingPublicKey>;
  /** Encrypts identities. */
  readonly data: readonly SecretKey[];
}

export async function loadTreatmentSiteKeys(
  options: Omit<KeyOptions, 'service' | 'owner'> & { readonly province: string; readonly entropy: Entropy },
): Promise<TreatmentSiteKeys> {
  const own = { ...options, service: 'treatment-site', owner: options.province } as const;
  const [{ sealingOf, ...common }, { data }] = await Promise.all([loadServiceKeys(own), loadColumnKeys(own)]);
  return { ...common, data, sealing: sealingOf };
}
