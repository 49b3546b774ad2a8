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
  type Identity,
  type KeyRing,
  keepFresh,
  loadRegionKeys,
  loadTlsIdentity,
  loadTrustedRegions,
  openFileKeyStore,
  prepareColumnKeys,
  type RegionKeys,
  readDenyList,
  regionFiles,
  type SecretKey,
  type SecurityProfile,
  type SigningKey,
  serverCredentials,
  type TlsIdentity,
  type TokenVerifier,
  type TrustedRegions,
  trustFolder,
} from '@yijie/security';

/** The key material that every service needs, ready to use. */
export interface ServiceKeys {
  /** Signs what this service sends, and its audit heads. */
  readonly signing: SigningKey;
  /** Verifies what the regions sent. */
  readonly regions: KeyRing;
  readonly server: ServerCredentials;
  readonly tokens: TokenVerifier;
  readonly denyList: DenyList;
  /** The service's own certificate, for what it serves beside gRPC; whoever uses it is told when it was renewed. */
  readonly tls: TlsIdentity;
  onRenewal(take: (identity: TlsIdentity) => void): void;
  /** Looks at the folder again and again: renewed certificates, withdrawn serials and changed keys take effect. */
  readonly keepFresh?: ((watch: KeyWatch) => Promise<void>) | undefined;
}

export type KeyWatch = Pick<FreshOptions, 'signal' | 'onCertificate' | 'onError'>;

export interface KeyOptions {
  /** Laid out as the start commands make it. */
  readonly folder: string;
  /** Agency tokens are issued for it. */
  readonly service: Extract<Identity, { kind: 'service' }>['service'];
  /** The province or agency in whose name the service acts. */
  readonly owner: string;
  readonly profile: SecurityProfile;
  readonly clock: Clock;
  /** How often `keepFresh` looks. */
  readonly everyMs?: number | undefined;
}

/** Besides the common keys: the owner's own sealing key, and those of all regions to seal for. */
export interface LoadedKeys extends ServiceKeys {
  readonly sealingOwn: RegionKeys['sealing'];
  readonly sealingOf: TrustedRegions['sealing'];
  /** Keys that sign tokens; whoever keeps them is told when they change. */
  readonly tokenKeys: TrustedRegions['tokens'];
  onTokenKeys(take: (keys: TrustedRegions['tokens']) => void): void;
}

export async function loadServiceKeys(options: KeyOptions): Promise<LoadedKeys> {
  const { folder, service, owner, profile, clock, everyMs } = options;
  const identity = { kind: 'service', service, province: owner } as const;
  const [own, trusted, tls, denied] = await Promise.all([
    loadRegionKeys(regionFiles(folder, owner), owner, profile),
    loadTrustedRegions(trustFolder(folder), profile),
    loadTlsIdentity(certificateFiles(folder, identity), { profile, clock }),
    readDenyList(denyListFile(folder)),
  ]);
  const regions = createKeyRing(trusted.signing);
  const tokens = createTokenVerifier({ keys: trusted.tokens, audience: service });
  const denyList = createDenyList(denied);
  const server = serverCredentials(tls);
  const renewed = [(next: TlsIdentity) => server.renew(next)];
  const changed = [tokens.replace];
  return {
    signing: own.signing,
    regions,
    server,
    tokens,
    denyList,
    tls,
    onRenewal: (take) => void renewed.push(take),
    tokenKeys: trusted.tokens,
    onTokenKeys: (take) => void changed.push(take),
    sealingOwn: own.sealing,
    sealingOf: trusted.sealing,
    keepFresh: (watch) =>
      keepFresh({
        ...watch,
        ...(everyMs === undefined ? {} : { everyMs }),
        folder,
        identity,
        profile,
        clock,
        credentials: [{ renew: (next) => tellAll(renewed, next) }],
        denyList,
        regions,
        tokens: { replace: (keys) => tellAll(changed, keys) },
      }),
  };
}

function tellAll<Value>(all: readonly ((value: Value) => void)[], value: Value): void {
  for (const tell of all) tell(value);
}

export interface ColumnKeys {
  /** Encrypts identities. */
  readonly data: readonly SecretKey[];
  /** Hashes what must be found again. */
  readonly lookup: readonly SecretKey[];
}

/** The keys of encrypted columns, this year's among them. */
export async function loadColumnKeys(
  options: Pick<KeyOptions, 'folder' | 'owner' | 'profile' | 'clock'> & { readonly entropy: Entropy },
): Promise<ColumnKeys> {
  const { folder, owner, profile, clock, entropy } = options;
  const { keyFolder, keyEncryptionKeyFile } = regionFiles(folder, owner);
  const store = await openFileKeyStore({ folder: keyFolder, keyEncryptionKeyFile, profile, entropy });
  await prepareColumnKeys(store, owner, Number(localDateAt(clock.now()).slice(0, 4)));
  const [data, lookup] = await Promise.all([store.load('data'), store.load('lookup')]);
  return { data, lookup };
}
