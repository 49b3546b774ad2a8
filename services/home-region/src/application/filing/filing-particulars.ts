import { localDateAt } from '@yijie/calendar';
import type { Evidence } from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import type { ColumnCipher } from '@yijie/security';
import { addParticulars, newestParticulars } from '../../repositories/filing/filing-particulars.ts';

/** A paper, named by where it lies. */
export interface Material {
  readonly kind: Evidence;
  readonly reference: string;
}

export interface FilingContact {
  readonly name: string;
  readonly telephone: string;
  readonly address: string;
}

/** What a filing says beyond what the rules read. */
export interface FilingParticulars {
  readonly contact?: FilingContact | undefined;
  readonly referralInstitution?: string | undefined;
  readonly referralDocument?: string | undefined;
  readonly materials: readonly Material[];
}

export const NO_PARTICULARS: FilingParticulars = { materials: [] };

/** Keeps them with a version of the filing; nothing is written when there is nothing to say. */
export async function saveParticulars(
  cipher: ColumnCipher,
  tx: Queryable,
  filing: { readonly filingId: string; readonly version: number },
  particulars: FilingParticulars,
  nowMs: number,
): Promise<void> {
  const { contact, referralInstitution, referralDocument, materials } = particulars;
  if (!contact && !referralInstitution && !referralDocument && materials.length === 0) return;
  const year = Number(localDateAt(nowMs).slice(0, 4));
  await addParticulars(tx, filing.filingId, filing.version, {
    contactCipher: contact && cipher.encrypt(JSON.stringify(contact), cell(filing.filingId), year),
    referralInstitution,
    referralDocument,
    materials,
  });
}

export async function readParticulars(
  cipher: ColumnCipher,
  database: Queryable,
  filingId: string,
): Promise<FilingParticulars> {
  const row = await newestParticulars(database, filingId);
  if (row === undefined) return NO_PARTICULARS;
  return {
    contact:
      row.contactCipher && (JSON.parse(cipher.decrypt(row.contactCipher, cell(filingId))) as FilingContact),
    referralInstitution: row.referralInstitution,
    referralDocument: row.referralDocument,
    materials: row.materials as readonly Material[],
  };
}

function cell(filingId: string) {
  return { table: 'filing_particulars', column: 'contact_cipher', rowId: filingId };
}
