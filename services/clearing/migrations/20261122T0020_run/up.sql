-- Sum of fen. `sum(bigint)` works in numeric and copies its state between parallel workers; this one stays a bigint,
-- and an overflow is an error, not a wrong number.
CREATE AGGREGATE sum_fen(bigint) (SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE);

-- Where a row is added up, as one number for each kind of run: grouping by one bigint takes two thirds of the time that
-- five texts take. Month, scheme and visit kind in the lowest 14 bits, the parties above them (src/core/cell-key.ts
-- reads them back).
ALTER TABLE cleared_row
  -- Home and treatment province, two digits each; NULL within a province.
  ADD COLUMN national_key bigint GENERATED ALWAYS AS (CASE WHEN home_province <> treatment_province THEN
    ((left(home_province, 2) || left(treatment_province, 2))::bigint * 2048
      + (settled_period / 100 - 2000) * 12 + settled_period % 100 - 1) * 8
    + CASE scheme WHEN 'employee' THEN 0 ELSE 4 END
    + CASE visit_kind WHEN 'inpatient' THEN 0 WHEN 'outpatient' THEN 1 WHEN 'chronic' THEN 2 ELSE 3 END END) STORED,
  -- Home pool, then 0 for the platform or 1 + the last four digits of a treatment pool of the same province.
  ADD COLUMN home_key bigint GENERATED ALWAYS AS (
    ((home_pool::bigint * 10001
      + CASE WHEN home_province = treatment_province THEN 1 + right(treatment_pool, 4)::bigint ELSE 0 END) * 2048
      + (settled_period / 100 - 2000) * 12 + settled_period % 100 - 1) * 8
    + CASE scheme WHEN 'employee' THEN 0 ELSE 4 END
    + CASE visit_kind WHEN 'inpatient' THEN 0 WHEN 'outpatient' THEN 1 WHEN 'chronic' THEN 2 ELSE 3 END) STORED,
  -- Treatment pool of a row from another province; NULL within a province, where home_key has both.
  ADD COLUMN treatment_key bigint GENERATED ALWAYS AS (CASE WHEN home_province <> treatment_province THEN
    (treatment_pool::bigint * 2048 + (settled_period / 100 - 2000) * 12 + settled_period % 100 - 1) * 8
    + CASE scheme WHEN 'employee' THEN 0 ELSE 4 END
    + CASE visit_kind WHEN 'inpatient' THEN 0 WHEN 'outpatient' THEN 1 WHEN 'chronic' THEN 2 ELSE 3 END END) STORED;
-- The few rows that their owners count in different months: everything else is found by the home period alone.
CREATE INDEX cleared_row_apart ON cleared_row (national_period, treatment_period)
  WHERE national_period <> home_period OR treatment_period <> home_period;

-- The clearing of one owner's month. The row is made by its cut.
CREATE TABLE run (
  owner           text   NOT NULL REFERENCES run_owner,
  period          int    NOT NULL,
  state           text   NOT NULL CHECK (state IN ('OPEN', 'CUT', 'GENERATED', 'SIGNING', 'CONFIRMED', 'NOTICED',
    'PAYING', 'CLOSED')),
  -- 0 before the first generation.
  revision        int    NOT NULL DEFAULT 0 CHECK (revision >= 0),
  content_hash    text   NOT NULL DEFAULT '',
  cut_by          text   NOT NULL,
  cut_at_ms       bigint NOT NULL,
  generated_by    text,
  generated_at_ms bigint,
  released_by     text,
  released_at_ms  bigint,
  -- Rows were moved out of the run since its newest revision: it is generated anew before it can be confirmed.
  is_stale        boolean NOT NULL DEFAULT false,
  -- Settlements and refunds counted by the newest revision.
  settlements     int    NOT NULL DEFAULT 0,
  carried         int    NOT NULL DEFAULT 0,
  PRIMARY KEY (owner, period),
  CONSTRAINT run_four_eyes CHECK (released_by IS NULL OR released_by <> generated_by)
);

