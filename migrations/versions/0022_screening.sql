SET LOCAL lock_timeout = '10s';

CREATE TABLE watch_entry (
    id text PRIMARY KEY,
    list text NOT NULL CHECK (list IN ('sanctions', 'public_office', 'court', 'own')),
    document bytea NOT NULL,
    source text NOT NULL,
    added_by text NOT NULL,
    at timestamptz NOT NULL,
    removed_at timestamptz
);
CREATE INDEX watch_entry_standing ON watch_entry (list, id) WHERE removed_at IS NULL;

-- Changes with every change of a list, so that whoever holds them in memory knows.
CREATE TABLE watch_state (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    version uuid NOT NULL
);
INSERT INTO watch_state (version) VALUES (gen_random_uuid());

CREATE TABLE screening (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    about text NOT NULL,
    finding text NOT NULL CHECK (finding IN ('clear', 'possible', 'sure')),
    hits jsonb NOT NULL,
    lists_version uuid NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX screening_about ON screening (about);
