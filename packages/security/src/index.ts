export { ACCESS_TABLE, type Budget, ROLES, type Role, type Rpc, type Scope } from './access-table.ts';
export {
  AUDIT_PARAMETERS,
  type AuditActor,
  type AuditEntry,
  auditActor,
  auditColumns,
  auditInsert,
  auditRegion,
} from './audit-entry.ts';
export type { AuditHead, AuditPosition } from './audit-head.ts';
export { headsFrom, lastHead } from './audit-head-row.ts';
export { recordRestore } from './audit-restore.ts';
export { auditGrantsSql, auditMigrationsFolder } from './audit-schema.ts';
export {
  oldestUnsealedMs,
  runAuditSealer,
  type SealerOptions,
  type SealOptions,
  sealAuditBlock,
} from './audit-sealer.ts';
export {
  type AuditFinding,
  type AuditFindingKind,
  type AuditReport,
  type VerifyAuditOptions,
  verifyAuditChain,
} from './audit-verify.ts';
export { isWitnessSignatureGood, judgeHead, type WitnessedHead, witnessHead } from './audit-witness.ts';
export {
  type Authorization,
  authorize,
  type RowFilter,
  roleOf,
  rowFilter,
  withSecondPerson,
} from './authorize.ts';
export { AGENCY_ROLES, type AgencyPerson, type AgencyRole, type Caller, callerName } from './caller.ts';
export {
  type CallerCode,
  type CallerReader,
  type CallerResult,
  createCallerReader,
  type IncomingCall,
} from './caller-from.ts';
export { type Canary, type CanaryHit, type CanaryScanner, createCanaryScanner } from './canary.ts';
export {
  type ChannelCaller,
  type ChannelTokenVerifier,
  createChannelTokenVerifier,
  issueChannelToken,
  PUBLIC_CHANNELS,
  type PublicChannel,
} from './channel-token.ts';
export {
  type CellAddress,
  type ColumnCipher,
  type CryptographyProfile,
  createColumnCipher,
} from './column-cipher.ts';
export { createDenyList, type DenyList, readDenyList } from './deny-list.ts';
export type { SecurityProfile } from './development-mark.ts';
export { type Authorized, createEdgeGuard } from './edge-guard.ts';
export {
  createEdgeLimits,
  DEFAULT_EDGE_LIMITS,
  type EdgeLimitSettings,
  type EdgeLimits,
  type LimitAnswer,
} from './edge-limits.ts';
export type { Entropy } from './entropy.ts';
export { openFileKeyStore } from './file-key-store.ts';
export { type Identity, identityUri, NATIONAL_POOL, parseIdentityUri } from './identity.ts';
export { type FreshOptions, keepFresh } from './keep-fresh.ts';
export {
  authorityFile,
  type CertificateFiles,
  certificateFiles,
  denyListFile,
  type RegionFiles,
  regionFiles,
  trustFolder,
} from './key-files.ts';
export {
  dataKeyId,
  type KeyPurpose,
  type KeyStore,
  lookupKeyId,
  prepareColumnKeys,
  type SecretKey,
} from './key-store.ts';
export { createLookupHasher, type LookupHash, type LookupHasher } from './lookup-hasher.ts';
export { maskCertificateNumber, maskName } from './mask.ts';
export {
  createTokenVerifier,
  issuePersonToken,
  type TokenResult,
  type TokenVerifier,
} from './person-token.ts';
export {
  createLocalRateLimiter,
  createSharedRateLimiter,
  type RateLimiter,
  type SharedBuckets,
} from './rate-limiter.ts';
export { RECORD_SIGNATURE_HEADER, type SignableRecord } from './record-header.ts';
export { createRecordSigner, type RecordSigner } from './record-signer.ts';
export {
  createRecordVerifier,
  type RecordSignatureCode,
  type RecordVerdict,
  type RecordVerifier,
} from './record-verifier.ts';
export { createRedisBuckets, type RedisScripts } from './redis-buckets.ts';
export { loadRegionKeys, loadTrustedRegions, type RegionKeys, type TrustedRegions } from './region-keys.ts';
export { TOKEN_LIFE_MAX_MS } from './region-token.ts';
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
export { clientCredentials, type Renewable, serverCredentials, type TlsOptions } from './tls-credentials.ts';
export { loadTlsIdentity, type TlsIdentity } from './tls-identity.ts';
export { type Bucket, type RateLimit, type Taken, takeTokens } from './token-bucket.ts';
