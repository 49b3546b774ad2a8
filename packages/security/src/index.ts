export { RECORD_SIGNATURE_HEADER, type SignableRecord } from './record-header.ts';
export { createRecordSigner, type RecordSigner } from './record-signer.ts';
export {
  createRecordVerifier,
  type RecordSignatureCode,
  type RecordVerdict,
  type RecordVerifier,
} from './record-verifier.ts';
export {
  createKeyRing,
  type KeyRing,
  type SigningKey,
  signingKeyFromPem,
  type VerificationKey,
  verificationKeyFromPem,
} from './signing-key.ts';
