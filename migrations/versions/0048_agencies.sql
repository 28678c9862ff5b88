CREATE TABLE agency (
    code text PRIMARY KEY,
    name text NOT NULL,
    licence text NOT NULL,
    commission_bps integer NOT NULL CHECK (commission_bps BETWEEN 0 AND 5000),
    most_cases integer NOT NULL CHECK (most_cases > 0),
    valid_until date NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'active', 'rejected', 'ended')),
    proposed_by text NOT NULL,
    decided_by text CHECK (status <> 'active' OR decided_by <> proposed_by),
    at timestamptz NOT NULL
);
-- A case with an agency. `received` is what came of its person since then, `commission` what the agency earned of it.
CREATE TABLE agency_placement (
    id text PRIMARY KEY,
    case_id text NOT NULL REFERENCES collection_case,
    person_id text NOT NULL REFERENCES person,
    agency text NOT NULL REFERENCES agency,
    status text NOT NULL CHECK (status IN ('placed', 'recalled', 'given_back', 'over')),
    placed_on date NOT NULL,
    recall_on date NOT NULL,
    placed_by text NOT NULL,
    owed bigint NOT NULL,
    commission_bps integer NOT NULL,
    received bigint NOT NULL,
    commission bigint NOT NULL,
    counted integer NOT NULL DEFAULT 0,
    ended_on date,
    why text NOT NULL
);
CREATE UNIQUE INDEX one_agency_at_a_time ON agency_placement (case_id) WHERE status = 'placed';
CREATE INDEX agency_placement_of_agency ON agency_placement (agency, status, recall_on, id);
CREATE INDEX agency_placement_of_person ON agency_placement (person_id);
CREATE INDEX agency_placement_of_case ON agency_placement (case_id, id);
CREATE TABLE agency_inspection (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency text NOT NULL REFERENCES agency,
    on_day date NOT NULL,
    made_by text NOT NULL,
    found text NOT NULL,
    at timestamptz NOT NULL
);
ALTER TABLE staff_member ADD COLUMN agency text REFERENCES agency;
INSERT INTO ledger_account (code, name_en, name_zh, side) VALUES
    ('collection_costs', 'Commissions of collection agencies', '委外催收佣金', 'expense'),
    ('collection_payable', 'Commissions to be paid', '应付委外催收佣金', 'liability');
