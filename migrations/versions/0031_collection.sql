-- Every contact with somebody who owes, as it was permitted and as it went. on_day is the day at their place.
CREATE TABLE contact (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    channel text NOT NULL CHECK (channel IN ('call', 'text', 'letter', 'visit')),
    whom text NOT NULL CHECK (whom IN ('debtor', 'named')),
    about text NOT NULL CHECK (about IN ('due', 'arrears', 'whereabouts', 'asked')),
    hand text NOT NULL CHECK (hand IN ('plan', 'staff', 'agency')),
    made_by text NOT NULL,
    on_day date NOT NULL,
    at timestamptz NOT NULL,
    outcome text NOT NULL,
    note text,
    ended_at timestamptz
);
CREATE INDEX contact_of_person ON contact (person_id, on_day);

-- Hours that a person has asked for.
CREATE TABLE contact_hours (
    person_id text PRIMARY KEY REFERENCES person,
    earliest time NOT NULL,
    latest time NOT NULL CHECK (latest > earliest),
    at timestamptz NOT NULL
);
CREATE TABLE contact_stop (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    kind text NOT NULL,
    made_by text NOT NULL,
    note text NOT NULL,
    since date NOT NULL,
    lifted_on date
);
CREATE INDEX contact_stop_of ON contact_stop (person_id) WHERE lifted_on IS NULL;
CREATE TABLE contact_dispute (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    what text NOT NULL,
    opened_on date NOT NULL,
    answer_by date NOT NULL,
    answered_on date,
    answer text,
    answered_by text
);
CREATE INDEX contact_dispute_open ON contact_dispute (person_id) WHERE answered_on IS NULL;

-- Whoever is late has one case, as old as the oldest of what is late.
CREATE TABLE collection_case (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    plan text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'promised', 'closed')),
    overdue_days integer NOT NULL,
    owed bigint NOT NULL,
    worst_days integer NOT NULL,
    assigned_to text,
    call_on date,
    opened_on date NOT NULL,
    closed_on date,
    broken integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX one_open_case ON collection_case (person_id) WHERE status <> 'closed';
CREATE INDEX cases_to_call ON collection_case (call_on) WHERE status <> 'closed';
CREATE TABLE promise (
    id text PRIMARY KEY,
    case_id text NOT NULL REFERENCES collection_case,
    amount bigint NOT NULL CHECK (amount > 0),
    by_day date NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'kept', 'broken')),
    made_on date NOT NULL,
    made_by text NOT NULL,
    received bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX one_open_promise ON promise (case_id) WHERE status = 'open';

INSERT INTO contact (id, person_id, channel, whom, about, hand, made_by, on_day, at, outcome, note, ended_at)
SELECT 'con_' || substr(id, 5), person_id, 'text', 'debtor', CASE stage WHEN 'M0' THEN 'due' ELSE 'arrears' END, 'plan', 'standard',
    on_day, sent_at, 'sent', NULL, sent_at
FROM reminder WHERE sent_at IS NOT NULL;
DROP TABLE reminder;

-- Of what somebody owes they are told by notices that go through the gate.
ALTER TABLE notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE notice ADD CONSTRAINT notice_kind_check CHECK (kind IN ('security', 'service', 'reminder', 'marketing'));
