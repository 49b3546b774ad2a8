-- Institutions of the treatment province, from the reference data; `suspended_until` and the open kinds are the
-- treatment agency's.
CREATE TABLE institution (
  institution_code text PRIMARY KEY,
  name             text    NOT NULL,
  pool             text    NOT NULL CHECK (pool ~ '^[1-8][0-9]{5}$'),
  level            text    NOT NULL,
  kind             text    NOT NULL,
  open_kinds       text[]  NOT NULL,
  open_chronic     text[]  NOT NULL,
  suspended        boolean NOT NULL DEFAULT false
);

-- A stay or an outpatient visit. `version` rises with every change and guards what was decided on an older one.
CREATE TABLE visit (
  visit_id               bytea   PRIMARY KEY CHECK (length(visit_id) = 16),
  version                int     NOT NULL,
  institution_code       text    NOT NULL,
  person_token           text    NOT NULL,
  home_pool              text    NOT NULL,
  local_admission_number text    NOT NULL,
  -- yijie.treatment.v1.VisitTerms
  terms                  bytea   NOT NULL,
  department             text    NOT NULL,
  bed_number             text    NOT NULL,
  slip_identity          bytea,
  -- An inpatient stay neither discharged nor cancelled.
  stay_open              boolean NOT NULL,
  cancelled              boolean NOT NULL,
  discharge_date         date,
  discharge_diagnosis    text    NOT NULL,
  -- Of the charges uploaded before the settlement.
  line_count             int     NOT NULL,
  total_fen              bigint  NOT NULL,
  -- Half-open ranges of line numbers, flat: {from, until, from, until, …}.
  line_ranges            int4[]  NOT NULL,
  first_service_date     date,
  last_service_date      date,
  -- yijie.exchange.v1.Settle with categories and groups only.
  totals                 bytea   NOT NULL,
  upload_count           int     NOT NULL,
  admitted_at_ms         bigint  NOT NULL
);
CREATE UNIQUE INDEX visit_open_stay_of_person ON visit (person_token) WHERE stay_open;
CREATE UNIQUE INDEX visit_open_admission_number ON visit (institution_code, local_admission_number) WHERE stay_open;

-- One upload as it arrived (yijie.treatment.v1.UploadChargesRequest); `line_ranges` are the lines of it that count:
-- those that weren't stored before, less those withdrawn since.
CREATE TABLE charge_upload (
  visit_id       bytea  NOT NULL REFERENCES visit,
  upload_no      int    NOT NULL,
  line_ranges    int4[] NOT NULL,
  bytes          bytea  NOT NULL,
  uploaded_at_ms bigint NOT NULL,
  PRIMARY KEY (visit_id, upload_no)
);
ALTER TABLE charge_upload ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Read once per batch of commands: each takes its number from a block of 1,024.
CREATE SEQUENCE command_sequence INCREMENT BY 1024;

-- Settlements, refunds and reversals that were accepted, under the caller's key. The id of a settlement or refund is
-- the id of its command.
CREATE TABLE command (
  command_id       bytea    PRIMARY KEY CHECK (length(command_id) = 16),
  institution_code text     NOT NULL,
  -- yijie.treatment.v1.Call
  call             smallint NOT NULL,
  idempotency_key  text     NOT NULL,
  -- SHA-256 of the request; NULL in the tombstone of a key that was reversed before it arrived.
  body_hash        bytea,
  sequence         bigint   NOT NULL,
  visit_id         bytea,
  person_token     text     NOT NULL,
  home_pool        text     NOT NULL,
  -- What a refund undoes, or a reversal means.
  original_id      bytea,
  total_fen        bigint   NOT NULL,
  -- yijie.exchange.v1.Command as sent; NULL when the answer was known here.
  message          bytea,
  accepted_at_ms   bigint   NOT NULL,
  expires_at_ms    bigint   NOT NULL,
  UNIQUE (institution_code, call, idempotency_key)
);
-- Settlements (8) and refunds (9) of an institution, newest first: ids of version 7 rise with time. The expressions keep
-- this index out of look-ups by key: with few rows or old statistics the planner takes it for one, and then reads all
-- commands of the institution for each key (measured: 230 pages instead of 3 at 3,000 commands).
CREATE INDEX command_listing ON command ((institution_code || ''), command_id DESC)
  WHERE call + 0 IN (8, 9);

