import type { ServerCredentials } from '@grpc/grpc-js';
import { localDateAt } from '@yijie/calendar';
import type { Clock } from '@yijie/runtime';
import {
  certificateFiles,
  createDenyList,
  createKeyRing,
  createTokenVerifier,
  type DenyList,
  denyListFile,
  type Entropy,
  type FreshOptions,
  type KeyRing,
  keepFresh,
  loadRegionKeys,
  loadTlsIdentity,
  loadTrustedRegions,
  openFileKeyStore,
  prepareColumnKeys,
  readDenyList,
  regionFiles,
  type SealingPrivateKey,
  type SecretKey,
  type SecurityProfile,
  type SigningKey,
  serverCredentials,
  type TokenVerifier,
  trustFolder,
} from '@yijie/security';

/** All key material of a home region, ready to use. */
export interface HomeRegionKeys {
  /** Signs what this region sends, and its audit heads. */
  readonly signing: SigningKey;
  /** Verifies what other regions sent. */
  readonly regions: KeyRing;
  /** Opens the credentials sealed for this region, newest key first. */
  readonly sealing: readonly SealingPrivateKey[];
  /** Encrypts identities. */
  readonly data: readonly SecretKey[];
  /** Hashes what must be found again. */
  readonly lookup: readonly SecretKey[];
  readonly server: ServerCredentials;
  readonly tokens: TokenVerifier;
  readonly denyList: DenyList;
  /** Looks at the folder again and again: renewed certificates, withdrawn serials and changed keys take effect. */
  readonly keepFresh?: ((watch: KeyWatch) => Promise<void>) | undefined;
}

export type KeyWatch = Pick<FreshOptions, 'signal' | 'onCertificate' | 'onError'>;

/** For which service agency tokens are issued. */
export const TOKEN_AUDIENCE = 'home-region';

/** Reads the folder laid out as the start commands make it. */
export async function loadHomeRegionKeys(options: {
  readonly folder: string;
  readonly province: string;
  readonly profile: SecurityProfile;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** How often `keepFresh` looks. */
  readonly everyMs?: number | undefined;
}): Promise<HomeRegionKeys> {
  const { folder, province, profile, clock, entropy, everyMs } = options;
  const files = regionFiles(folder, province);
  const identity = { kind: 'service', service: 'home-region', province } as const;
  const [own, trusted, tls, denied, store] = await Promise.all([
    loadRegionKeys(files, province, profile),
    loadTrustedRegions(trustFolder(folder), profile),
    loadTlsIdentity(certificateFiles(folder, identity), { profile, clock }),
    readDenyList(denyListFile(folder)),
    openFileKeyStore({
      folder: files.keyFolder,
      keyEncryptionKeyFile: files.keyEncryptionKeyFile,
      profile,
      entropy,
    }),
  ]);
  await prepareColumnKeys(store, province, Number(localDateAt(clock.now()).slice(0, 4)));
  const [data, lookup] = await Promise.all([store.load('data'), store.load('lookup')]);
  const regions = createKeyRing(trusted.signing);
  const tokens = createTokenVerifier({ keys: trusted.tokens, audience: TOKEN_AUDIENCE });
  const denyList = createDenyList(denied);
  const server = serverCredentials(tls);
  return {
    signing: own.signing,
    regions,
    sealing: [own.sealing],
    data,
    lookup,
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
