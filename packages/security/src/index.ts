export {
  type CellAddress,
  type ColumnCipher,
  type CryptographyProfile,
  createColumnCipher,
} from './column-cipher.ts';
export type { Entropy } from './entropy.ts';
export { openFileKeyStore } from './file-key-store.ts';
export { dataKeyId, type KeyPurpose, type KeyStore, lookupKeyId, type SecretKey } from './key-store.ts';
export { createLookupHasher, type LookupHash, type LookupHasher } from './lookup-hasher.ts';
export { maskCertificateNumber, maskName } from './mask.ts';
export { RECORD_SIGNATURE_HEADER, type SignableRecord } from './record-header.ts';
export { createRecordSigner, type RecordSigner } from './record-signer.ts';
export {
  createRecordVerifier,
  type RecordSignatureCode,
  type RecordVerdict,
  type RecordVerifier,
} from './record-verifier.ts';
export {
  type Opened,
  openSealed,
  type SealingPrivateKey,
  type SealingPublicKey,
  sealFor,
  sealingPrivateKeyFromPem,
  sealingPublicKeyFromPem,
} from './seal.ts';
export {
  createKeyRing,
  type KeyRing,
  type SigningKey,
  signingKeyFromPem,
  type VerificationKey,
  verificationKeyFromPem,
} from './signing-key.ts';
