-- What a hospital has confirmed of its month (national 3261), row by row; a roll-back (3262) takes the row away again.
CREATE TABLE hospital_confirmation (
  settlement_id    bytea  PRIMARY KEY,
  institution_code text   NOT NULL,
  -- The hospital's message number: rolling back names it.
  message_id       text   NOT NULL,
  confirmed_by     text   NOT NULL,
  confirmed_at_ms  bigint NOT NULL
);
CREATE INDEX hospital_confirmation_message ON hospital_confirmation (institution_code, message_id);

-- The first answer to every state-changing call, by the caller and its key.
CREATE TABLE keyed_call (
  caller          text   NOT NULL,
  call            text   NOT NULL,
  idempotency_key text   NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 64),
  body_hash       bytea  NOT NULL,
  answer          bytea  NOT NULL,
  at_ms           bigint NOT NULL,
  PRIMARY KEY (caller, call, idempotency_key)
);

-- A hospital's application for a month (national 3203): the newest revision counts, earlier ones stay.
CREATE TABLE hospital_application (
  institution_code text   NOT NULL,
  period           int    NOT NULL,
  revision         int    NOT NULL CHECK (revision >= 1),
  treatment_pool   text   NOT NULL,
  -- APPLIED by the hospital, CONFIRMED with its deductions or RETURNED by the agency, PAID by its finance, WITHDRAWN.
  state            text   NOT NULL CHECK (state IN ('APPLIED', 'CONFIRMED', 'RETURNED', 'PAID', 'WITHDRAWN')),
  reason           text   NOT NULL DEFAULT '',
  -- Below zero when refunds of the month take back more than was deducted in it.
  deduct_fen       bigint NOT NULL DEFAULT 0,
  withheld_fen     bigint NOT NULL DEFAULT 0 CHECK (withheld_fen >= 0),
  payable_fen      bigint NOT NULL,
  applied_by       text   NOT NULL,
  applied_at_ms    bigint NOT NULL,
  decided_by       text,
  decided_at_ms    bigint,
  paid_by          text,
  paid_at_ms       bigint,
  bank_serial      text,
  PRIMARY KEY (institution_code, period, revision),
  CONSTRAINT hospital_application_four_eyes CHECK (paid_by IS NULL OR paid_by <> decided_by)
);
CREATE UNIQUE INDEX hospital_application_once ON hospital_application (institution_code, period)
  WHERE state IN ('APPLIED', 'CONFIRMED', 'PAID');

CREATE TABLE hospital_application_line (
  institution_code text   NOT NULL,
  period           int    NOT NULL,
  revision         int    NOT NULL,
  scheme           text   NOT NULL,
  visit_kind       text   NOT NULL,
  -- Settlements less refunds.
  times            int    NOT NULL,
  medical_fen      bigint NOT NULL,
  fund_fen         bigint NOT NULL,
  account_fen      bigint NOT NULL,
  cash_fen         bigint NOT NULL,
  hospital_part_fen bigint NOT NULL,
  PRIMARY KEY (institution_code, period, revision, scheme, visit_kind),
  FOREIGN KEY (institution_code, period, revision) REFERENCES hospital_application,
  CONSTRAINT hospital_application_line_sum
    CHECK (medical_fen = fund_fen + account_fen + cash_fen + hospital_part_fen)
);
