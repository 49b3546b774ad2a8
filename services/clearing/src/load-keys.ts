import type { ServerCredentials } from '@grpc/grpc-js';
import type { Clock } from '@yijie/runtime';
import {
  certificateFiles,
  createDenyList,
  createKeyRing,
  createTokenVerifier,
  type DenyList,
  denyListFile,
  type FreshOptions,
  type KeyRing,
  keepFresh,
  loadRegionKeys,
  loadTlsIdentity,
  loadTrustedRegions,
  readDenyList,
  regionFiles,
  type SecurityProfile,
  type SigningKey,
  serverCredentials,
  type TokenVerifier,
  trustFolder,
} from '@yijie/security';

/** All key material of a clearing service, ready to use. */
export interface ClearingKeys {
  /** Signs the audit heads. */
  readonly signing: SigningKey;
  /** Verifies the facts of all regions. */
  readonly regions: KeyRing;
  readonly server: ServerCredentials;
  readonly tokens: TokenVerifier;
  readonly denyList: DenyList;
  /** Looks at the folder again and again: renewed certificates, withdrawn serials and changed keys take effect. */
  readonly keepFresh?: ((watch: KeyWatch) => Promise<void>) | undefined;
}

export type KeyWatch = Pick<FreshOptions, 'signal' | 'onCertificate' | 'onError'>;

/** For which service agency tokens are issued. */
export const TOKEN_AUDIENCE = 'clearing';

/** Reads the folder laid out as the start commands make it. */
export async function loadClearingKeys(options: {
  readonly folder: string;
  readonly agency: string;
  readonly profile: SecurityProfile;
  readonly clock: Clock;
  /** How often `keepFresh` looks. */
  readonly everyMs?: number | undefined;
}): Promise<ClearingKeys> {
  const { folder, agency, profile, clock, everyMs } = options;
  const identity = { kind: 'service', service: 'clearing', province: agency } as const;
  const [own, trusted, tls, denied] = await Promise.all([
    loadRegionKeys(regionFiles(folder, agency), agency, profile),
    loadTrustedRegions(trustFolder(folder), profile),
    loadTlsIdentity(certificateFiles(folder, identity), { profile, clock }),
    readDenyList(denyListFile(folder)),
  ]);
  const regions = createKeyRing(trusted.signing);
  const tokens = createTokenVerifier({ keys: trusted.tokens, audience: TOKEN_AUDIENCE });
  const denyList = createDenyList(denied);
  const server = serverCredentials(tls);
  return {
    signing: own.signing,
    regions,
    server,
    tokens,
    denyList,
    keepFresh: (watch) =>
      keepFresh({
        ...watch,
        ...(everyMs === undefined ? {} : { everyMs }),
        folder,
        identity,
        profile,
        clock,
        credentials: [server],
        denyList,
        regions,
        tokens,
      }),
  };
}
