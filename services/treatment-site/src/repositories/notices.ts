import type { VisitKind } from '@yijie/codes';
import type { Queryable } from '@yijie/postgres';
import type { Notice } from '../core/notice.ts';

const COLUMNS = `notice_id, region, institution_code, service, starts_at_ms, ends_at_ms, reason_zh, reason_en, planned,
                 published_at_ms, withdrawn_at_ms`;

/** What may be in force now or soon, kept in memory by the running service. */
export async function currentNotices(database: Queryable, nowMs: number): Promise<Notice[]> {
  const { rows } = await database.query<Row>(
    `SELECT ${COLUMNS} FROM notice WHERE withdrawn_at_ms IS NULL AND ends_at_ms > $1`,
    [nowMs],
  );
  return rows.map(noticeOf);
}

export interface NoticePage {
  readonly region: string;
  readonly institutionCode: string;
  /** Notices that end after it; 0 for all. */
  readonly endsAfterMs: number;
  /** Strictly after this one. */
  readonly after: { readonly startsAtMs: number; readonly noticeId: Buffer } | undefined;
  readonly size: number;
}

/** By start. A region's notices are its own and those of the province it lies in. */
export async function listNotices(database: Queryable, page: NoticePage): Promise<Notice[]> {
  const { rows } = await database.query<Row>(
    `SELECT ${COLUMNS} FROM notice
      WHERE ($1 = '' OR region = $1 OR region = left($1, 2) || '0000' OR region = left($1, 4) || '00')
        AND ($2 = '' OR institution_code = $2)
        AND ends_at_ms > $3 AND ($3 = 0 OR withdrawn_at_ms IS NULL)
        AND (starts_at_ms, notice_id) > ($4::bigint, $5::bytea)
      ORDER BY starts_at_ms, notice_id LIMIT $6`,
    [
      page.region,
      page.institutionCode,
      page.endsAfterMs,
      page.after?.startsAtMs ?? 0,
      page.after?.noticeId ?? Buffer.alloc(0),
      page.size,
    ],
  );
  return rows.map(noticeOf);
}

/** The notice kept under the publisher's key: the one given, or an earlier one. */
export async function insertNotice(
  tx: Queryable,
  notice: Notice,
  publishedBy: string,
  idempotencyKey: string,
): Promise<{ readonly notice: Notice; readonly isNew: boolean }> {
  const inserted = await tx.query<Row>(
    `INSERT INTO notice (notice_id, region, institution_code, service, starts_at_ms, ends_at_ms, reason_zh, reason_en,
                         planned, published_at_ms, published_by, idempotency_key)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (published_by, idempotency_key) DO NOTHING RETURNING ${COLUMNS}`,
    [
      notice.noticeId,
      notice.region,
      notice.institutionCode,
      notice.service ?? '',
      notice.startsAtMs,
      notice.endsAtMs,
      notice.reasonZh,
      notice.reasonEn,
      notice.planned,
      notice.publishedAtMs,
      publishedBy,
      idempotencyKey,
    ],
  );
  if (inserted.rows[0]) return { notice: noticeOf(inserted.rows[0]), isNew: true };
  const { rows } = await tx.query<Row>(
    `SELECT ${COLUMNS} FROM notice WHERE published_by = $1 AND idempotency_key = $2`,
    [publishedBy, idempotencyKey],
  );
  return { notice: noticeOf(rows[0] as Row), isNew: false };
}

export async function findNotice(database: Queryable, noticeId: Buffer): Promise<Notice | undefined> {
  const { rows } = await database.query<Row>(`SELECT ${COLUMNS} FROM notice WHERE notice_id = $1`, [
    noticeId,
  ]);
  return rows[0] && noticeOf(rows[0]);
}

/** Withdrawn once; a second time changes nothing. */
export async function withdraw(tx: Queryable, noticeId: Buffer, nowMs: number): Promise<boolean> {
  const { count } = await tx.query(
    'UPDATE notice SET withdrawn_at_ms = $2 WHERE notice_id = $1 AND withdrawn_at_ms IS NULL',
    [noticeId, nowMs],
  );
  return count > 0;
}

interface Row {
  readonly notice_id: Buffer;
  readonly region: string;
  readonly institution_code: string;
  readonly service: VisitKind | '';
  readonly starts_at_ms: number;
  readonly ends_at_ms: number;
  readonly reason_zh: string;
  readonly reason_en: string;
  readonly planned: boolean;
  readonly published_at_ms: number;
  readonly withdrawn_at_ms: number | null;
}

function noticeOf(row: Row): Notice {
  return {
    noticeId: row.notice_id,
    region: row.region,
    institutionCode: row.institution_code,
    service: row.service || undefined,
    startsAtMs: row.starts_at_ms,
    endsAtMs: row.ends_at_ms,
    reasonZh: row.reason_zh,
    reasonEn: row.reason_en,
    planned: row.planned,
    publishedAtMs: row.published_at_ms,
    withdrawnAtMs: row.withdrawn_at_ms ?? undefined,
  };
}
