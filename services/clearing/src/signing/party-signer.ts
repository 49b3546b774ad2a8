import type { PartyCode } from '@yijie/clearing';

/** Signs in the name of a party's agency. Keys come from configuration; a hardware module is another implementation. */
export interface PartySigner {
  /** Undefined: no key of this party is here. */
  sign(party: PartyCode, contentHash: string): PartySignature | undefined;
  verify(party: PartyCode, contentHash: string, signature: PartySignature): boolean;
}

export interface PartySignature {
  readonly keyId: string;
  /** Hexadecimal. */
  readonly signature: string;
}
