-- The first answer to every command, for ever. A reversal of a command not yet seen puts its answer here in advance
-- (a tombstone, ROLLED_BACK), so that the late original gets exactly that.
CREATE TABLE inbox (
  command_id    bytea  PRIMARY KEY CHECK (length(command_id) = 16),
  person_token  text   NOT NULL,
  outcome       text   NOT NULL CHECK (outcome IN ('SETTLED', 'REFUSED', 'EXPIRED', 'ROLLED_BACK', 'REVERSED')),
  -- The encoded answer as it was first given; repeats send the same bytes.
  reply         bytea  NOT NULL,
  decided_at_ms bigint NOT NULL
);
ALTER TABLE inbox ALTER COLUMN reply SET STORAGE EXTERNAL;

-- Settlements and refunds, append-only. A refund is a negative settlement. The id is the command's id; the answer is
-- the inbox row of the same id.
CREATE TABLE settlement (
  settlement_id             bytea  PRIMARY KEY CHECK (length(settlement_id) = 16),
  -- The settlement that a refund undoes; a settlement is refunded at most once.
  original_id               bytea,
  person_token              text   NOT NULL,
  home_pool                 text   NOT NULL,
  treatment_pool            text   NOT NULL,
  institution_code          text   NOT NULL,
  visit_kind                text   NOT NULL,
  scheme                    text   NOT NULL CHECK (scheme IN ('employee', 'resident')),
  benefit_year              text   NOT NULL,
  policy_version            text   NOT NULL,
  total_fen                 bigint NOT NULL,
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
  -- How the accumulators of the benefit year moved, by name: {"deductibleFen": 110000, "stays": 1}.
  accumulator_delta         json   NOT NULL,
  -- What the calculation was given, for replay and explanation; NULL on a refund.
  policy_input              json,
  -- The command as it was signed by the treatment site.
  command                   bytea  NOT NULL,
  settled_at_ms             bigint NOT NULL,
  decided_at_ms             bigint NOT NULL,
  CONSTRAINT settlement_shares_sum CHECK (total_fen = pool_fund_fen + large_amount_fen + serious_illness_fen
    + civil_servant_fen + enterprise_supplement_fen + medical_aid_fen + other_fund_fen + own_account_fen
    + family_account_fen + personal_cash_fen + hospital_part_fen),
  CONSTRAINT settlement_shares_sign CHECK (CASE WHEN original_id IS NULL
    THEN LEAST(pool_fund_fen, large_amount_fen, serious_illness_fen, civil_servant_fen, enterprise_supplement_fen,
               medical_aid_fen, other_fund_fen, own_account_fen, family_account_fen, personal_cash_fen,
               hospital_part_fen) >= 0
    ELSE GREATEST(pool_fund_fen, large_amount_fen, serious_illness_fen, civil_servant_fen, enterprise_supplement_fen,
               medical_aid_fen, other_fund_fen, own_account_fen, family_account_fen, personal_cash_fen,
               hospital_part_fen) <= 0 END),
  CONSTRAINT settlement_replayable CHECK ((original_id IS NULL) = (policy_input IS NOT NULL))
);
ALTER TABLE settlement ALTER COLUMN command SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX settlement_refund_of ON settlement (original_id) WHERE original_id IS NOT NULL;

-- What a person used in a benefit year. The newest ordinal is the state; writing the next one is the lock: two
-- replicas that both read ordinal n meet at n + 1, also when the person's year has no row yet.
CREATE TABLE accumulator_entry (
  person_token  text  NOT NULL,
  scheme        text  NOT NULL,
  benefit_year  text  NOT NULL,
  ordinal       int   NOT NULL CHECK (ordinal >= 1),
  values_after  json  NOT NULL,
  settlement_id bytea NOT NULL,
  PRIMARY KEY (person_token, scheme, benefit_year, ordinal)
);

-- Personal account (个人账户), likewise. Ordinal 1 is the balance at enrolment, without a settlement.
CREATE TABLE account_entry (
  person_token  text   NOT NULL,
  ordinal       int    NOT NULL CHECK (ordinal >= 1),
  own_fen       bigint NOT NULL CHECK (own_fen >= 0),
  family_fen    bigint NOT NULL CHECK (family_fen >= 0),
  settlement_id bytea,
  PRIMARY KEY (person_token, ordinal),
  CHECK ((ordinal = 1) = (settlement_id IS NULL))
);

-- Years whose final clearing is closed: nothing settled in them can be refunded any more.
CREATE TABLE closed_year (
  settlement_year int    PRIMARY KEY,
  closed_at_ms    bigint NOT NULL
);

-- Failing answers to questions, kept for 30 days so that the desk's question "why was it refused?" has an answer.
-- Appended in batches after the answer was sent; a crash may lose the last ones.
CREATE TABLE refusal (
  refusal_id   bigserial PRIMARY KEY,
  question_id  bytea  NOT NULL,
  person_token text,
  code         text   NOT NULL,
  seen         json   NOT NULL,
  at_ms        bigint NOT NULL
);
CREATE INDEX refusal_question ON refusal (question_id);
CREATE INDEX refusal_at ON refusal (at_ms);
