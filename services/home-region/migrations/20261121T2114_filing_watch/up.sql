-- For the alarms on filings that wait for a decision and on commitments whose proof falls due.
CREATE INDEX filing_pending ON filing (applied_at_ms) WHERE state IN ('REQUESTED', 'SUPPLEMENT');
CREATE INDEX filing_proof_due ON filing (proof_due_on) WHERE state = 'EFFECTIVE' AND proof = 'PENDING';
