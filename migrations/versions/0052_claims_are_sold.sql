-- Claims that are sold together to a buyer, at a rate of what is owed.
CREATE TABLE sale (
    id text PRIMARY KEY,
    buyer text NOT NULL,
    licence text NOT NULL,
    rate_ppm integer NOT NULL CHECK (rate_ppm BETWEEN 1 AND 1000000),
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'settled', 'rejected', 'called_off')),
    proposed_by text NOT NULL,
    proposed_on date NOT NULL,
    decided_by text CHECK (status <> 'approved' OR decided_by <> proposed_by),
    decided_on date,
    settled_by text,
    settled_on date,
    at timestamptz NOT NULL
);
-- What is offered of each loan: its claim on the day it was proposed, and the price of it. Dropped: it is not sold, and why.
CREATE TABLE sale_claim (
    sale_id text NOT NULL REFERENCES sale,
    loan_id text NOT NULL REFERENCES loan,
    person_id text NOT NULL REFERENCES person,
    days integer NOT NULL,
    claim bigint NOT NULL CHECK (claim > 0),
    price bigint NOT NULL CHECK (price >= 0),
    dropped text,
    PRIMARY KEY (sale_id, loan_id)
);
CREATE UNIQUE INDEX one_sale_of_a_loan ON sale_claim (loan_id) WHERE dropped IS NULL;
CREATE INDEX sale_claim_of_person ON sale_claim (person_id);
ALTER TABLE receipt ADD COLUMN sale_id text REFERENCES sale;
CREATE INDEX receipt_of_sale ON receipt (sale_id) WHERE sale_id IS NOT NULL;
ALTER TABLE loan DROP CONSTRAINT loan_status_check;
ALTER TABLE loan ADD CONSTRAINT loan_status_check CHECK (status IN
    ('awaiting_pay_out', 'current', 'overdue', 'closed', 'charged_off', 'sold', 'cancelled'));
