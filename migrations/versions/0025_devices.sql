SET LOCAL lock_timeout = '10s';

-- Only a code that came to the phone, or a number that WeChat vouches for, proves that the phone is at hand.
ALTER TABLE session ADD COLUMN proves_phone boolean NOT NULL DEFAULT true;
ALTER TABLE session ALTER COLUMN proves_phone DROP DEFAULT;

-- A session begun by an app that names itself opens to that app only.
ALTER TABLE session ADD COLUMN device_index bytea;

-- Devices that a person has logged in on, by what their app calls itself.
CREATE TABLE person_device (
    person_id text NOT NULL REFERENCES person,
    device_index bytea NOT NULL,
    name text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (person_id, device_index)
);

ALTER TABLE person ADD COLUMN phone_status text NOT NULL DEFAULT 'unknown'
    CHECK (phone_status IN ('unknown', 'in_service', 'out_of_service'));

ALTER TABLE application ADD COLUMN contacts bytea;

-- Papers are looked at once when they grow old: held with a loan, or forgotten.
ALTER TABLE document ADD COLUMN is_held boolean NOT NULL DEFAULT false;
CREATE INDEX document_growing_old ON document (at) WHERE status <> 'deleted' AND NOT is_held;
