-- Corrections of direct settlements with net-difference reimbursement (轧差报销, clearing-and-filing §3.4): a ledger of the
-- home region alone. The settlement and its clearing stay untouched; what changes are the accumulators, by the
-- difference, in the transaction that approves it.
CREATE TABLE correction (
  correction_id             bytea  PRIMARY KEY CHECK (length(correction_id) = 16),
  settlement_id             bytea  NOT NULL REFERENCES settlement (settlement_id),
  -- 1, 2, … of one settlement: a later one starts from what the earlier ones left.
  ordinal                   int    NOT NULL CHECK (ordinal >= 1),
  person_token              text   NOT NULL,
  home_pool                 text   NOT NULL,
  state                     text   NOT NULL CHECK (state IN ('OPEN', 'REJECTED', 'APPROVED', 'CLOSED', 'PAID')),
  reason_code               text   NOT NULL,
  reason                    text   NOT NULL,
  -- What was computed anew, and by which policy: for replay.
  policy_version            text   NOT NULL,
  policy_input              json   NOT NULL,
  -- Recomputed minus paid so far, fund by fund. Accounts and cash are no funds: they stay as they were settled.
  pool_fund_fen             bigint NOT NULL,
  large_amount_fen          bigint NOT NULL,
  serious_illness_fen       bigint NOT NULL,
  civil_servant_fen         bigint NOT NULL,
  enterprise_supplement_fen bigint NOT NULL,
  medical_aid_fen           bigint NOT NULL,
  other_fund_fen            bigint NOT NULL,
  net_fen                   bigint NOT NULL,
  accumulator_delta         json   NOT NULL,
  -- With this correction the person has something else than was settled: a refund can't take that back.
  differs                   boolean NOT NULL,
  proposed_by               text   NOT NULL,
  proposed_at_ms            bigint NOT NULL,
  decided_by                text,
  decided_at_ms             bigint,
  decision_reason           text,
  -- Money over or back: who recorded it, its number at the bank, the day.
  paid_by                   text,
  paid_at_ms                bigint,
  paid_on                   date,
  bank_reference            text,
  UNIQUE (settlement_id, ordinal),
  UNIQUE (home_pool, bank_reference),
  CONSTRAINT correction_net CHECK (net_fen = pool_fund_fen + large_amount_fen + serious_illness_fen + civil_servant_fen
    + enterprise_supplement_fen + medical_aid_fen + other_fund_fen),
  CONSTRAINT correction_decided CHECK ((state = 'OPEN') = (decided_by IS NULL)),
  CONSTRAINT correction_paid CHECK ((state = 'PAID') = (bank_reference IS NOT NULL)),
  CONSTRAINT correction_nothing_to_pay CHECK (state NOT IN ('APPROVED', 'PAID') OR net_fen <> 0),
  -- Four eyes: proposed, approved and paid by different persons.
  CONSTRAINT correction_two_persons CHECK (decided_by <> proposed_by),
  CONSTRAINT correction_payer_apart CHECK (paid_by <> decided_by)
);
-- At most one open correction of a settlement.
CREATE UNIQUE INDEX correction_open ON correction (settlement_id) WHERE state = 'OPEN';
CREATE INDEX correction_of_person ON correction (person_token);

COMMENT ON COLUMN accumulator_entry.settlement_id IS 'what moved the year: a settlement, a refund, or a correction';
COMMENT ON COLUMN account_entry.settlement_id IS 'what moved the account';
