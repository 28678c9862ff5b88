SET LOCAL lock_timeout = '10s';

-- What the whole cost of some terms was shown to be, word for word; it names no person but by id.
CREATE TABLE disclosure (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    subject text NOT NULL CHECK (subject IN ('offer', 'line', 'purchase', 'statement')),
    subject_id text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    months integer NOT NULL CHECK (months > 0),
    statement text NOT NULL,
    status text NOT NULL CHECK (status IN ('shown', 'confirmed', 'signed')),
    shown_on date NOT NULL,
    shown_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    CHECK ((status = 'shown') = (confirmed_at IS NULL))
);
CREATE INDEX disclosure_of_person ON disclosure (person_id);

CREATE TABLE contract (
    id text PRIMARY KEY,
    reference text NOT NULL,
    person_id text NOT NULL REFERENCES person,
    disclosure_id text NOT NULL UNIQUE REFERENCES disclosure,
    loan_id text REFERENCES loan,
    line_id text REFERENCES credit_line,
    document bytea NOT NULL,
    evidence bytea NOT NULL,
    document_hash text NOT NULL,
    signature text NOT NULL,
    public_key text NOT NULL,
    signed_on date NOT NULL,
    signed_at timestamptz NOT NULL,
    file bytea,
    file_hash text UNIQUE,
    CHECK ((file IS NULL) = (file_hash IS NULL)),
    CHECK (num_nonnulls(loan_id, line_id) = 1)
);
CREATE INDEX contract_of_person ON contract (person_id);
CREATE INDEX contract_of_loan ON contract (loan_id) WHERE loan_id IS NOT NULL;
