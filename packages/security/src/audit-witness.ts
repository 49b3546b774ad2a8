import { sign, verify } from 'node:crypto';
import type { AuditHead } from './audit-head.ts';
import type { KeyRing, SigningKey } from './signing-key.ts';

/**
 * A head as a neighbour keeps it: whoever owns a database can rewrite all of it, but not what others wrote down.
 * The witness signs what it saw, with a key of its own.
 */
export interface WitnessedHead {
  readonly chain: string;
  readonly number: number;
  readonly headHash: Buffer;
  readonly sealedAtMs: number;
  readonly witnessProvince: string;
  readonly witnessKeyId: Buffer;
  readonly witnessSignature: Buffer;
}

export function witnessHead(head: AuditHead, key: SigningKey): WitnessedHead {
  const { chain, number, headHash, sealedAtMs } = head;
  return {
    chain,
    number,
    headHash,
    sealedAtMs,
    witnessProvince: key.province,
    witnessKeyId: key.keyId,
    witnessSignature: sign(null, statement(head), key.privateKey),
  };
}

export function isWitnessSignatureGood(witnessed: WitnessedHead, keys: KeyRing): boolean {
  const key = keys.find(witnessed.witnessKeyId.toString('latin1'));
  return (
    key !== undefined &&
    key.province === witnessed.witnessProvince &&
    verify(null, statement(witnessed), key.publicKey, witnessed.witnessSignature)
  );
}

/**
 * What a witness does with a head that it is shown: `known` is the newest it holds of that chain. A head that is older,
 * or of equal number and other content, is never taken: the owner went back, or forked.
 */
export function judgeHead(
  known: Pick<AuditHead, 'number' | 'headHash'> | undefined,
  shown: Pick<AuditHead, 'number' | 'headHash' | 'previousHash'>,
): 'extends' | 'same' | 'older' | 'differs' {
  if (known === undefined || shown.number > known.number + 1) return 'extends';
  if (shown.number === known.number + 1)
    return shown.previousHash.equals(known.headHash) ? 'extends' : 'differs';
  if (shown.number < known.number) return 'older';
  return shown.headHash.equals(known.headHash) ? 'same' : 'differs';
}

const DOMAIN = Buffer.from('yijie.audit.witness.v1\0', 'latin1');

function statement(head: Pick<AuditHead, 'chain' | 'number' | 'headHash'>): Buffer {
  const chain = Buffer.from(head.chain, 'utf8');
  const numbers = Buffer.alloc(10);
  numbers.writeUInt16BE(chain.length);
  numbers.writeBigUInt64BE(BigInt(head.number), 2);
  return Buffer.concat([DOMAIN, numbers, chain, head.headHash]);
}
