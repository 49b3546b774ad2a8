import { SealedCredential } from '@yijie/contracts/exchange';
import { CREDENTIAL_CONTEXT } from '@yijie/exchange';
import { openSealed, type SealingPrivateKey } from '@yijie/security';
import type { Credential } from '../core/members/verify-person.ts';

/** The numbers of the hospital's contract (treatment.v1.Credential.Type). */
const TYPES: Readonly<Record<number, Credential['type']>> = {
  1: 'e-credential',
  2: 'id-card',
  3: 'social-security-card',
};

/** Undefined when it wasn't sealed for this region or isn't a credential. */
export function openCredential(
  keys: readonly SealingPrivateKey[],
  sealed: Uint8Array,
): Credential | undefined {
  const opened = openSealed(keys, sealed, CREDENTIAL_CONTEXT);
  if (!opened.ok) return undefined;
  try {
    const { type, token, certificateNumber, name } = SealedCredential.decode(opened.plaintext);
    const known = TYPES[type];
    return known && { type: known, token, certificateNumber: certificateNumber.toUpperCase(), name };
  } catch {
    return undefined;
  }
}
