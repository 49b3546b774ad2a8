import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** One authenticated cipher under one key. `encrypt` gives nonce, ciphertext and tag in one piece. */
export interface ValueCipher {
  readonly algorithm: number;
  readonly nonceBytes: number;
  encrypt(plaintext: Buffer, nonce: Buffer, associatedData: Buffer): Buffer;
  decrypt(value: Buffer, associatedData: Buffer): Buffer;
}

/** Nonce (12), ciphertext, tag (16). */
export function aesGcm(key: Buffer): ValueCipher {
  const [nonceBytes, tagBytes] = [12, 16];
  return {
    algorithm: 1,
    nonceBytes,
    encrypt(plaintext, nonce, associatedData) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(associatedData);
      return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(value, associatedData) {
      if (value.length < nonceBytes + tagBytes) throw new Error('too short');
      const decipher = createDecipheriv('aes-256-gcm', key, value.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(associatedData);
      decipher.setAuthTag(value.subarray(value.length - tagBytes));
      const body = value.subarray(nonceBytes, value.length - tagBytes);
      return Buffer.concat([decipher.update(body), decipher.final()]);
    },
  };
}

/**
 * Initialisation vector (16), SM4-CBC ciphertext (GB/T 32907, PKCS #7 padding), HMAC-SM3 (32, GB/T 32905) over the
 * length of the associated data (8), the associated data, the vector and the ciphertext. The encryption key (16) and
 * the MAC key (32) are derived from the data key by HKDF-SM3, so that no key serves two algorithms.
 */
export function sm4CbcHmacSm3(key: Buffer): ValueCipher {
  const [vectorBytes, macBytes] = [16, 32];
  const derived = Buffer.from(hkdfSync('sm3', key, Buffer.alloc(0), 'yijie.column.gm.v1', 48));
  const [encryptionKey, macKey] = [derived.subarray(0, 16), derived.subarray(16)];

  function mac(associatedData: Buffer, vectorAndBody: Buffer): Buffer {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(associatedData.length));
    return createHmac('sm3', macKey).update(length).update(associatedData).update(vectorAndBody).digest();
  }

  return {
    algorithm: 2,
    nonceBytes: vectorBytes,
    encrypt(plaintext, vector, associatedData) {
      const cipher = createCipheriv('sm4-cbc', encryptionKey, vector);
      const vectorAndBody = Buffer.concat([vector, cipher.update(plaintext), cipher.final()]);
      return Buffer.concat([vectorAndBody, mac(associatedData, vectorAndBody)]);
    },
    decrypt(value, associatedData) {
      if (value.length < vectorBytes + macBytes) throw new Error('too short');
      const vectorAndBody = value.subarray(0, value.length - macBytes);
      const given = value.subarray(value.length - macBytes);
      if (!timingSafeEqual(given, mac(associatedData, vectorAndBody))) throw new Error('wrong MAC');
      const decipher = createDecipheriv('sm4-cbc', encryptionKey, vectorAndBody.subarray(0, vectorBytes));
      return Buffer.concat([decipher.update(vectorAndBody.subarray(vectorBytes)), decipher.final()]);
    },
  };
}
