SET LOCAL lock_timeout = '10s';

ALTER TABLE application ADD COLUMN business bytea;

-- The form that somebody fills in over several sittings, on several devices; the version says whose save came last.
CREATE TABLE application_draft (
    person_id text PRIMARY KEY REFERENCES person,
    version integer NOT NULL CHECK (version > 0),
    device text NOT NULL,
    form bytea NOT NULL,
    saved_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
