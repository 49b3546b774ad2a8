-- Filings for treatment elsewhere (备案). Never changed in place: each transition appends a version.
CREATE TABLE filing (
  filing_id         uuid    NOT NULL,
  version           int     NOT NULL CHECK (version >= 1),
  person_token      text    NOT NULL,
  scheme            text    NOT NULL CHECK (scheme IN ('employee', 'resident')),
  type              text    NOT NULL CHECK (type IN ('LT_RETIREE', 'LT_RESIDENT', 'LT_WORKER', 'TM_REFERRAL',
                                                     'TM_EMERGENCY', 'TM_OTHER', 'MATERNITY')),
  target_region     text    NOT NULL CHECK (target_region ~ '^[0-9]{6}$'),
  -- Half-open: valid_until is the first day on which it no longer holds; NULL is open-ended.
  valid_from        date    NOT NULL,
  valid_until       date    CHECK (valid_until >= valid_from),
  state             text    NOT NULL CHECK (state IN ('REQUESTED', 'SUPPLEMENT', 'SCHEDULED', 'EFFECTIVE', 'REJECTED',
                                                      'CANCELLED', 'CHANGED', 'EXPIRED')),
  channel           text    NOT NULL CHECK (channel IN ('NHSA_APP', 'NHSA_MINI', 'GOV_CLIENT', 'PROV_ONLINE',
                                                        'COUNTER', 'PHONE', 'DEEMED')),
  by_commitment     boolean NOT NULL,
  proof             text    NOT NULL CHECK (proof IN ('NONE', 'PENDING', 'COMPLETE')),
  proof_due_on      date,
  barred_until      date,
  supplement_due_on date,
  -- What the review still asks for, complete.
  missing           text[],
  -- First day on which a long-term filing may be changed or cancelled.
  locked_until      date,
  supersedes_id     uuid,
  -- The one visit a deemed filing stands for (clearing-and-filing §1.9).
  visit_id          uuid,
  applied_at_ms     bigint  NOT NULL,
  -- When it first took effect; NULL when it never did.
  effective_at_ms   bigint,
  decided_at_ms     bigint,
  decided_by        text,
  reason_code       text,
  -- The transition that made this version: what, by whom, when, why.
  event             text    NOT NULL,
  from_state        text,
  actor             text    NOT NULL,
  at_ms             bigint  NOT NULL,
  reason            text,
  PRIMARY KEY (filing_id, version),
  CHECK ((channel = 'DEEMED') = (visit_id IS NOT NULL))
);

-- What a decision reads: deemed filings serve one settled visit and never cover another.
CREATE INDEX filing_of_person ON filing (person_token, filing_id, version) WHERE channel <> 'DEEMED';
-- What the person sees.
CREATE INDEX filing_shown ON filing (person_token, applied_at_ms);
