-- Who took another role in an emergency, why and until when, by real time; what was done under it stands in the trail.

CREATE TABLE emergency_access (
    id text PRIMARY KEY,
    member text NOT NULL REFERENCES staff_member,
    role text NOT NULL CHECK (role IN ('admin', 'officer', 'finance')),
    reason text NOT NULL,
    on_day date NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ends_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX emergency_access_of_member ON emergency_access (member, ends_at);
CREATE INDEX audit_note_in_emergency ON audit_note ((facts ->> 'emergency')) WHERE facts ? 'emergency';
