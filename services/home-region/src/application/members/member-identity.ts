import type { CellAddress, ColumnCipher } from '@yijie/security';

/** Who a member is, as the encrypted column holds it. */
export interface MemberIdentity {
  readonly name: string;
  readonly certificateNumber: string;
}

export function writeIdentity(
  cipher: ColumnCipher,
  personToken: string,
  identity: MemberIdentity,
  year: number,
): Buffer {
  return cipher.encrypt(JSON.stringify(identity), cell(personToken), year);
}

export function readIdentity(cipher: ColumnCipher, personToken: string, value: Uint8Array): MemberIdentity {
  return JSON.parse(cipher.decrypt(value, cell(personToken))) as MemberIdentity;
}

function cell(personToken: string): CellAddress {
  return { table: 'member', column: 'identity_cipher', rowId: personToken };
}
