-- The year-end clearing (年终清算) of an owner's year. From ISSUED on its figures stand; CLOSED: everything of it is paid.
CREATE TABLE year_end (
  owner        text NOT NULL,
  year         int  NOT NULL CHECK (year BETWEEN 2000 AND 2999),
  state        text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'ISSUED', 'CLOSED')),
  issued_by    text,
  issued_at_ms bigint,
  closed_by    text,
  closed_at_ms bigint,
  PRIMARY KEY (owner, year),
  CONSTRAINT year_end_steps CHECK ((state <> 'OPEN') = (issued_at_ms IS NOT NULL)
    AND (state = 'CLOSED') = (closed_at_ms IS NOT NULL)),
  CONSTRAINT year_end_four_eyes CHECK (closed_by IS NULL OR closed_by <> issued_by)
);

-- Lines of attachment 15: what a treatment party applies for from one payer, per scheme. Every step is a row, never
-- changed; the newest is the state.
CREATE TABLE year_end_step (
  owner                text   NOT NULL,
  year                 int    NOT NULL,
  payee                text   NOT NULL,
  payer                text   NOT NULL,
  scheme               text   NOT NULL CHECK (scheme IN ('employee', 'resident')),
  step                 int    NOT NULL CHECK (step >= 1),
  state                text   NOT NULL CHECK (state IN ('APPLIED', 'RETURNED', 'CONFIRMED')),
  -- What runs had cleared of the year when the party applied.
  times                int    NOT NULL,
  medical_fen          bigint NOT NULL,
  clearing_fen         bigint NOT NULL,
  deducted_fen         bigint NOT NULL,
  year_deduct_fen      bigint NOT NULL CHECK (year_deduct_fen >= 0),
  case_adjust_fen      bigint NOT NULL,
  withheld_release_fen bigint NOT NULL,
  other_adjust_fen     bigint NOT NULL,
  other_note           text   NOT NULL,
  evidence_no          text   NOT NULL,
  -- What the home party confirmed.
  home_fen             bigint,
  opinion              text   NOT NULL DEFAULT '',
  acted_by             text   NOT NULL,
  acted_at_ms          bigint NOT NULL,
  PRIMARY KEY (owner, year, payee, payer, scheme, step),
  FOREIGN KEY (owner, year) REFERENCES year_end,
  CONSTRAINT year_end_step_confirmed CHECK ((state = 'CONFIRMED') = (home_fen IS NOT NULL))
);

-- Rows that came too late for any run, and deductions of a closed year, that an application's other_adjust took: each
-- owner takes one once.
CREATE TABLE year_end_taken (
  owner    text NOT NULL,
  -- Hexadecimal settlement id, or number of a deduction.
  taken_id text NOT NULL,
  year     int  NOT NULL,
  payee    text NOT NULL,
  payer    text NOT NULL,
  scheme   text NOT NULL,
  PRIMARY KEY (owner, taken_id),
  FOREIGN KEY (owner, year) REFERENCES year_end
);
CREATE INDEX year_end_taken_line ON year_end_taken (owner, year, payee);

-- Attachments 15 to 18 as they were issued.
CREATE TABLE year_end_table (
  owner        text NOT NULL,
  year         int  NOT NULL,
  table_no     text NOT NULL CHECK (table_no IN ('15', '16', '17', '18')),
  -- The run owner of 16, else a party.
  party        text NOT NULL,
  content_hash text NOT NULL,
  content      json NOT NULL,
  PRIMARY KEY (owner, year, table_no, party),
  FOREIGN KEY (owner, year) REFERENCES year_end
);
