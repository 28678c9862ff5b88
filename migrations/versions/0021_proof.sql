SET LOCAL lock_timeout = '10s';

CREATE TABLE identity_evidence (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    kind text NOT NULL CHECK (kind IN ('four_elements', 'id_card', 'face')),
    provider text NOT NULL,
    reference text NOT NULL,
    grant_id text NOT NULL REFERENCES consent_grant,
    at timestamptz NOT NULL,
    valid_until timestamptz NOT NULL
);
CREATE INDEX identity_evidence_of ON identity_evidence (person_id, kind, valid_until);

CREATE TABLE face_check (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    grant_id text NOT NULL REFERENCES consent_grant,
    provider text NOT NULL,
    token bytea NOT NULL,
    url bytea NOT NULL,
    status text NOT NULL CHECK (status IN ('begun', 'passed', 'failed', 'expired')),
    begun_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((status = 'begun') = (ended_at IS NULL))
);
CREATE INDEX face_check_of ON face_check (person_id, begun_at);
