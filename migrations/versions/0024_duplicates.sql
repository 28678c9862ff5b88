SET LOCAL lock_timeout = '10s';

CREATE TABLE duplicate (
    id text PRIMARY KEY,
    known_id text NOT NULL REFERENCES person,
    newcomer_id text NOT NULL REFERENCES person,
    status text NOT NULL CHECK (status IN ('found', 'proposed', 'merged', 'dismissed')),
    reason text,
    proposed_by text,
    decided_by text,
    found_at timestamptz NOT NULL,
    CHECK (known_id <> newcomer_id),
    CHECK (status <> 'merged' OR decided_by <> proposed_by)
);
CREATE INDEX duplicate_newest ON duplicate (id DESC);

-- Somebody who turned out to be somebody known: nobody logs in as them any more.
ALTER TABLE person ADD COLUMN merged_into text REFERENCES person;
