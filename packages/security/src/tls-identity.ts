import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Clock } from '@yijie/runtime';
import { certificateIdentity, certificateSerial } from './certificate-identity.ts';
import { refuseDevelopmentMaterial, type SecurityProfile } from './development-mark.ts';
import type { Identity } from './identity.ts';
import type { CertificateFiles } from './key-files.ts';
import { readMaterial } from './read-material.ts';

/** A certificate with its key and the authorities to trust, checked and ready for TLS. */
export interface TlsIdentity {
  readonly identity: Identity;
  readonly serial: string;
  /** For the gauge that warns 30, 7 and 1 day before the end. */
  readonly notAfterMs: number;
  /** When the first of the authorities ends. */
  readonly authorityNotAfterMs: number;
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly authorities: Buffer;
}

/** Reads and checks at start, so that a wrong file stops the service and not the first call. */
export async function loadTlsIdentity(
  files: CertificateFiles,
  { profile, clock }: { readonly profile: SecurityProfile; readonly clock: Pick<Clock, 'now'> },
): Promise<TlsIdentity> {
  const [certificate, privateKey, authorities] = await Promise.all([
    readMaterial(files.certificateFile, 'certificate', profile),
    readMaterial(files.privateKeyFile, 'private key of the certificate', profile),
    readMaterial(files.authorityFile, 'certificate authorities', profile),
  ]);
  const leaf = parseCertificate(certificate, files.certificateFile);
  const issuers = pemCertificates(authorities).map((pem) => parseCertificate(pem, files.authorityFile));
  if (issuers.length === 0) throw new Error(`${files.authorityFile} holds no certificate in PEM form`);
  for (const { subject } of issuers) refuseDevelopmentMaterial(profile, subject, files.authorityFile);
  refuseDevelopmentMaterial(profile, leaf.issuer, files.certificateFile);
  requireValidNow(leaf, clock.now(), files.certificateFile);
  if (!leaf.checkPrivateKey(createPrivateKey(privateKey)))
    throw new Error(`${files.privateKeyFile} isn't the key of ${files.certificateFile}`);
  const identity = certificateIdentity(leaf);
  if (identity === undefined)
    throw new Error(
      `${files.certificateFile} names no identity (URI spiffe://yijie/… among its alternative names)`,
    );
  return {
    identity,
    serial: certificateSerial(leaf),
    notAfterMs: leaf.validToDate.getTime(),
    authorityNotAfterMs: Math.min(...issuers.map((issuer) => issuer.validToDate.getTime())),
    certificate: Buffer.from(certificate),
    privateKey: Buffer.from(privateKey),
    authorities: Buffer.from(authorities),
  };
}

function pemCertificates(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

function parseCertificate(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new Error(`${file} holds no certificate in PEM form`, { cause });
  }
}

function requireValidNow(certificate: X509Certificate, now: number, file: string): void {
  if (certificate.validFromDate.getTime() > now)
    throw new Error(`${file} isn't valid before ${certificate.validFrom}: check this machine's clock`);
  if (certificate.validToDate.getTime() <= now)
    throw new Error(`${file} expired on ${certificate.validTo}: have it renewed by its authority`);
}
