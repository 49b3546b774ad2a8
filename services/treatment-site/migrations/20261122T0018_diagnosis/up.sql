-- What a failing answer names as its diagnosis id; a refusal by the home region has the id of its command.
ALTER TABLE refusal
  ADD COLUMN diagnosis_id    bytea,
  ADD COLUMN home_pool       text NOT NULL DEFAULT '',
  ADD COLUMN idempotency_key text NOT NULL DEFAULT '',
  ADD COLUMN refused_by      text NOT NULL DEFAULT 'treatment-site' CHECK (refused_by IN ('treatment-site', 'home-region'));

-- Refusals are rare and kept for 30 days: three indexes on them cost the settlements that succeed nothing.
CREATE INDEX refusal_diagnosis ON refusal (diagnosis_id) WHERE diagnosis_id IS NOT NULL;
CREATE INDEX refusal_subject ON refusal (subject, refusal_id DESC) WHERE subject <> '';
CREATE INDEX refusal_key ON refusal (institution_code, idempotency_key) WHERE idempotency_key <> '';
