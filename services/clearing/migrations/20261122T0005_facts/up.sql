-- What each side said of a settlement or refund: one row per settlement and side, the one in force.
CREATE TABLE fact (
  settlement_id             bytea    NOT NULL CHECK (length(settlement_id) = 16),
  -- 1 treatment site, 2 home region, as on the wire.
  side                      smallint NOT NULL CHECK (side IN (1, 2)),
  -- The settlement that a refund undoes; NULL on a settlement.
  original_id               bytea    CHECK (length(original_id) = 16),
  visit_kind                text     NOT NULL CHECK (visit_kind IN ('inpatient', 'outpatient', 'chronic', 'maternity')),
  scheme                    text     NOT NULL CHECK (scheme IN ('employee', 'resident')),
  home_pool                 text     NOT NULL,
  treatment_pool            text     NOT NULL,
  institution_code          text     NOT NULL,
  settled_at_ms             bigint   NOT NULL,
  total_fen                 bigint   NOT NULL,
  pool_fund_fen             bigint   NOT NULL,
  large_amount_fen          bigint   NOT NULL,
  serious_illness_fen       bigint   NOT NULL,
  civil_servant_fen         bigint   NOT NULL,
  enterprise_supplement_fen bigint   NOT NULL,
  medical_aid_fen           bigint   NOT NULL,
  other_fund_fen            bigint   NOT NULL,
  own_account_fen           bigint   NOT NULL,
  family_account_fen        bigint   NOT NULL,
  personal_cash_fen         bigint   NOT NULL,
  hospital_part_fen         bigint   NOT NULL,
  policy_version            text     NOT NULL,
  content_hash              bytea    NOT NULL,
  -- The province whose signature the record carried.
  signed_by                 text     NOT NULL,
  received_at_ms            bigint   NOT NULL,
  PRIMARY KEY (settlement_id, side),
  CONSTRAINT fact_shares_sum CHECK (total_fen = pool_fund_fen + large_amount_fen + serious_illness_fen
    + civil_servant_fen + enterprise_supplement_fen + medical_aid_fen + other_fund_fen + own_account_fen
    + family_account_fen + personal_cash_fen + hospital_part_fen)
);
-- A hospital's own list of a span.
CREATE INDEX fact_institution ON fact (institution_code, settled_at_ms) WHERE side = 1;

-- What was in force before a side was asked to send again and did.
CREATE TABLE fact_replaced (LIKE fact, replaced_at_ms bigint NOT NULL);

-- A settlement or refund that is known from a fact and in no run: on the exception list, with its reasons. The row goes
-- when the settlement enters its runs, or when it and its refund cancel out unmatched.
CREATE TABLE open_row (
  settlement_id    bytea  PRIMARY KEY CHECK (length(settlement_id) = 16),
  original_id      bytea,
  home_pool        text   NOT NULL,
  treatment_pool   text   NOT NULL,
  institution_code text   NOT NULL,
  scheme           text   NOT NULL,
  visit_kind       text   NOT NULL,
  settled_at_ms    bigint NOT NULL,
  -- YYYYMM in Asia/Shanghai.
  settled_period   int    NOT NULL,
  total_fen        bigint NOT NULL,
  -- ONE_SIDED: one fact; DIFFERENT: both, not equal (match_difference says in what); MATCHED: equal, or accepted.
  match_state      text   NOT NULL CHECK (match_state IN ('ONE_SIDED', 'DIFFERENT', 'MATCHED')),
  -- 1 treatment, 2 home, 3 both.
  sides            smallint NOT NULL CHECK (sides BETWEEN 1 AND 3),
  -- Whose amounts count once matched: 1 or 2; equal facts count as the treatment side's.
  counted_side     smallint CHECK (counted_side IN (1, 2)),
  reasons          text[] NOT NULL CHECK (cardinality(reasons) > 0),
  first_at_ms      bigint NOT NULL,
  changed_at_ms    bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX open_row_original ON open_row (original_id) WHERE original_id IS NOT NULL;
CREATE INDEX open_row_age ON open_row (first_at_ms, settlement_id);
CREATE INDEX open_row_settled ON open_row (settled_at_ms);
CREATE INDEX open_row_period ON open_row (settled_period);

-- Fields in which both sides differ, as both have them.
CREATE TABLE match_difference (
  settlement_id   bytea NOT NULL,
  field           text  NOT NULL,
  treatment_value text  NOT NULL,
  home_value      text  NOT NULL,
  PRIMARY KEY (settlement_id, field)
);

-- What was decided about a settlement that doesn't match. The newest row counts; rows are never removed.
CREATE TABLE match_resolution (
  resolution_id  bigserial PRIMARY KEY,
  settlement_id  bytea  NOT NULL,
  -- RESEND: the side sends again, and its next fact replaces the earlier one. REFUND: the hospital refunds, and both
  -- cancel out. ACCEPT: the side's amounts count, by two persons. ADMIT_LATE: the limit for late rows is lifted for it.
  kind           text   NOT NULL CHECK (kind IN ('RESEND', 'REFUND', 'ACCEPT', 'ADMIT_LATE')),
  side           smallint CHECK (side IN (1, 2)),
  reason         text   NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  decided_by     text   NOT NULL,
  second_person  text,
  at_ms          bigint NOT NULL,
  CONSTRAINT match_resolution_side CHECK ((side IS NOT NULL) = (kind IN ('RESEND', 'ACCEPT'))),
  CONSTRAINT match_resolution_four_eyes
    CHECK (kind NOT IN ('ACCEPT', 'ADMIT_LATE') OR (second_person IS NOT NULL AND second_person <> decided_by))
);
CREATE INDEX match_resolution_settlement ON match_resolution (settlement_id, resolution_id);

-- A settlement that never matched and its refund, which together are nothing on either side.
CREATE TABLE cancelled_pair (
  settlement_id   bytea  PRIMARY KEY,
  refund_id       bytea  NOT NULL UNIQUE,
  institution_code text  NOT NULL,
  cancelled_at_ms bigint NOT NULL
);
