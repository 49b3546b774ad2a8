-- Outage and maintenance notices (停机公告): published ahead, shown in errors while in force, never deleted.
CREATE TABLE notice (
  notice_id        bytea   PRIMARY KEY CHECK (length(notice_id) = 16),
  -- A province or city, of the treatment site or of a home region; '' when an institution is meant.
  region           text    NOT NULL,
  institution_code text    NOT NULL,
  -- Kind of visit; '' means all.
  service          text    NOT NULL,
  starts_at_ms     bigint  NOT NULL,
  ends_at_ms       bigint  NOT NULL CHECK (ends_at_ms > starts_at_ms),
  reason_zh        text    NOT NULL,
  reason_en        text    NOT NULL,
  planned          boolean NOT NULL,
  published_at_ms  bigint  NOT NULL,
  published_by     text    NOT NULL,
  idempotency_key  text    NOT NULL,
  withdrawn_at_ms  bigint,
  CHECK ((region = '') <> (institution_code = '')),
  UNIQUE (published_by, idempotency_key)
);
CREATE INDEX notice_listing ON notice (starts_at_ms, notice_id);
