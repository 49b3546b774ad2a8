-- Deductions (审核扣款) and the negative rows that a refund takes back. One row per deduction; each run owner books it in
-- a period of its own, given by that owner's cut.
CREATE TABLE deduction (
  deduct_id                 text     PRIMARY KEY CHECK (length(deduct_id) BETWEEN 1 AND 64),
  settlement_id             bytea    NOT NULL CHECK (length(settlement_id) = 16),
  -- Of a negative row: the deduction it takes back, and the refund that does.
  takes_back                text     REFERENCES deduction,
  refund_id                 bytea,
  settled_at_ms             bigint   NOT NULL,
  -- Of a negative row: the refund's month.
  settled_period            int      NOT NULL,
  home_pool                 text     NOT NULL,
  treatment_pool            text     NOT NULL,
  home_province             text     NOT NULL,
  treatment_province        text     NOT NULL,
  institution_code          text     NOT NULL,
  scheme                    text     NOT NULL,
  visit_kind                text     NOT NULL,
  settlement_clearing_fen   bigint   NOT NULL,
  pool_fund_fen             bigint   NOT NULL,
  large_amount_fen          bigint   NOT NULL,
  serious_illness_fen       bigint   NOT NULL,
  civil_servant_fen         bigint   NOT NULL,
  enterprise_supplement_fen bigint   NOT NULL,
  medical_aid_fen           bigint   NOT NULL,
  other_fund_fen            bigint   NOT NULL,
  own_account_fen           bigint   NOT NULL,
  family_account_fen        bigint   NOT NULL,
  reason                    text     NOT NULL,
  reason_text               text     NOT NULL,
  source                    text     NOT NULL CHECK (source IN ('AUDIT', 'SPOT', 'CHECK_REQ', 'INSPECTION')),
  evidence_no               text     NOT NULL,
  decided_by                text     NOT NULL,
  decided_on                date     NOT NULL,
  decided_at_ms             bigint   NOT NULL,
  -- While it is OPEN no cut takes the deduction; UPHELD: the hospital was right, and the deduction falls.
  objection_state           text     NOT NULL DEFAULT 'NONE'
    CHECK (objection_state IN ('NONE', 'OPEN', 'UPHELD', 'REJECTED')),
  objection_until           date     NOT NULL,
  objection_reason          text     NOT NULL DEFAULT '',
  objection_decided_by      text,
  dispute_state             text     CHECK (dispute_state IN ('RAISED', 'ACCEPTED', 'REJECTED', 'ESCALATED', 'DECIDED')),
  -- The run that books it: of the centre, the home and the treatment province; NULL while it waits.
  national_period           int,
  home_period               int,
  treatment_period          int,
  CONSTRAINT deduction_sign CHECK (CASE WHEN takes_back IS NULL
    THEN LEAST(pool_fund_fen, large_amount_fen, serious_illness_fen, civil_servant_fen, enterprise_supplement_fen,
               medical_aid_fen, other_fund_fen, own_account_fen, family_account_fen) >= 0
    ELSE GREATEST(pool_fund_fen, large_amount_fen, serious_illness_fen, civil_servant_fen, enterprise_supplement_fen,
               medical_aid_fen, other_fund_fen, own_account_fen, family_account_fen) <= 0 END),
  CONSTRAINT deduction_four_eyes CHECK (objection_decided_by IS NULL OR objection_decided_by <> decided_by),
  CONSTRAINT deduction_taken_back CHECK ((takes_back IS NULL) = (refund_id IS NULL)),
  -- Each deduction is taken back at most once.
  UNIQUE (takes_back)
);
CREATE INDEX deduction_settlement ON deduction (settlement_id);
CREATE INDEX deduction_national ON deduction (national_period);
CREATE INDEX deduction_home ON deduction (home_province, home_period);
CREATE INDEX deduction_treatment ON deduction (treatment_province, treatment_period);

-- A region disputes a row or a deduction (clearing-and-filing §4.5). Every step is a row; the newest is the state.
CREATE TABLE dispute_step (
  dispute_id    text     NOT NULL CHECK (length(dispute_id) BETWEEN 1 AND 64),
  step          int      NOT NULL CHECK (step >= 1),
  settlement_id bytea    NOT NULL,
  deduct_id     text     REFERENCES deduction,
  raised_by     text     NOT NULL,
  state         text     NOT NULL CHECK (state IN ('RAISED', 'ACCEPTED', 'REJECTED', 'ESCALATED', 'DECIDED')),
  level         text     NOT NULL CHECK (level IN ('POOL', 'PROVINCE', 'NATIONAL')),
  words         text     NOT NULL,
  acted_by      text     NOT NULL,
  acted_at_ms   bigint   NOT NULL,
  PRIMARY KEY (dispute_id, step)
);
CREATE INDEX dispute_step_settlement ON dispute_step (settlement_id);

-- A home region asks for a stay to be checked (费用协查).
CREATE TABLE check_request (
  check_id       text   PRIMARY KEY CHECK (length(check_id) BETWEEN 1 AND 64),
  settlement_id  bytea  NOT NULL,
  asked_by_party text   NOT NULL,
  to_party       text   NOT NULL,
  question       text   NOT NULL,
  due_on         date   NOT NULL,
  asked_by       text   NOT NULL,
  asked_at_ms    bigint NOT NULL,
  answer         text,
  answered_by    text,
  answered_at_ms bigint
);
CREATE INDEX check_request_open ON check_request (due_on) WHERE answered_at_ms IS NULL;
