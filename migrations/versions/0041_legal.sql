-- Enforcing what is owed: a case of a loan, its way, and what it costs.
CREATE TABLE legal_case (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    loan_id text NOT NULL REFERENCES loan,
    status text NOT NULL CHECK (status IN ('proposed', 'demanded', 'filed', 'judged', 'enforced', 'closed')),
    opened_on date NOT NULL,
    proposed_by text NOT NULL,
    approved_by text,
    claimed bigint CHECK (claimed > 0),
    demanded_on date,
    pay_by date,
    way text CHECK (way IN ('mediation', 'arbitration', 'lawsuit')),
    body text,
    docket text,
    filed_on date,
    awarded bigint CHECK (awarded >= 0),
    judged_on date,
    ending text CHECK (ending IN ('paid', 'compromise', 'abandoned', 'lost')),
    note text,
    ended_on date,
    CHECK (approved_by IS DISTINCT FROM proposed_by),
    CHECK (status IN ('proposed', 'closed') OR (approved_by IS NOT NULL AND claimed IS NOT NULL AND pay_by IS NOT NULL)),
    CHECK ((filed_on IS NULL) = (way IS NULL)),
    CHECK ((status = 'closed') = (ended_on IS NOT NULL))
);
CREATE UNIQUE INDEX one_open_legal_case ON legal_case (loan_id) WHERE status <> 'closed';
CREATE INDEX legal_case_of_person ON legal_case (person_id);
CREATE TABLE legal_cost (
    id text PRIMARY KEY,
    case_id text NOT NULL REFERENCES legal_case,
    kind text NOT NULL CHECK (kind IN ('court_fee', 'lawyer', 'service', 'other')),
    amount bigint NOT NULL CHECK (amount > 0),
    on_day date NOT NULL,
    note text NOT NULL,
    made_by text NOT NULL
);
CREATE INDEX legal_cost_of_case ON legal_cost (case_id);
CREATE TRIGGER legal_cost_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON legal_cost
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
INSERT INTO ledger_account (code, name_en, name_zh, side) VALUES
    ('legal_costs', 'Costs of enforcement', '诉讼及执行费用', 'expense'),
    ('legal_payable', 'Costs of enforcement, payable', '应付诉讼及执行费用', 'liability');
