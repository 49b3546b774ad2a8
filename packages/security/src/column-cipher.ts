import { type Entropy, secretBytes } from './entropy.ts';
import { dataKeyId, type SecretKey } from './key-store.ts';
import { aesGcm, sm4CbcHmacSm3, type ValueCipher } from './value-cipher.ts';

/** `intl`: AES-256-GCM. `gm`: SM4-CBC with HMAC-SM3, encrypt then MAC (Node has no SM4-GCM). Chosen per region. */
export type CryptographyProfile = 'intl' | 'gm';

/** Where a value lives. A value that is moved to another table, column or row doesn't open there. */
export interface CellAddress {
  readonly table: string;
  readonly column: string;
  /** The primary key as text; uuids as 32 hexadecimal signs. */
  readonly rowId: string;
}

export interface ColumnCipher {
  /** `year` chooses the key: the year, in Asia/Shanghai, in which the row is made. */
  encrypt(plaintext: string, cell: CellAddress, year: number): Buffer;
  /** Throws when the value isn't what was encrypted for this cell, or its key is gone. */
  decrypt(value: Uint8Array, cell: CellAddress): string;
}

/**
 * Encrypts single values of a table (names, identity numbers).
 * Value: version (1 byte), algorithm (1), length of the key id (1), key id, then what the algorithm says. All of it
 * before the ciphertext, and the cell's address, are authenticated.
 * Random nonces of 96 bits allow 2^32 values under one key; a key holds for one region and year.
 */
export function createColumnCipher(options: {
  readonly region: string;
  readonly profile: CryptographyProfile;
  readonly keys: readonly SecretKey[];
  readonly entropy: Entropy;
}): ColumnCipher {
  const { region, profile, entropy } = options;
  const ciphers = new Map<string, ValueCipher>();
  for (const key of options.keys) {
    for (const cipher of [aesGcm(key.bytes), sm4CbcHmacSm3(key.bytes)]) {
      ciphers.set(cipherName(cipher.algorithm, key.keyId), cipher);
    }
  }
  const algorithm = profile === 'gm' ? SM4_CBC_HMAC_SM3 : AES_256_GCM;

  return {
    encrypt(plaintext, cell, year) {
      const keyId = dataKeyId(region, year);
      const cipher = ciphers.get(cipherName(algorithm, keyId));
      if (cipher === undefined) throw new Error(`no data key ${keyId}: make it before the year begins`);
      const head = Buffer.from([VERSION, algorithm, keyId.length, ...Buffer.from(keyId, 'latin1')]);
      const nonce = secretBytes(entropy, cipher.nonceBytes);
      const body = cipher.encrypt(Buffer.from(plaintext, 'utf8'), nonce, associatedData(head, cell));
      return Buffer.concat([head, body]);
    },
    decrypt(value, cell) {
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      const headBytes = 3 + (bytes[2] ?? 0);
      if (bytes[0] !== VERSION || bytes.length < headBytes)
        throw new Error(`${cellName(cell)}: not an encrypted value`);
      const head = bytes.subarray(0, headBytes);
      const keyId = head.toString('latin1', 3);
      const cipher = ciphers.get(cipherName(bytes[1] ?? 0, keyId));
      if (cipher === undefined) throw new Error(`${cellName(cell)}: no data key ${keyId}`);
      try {
        return cipher.decrypt(bytes.subarray(headBytes), associatedData(head, cell)).toString('utf8');
      } catch (cause) {
        throw new Error(`${cellName(cell)}: the value isn't what was encrypted for this cell`, { cause });
      }
    },
  };
}

const VERSION = 1;
export const AES_256_GCM = 1;
export const SM4_CBC_HMAC_SM3 = 2;

function cipherName(algorithm: number, keyId: string): string {
  return `${algorithm}:${keyId}`;
}

/** The parts are separated by a sign that none of them may hold. */
function associatedData(head: Buffer, cell: CellAddress): Buffer {
  const address = [cell.table, cell.column, cell.rowId];
  if (address.some((part) => part.includes('\0'))) throw new Error('a cell address must not hold NUL');
  return Buffer.concat([head, Buffer.from(address.join('\0'), 'utf8')]);
}

/** Named without the row: errors are logged. */
function cellName(cell: CellAddress): string {
  return `${cell.table}.${cell.column}`;
}
