-- Whose turn it is next to be asked about, while they owe something or hold a line.
CREATE TABLE watch_turn (
    person_id text PRIMARY KEY REFERENCES person,
    next_on date NOT NULL
);
CREATE INDEX watch_turn_next ON watch_turn (next_on, person_id);
INSERT INTO watch_turn SELECT DISTINCT person_id, (SELECT business_day FROM clock) + 30 FROM loan
    WHERE status NOT IN ('closed', 'cancelled', 'charged_off');
-- What others told under the consent to watching, as the few figures that are compared. Gone with the consent.
CREATE TABLE watch_told (
    person_id text NOT NULL REFERENCES person,
    on_day date NOT NULL,
    grant_id text NOT NULL REFERENCES consent_grant,
    features jsonb NOT NULL,
    signals text[] NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (person_id, on_day)
);
