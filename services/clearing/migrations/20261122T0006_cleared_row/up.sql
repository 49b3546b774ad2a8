-- How far each run owner (CN, or a province) has come. `open_period` is the earliest month a row may still enter: the
-- run's cut moves it; intake holds the row FOR SHARE from its decision to its commit.
CREATE TABLE run_owner (
  owner       text PRIMARY KEY,
  open_period int  NOT NULL DEFAULT 0,
  -- The last year that was finally closed; 0 when none was.
  closed_year int  NOT NULL DEFAULT 0
);

-- Settlements and refunds that both sides have and the hospital confirmed, each with its place in one run of each of
-- its owners: a row has one period per owner, and a settlement has one row.
CREATE TABLE cleared_row (
  settlement_id             bytea  PRIMARY KEY CHECK (length(settlement_id) = 16),
  original_id               bytea  CHECK (length(original_id) = 16),
  kind                      text   NOT NULL CHECK (kind IN ('settlement', 'refund')),
  visit_kind                text   NOT NULL CHECK (visit_kind IN ('inpatient', 'outpatient', 'chronic', 'maternity')),
  scheme                    text   NOT NULL CHECK (scheme IN ('employee', 'resident')),
  home_pool                 text   NOT NULL,
  treatment_pool            text   NOT NULL,
  home_province             text   NOT NULL,
  treatment_province        text   NOT NULL,
  institution_code          text   NOT NULL,
  settled_at_ms             bigint NOT NULL,
  settled_period            int    NOT NULL,
  medical_fen               bigint NOT NULL,
  pool_fund_fen             bigint NOT NULL,
  large_amount_fen          bigint NOT NULL,
  serious_illness_fen       bigint NOT NULL,
  civil_servant_fen         bigint NOT NULL,
  enterprise_supplement_fen bigint NOT NULL,
  medical_aid_fen           bigint NOT NULL,
  other_fund_fen            bigint NOT NULL,
  own_account_fen           bigint NOT NULL,
  family_account_fen        bigint NOT NULL,
  personal_cash_fen         bigint NOT NULL,
  hospital_part_fen         bigint NOT NULL,
  -- The run of the national centre; NULL within a province.
  national_period           int,
  home_period               int    NOT NULL,
  treatment_period          int    NOT NULL,
  cleared_at_ms             bigint NOT NULL,
  CONSTRAINT cleared_row_kind CHECK ((kind = 'refund') = (original_id IS NOT NULL)),
  CONSTRAINT cleared_row_sum CHECK (medical_fen = pool_fund_fen + large_amount_fen + serious_illness_fen
    + civil_servant_fen + enterprise_supplement_fen + medical_aid_fen + other_fund_fen + own_account_fen
    + family_account_fen + personal_cash_fen + hospital_part_fen),
  CONSTRAINT cleared_row_owners CHECK (CASE WHEN home_province = treatment_province
    THEN national_period IS NULL AND home_period = treatment_period
    ELSE national_period IS NOT NULL END)
);
-- A settlement is refunded at most once.
CREATE UNIQUE INDEX cleared_row_refund_of ON cleared_row (original_id) WHERE original_id IS NOT NULL;
-- Closing a run reads one range of one of these.
CREATE INDEX cleared_row_national ON cleared_row (national_period) WHERE national_period IS NOT NULL;
CREATE INDEX cleared_row_home ON cleared_row (home_province, home_period);
CREATE INDEX cleared_row_treatment ON cleared_row (treatment_province, treatment_period);
-- The reconcile of a day: rows of a month lie together.
CREATE INDEX cleared_row_settled ON cleared_row USING brin (settled_at_ms);
-- A hospital's months.
CREATE INDEX cleared_row_institution ON cleared_row (institution_code, treatment_period);
