-- The first answer to every state-changing call of the bureau, by the caller and its key.
CREATE TABLE bureau_call (
  pool            text   NOT NULL,
  call            text   NOT NULL,
  idempotency_key text   NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 64),
  body_hash       bytea  NOT NULL,
  answer          bytea  NOT NULL,
  at_ms           bigint NOT NULL,
  PRIMARY KEY (pool, call, idempotency_key)
);
