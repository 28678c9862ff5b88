SET LOCAL lock_timeout = '10s';

CREATE TABLE review (
    id text PRIMARY KEY,
    application_id text NOT NULL REFERENCES application,
    decision_id text NOT NULL REFERENCES decision,
    asked_by text NOT NULL CHECK (asked_by IN ('strategy', 'applicant')),
    asked_on date NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'proposed', 'approved', 'declined')),
    reason text,
    proposed_by text,
    decided_by text,
    decided_on date,
    at timestamptz NOT NULL,
    CHECK ((status IN ('approved', 'declined')) = (decided_by IS NOT NULL))
);
CREATE INDEX review_waiting ON review (status, id);
CREATE INDEX review_of_application ON review (application_id);
