-- What went wrong by itself, whose duty it is, and by when.
CREATE TABLE alarm (
    id text PRIMARY KEY,
    what text NOT NULL,
    subject text NOT NULL,
    facts jsonb NOT NULL,
    owner text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'taken', 'closed')),
    raised_on date NOT NULL,
    due_on date NOT NULL,
    last_on date NOT NULL,
    times integer NOT NULL CHECK (times > 0),
    taken_by text,
    closed_by text,
    note text,
    CHECK (status <> 'closed' OR (closed_by IS NOT NULL AND note IS NOT NULL))
);
CREATE UNIQUE INDEX one_open_alarm ON alarm (what, subject) WHERE status <> 'closed';
