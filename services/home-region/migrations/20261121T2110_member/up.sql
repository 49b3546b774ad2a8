-- The insured persons (参保人) of this home region. Everything but this table knows a person by the opaque token only.
CREATE TABLE member (
  -- 16 random bytes as base64url: says nothing about the person and can't be searched back.
  person_token       text    PRIMARY KEY CHECK (person_token ~ '^[A-Za-z0-9_-]{22}$'),
  home_pool          text    NOT NULL CHECK (home_pool ~ '^[0-9]{6}$'),
  scheme             text    NOT NULL CHECK (scheme IN ('employee', 'resident')),
  person_class       text    NOT NULL CHECK (person_class IN ('active', 'retired', 'resident', 'child')),
  birth_date         date    NOT NULL,
  gender             text    NOT NULL CHECK (gender IN ('1', '2', '9')),
  insured_status     text    NOT NULL CHECK (insured_status IN ('ACTIVE', 'ARREARS', 'STOPPED', 'WAITING', 'MOVED')),
  insured_from       date    NOT NULL,
  contribution_years int     NOT NULL CHECK (contribution_years BETWEEN 0 AND 100),
  groups             text[]  NOT NULL DEFAULT '{}',
  -- Name and certificate number, encrypted with a key from outside the database and bound to this row.
  identity_cipher    bytea   NOT NULL,
  -- Keyed hashes with the version of their key: of the certificate number, and of the card or e-credential.
  lookup_version     int     NOT NULL,
  lookup_hash        bytea   NOT NULL,
  credential_version int,
  credential_hash    bytea,
  changed_at_ms      bigint  NOT NULL,
  UNIQUE (lookup_version, lookup_hash),
  UNIQUE (credential_version, credential_hash)
);
