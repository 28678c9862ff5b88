-- Early warnings as they came, each with what it was seen in and what the sum asked for then.
CREATE TABLE watch_signal (
    key text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    kind text NOT NULL,
    subject text NOT NULL,
    on_day date NOT NULL,
    strength_after double precision NOT NULL,
    call text NOT NULL CHECK (call IN ('nothing', 'look', 'freeze')),
    at timestamptz NOT NULL
);
CREATE INDEX watch_signal_of_person ON watch_signal (person_id, on_day);
CREATE INDEX watch_signal_calls ON watch_signal (at) WHERE call <> 'nothing';
CREATE TRIGGER watch_signal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON watch_signal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Lines that were frozen, for whom the evening looks whether they may open.
CREATE INDEX credit_line_frozen ON credit_line (id) WHERE status = 'frozen';
