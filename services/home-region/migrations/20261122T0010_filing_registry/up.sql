-- Last working day for the review, and the papers that were shown.
ALTER TABLE filing ADD COLUMN review_due_on date;
ALTER TABLE filing ADD COLUMN evidence text[];

-- What somebody still owes a filing: the agency a decision, a timer an event, the person a proof. One row for each filing
-- of which that is true, replaced with every version. Nothing is recorded here: it is an index of newest versions.
CREATE TABLE filing_agenda (
  filing_id        uuid   PRIMARY KEY,
  person_token     text   NOT NULL,
  home_pool        text   NOT NULL,
  -- While the agency's review runs: since when, and until which working day.
  waiting_since_ms bigint,
  review_due_on    date,
  -- First day on which a timer owes it an event.
  due_on           date,
  -- Last day for the proof that a commitment promised.
  proof_due_on     date
);
CREATE INDEX filing_agenda_review ON filing_agenda (home_pool, waiting_since_ms, filing_id)
  WHERE waiting_since_ms IS NOT NULL;
CREATE INDEX filing_agenda_due ON filing_agenda (due_on, filing_id) WHERE due_on IS NOT NULL;
CREATE INDEX filing_agenda_proof ON filing_agenda (proof_due_on) WHERE proof_due_on IS NOT NULL;

INSERT INTO filing_agenda
  SELECT f.filing_id, f.person_token, m.home_pool,
         CASE f.state WHEN 'REQUESTED' THEN f.applied_at_ms END, NULL,
         CASE f.state WHEN 'SCHEDULED' THEN f.valid_from
                      WHEN 'SUPPLEMENT' THEN f.supplement_due_on + 1
                      WHEN 'EFFECTIVE' THEN LEAST(f.valid_until, CASE f.proof WHEN 'PENDING' THEN f.proof_due_on + 1 END)
         END,
         CASE WHEN f.state = 'EFFECTIVE' AND f.proof = 'PENDING' THEN f.proof_due_on END
    FROM filing f JOIN member m USING (person_token)
   WHERE NOT EXISTS (SELECT 1 FROM filing n WHERE n.filing_id = f.filing_id AND n.version = f.version + 1)
     AND f.channel <> 'DEEMED'
     AND (f.state IN ('REQUESTED', 'SUPPLEMENT', 'SCHEDULED')
          OR f.state = 'EFFECTIVE' AND (f.valid_until IS NOT NULL OR f.proof = 'PENDING'));

-- The agenda answers what these were for, and doesn't keep superseded versions.
DROP INDEX filing_pending;
DROP INDEX filing_proof_due;

-- What a filing says beyond the rules: how to reach the person (encrypted), who refers, where the papers lie. Appended
-- with the version that brought it; the newest one counts.
CREATE TABLE filing_particulars (
  filing_id            uuid   NOT NULL,
  version              int    NOT NULL,
  contact_cipher       bytea,
  referral_institution text,
  referral_document    text,
  material_kinds       text[] NOT NULL DEFAULT '{}',
  material_references  text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (filing_id, version),
  CHECK (cardinality(material_kinds) = cardinality(material_references))
);
