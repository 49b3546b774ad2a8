import {
  type ChannelTokenVerifier,
  createChannelTokenVerifier,
  type Entropy,
  type SealingPrivateKey,
} from '@yijie/security';
import {
  type ColumnKeys,
  type KeyOptions,
  loadColumnKeys,
  loadServiceKeys,
  type ServiceKeys,
} from '@yijie/service';

/** All key material of a home region, ready to use. */
export interface HomeRegionKeys extends ServiceKeys, ColumnKeys {
  /** Opens the credentials sealed for this region, newest key first. */
  readonly sealing: readonly SealingPrivateKey[];
  /** Verifies who calls the public interface. */
  readonly channels: ChannelTokenVerifier;
}

/** For which service agency tokens are issued. */
export const TOKEN_AUDIENCE = 'home-region';

export async function loadHomeRegionKeys(
  options: Omit<KeyOptions, 'service' | 'owner'> & { readonly province: string; readonly entropy: Entropy },
): Promise<HomeRegionKeys> {
  const own = { ...options, service: TOKEN_AUDIENCE, owner: options.province } as const;
  const [{ sealingOwn, ...common }, columns] = await Promise.all([loadServiceKeys(own), loadColumnKeys(own)]);
  const channels = createChannelTokenVerifier({
    keys: common.tokenKeys,
    audience: TOKEN_AUDIENCE,
    province: options.province,
  });
  common.onTokenKeys(channels.replace);
  return { ...common, ...columns, channels, sealing: [sealingOwn] };
}
