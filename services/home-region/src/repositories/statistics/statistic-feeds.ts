import type { LocalDate } from '@yijie/calendar';
import type { HospitalLevel, PersonClass, Scheme, VisitKind } from '@yijie/codes';
import { Command, Reply } from '@yijie/contracts/exchange';
import { assert } from '@yijie/money';
import type { Queryable, Statement } from '@yijie/postgres';
import { idToText } from '@yijie/runtime';
import {
  type Contribution,
  claimContributions,
  filingContributions,
  refusalContributions,
  type StatisticSides,
  settlementContributions,
} from '../../core/statistics/statistic-measures.ts';
import { hospitalLevel, personClass } from '../../wire/words.ts';

/** How far a source has been read: its transaction, and the row within it. */
export interface FeedPosition {
  readonly xid: string;
  readonly lastRow: Buffer;
}

export interface FeedPage {
  readonly rows: number;
  readonly contributions: readonly Contribution[];
  readonly until: FeedPosition;
}

/** A table that statistics are counted from. */
export interface StatisticFeed {
  readonly source: string;
  read(tx: Queryable, after: FeedPosition, limit: number): Promise<FeedPage | undefined>;
}

/**
 * Rows after a position, those of transactions still open and of later ones left out. The parameters are transaction,
 * limit and place within the transaction.
 */
function pageOf(table: string, xid: string, key: string, place = '$3::bytea'): string {
  return `SELECT * FROM ${table}
           WHERE (${xid}, ${key}) > ($1::text::xid8, ${place})
             AND ${xid} < pg_snapshot_xmin(pg_current_snapshot())
           ORDER BY ${xid}, ${key} LIMIT $2`;
}

function feed<Row extends { readonly xid: string; readonly row_key: Buffer }>(
  source: string,
  statement: Statement,
  contributions: (row: Row) => readonly Contribution[],
  placeOf: (lastRow: Buffer) => readonly unknown[] = (lastRow) => [lastRow],
): StatisticFeed {
  return {
    source,
    async read(tx, after, limit) {
      const { rows } = await tx.query<Row>(statement, [after.xid, limit, ...placeOf(after.lastRow)]);
      const last = rows.at(-1);
      if (last === undefined) return undefined;
      return {
        rows: rows.length,
        contributions: rows.flatMap(contributions),
        until: { xid: last.xid, lastRow: last.row_key },
      };
    },
  };
}

interface Sides {
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly scheme: Scheme | '';
  readonly person_class: PersonClass | '';
  readonly visit_kind: VisitKind | '';
  readonly hospital_level: HospitalLevel | '';
}

function sidesOf(row: Sides): StatisticSides {
  return {
    homePool: row.home_pool,
    treatmentPool: row.treatment_pool,
    scheme: row.scheme,
    personClass: row.person_class,
    visitKind: row.visit_kind,
    hospitalLevel: row.hospital_level,
  };
}

interface SettlementRow {
  readonly xid: string;
  readonly row_key: Buffer;
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly scheme: Scheme;
  readonly visit_kind: VisitKind;
  readonly command: Buffer;
  /** Of a refund: the command that settled what it undoes. */
  readonly original: Buffer | null;
  readonly reply: Buffer;
  readonly fund_fen: number;
  readonly settled_at_ms: number;
}

const settlements = feed<SettlementRow>(
  'settlement',
  {
    name: 'home_statistic_settlements',
    // What isn't a column is read from the messages: taking the stored input apart costs the server several times more.
    sql: `
      SELECT s.xid::text, s.settlement_id AS row_key, s.home_pool, s.treatment_pool, s.scheme, s.visit_kind, s.command,
             o.command AS original, b.reply,
             s.pool_fund_fen + s.large_amount_fen + s.serious_illness_fen + s.civil_servant_fen
               + s.enterprise_supplement_fen + s.medical_aid_fen + s.other_fund_fen AS fund_fen,
             s.settled_at_ms
        FROM (${pageOf('settlement', 'xid', 'settlement_id')}) s
        JOIN LATERAL (SELECT reply FROM inbox WHERE command_id = s.settlement_id LIMIT 1) b ON true
        LEFT JOIN LATERAL (SELECT command FROM settlement WHERE settlement_id = s.original_id LIMIT 1) o ON true
       ORDER BY s.xid, s.settlement_id`,
  },
  (row) => {
    const isRefund = row.original !== null;
    const { result } = Reply.decode(row.reply);
    const { body } = Command.decode(row.original ?? row.command);
    assert(result?.$case === 'settled' && body?.$case === 'settle', 'a settlement without its messages');
    const { visit } = body.settle;
    return settlementContributions({
      settlementId: row.row_key,
      isRefund,
      visitId: isRefund ? undefined : visit?.visitId,
      sides: {
        homePool: row.home_pool,
        treatmentPool: row.treatment_pool,
        scheme: row.scheme,
        personClass: personClass.word(result.settled.personClass) ?? '',
        visitKind: row.visit_kind,
        hospitalLevel: hospitalLevel.word(visit?.hospitalLevel ?? 0) ?? '',
      },
      eligibilityCode: result.settled.eligibilityCode,
      fundFen: row.fund_fen,
      settledAtMs: row.settled_at_ms,
    });
  },
);

