-- Chronic-disease qualifications (门诊慢特病待遇资格). Never changed in place: each change appends a version.
CREATE TABLE chronic_qualification (
  qualification_id  uuid   NOT NULL,
  version           int    NOT NULL CHECK (version >= 1),
  person_token      text   NOT NULL,
  scheme            text   NOT NULL CHECK (scheme IN ('employee', 'resident')),
  disease_code      text   NOT NULL CHECK (disease_code ~ '^M[0-9]{5}$'),
  -- Half-open: valid_until is the first day on which it no longer holds; NULL is open-ended.
  valid_from        date   NOT NULL,
  valid_until       date   CHECK (valid_until >= valid_from),
  -- Where the person may be treated for it; empty: wherever the disease is opened.
  institution_codes text[] NOT NULL,
  actor             text   NOT NULL,
  at_ms             bigint NOT NULL,
  reason            text,
  PRIMARY KEY (qualification_id, version)
);
CREATE INDEX qualification_of_person ON chronic_qualification (person_token, qualification_id, version);

-- The outpatient hospitals a person chose (门诊定点), each from a day on; of two from the same day the higher ordinal holds.
CREATE TABLE hospital_choice (
  person_token      text   NOT NULL,
  ordinal           int    NOT NULL CHECK (ordinal >= 1),
  valid_from        date   NOT NULL,
  -- Empty: none from that day on.
  institution_codes text[] NOT NULL,
  actor             text   NOT NULL,
  at_ms             bigint NOT NULL,
  reason            text,
  PRIMARY KEY (person_token, ordinal)
);
