-- What each side keeps to exchange messages without losing or doubling any (decisions 2 to 4).

-- Messages that a transaction of ours wrote and that aren't known to be on the bus yet. Rows are deleted once
-- published. `owner` is the replica in whose memory the row waits; NULL means: behind another replica's row of its
-- key, or left by a replica that died; the sweeper takes those in order of id.
CREATE TABLE exchange_outbox (
  outbox_id     bigserial PRIMARY KEY,
  owner         bigint,
  topic         text   NOT NULL,
  key           text   NOT NULL,
  partition     int,
  kind          text   NOT NULL,
  payload       bytea  NOT NULL,
  trace_parent  text,
  created_at_ms bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
CREATE INDEX exchange_outbox_key ON exchange_outbox (key, outbox_id);
CREATE INDEX exchange_outbox_unowned ON exchange_outbox (outbox_id) WHERE owner IS NULL;

-- Replicas that ever owned rows. One is alive while it holds the session advisory lock of its number.
CREATE TABLE exchange_owner (
  owner bigint PRIMARY KEY
);

-- Where reading goes on, per partition. It moves in the transaction that stores the effects of what was read, so
-- the database and not the broker decides (invariant I20).
CREATE TABLE exchange_offset (
  topic       text   NOT NULL,
  partition   int    NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);

-- Moves a position, or fails the whole statement because another replica has read on meanwhile (a zombie's write).
CREATE FUNCTION exchange_move(stands bigint, expected bigint, moved bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF stands <> expected THEN
    RAISE EXCEPTION 'reading stands at %, not at %', stands, expected
      USING ERRCODE = '40001', CONSTRAINT = 'exchange_offset_stale';
  END IF;
  RETURN moved;
END $$;

-- Messages that can't be processed, kept whole with the reason. `parks`: later state-changing commands of the same
-- person wait behind it. A record whose signature is wrong parks nobody: else one region could stop another's.
CREATE TABLE exchange_dead_letter (
  dead_letter_id bigserial PRIMARY KEY,
  topic          text    NOT NULL,
  partition      int     NOT NULL,
  log_offset     bigint  NOT NULL,
  key            text    NOT NULL,
  headers        jsonb   NOT NULL,
  payload        bytea   NOT NULL,
  reason_code    text    NOT NULL,
  reason         text    NOT NULL,
  parks          boolean NOT NULL,
  at_ms          bigint  NOT NULL,
  state          text    NOT NULL DEFAULT 'WAITING' CHECK (state IN ('WAITING', 'REDRIVEN', 'DROPPED')),
  closed_at_ms   bigint,
  closed_by      text,
  closed_reason  text,
  UNIQUE (topic, partition, log_offset)
);
CREATE INDEX exchange_dead_letter_waiting ON exchange_dead_letter (key) WHERE state = 'WAITING' AND parks;

-- State-changing commands of a person that wait behind a dead letter of the same person, in order.
CREATE TABLE exchange_parked (
  parked_id      bigserial PRIMARY KEY,
  dead_letter_id bigint NOT NULL REFERENCES exchange_dead_letter,
  topic          text   NOT NULL,
  partition      int    NOT NULL,
  log_offset     bigint NOT NULL,
  key            text   NOT NULL,
  headers        jsonb  NOT NULL,
  payload        bytea  NOT NULL,
  signed_by      text   NOT NULL,
  at_ms          bigint NOT NULL,
  UNIQUE (topic, partition, log_offset)
);
CREATE INDEX exchange_parked_key ON exchange_parked (key, parked_id);

-- Fails the statement when the dead letter that a command is to wait behind was closed meanwhile.
CREATE FUNCTION exchange_waiting(dead_letter_id bigint) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT AS $$
BEGIN
  IF dead_letter_id IS NULL THEN
    RAISE EXCEPTION 'the dead letter was closed meanwhile'
      USING ERRCODE = '40001', CONSTRAINT = 'exchange_dead_letter_closed';
  END IF;
  RETURN dead_letter_id;
END $$;
