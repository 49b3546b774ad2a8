-- Statistics (clearing-and-filing §6.4), counted behind the transaction horizon: a row is read once no transaction with a
-- lower number is open, so that none can appear before it any more (as the audit sealer does).
ALTER TABLE settlement ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX settlement_feed ON settlement (xid, settlement_id);
ALTER TABLE filing ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX filing_feed ON filing (xid, filing_id, version);
-- Set by the decision on a claim.
ALTER TABLE reimbursement ADD COLUMN decided_xid xid8;
CREATE INDEX reimbursement_feed ON reimbursement (decided_xid, reimbursement_id) WHERE decided_xid IS NOT NULL;

-- Settlement commands that were refused or came too late: what a success rate is counted against. The answer itself is in
-- the inbox; scheme and class are those of the person, empty where there is no such person.
CREATE TABLE settlement_refusal (
  command_id       bytea  PRIMARY KEY,
  visit_id         bytea  NOT NULL,
  home_pool        text   NOT NULL,
  treatment_pool   text   NOT NULL,
  institution_code text   NOT NULL,
  visit_kind       text   NOT NULL,
  hospital_level   text   NOT NULL,
  scheme           text   NOT NULL,
  person_class     text   NOT NULL,
  code             text   NOT NULL,
  at_ms            bigint NOT NULL,
  xid              xid8   NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX settlement_refusal_feed ON settlement_refusal (xid, command_id);

-- A number: one measure in one month for one combination of what statistics tell apart. Empty where a measure has no
-- such side (a filing has no hospital).
CREATE TABLE statistic_cell (
  cell_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  month          int    NOT NULL CHECK (month BETWEEN 190001 AND 999912),
  home_pool      text   NOT NULL,
  treatment_pool text   NOT NULL,
  scheme         text   NOT NULL,
  person_class   text   NOT NULL,
  visit_kind     text   NOT NULL,
  hospital_level text   NOT NULL,
  measure        text   NOT NULL,
  -- For measures that are distributions: the value that is counted. 0 for all others.
  bucket         int    NOT NULL,
  count          bigint NOT NULL DEFAULT 0,
  amount_fen     bigint NOT NULL DEFAULT 0,
  UNIQUE (month, home_pool, treatment_pool, scheme, person_class, visit_kind, hospital_level, measure, bucket)
);

-- The rows behind a number. The key lets every source count once in a cell, whatever is read twice.
CREATE TABLE statistic_entry (
  -- Of statistic_cell; made in the same transaction, so that nothing is checked for each of millions.
  cell_id    bigint NOT NULL,
  source_id  bytea  NOT NULL,
  count      int    NOT NULL,
  amount_fen bigint NOT NULL,
  at_ms      bigint NOT NULL,
  PRIMARY KEY (cell_id, source_id)
);

-- How far each source has been read.
CREATE TABLE statistic_cursor (
  source   text  PRIMARY KEY,
  xid      xid8  NOT NULL,
  last_row bytea NOT NULL
);