interface RefusalRow extends Sides {
  readonly xid: string;
  readonly row_key: Buffer;
  readonly visit_id: Buffer;
  readonly code: string;
  readonly at_ms: number;
}

const refusals = feed<RefusalRow>(
  'settlement_refusal',
  {
    name: 'home_statistic_refusals',
    sql: `SELECT xid::text, command_id AS row_key, visit_id, home_pool, treatment_pool, scheme, person_class, visit_kind,
                 hospital_level, code, at_ms
            FROM (${pageOf('settlement_refusal', 'xid', 'command_id')}) r`,
  },
  (row) =>
    refusalContributions({ visitId: row.visit_id, sides: sidesOf(row), code: row.code, atMs: row.at_ms }),
);

interface FilingRow {
  readonly xid: string;
  readonly row_key: Buffer;
  readonly filing_id: Buffer;
  readonly version: number;
  readonly home_pool: string;
  readonly target_region: string;
  readonly scheme: Scheme;
  readonly person_class: PersonClass;
  readonly channel: string;
  readonly event: string;
  readonly applied_at_ms: number;
  readonly at_ms: number;
  readonly review_due_on: LocalDate | null;
}

const filings = feed<FilingRow>(
  'filing',
  {
    name: 'home_statistic_filings',
    // The review that a version ended was due as the version before it says.
    sql: `
      SELECT f.xid::text, uuid_send(f.filing_id) || int4send(f.version) AS row_key, uuid_send(f.filing_id) AS filing_id,
             f.version, m.home_pool, f.target_region, f.scheme, m.person_class, f.channel, f.event, f.applied_at_ms,
             f.at_ms, p.review_due_on
        FROM (${pageOf('filing', 'xid', 'filing_id, version', '$3::uuid, $4::int4')}) f
        JOIN LATERAL (SELECT home_pool, person_class FROM member WHERE member.person_token = f.person_token LIMIT 1)
             m ON true
        LEFT JOIN LATERAL (SELECT review_due_on FROM filing
                            WHERE filing_id = f.filing_id AND version = f.version - 1 LIMIT 1) p ON true
       ORDER BY f.xid, f.filing_id, f.version`,
  },
  (row) =>
    filingContributions({
      filingId: row.filing_id,
      version: row.version,
      sides: {
        homePool: row.home_pool,
        treatmentPool: row.target_region,
        scheme: row.scheme,
        personClass: row.person_class,
        visitKind: '',
        hospitalLevel: '',
      },
      channel: row.channel,
      event: row.event,
      appliedAtMs: row.applied_at_ms,
      atMs: row.at_ms,
      reviewDueOn: row.review_due_on ?? undefined,
    }),
  (lastRow) => {
    const place = lastRow.length === 0 ? Buffer.alloc(20) : lastRow;
    return [idToText(place.subarray(0, 16)), place.readInt32BE(16)];
  },
);

interface ClaimRow extends Sides {
  readonly xid: string;
  readonly row_key: Buffer;
  readonly fund_fen: number | null;
  readonly handled_days: number | null;
  readonly decided_at_ms: number;
}

const claims = feed<ClaimRow>(
  'reimbursement',
  {
    name: 'home_statistic_claims',
    sql: `SELECT decided_xid::text AS xid, reimbursement_id AS row_key, home_pool, treatment_pool, scheme, person_class,
                 visit_kind, hospital_level, fund_fen, handled_days, decided_at_ms
            FROM (${pageOf('reimbursement', 'decided_xid', 'reimbursement_id')}) c`,
  },
  (row) =>
    claimContributions({
      reimbursementId: row.row_key,
      sides: sidesOf(row),
      isGranted: row.fund_fen !== null,
      fundFen: row.fund_fen ?? 0,
      handledDays: row.handled_days ?? undefined,
      decidedAtMs: row.decided_at_ms,
    }),
);

export const statisticFeeds: readonly StatisticFeed[] = [settlements, refusals, filings, claims];