-- The SettleRequest as it arrived.
CREATE TABLE settlement_bill (
  command_id bytea PRIMARY KEY,
  bytes      bytea NOT NULL
);
ALTER TABLE settlement_bill ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- How a command ended. Written once, never changed.
CREATE TABLE command_result (
  command_id   bytea    PRIMARY KEY,
  -- 1 settled, 2 refused, 3 rolled back, 4 expired, 5 reversed (the answer of a reversal)
  outcome      smallint NOT NULL CHECK (outcome BETWEEN 1 AND 5),
  -- yijie.exchange.v1.Reply
  reply        bytea    NOT NULL,
  stored_at_ms bigint   NOT NULL
);

-- kind 1: the visit's settlement in force or in flight; kind 2: the settlement's refund in force or in flight.
CREATE TABLE claim (
  kind       smallint NOT NULL CHECK (kind IN (1, 2)),
  subject    bytea    NOT NULL,
  command_id bytea    NOT NULL,
  PRIMARY KEY (kind, subject)
);

-- Where the search for commands without a result begins: every command before it has one.
CREATE TABLE recovery_mark (
  one        boolean PRIMARY KEY DEFAULT true CHECK (one),
  command_id bytea   NOT NULL
);
INSERT INTO recovery_mark (command_id) VALUES (decode(repeat('00', 16), 'hex'));

-- Answers of state-changing calls that end at the treatment site.
CREATE TABLE local_call (
  institution_code text     NOT NULL,
  -- yijie.treatment.v1.Call; 100 for MapItems
  call             smallint NOT NULL,
  idempotency_key  text     NOT NULL,
  body_hash        bytea    NOT NULL,
  answer           bytea    NOT NULL,
  at_ms            bigint   NOT NULL,
  PRIMARY KEY (institution_code, call, idempotency_key)
);

-- What an institution mapped by itself, beside the mapping table it was set up with.
CREATE TABLE item_mapping (
  institution_code text   NOT NULL,
  item_code        text   NOT NULL,
  valid_from       date   NOT NULL,
  national_code    text,
  self_paid_reason text,
  category_code    text,
  revision         bigserial NOT NULL,
  mapped_at_ms     bigint NOT NULL,
  PRIMARY KEY (institution_code, item_code, valid_from),
  CHECK (national_code IS NOT NULL OR (self_paid_reason IS NOT NULL AND category_code IS NOT NULL))
);
CREATE INDEX item_mapping_revision ON item_mapping (revision);

-- Items of refused bills that have no national code yet.
CREATE TABLE unmapped_item (
  institution_code text   NOT NULL,
  item_code        text   NOT NULL,
  item_name        text   NOT NULL,
  first_seen_at_ms bigint NOT NULL,
  seen_lines       int    NOT NULL,
  mapped_at_ms     bigint,
  PRIMARY KEY (institution_code, item_code)
);
CREATE TABLE unmapped_item_visit (
  institution_code text  NOT NULL,
  item_code        text  NOT NULL,
  visit_id         bytea NOT NULL,
  PRIMARY KEY (institution_code, item_code, visit_id)
);

-- Refusals of the last 30 days, appended after the answer; losing some in a crash is allowed.
CREATE TABLE refusal (
  refusal_id       bigserial PRIMARY KEY,
  institution_code text     NOT NULL,
  call             text     NOT NULL,
  subject          text     NOT NULL,
  code             text     NOT NULL,
  details          jsonb    NOT NULL,
  at_ms            bigint   NOT NULL
);
CREATE INDEX refusal_at ON refusal (at_ms);

-- Fails the statement when what a decision was based on has changed since it was read: read again and decide anew.
CREATE FUNCTION treatment_unchanged(expected bigint, counted bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF expected <> counted THEN
    RAISE EXCEPTION '% of % visits are as they were read', counted, expected
      USING ERRCODE = '40001', CONSTRAINT = 'visit_changed';
  END IF;
  RETURN true;
END $$;