-- Every revision of a run, for ever. `pairs` is what each party owes each other one: the basis of netting, of the
-- notices and of the ledger; JSON, compressed (zstd).
CREATE TABLE run_revision (
  owner           text   NOT NULL,
  period          int    NOT NULL,
  revision        int    NOT NULL CHECK (revision >= 1),
  content_hash    text   NOT NULL,
  generated_by    text   NOT NULL,
  generated_at_ms bigint NOT NULL,
  settlements     int    NOT NULL,
  clearing_fen    bigint NOT NULL,
  pairs           bytea  NOT NULL,
  PRIMARY KEY (owner, period, revision),
  FOREIGN KEY (owner, period) REFERENCES run
);
ALTER TABLE run_revision ALTER COLUMN pairs SET STORAGE EXTERNAL;

-- The tables as they were signed: 9 of the owner, 10 to 14 of each party together; JSON, compressed (zstd).
CREATE TABLE run_table (
  owner        text  NOT NULL,
  period       int   NOT NULL,
  revision     int   NOT NULL,
  -- '*' holds table 9.
  party        text  NOT NULL,
  content_hash text  NOT NULL,
  tables       bytea NOT NULL,
  PRIMARY KEY (owner, period, revision, party),
  FOREIGN KEY (owner, period, revision) REFERENCES run_revision
);
ALTER TABLE run_table ALTER COLUMN tables SET STORAGE EXTERNAL;

-- Where each party of a run stands.
CREATE TABLE run_party (
  owner         text   NOT NULL,
  period        int    NOT NULL,
  party         text   NOT NULL,
  content_hash  text   NOT NULL,
  state         text   NOT NULL CHECK (state IN ('UNSIGNED', 'SIGNED', 'RETURNED', 'DECIDED')),
  revision      int,
  acted_by      text,
  acted_at_ms   bigint,
  key_id        text,
  signature     text,
  reason        text,
  disputed_rows text[],
  PRIMARY KEY (owner, period, party),
  FOREIGN KEY (owner, period) REFERENCES run,
  CONSTRAINT run_party_signed CHECK ((state = 'SIGNED') = (signature IS NOT NULL))
);

-- Every signature that was ever given, also those that a later revision made fall.
CREATE TABLE run_signature (
  owner        text   NOT NULL,
  period       int    NOT NULL,
  revision     int    NOT NULL,
  party        text   NOT NULL,
  content_hash text   NOT NULL,
  signed_by    text   NOT NULL,
  key_id       text   NOT NULL,
  signature    text   NOT NULL,
  signed_at_ms bigint NOT NULL,
  PRIMARY KEY (owner, period, revision, party)
);

-- Rows that a return, a dispute or an open objection moved to the next period. Append-only.
CREATE TABLE row_move (
  move_id       bigserial PRIMARY KEY,
  settlement_id bytea  NOT NULL,
  owner         text   NOT NULL,
  from_period   int    NOT NULL,
  to_period     int    NOT NULL CHECK (to_period > from_period),
  -- MOVED_OUT or OBJECTION_OPEN, as in the carry report.
  cause         text   NOT NULL CHECK (cause IN ('MOVED_OUT', 'OBJECTION_OPEN')),
  reason        text   NOT NULL,
  moved_by      text   NOT NULL,
  moved_at_ms   bigint NOT NULL
);
CREATE INDEX row_move_from ON row_move (owner, from_period);

-- What was on the exception list when the run was cut, with the reasons (R10).
CREATE TABLE run_carried (
  owner         text   NOT NULL,
  period        int    NOT NULL,
  settlement_id bytea  NOT NULL,
  reasons       text[] NOT NULL,
  PRIMARY KEY (owner, period, settlement_id),
  FOREIGN KEY (owner, period) REFERENCES run
);

-- What an owner changed of the parameters, dated; everything else is the default of packages/clearing. The last version that
-- has begun counts.
CREATE TABLE parameter_version (
  owner    text NOT NULL,
  from_day date NOT NULL,
  changes  json NOT NULL,
  source   text NOT NULL,
  PRIMARY KEY (owner, from_day)
);
