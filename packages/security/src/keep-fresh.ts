import type { Clock } from '@yijie/runtime';
import { type DenyList, readDenyList } from './deny-list.ts';
import type { SecurityProfile } from './development-mark.ts';
import type { Identity } from './identity.ts';
import { certificateFiles, denyListFile, trustFolder } from './key-files.ts';
import type { TokenVerifier } from './person-token.ts';
import { loadTrustedRegions } from './region-keys.ts';
import type { KeyRing } from './signing-key.ts';
import { loadTlsIdentity, type TlsIdentity } from './tls-identity.ts';

export interface FreshOptions {
  readonly folder: string;
  /** Whose certificate is renewed. */
  readonly identity: Identity;
  readonly profile: SecurityProfile;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
  /** Servers and clients that take a new certificate. */
  readonly credentials?: readonly { renew(identity: TlsIdentity): void }[];
  readonly denyList?: DenyList;
  /** Keys of the regions, for records and audit heads. */
  readonly regions?: KeyRing;
  readonly tokens?: Pick<TokenVerifier, 'replace'>;
  /** After each look, for the gauges: when certificate and authority end. */
  onCertificate?(identity: TlsIdentity): void;
  /** What can't be read stays as it was; the next look comes all the same. */
  onError?(error: unknown): void;
}

/**
 * Reads the key folder again every minute until the signal ends it, so that a renewed certificate, a withdrawn serial
 * and a changed key take effect without a restart.
 */
export async function keepFresh(options: FreshOptions): Promise<void> {
  const { clock, signal, everyMs = 60_000 } = options;
  let serial: string | undefined;
  while (!signal.aborted) {
    const looks = [
      async () => {
        serial = await lookAtCertificate(options, serial);
      },
      () => lookAtDenyList(options),
      () => lookAtRegions(options),
    ];
    for (const look of looks) await look().catch((error: unknown) => options.onError?.(error));
    await clock.sleep(everyMs, signal).catch(() => {});
  }
}

async function lookAtCertificate(options: FreshOptions, known: string | undefined): Promise<string> {
  const { folder, identity, profile, clock } = options;
  const read = await loadTlsIdentity(certificateFiles(folder, identity), { profile, clock });
  if (read.serial !== known) for (const each of options.credentials ?? []) each.renew(read);
  options.onCertificate?.(read);
  return read.serial;
}

async function lookAtDenyList({ folder, denyList }: FreshOptions): Promise<void> {
  denyList?.replace(await readDenyList(denyListFile(folder)));
}

async function lookAtRegions({ folder, profile, regions, tokens }: FreshOptions): Promise<void> {
  if (regions === undefined && tokens === undefined) return;
  const trusted = await loadTrustedRegions(trustFolder(folder), profile);
  regions?.replace(trusted.signing);
  tokens?.replace(trusted.tokens);
}
