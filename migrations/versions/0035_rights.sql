-- Requests by right (PIPL 44-50) and complaints; words and answers are sealed.
CREATE TABLE rights_request (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    kind text NOT NULL CHECK (kind IN ('correction', 'deletion', 'closing', 'explanation', 'objection', 'complaint')),
    words bytea NOT NULL,
    status text NOT NULL CHECK (status IN ('asked', 'granted', 'declined', 'withdrawn')),
    asked_on date NOT NULL,
    answer_by date NOT NULL,
    answer bytea,
    answered_by text,
    ended_on date
);
CREATE UNIQUE INDEX one_open_right ON rights_request (person_id, kind) WHERE status = 'asked';
CREATE INDEX rights_of_person ON rights_request (person_id, id);
CREATE INDEX rights_waiting ON rights_request (answer_by) WHERE status = 'asked';
