-- What was done, by whom, to what: one row for each change of state, written in the transaction that makes the change.
-- No name, number or diagnosis: objects are ids, states are hashes.
CREATE TABLE audit_entry (
  -- Raised by hand after a restore that makes transaction numbers start again (see audit_state).
  epoch              int    NOT NULL DEFAULT 1,
  xid                xid8   NOT NULL DEFAULT pg_current_xact_id(),
  entry_id           bigint GENERATED ALWAYS AS IDENTITY,
  at_ms              bigint NOT NULL,
  actor              text   NOT NULL,
  second_actor       text,
  certificate_serial text   NOT NULL,
  role               text   NOT NULL,
  action             text   NOT NULL,
  object             text   NOT NULL,
  purpose            text,
  before_hash        bytea,
  after_hash         bytea,
  PRIMARY KEY (epoch, xid, entry_id),
  CONSTRAINT audit_entry_two_persons CHECK (second_actor <> actor)
);

-- Blocks of sealed rows. A block holds the rows after the previous block's last one up to its own, in the order of
-- the key above; its head hashes the previous head, so that nothing before it can be changed unseen.
CREATE TABLE audit_head (
  chain          text   NOT NULL,
  number         bigint NOT NULL CHECK (number > 0),
  previous_hash  bytea  NOT NULL,
  row_count      int    NOT NULL CHECK (row_count > 0),
  root           bytea  NOT NULL,
  until_epoch    int    NOT NULL,
  until_xid      xid8   NOT NULL,
  until_entry_id bigint NOT NULL,
  sealed_at_ms   bigint NOT NULL,
  head_hash      bytea  NOT NULL,
  key_id         bytea  NOT NULL,
  signature      bytea  NOT NULL,
  -- Two sealers can't fork the chain: the second one's block has no number left.
  PRIMARY KEY (chain, number)
);

CREATE TABLE audit_state (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch    int NOT NULL
);
INSERT INTO audit_state (epoch) VALUES (1);

CREATE FUNCTION audit_is_append_only() RETURNS trigger
LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'audit rows are never changed'; END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_head_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_head
  EXECUTE FUNCTION audit_is_append_only();
