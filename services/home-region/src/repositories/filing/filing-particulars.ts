import type { Queryable } from '@yijie/postgres';

export interface ParticularsRow {
  readonly contactCipher: Buffer | undefined;
  readonly referralInstitution: string | undefined;
  readonly referralDocument: string | undefined;
  readonly materials: readonly { readonly kind: string; readonly reference: string }[];
}

export async function addParticulars(
  tx: Queryable,
  filingId: string,
  version: number,
  row: ParticularsRow,
): Promise<void> {
  await tx.query(
    `INSERT INTO filing_particulars (filing_id, version, contact_cipher, referral_institution, referral_document,
       material_kinds, material_references) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      filingId,
      version,
      row.contactCipher ?? null,
      row.referralInstitution ?? null,
      row.referralDocument ?? null,
      row.materials.map(({ kind }) => kind),
      row.materials.map(({ reference }) => reference),
    ],
  );
}

/** What the newest version that brought anything says. */
export async function newestParticulars(
  database: Queryable,
  filingId: string,
): Promise<ParticularsRow | undefined> {
  const { rows } = await database.query<Row>(
    'SELECT * FROM filing_particulars WHERE filing_id = $1 ORDER BY version DESC LIMIT 1',
    [filingId],
  );
  const [row] = rows;
  return (
    row && {
      contactCipher: row.contact_cipher ?? undefined,
      referralInstitution: row.referral_institution ?? undefined,
      referralDocument: row.referral_document ?? undefined,
      materials: row.material_kinds.map((kind, index) => ({
        kind,
        reference: row.material_references[index] ?? '',
      })),
    }
  );
}

interface Row {
  readonly contact_cipher: Buffer | null;
  readonly referral_institution: string | null;
  readonly referral_document: string | null;
  readonly material_kinds: readonly string[];
  readonly material_references: readonly string[];
}
