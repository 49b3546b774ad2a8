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
  type SealingPublicKey,
  type SecretKey,
  type SecurityProfile,
  type SigningKey,
  serverCredentials,
  type TokenVerifier,
  trustFolder,
} from '@yijie/security';

/** All key material of a treatment site, ready to use. */
export interface TreatmentSiteKeys {
  /** Signs what this region sends, and its audit heads. */
  readonly signing: SigningKey;
  /** Verifies what other regions sent. */
  readonly regions: KeyRing;
  /** To seal credentials for, by home province. */
  readonly sealing: ReadonlyMap<string, SealingPublicKey>;
  /** Encrypts identities. */
  readonly data: readonly SecretKey[];
  readonly server: ServerCredentials;
  readonly tokens: TokenVerifier;
  readonly denyList: DenyList;
  /** Looks at the folder again and again: renewed certificates, withdrawn serials and changed keys take effect. */
  keepFresh(watch: KeyWatch): Promise<void>;
}

export type KeyWatch = Pick<FreshOptions, 'signal' | 'onCertificate' | 'onError'>;

/** For which service agency tokens are issued. */
export const TOKEN_AUDIENCE = 'treatment-site';

/** Reads the folder laid out as the start commands make it. */
export async function loadTreatmentSiteKeys(options: {
  readonly folder: string;
  readonly province: string;
  readonly profile: SecurityProfile;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** How often `keepFresh` looks. */
  readonly everyMs?: number | undefined;
}): Promise<TreatmentSiteKeys> {
  const { folder, province, profile, clock, entropy, everyMs } = options;
  const files = regionFiles(folder, province);
  const identity = { kind: 'service', service: 'treatment-site', province } as const;
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
  const regions = createKeyRing(trusted.signing);
  const tokens = createTokenVerifier({ keys: trusted.tokens, audience: TOKEN_AUDIENCE });
  const denyList = createDenyList(denied);
  const server = serverCredentials(tls);
  return {
    signing: own.signing,
    regions,
    sealing: trusted.sealing,
    data: await store.load('data'),
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
