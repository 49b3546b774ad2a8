-- Claims that wait for their decision, by the day on which it is due: what the gauge of overdue ones looks at.
CREATE INDEX reimbursement_due ON reimbursement (due_on) WHERE state IN ('RECEIVED', 'UNDER_REVIEW');
