-- What each side keeps to exchange messages without losing or doubling any (decisions 2 to 4).

-- Messages that a transaction of ours wrote and that aren't known to be on the bus yet. Rows are deleted once
-- published. `owner` is the replica in whose memory the row waits; NULL means: behind another row of its key, or
-- left by a replica that died; the sweeper takes those in order of id.
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
);
CREATE INDEX exchange_outbox_key ON exchange_outbox (key, outbox_id);

-- Where reading goes on, per partition. It moves in the transaction that stores the effects of what was read, so
-- the database and not the broker decides (invariant I20).
CREATE TABLE exchange_offset (
  topic       text   NOT NULL,
  partition   int    NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- Messages that can't be processed, kept whole with the reason.
CREATE TABLE exchange_dead_letter (
  dead_letter_id bigserial PRIMARY KEY,
  topic          text   NOT NULL,
  partition      int    NOT NULL,
  log_offset     bigint NOT NULL,
  key            text   NOT NULL,
  headers        jsonb  NOT NULL,
  payload        bytea  NOT NULL,
  reason_code    text   NOT NULL,
  reason         text   NOT NULL,
  at_ms          bigint NOT NULL,
  state          text   NOT NULL DEFAULT 'WAITING' CHECK (state IN ('WAITING', 'REDRIVEN', 'DROPPED')),
  closed_at_ms   bigint,
  closed_by      text,
  closed_reason  text,
  UNIQUE (topic, partition, log_offset)
);
CREATE INDEX exchange_dead_letter_waiting ON exchange_dead_letter (key) WHERE state = 'WAITING';

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
  at_ms          bigint NOT NULL,
  UNIQUE (topic, partition, log_offset)
);
CREATE INDEX exchange_parked_key ON exchange_parked (key, parked_id);
