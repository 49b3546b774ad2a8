import type { RegionDirectory } from '@yijie/codes';
import type { Database } from '@yijie/postgres';

export const PERIOD = 202603;

/**
 * A month of cleared settlements as intake leaves them: all provinces and pools, destinations and homes skewed towards some as in
 * life, a tenth of them carried in from the month before, one in fifty a refund. Made by the database itself.
 */
export async function loadMonth(database: Database, pools: readonly string[], count: number): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('SELECT setseed(0.42)');
    await tx.query(
      `CREATE TEMP TABLE pool ON COMMIT DROP AS
       SELECT ordinality AS at, code, left(code, 2) || '0000' AS province
         FROM unnest($1::text[]) WITH ORDINALITY AS p (code, ordinality)`,
      [pools],
    );
    await tx.query(
      `INSERT INTO cleared_row (settlement_id, kind, visit_kind, scheme, home_pool, treatment_pool, home_province,
         treatment_province, institution_code, settled_at_ms, settled_period, medical_fen, pool_fund_fen, large_amount_fen,
         serious_illness_fen, civil_servant_fen, enterprise_supplement_fen, medical_aid_fen, other_fund_fen,
         own_account_fen, family_account_fen, personal_cash_fen, hospital_part_fen, national_period, home_period,
         treatment_period, cleared_at_ms)
       SELECT decode(md5(g.i::text), 'hex'), 'settlement',
              (ARRAY['inpatient', 'outpatient', 'chronic', 'maternity'])[1 + floor(g.k * 4)],
              CASE WHEN g.s < 0.6 THEN 'employee' ELSE 'resident' END, h.code, t.code, h.province, t.province,
              'H' || t.code || lpad(floor(g.k * 20)::text, 5, '0'), 1770000000000 + g.i,
              CASE WHEN g.l < 0.1 THEN 202602 ELSE ${PERIOD} END, 10000 + g.a, 3000 + g.a, 0, 0, 0, 0, 1000, 0, 0, 0, 6000, 0,
              CASE WHEN h.province = t.province THEN NULL ELSE ${PERIOD} END, ${PERIOD}, ${PERIOD}, 0
         FROM (SELECT i, 1 + floor(power(random(), 1.5) * $1::int)::int AS home,
                      1 + floor(power(random(), 2) * $1::int)::int AS treatment, random() AS k, random() AS s,
                      random() AS l, (random() * 1e6)::int AS a
                 FROM generate_series(1, $2::int) AS i) g
         JOIN pool h ON h.at = g.home JOIN pool t ON t.at = g.treatment`,
      [pools.length, count],
    );
    await tx.query(
      `INSERT INTO hospital_confirmation (settlement_id, institution_code, message_id, confirmed_by, confirmed_at_ms)
       SELECT settlement_id, institution_code, 'bench', 'bench', 0 FROM cleared_row`,
    );
  });
  for (const table of ['cleared_row', 'hospital_confirmation'])
    await database.query(`VACUUM ANALYZE ${table}`);
}

/** Every pool of every province: what settlements are made among. */
export function allPools(regions: RegionDirectory): readonly string[] {
  return Array.from({ length: 72 }, (_, at) => `${at + 11}0000`).flatMap((province) =>
    regions.poolsOf(province).map(({ code }) => code),
  );
}
