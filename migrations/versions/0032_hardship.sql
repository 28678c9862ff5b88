-- A person says that they cannot pay as agreed; what is offered instead by two, and what they agree to.
CREATE TABLE hardship_request (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    loan_id text NOT NULL REFERENCES loan,
    cause text NOT NULL,
    can_pay bigint NOT NULL CHECK (can_pay >= 0),
    note text NOT NULL,
    status text NOT NULL CHECK (status IN ('asked', 'proposed', 'offered', 'agreed', 'declined', 'withdrawn')),
    asked_on date NOT NULL,
    answer_by date NOT NULL,
    installments integer,
    first_due_on date,
    annual_rate text,
    proposed_by text,
    approved_by text,
    answer text,
    ended_on date
);
CREATE UNIQUE INDEX one_open_hardship ON hardship_request (loan_id) WHERE status IN ('asked', 'proposed', 'offered');
CREATE INDEX hardship_of_person ON hardship_request (person_id, id);
