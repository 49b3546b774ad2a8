import { NATIONAL_POOL } from './identity.ts';
import { readRegionToken, signRegionToken, type TokenIssue } from './region-token.ts';
import { createKeyRing, type VerificationKey } from './signing-key.ts';

/** The channels that insured persons use themselves; counter and telephone are the agency's. */
export const PUBLIC_CHANNELS = ['NHSA_APP', 'NHSA_MINI', 'GOV_CLIENT', 'PROV_ONLINE'] as const;
export type PublicChannel = (typeof PUBLIC_CHANNELS)[number];

/** Who calls the public interface: a channel for itself, or for the one person who has signed in there. */
export interface ChannelCaller {
  readonly channel: PublicChannel;
  /** Undefined: the channel itself, which may only ask who somebody is. */
  readonly personToken: string | undefined;
  /** The key that signed the token, as audit names it. */
  readonly keyId: string;
}

const TYPE = 'yijie-channel+jwt';
/** The subject of a token that stands for nobody. */
const CHANNEL_ITSELF = 'channel';

/**
 * Says through which channel somebody calls, and who it is: issued by the sign-in of a province, or of the national
 * platform, once the person has signed in. It reaches that person's own data and nobody else's.
 */
export function issueChannelToken(
  caller: Pick<ChannelCaller, 'channel' | 'personToken'>,
  options: TokenIssue,
): Promise<string> {
  return signRegionToken(TYPE, caller.personToken ?? CHANNEL_ITSELF, { channel: caller.channel }, options);
}

export type ChannelTokenResult =
  | { readonly ok: true; readonly caller: ChannelCaller }
  | { readonly ok: false; readonly code: 'AUT-TOKEN'; readonly values: Readonly<Record<string, string>> };

export interface ChannelTokenVerifier {
  verify(token: string, nowMs: number): Promise<ChannelTokenResult>;
  /** Takes effect on the next token. */
  replace(keys: readonly VerificationKey[]): void;
}

/** Takes tokens of the service's own province and of the national platform, no other province's. */
export function createChannelTokenVerifier(options: {
  readonly keys: readonly VerificationKey[];
  readonly audience: string;
  readonly province: string;
}): ChannelTokenVerifier {
  const { audience, province } = options;
  const keys = createKeyRing(options.keys);
  return {
    replace: keys.replace,
    async verify(token, nowMs) {
      const read = await readRegionToken(keys, token, { type: TYPE, audience, nowMs });
      if (!read.ok) return refuse(read.reason);
      if (read.province !== province && read.province !== NATIONAL_POOL) return refuse('region');
      const { sub, channel } = read.claims;
      const known = PUBLIC_CHANNELS.find((each) => each === channel);
      if (known === undefined || typeof sub !== 'string') return refuse('claims');
      if (sub !== CHANNEL_ITSELF && !/^[A-Za-z0-9_-]{22}$/.test(sub)) return refuse('claims');
      const personToken = sub === CHANNEL_ITSELF ? undefined : sub;
      return { ok: true, caller: { channel: known, personToken, keyId: read.keyId } };
    },
  };
}

function refuse(reason: string): ChannelTokenResult {
  return { ok: false, code: 'AUT-TOKEN', values: { reason } };
}
