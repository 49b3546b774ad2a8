import { localDate } from '@yijie/calendar';
import type { MappingRow } from '@yijie/catalogue';
import type { FeeCategoryCode } from '@yijie/codes';
import { byteaArray, int4Array, type Queryable, textArray } from '@yijie/postgres';

/** Mappings that institutions made themselves, with the newest revision. */
export async function loadItemMappings(
  database: Queryable,
  institutionCode: string,
): Promise<readonly MappingRow[]> {
  const { rows } = await database.query<{
    item_code: string;
    valid_from: string;
    national_code: string | null;
    self_paid_reason: string | null;
    category_code: string | null;
  }>(
    `SELECT item_code, valid_from, national_code, self_paid_reason, category_code
       FROM item_mapping WHERE institution_code = $1 ORDER BY item_code, valid_from`,
    [institutionCode],
  );
  return rows.map((row) => ({
    itemCode: row.item_code,
    nationalCode: row.national_code ?? undefined,
    selfPaidReason: row.self_paid_reason ?? undefined,
    selfPaidCategory: (row.category_code ?? undefined) as FeeCategoryCode | undefined,
    validFrom: localDate(row.valid_from),
  }));
}

/** Institutions whose mappings changed after a revision, and the newest revision. */
export async function changedMappings(
  database: Queryable,
  afterRevision: number,
): Promise<{ readonly institutionCodes: readonly string[]; readonly revision: number }> {
  const { rows } = await database.query<{ institution_code: string; revision: number }>(
    `SELECT institution_code, max(revision) AS revision FROM item_mapping WHERE revision > $1
      GROUP BY institution_code`,
    [afterRevision],
  );
  return {
    institutionCodes: rows.map((row) => row.institution_code),
    revision: rows.reduce((newest, row) => Math.max(newest, row.revision), afterRevision),
  };
}

export interface NewItemMapping {
  readonly itemCode: string;
  readonly validFrom: string;
  readonly nationalCode: string | undefined;
  readonly selfPaidReason: string | undefined;
  readonly categoryCode: string | undefined;
}

export async function saveItemMappings(
  tx: Queryable,
  institutionCode: string,
  mappings: readonly NewItemMapping[],
  nowMs: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO item_mapping (institution_code, item_code, valid_from, national_code, self_paid_reason,
                               category_code, mapped_at_ms)
     SELECT $1, item_code, valid_from::date, national_code, reason, category, $7
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
            AS m(item_code, valid_from, national_code, reason, category)
     ON CONFLICT (institution_code, item_code, valid_from) DO UPDATE
        SET national_code = excluded.national_code, self_paid_reason = excluded.self_paid_reason,
            category_code = excluded.category_code, mapped_at_ms = excluded.mapped_at_ms,
            revision = nextval('item_mapping_revision_seq')`,
    [
      institutionCode,
      textArray(mappings.map((row) => row.itemCode)),
      textArray(mappings.map((row) => row.validFrom)),
      textArray(mappings.map((row) => row.nationalCode ?? null)),
      textArray(mappings.map((row) => row.selfPaidReason ?? null)),
      textArray(mappings.map((row) => row.categoryCode ?? null)),
      nowMs,
    ],
  );
}

/** Takes mapped items off the queue; returns the visits whose uploads were refused for them. */
export async function closeUnmappedItems(
  tx: Queryable,
  institutionCode: string,
  itemCodes: readonly string[],
  nowMs: number,
): Promise<readonly Buffer[]> {
  await tx.query(
    `UPDATE unmapped_item SET mapped_at_ms = $3
      WHERE institution_code = $1 AND item_code = ANY ($2::text[]) AND mapped_at_ms IS NULL`,
    [institutionCode, textArray(itemCodes), nowMs],
  );
  const { rows } = await tx.query<{ visit_id: Buffer }>(
    `DELETE FROM unmapped_item_visit WHERE institution_code = $1 AND item_code = ANY ($2::text[])
     RETURNING visit_id`,
    [institutionCode, textArray(itemCodes)],
  );
  return rows.map((row) => row.visit_id);
}

export interface SeenUnmappedItem {
  readonly institutionCode: string;
  readonly itemCode: string;
  readonly itemName: string;
  readonly seenLines: number;
  readonly visitId: Buffer | undefined;
}

export async function queueUnmappedItems(
  database: Queryable,
  items: readonly SeenUnmappedItem[],
  nowMs: number,
): Promise<void> {
  if (items.length === 0) return;
  await database.query(
    `WITH seen AS (
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int4[], $5::bytea[])
                     AS s(institution_code, item_code, item_name, seen_lines, visit_id)),
     items AS (
       INSERT INTO unmapped_item (institution_code, item_code, item_name, first_seen_at_ms, seen_lines)
       SELECT institution_code, item_code, max(item_name), $6::int8, sum(seen_lines)::int4
         FROM seen GROUP BY institution_code, item_code
       ON CONFLICT (institution_code, item_code) DO UPDATE
          SET seen_lines = unmapped_item.seen_lines + excluded.seen_lines, mapped_at_ms = NULL)
     INSERT INTO unmapped_item_visit (institution_code, item_code, visit_id)
     SELECT DISTINCT institution_code, item_code, visit_id FROM seen WHERE visit_id IS NOT NULL
     ON CONFLICT DO NOTHING`,
    [
      textArray(items.map((item) => item.institutionCode)),
      textArray(items.map((item) => item.itemCode)),
      textArray(items.map((item) => item.itemName)),
      int4Array(items.map((item) => item.seenLines)),
      byteaArray(items.map((item) => item.visitId ?? null)),
      nowMs,
    ],
  );
}

export async function listUnmappedItems(
  database: Queryable,
  institutionCode: string,
  after: string,
  size: number,
): Promise<readonly { itemCode: string; itemName: string; firstSeenAtMs: number; seenLines: number }[]> {
  const { rows } = await database.query<{
    itemCode: string;
    itemName: string;
    firstSeenAtMs: number;
    seenLines: number;
  }>(
    `SELECT item_code AS "itemCode", item_name AS "itemName", first_seen_at_ms AS "firstSeenAtMs",
            seen_lines AS "seenLines"
       FROM unmapped_item
      WHERE institution_code = $1 AND item_code > $2 AND mapped_at_ms IS NULL
      ORDER BY item_code LIMIT $3`,
    [institutionCode, after, size],
  );
  return rows;
}

export async function countUnmappedItems(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    'SELECT count(*) AS count FROM unmapped_item WHERE mapped_at_ms IS NULL',
  );
  return rows[0]?.count ?? 0;
}

/** Items of a visit's refused bills that are still without a national code. */
export async function unmappedItemsOfVisit(
  database: Queryable,
  institutionCode: string,
  visitId: Buffer,
): Promise<readonly string[]> {
  const { rows } = await database.query<{ item_code: string }>(
    `SELECT item_code FROM unmapped_item_visit WHERE visit_id = $1 AND institution_code = $2 ORDER BY item_code LIMIT 20`,
    [visitId, institutionCode],
  );
  return rows.map((row) => row.item_code);
}
