SET LOCAL lock_timeout = '10s';

CREATE TABLE document (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    grant_id text NOT NULL REFERENCES consent_grant,
    kind text NOT NULL,
    status text NOT NULL CHECK (status IN ('received', 'read', 'unreadable', 'deleted')),
    upload_hash bytea NOT NULL,
    pages integer NOT NULL,
    thumbnail bytea,
    sharpness integer NOT NULL,
    glare_bps integer NOT NULL,
    brightness integer NOT NULL,
    fields bytea,
    hints jsonb NOT NULL DEFAULT '[]',
    read_by text,
    at timestamptz NOT NULL,
    CHECK (status <> 'deleted' OR (thumbnail IS NULL AND fields IS NULL))
);
CREATE INDEX document_by_person ON document (person_id, id);

CREATE TABLE document_page (
    id text PRIMARY KEY,
    document_id text NOT NULL REFERENCES document,
    number integer NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    picture bytea NOT NULL,
    UNIQUE (document_id, number)
);

-- What a person changed of what was read; never overwritten.
CREATE TABLE document_correction (
    id text PRIMARY KEY,
    document_id text NOT NULL REFERENCES document,
    field text NOT NULL,
    before bytea NOT NULL,
    after bytea NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX document_correction_of ON document_correction (document_id, id);
