import 'reflect-metadata';
import { webcrypto, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { DEVELOPMENT_MARK } from '../development-mark.ts';
import { type Entropy, secretBytes } from '../entropy.ts';
import { type Identity, identityUri } from '../identity.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
/** Clocks of two machines may differ. */
const BACKDATED_MS = 5 * 60_000;

export interface IssuedCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export async function issueAuthority(now: number, entropy: Entropy): Promise<IssuedCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(entropy),
    name: `O=${escaped(DEVELOPMENT_MARK)}, CN=Yijie development authority`,
    notBefore: new Date(now - BACKDATED_MS),
    notAfter: new Date(now + 3_650 * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificatePem: certificate.toString('pem'), privateKeyPem: await privatePem(keys.privateKey) };
}

/** Services serve and call, on this machine's own names and those given; everybody else only calls. */
export async function issueCertificate(options: {
  readonly authority: IssuedCertificate;
  readonly identity: Identity;
  readonly days: number;
  readonly hosts: readonly string[];
  readonly now: number;
  readonly entropy: Entropy;
}): Promise<IssuedCertificate> {
  const authority = new x509.X509Certificate(options.authority.certificatePem);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const uri = identityUri(options.identity);
  const serves = options.identity.kind === 'service';
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(options.entropy),
    subject: `O=Yijie, CN=${escaped(uri)}`,
    issuer: authority.subject,
    notBefore: new Date(options.now - BACKDATED_MS),
    notAfter: new Date(options.now + options.days * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await authorityKey(options.authority.privateKeyPem),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(serves ? [serverAuth, clientAuth] : [clientAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'url', value: uri },
        ...(serves ? options.hosts.map(hostName) : []),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority),
    ],
  });
  return { certificatePem: certificate.toString('pem'), privateKeyPem: await privatePem(keys.privateKey) };
}

/** Whether a certificate made earlier can go on: right authority, right names, a quarter of its life left. */
export function isStillGood(
  certificate: X509Certificate,
  authority: X509Certificate,
  hosts: readonly string[],
  now: number,
): boolean {
  const from = certificate.validFromDate.getTime();
  const until = certificate.validToDate.getTime();
  return (
    now >= from &&
    until - now > (until - from) / 4 &&
    certificate.verify(authority.publicKey) &&
    hosts.every(
      (host) => (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined,
    )
  );
}

function hostName(host: string): x509.JsonGeneralName {
  return { type: isIP(host) ? 'ip' : 'dns', value: host };
}

/** 16 bytes, positive and without a leading zero byte, as X.509 wants it. */
function serialNumber(entropy: Entropy): string {
  const bytes = secretBytes(entropy, 16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function escaped(value: string): string {
  return value.replaceAll(/([,+"\\<>;=])/g, '\\$1');
}

async function authorityKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign']);
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}
