SET LOCAL lock_timeout = '10s';

CREATE TABLE loan_adjustment (
    id text PRIMARY KEY,
    loan_id text NOT NULL REFERENCES loan,
    fact jsonb NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected')),
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by text CHECK (decided_by <> proposed_by),
    decided_on date,
    CHECK ((status = 'proposed') = (decided_by IS NULL))
);
CREATE INDEX loan_adjustment_by_loan ON loan_adjustment (loan_id, id);
CREATE INDEX loan_adjustment_open ON loan_adjustment (id) WHERE status = 'proposed';
