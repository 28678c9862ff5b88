-- A month of a loan as it was told; `is_last` when it was told that the loan has ended. Who its person is, is added when it goes.
CREATE TABLE bureau_record (
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    loan_id text NOT NULL REFERENCES loan,
    person_id text NOT NULL REFERENCES person,
    record jsonb NOT NULL,
    is_negative boolean NOT NULL,
    is_last boolean NOT NULL,
    status text NOT NULL CHECK (status IN ('held', 'prepared', 'accepted', 'refused')),
    why text NOT NULL,
    notice_id text REFERENCES notice,
    at timestamptz NOT NULL,
    PRIMARY KEY (month, loan_id)
);
CREATE INDEX bureau_record_of_loan ON bureau_record (loan_id);
CREATE INDEX bureau_record_of_person ON bureau_record (person_id);
CREATE INDEX bureau_record_waiting ON bureau_record (month, loan_id) WHERE status IN ('prepared', 'refused');
