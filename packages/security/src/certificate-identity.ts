import type { X509Certificate } from 'node:crypto';
import { type Identity, parseIdentityUri } from './identity.ts';

/** The one identity that a certificate names; undefined when it names none, or more than one. */
export function certificateIdentity(certificate: X509Certificate): Identity | undefined {
  const uris = alternativeNames(certificate.subjectAltName ?? '').filter((name) => name.startsWith('URI:'));
  const [uri] = uris;
  return uris.length === 1 && uri !== undefined ? parseIdentityUri(uri.slice('URI:'.length)) : undefined;
}

/** Serial number as lower-case hexadecimal digits without leading zeros: as written in deny-lists and audit rows. */
export function certificateSerial(certificate: X509Certificate): string {
  return normalSerial(certificate.serialNumber);
}

export function normalSerial(serial: string): string {
  return serial
    .replaceAll(/[:\s]/g, '')
    .replace(/^0+(?=.)/, '')
    .toLowerCase();
}

/**
 * Splits Node's text form at commas outside quotes: Node quotes every value that holds a comma or a quote, so that one
 * name can't pose as two.
 */
function alternativeNames(text: string): string[] {
  return text.match(/(?:[^",]|"(?:[^"\\]|\\.)*")+/g)?.map((name) => name.trim()) ?? [];
}
