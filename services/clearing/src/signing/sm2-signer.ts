import { sm2 } from 'sm-crypto-v2';
import type { PartySignature, PartySigner } from './party-signer.ts';

/** A party's SM2 key: 32 bytes, hexadecimal. */
export interface PartyKey {
  readonly keyId: string;
  readonly privateKey: string;
}

/**
 * SM2 with SM3 (GB/T 32918.2), DER, with the standard's default user id, over the content hash as text. Node's own crypto
 * makes an ECDSA signature on the SM2 curve, which no other SM2 implementation accepts.
 */
export function createSm2Signer(keys: ReadonlyMap<string, PartyKey>): PartySigner {
  const publicKeys = new Map(
    [...keys].map(([party, { privateKey }]) => [party, sm2.getPublicKeyFromPrivateKey(privateKey)]),
  );
  return {
    sign(party, contentHash): PartySignature | undefined {
      const key = keys.get(party);
      if (key === undefined) return undefined;
      return { keyId: key.keyId, signature: sm2.doSignature(contentHash, key.privateKey, HOW) };
    },
    verify(party, contentHash, { keyId, signature }): boolean {
      const publicKey = publicKeys.get(party);
      if (publicKey === undefined || keys.get(party)?.keyId !== keyId) return false;
      return sm2.doVerifySignature(contentHash, signature, publicKey, HOW);
    },
  };
}

const HOW = { hash: true, der: true } as const;
