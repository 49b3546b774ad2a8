-- Manual reimbursement (手工报销, clearing-and-filing §3.3) of visits that were paid in full. Home pays the person: nothing of
-- it is a settlement, and nothing of it enters clearing.
CREATE TABLE reimbursement (
  reimbursement_id   bytea   PRIMARY KEY CHECK (length(reimbursement_id) = 16),
  person_token       text    NOT NULL,
  home_pool          text    NOT NULL CHECK (home_pool ~ '^[0-9]{6}$'),
  scheme             text    NOT NULL CHECK (scheme IN ('employee', 'resident')),
  person_class       text    NOT NULL CHECK (person_class IN ('active', 'retired', 'resident', 'child')),
  visit_kind         text    NOT NULL CHECK (visit_kind IN ('inpatient', 'outpatient', 'chronic', 'maternity')),
  treatment_pool     text    NOT NULL CHECK (treatment_pool ~ '^[0-9]{6}$'),
  institution_code   text    NOT NULL,
  institution_name   text    NOT NULL,
  hospital_level     text    NOT NULL,
  hospital_kind      text    NOT NULL,
  admission_date     date    NOT NULL,
  discharge_date     date    CHECK (discharge_date >= admission_date),
  -- Payment in full stands for the settlement.
  paid_in_full_on    date    NOT NULL CHECK (paid_in_full_on >= admission_date),
  emergency          boolean NOT NULL,
  injury             boolean NOT NULL,
  third_party_liable boolean NOT NULL,
  injury_statement   boolean NOT NULL,
  disease_code       text,
  receipt_number     text    NOT NULL,
  total_fen          bigint  NOT NULL CHECK (total_fen > 0),
  use_account        boolean NOT NULL,
  cause              text    NOT NULL,
  channel            text    NOT NULL CHECK (channel IN ('ONLINE', 'COUNTER')),
  -- Bank, account and holder, encrypted with a key from outside the database and bound to this row.
  bank_cipher        bytea   NOT NULL,

  state              text    NOT NULL CHECK (state IN ('DRAFTED', 'PREVIEWED', 'RECEIVED', 'UNDER_REVIEW', 'DECIDED',
                                                       'CLOSED', 'PAID', 'REJECTED', 'WITHDRAWN')),
  version            int     NOT NULL CHECK (version >= 1),
  opened_at_ms       bigint  NOT NULL,
  deadline           date    NOT NULL,
  received_on        date,
  -- Last day of the decision; NULL while its holidays aren't published.
  due_on             date,
  entered_by         text,
  bill               json,

  decided_by         text,
  decided_at_ms      bigint,
  -- Working days from receipt to decision.
  handled_days       int,
  reason_code        text,
  reason             text,
  ratio_class        text,
  benefit_year       text,
  policy_version     text,
  policy_input       json,
  -- What was computed, whole: shares, layers, deductible.
  result             json,
  -- Of it what statistics and lists read.
  fund_fen           bigint,
  account_fen        bigint,
  payable_fen        bigint,

  paid_by            text,
  paid_at_ms         bigint,
  paid_on            date,
  bank_reference     text,
  UNIQUE (home_pool, bank_reference),
  CONSTRAINT reimbursement_amounts CHECK (
    (state IN ('DECIDED', 'CLOSED', 'PAID')) = (payable_fen IS NOT NULL)
    AND (payable_fen IS NULL OR (payable_fen = fund_fen + account_fen AND payable_fen BETWEEN 0 AND total_fen
                                 AND policy_input IS NOT NULL AND result IS NOT NULL))),
  CONSTRAINT reimbursement_decided CHECK (
    (state IN ('DECIDED', 'CLOSED', 'PAID', 'REJECTED')) = (decided_by IS NOT NULL)),
  CONSTRAINT reimbursement_paid CHECK ((state = 'PAID') = (bank_reference IS NOT NULL)),
  -- Four eyes: entered, decided and paid by different persons.
  CONSTRAINT reimbursement_two_persons CHECK (decided_by <> entered_by),
  CONSTRAINT reimbursement_payer_apart CHECK (paid_by <> decided_by)
);
-- A receipt is claimed once, unless the claim came to nothing.
CREATE UNIQUE INDEX reimbursement_receipt ON reimbursement (institution_code, receipt_number)
  WHERE state NOT IN ('REJECTED', 'WITHDRAWN');
CREATE INDEX reimbursement_of_person ON reimbursement (person_token, opened_at_ms, reimbursement_id);
-- A pool's cases by state, those due first.
CREATE INDEX reimbursement_desk ON reimbursement (home_pool, state, (COALESCE(due_on, 'infinity'::date)), reimbursement_id);

-- The history: one line for each transition, never changed.
CREATE TABLE reimbursement_event (
  reimbursement_id bytea  NOT NULL REFERENCES reimbursement (reimbursement_id),
  version          int    NOT NULL,
  event            text   NOT NULL,
  from_state       text,
  to_state         text   NOT NULL,
  actor            text   NOT NULL,
  at_ms            bigint NOT NULL,
  reason           text,
  -- Papers seen, at a preview or a receipt.
  materials        text[],
  PRIMARY KEY (reimbursement_id, version)
);

COMMENT ON COLUMN accumulator_entry.settlement_id IS
  'what moved the year: a settlement, a refund, a correction or a manual reimbursement';
