-- Versions of the reference data that were loaded, each whole. `revision` rises with every load: replicas look at it.
CREATE TABLE reference_version (
  version      text   PRIMARY KEY,
  revision     bigserial NOT NULL UNIQUE,
  valid_from   date   NOT NULL,
  source       text   NOT NULL,
  -- Of the manifest, which names the SHA-256 of each file.
  sha256       text   NOT NULL,
  -- [{"table": "institutions", "added": 2, "changed": 0, "ended": 0, "unchanged": 0}, …]
  tables       json   NOT NULL,
  loaded_at_ms bigint NOT NULL,
  loaded_by    text   NOT NULL
);

-- Rows of all tables, dated: a row that changes ends and a new one begins, so that any day can be asked about.
CREATE TABLE reference_row (
  table_name  text NOT NULL,
  row_key     text NOT NULL,
  valid_from  date NOT NULL,
  -- First day on which it no longer holds; NULL is open-ended.
  valid_until date CHECK (valid_until > valid_from),
  fields      json NOT NULL,
  version     text NOT NULL REFERENCES reference_version,
  PRIMARY KEY (table_name, row_key, valid_from)
);

-- Until when the institution is suspended, where the reference data says so.
ALTER TABLE institution ADD COLUMN suspended_until date;
