-- Loads of filings from other systems. A file is known by its hash, so that a load that broke off is found again.
CREATE TABLE filing_load (
  load_id      uuid   PRIMARY KEY,
  home_pool    text   NOT NULL,
  file_hash    bytea  NOT NULL CHECK (length(file_hash) = 32),
  source       text   NOT NULL,
  opened_by    text   NOT NULL,
  opened_at_ms bigint NOT NULL,
  -- Lines stored or refused: a batch moves these in the transaction that stores its rows.
  lines_done   bigint NOT NULL DEFAULT 0,
  accepted     bigint NOT NULL DEFAULT 0,
  refused      bigint NOT NULL DEFAULT 0,
  UNIQUE (home_pool, file_hash),
  CHECK (lines_done = accepted + refused)
);

-- Why a line was refused; never what it said.
CREATE TABLE filing_load_refusal (
  load_id uuid   NOT NULL,
  line    bigint NOT NULL,
  code    text   NOT NULL,
  seen    json   NOT NULL,
  PRIMARY KEY (load_id, line)
);
