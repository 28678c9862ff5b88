SET LOCAL lock_timeout = '10s';

CREATE TABLE source_document (
    id text PRIMARY KEY,
    application_id text NOT NULL REFERENCES application,
    source text NOT NULL CHECK (source IN ('behaviour', 'social')),
    grant_id text NOT NULL REFERENCES consent_grant,
    document bytea NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (application_id, source)
);

-- Somebody who let us read ties has a node, the social provider's token; nobody else is known by one.
CREATE TABLE social_node (
    node text PRIMARY KEY,
    person_id text NOT NULL UNIQUE REFERENCES person,
    at timestamptz NOT NULL
);
CREATE TABLE social_tie (
    node text NOT NULL REFERENCES social_node ON DELETE CASCADE,
    "to" text NOT NULL,
    kind text NOT NULL,
    since date NOT NULL,
    last date,
    sent integer NOT NULL,
    received integer NOT NULL,
    days integer NOT NULL,
    PRIMARY KEY (node, "to", kind)
);
CREATE INDEX social_tie_to ON social_tie ("to");
CREATE TABLE social_mark (
    person_id text NOT NULL REFERENCES person,
    kind text NOT NULL CHECK (kind IN ('customer', 'paid', 'overdue', 'defaulted', 'refused', 'fraud')),
    on_day date NOT NULL,
    cause text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (person_id, kind, cause)
);
