-- Against money laundering: what was seen, the cases it is judged in, and how much risk a customer bears.
CREATE TABLE aml_case (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    kind text NOT NULL CHECK (kind IN ('large', 'suspicious')),
    status text NOT NULL CHECK (status IN ('open', 'proposed', 'reported', 'dismissed')),
    opened_on date NOT NULL,
    report_by date NOT NULL,
    proposal text CHECK (proposal IN ('report', 'dismissal')),
    reasons bytea,
    proposed_by text,
    decided_by text,
    ended_on date,
    CHECK (status NOT IN ('reported', 'dismissed') OR (decided_by IS NOT NULL AND decided_by <> proposed_by)),
    CHECK (status = 'open' OR (proposal IS NOT NULL AND reasons IS NOT NULL AND proposed_by IS NOT NULL))
);
CREATE UNIQUE INDEX one_open_aml_case ON aml_case (person_id, kind) WHERE status = 'open';
CREATE INDEX aml_case_of_person ON aml_case (person_id);
CREATE INDEX aml_case_due ON aml_case (report_by) WHERE status IN ('open', 'proposed');
CREATE TABLE aml_alert (
    key text PRIMARY KEY,
    case_id text NOT NULL REFERENCES aml_case,
    scenario text NOT NULL,
    on_day date NOT NULL,
    facts jsonb NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX aml_alert_of_case ON aml_alert (case_id);
CREATE TRIGGER aml_alert_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON aml_alert
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TABLE risk_rating (
    person_id text PRIMARY KEY REFERENCES person,
    rating text NOT NULL CHECK (rating IN ('low', 'medium', 'high')),
    factors text[] NOT NULL,
    on_day date NOT NULL,
    look_again_on date NOT NULL
);
CREATE INDEX risk_rating_due ON risk_rating (look_again_on);
CREATE INDEX person_of_device ON person_device (device_index);
-- Which version of the watch lists all customers have been held against.
CREATE TABLE aml_state (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    lists_version uuid
);
INSERT INTO aml_state DEFAULT VALUES;
-- Those who are customers already are rated on the next evening.
INSERT INTO risk_rating (person_id, rating, factors, on_day, look_again_on)
SELECT DISTINCT person_id, 'low', '{}'::text[], date '2020-01-01', date '2020-01-01' FROM loan WHERE disbursed_on IS NOT NULL;
