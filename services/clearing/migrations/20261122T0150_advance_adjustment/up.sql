-- The yearly adjustment of the advance fund as it was issued: tables 6-1 and 6-2, and what their hash was taken over.
CREATE TABLE advance_adjustment (
  owner        text   NOT NULL,
  -- The year that the quotas hold for.
  year         int    NOT NULL,
  content_hash text   NOT NULL,
  tables       bytea  NOT NULL,
  issued_by    text   NOT NULL,
  issued_at_ms bigint NOT NULL,
  PRIMARY KEY (owner, year)
);
