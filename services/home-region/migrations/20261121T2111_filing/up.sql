-- Filings for treatment elsewhere (备案). Never changed in place: each transition appends a version.
CREATE TABLE filing (
  filing_id       bytea  NOT NULL CHECK (length(filing_id) = 16),
  version         int    NOT NULL CHECK (version >= 1),
  person_token    text   NOT NULL,
  scheme          text   NOT NULL CHECK (scheme IN ('employee', 'resident')),
  type            text   NOT NULL CHECK (type IN ('LT_RETIREE', 'LT_RESIDENT', 'LT_WORKER', 'TM_REFERRAL',
                                                  'TM_EMERGENCY', 'TM_OTHER', 'MATERNITY')),
  target_region   text   NOT NULL CHECK (target_region ~ '^[0-9]{6}$'),
  -- Half-open: valid_until is the first day on which it no longer holds; NULL is open-ended.
  valid_from      date   NOT NULL,
  valid_until     date   CHECK (valid_until >= valid_from),
  channel         text   NOT NULL CHECK (channel IN ('NHSA_APP', 'NHSA_MINI', 'GOV_CLIENT', 'PROV_ONLINE', 'COUNTER',
                                                     'PHONE', 'DEEMED')),
  by_commitment   boolean NOT NULL,
  proof           text   NOT NULL CHECK (proof IN ('NONE', 'PENDING', 'COMPLETE')),
  state           text   NOT NULL CHECK (state IN ('REQUESTED', 'SUPPLEMENT', 'SCHEDULED', 'EFFECTIVE', 'REJECTED',
                                                   'CANCELLED', 'CHANGED', 'EXPIRED')),
  from_state      text,
  event           text   NOT NULL,
  actor           text   NOT NULL,
  reason          text,
  -- The one visit a deemed filing stands for (clearing-and-filing §1.9).
  visit_id        bytea,
  applied_at_ms   bigint NOT NULL,
  -- When it first became effective; NULL when it never was.
  effective_at_ms bigint,
  at_ms           bigint NOT NULL,
  PRIMARY KEY (filing_id, version),
  CHECK ((channel = 'DEEMED') = (visit_id IS NOT NULL))
);

-- What a decision reads: deemed filings serve one settled visit and never cover another.
CREATE INDEX filing_of_person ON filing (person_token, filing_id, version) WHERE channel <> 'DEEMED';
-- What the person sees.
CREATE INDEX filing_shown ON filing (person_token, applied_at_ms);
