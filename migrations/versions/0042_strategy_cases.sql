-- Applicants whom every version of a strategy has to decide on as expected before it may live.
CREATE TABLE strategy_case (
    id text PRIMARY KEY,
    name text NOT NULL,
    title text NOT NULL,
    inputs jsonb NOT NULL,
    expected text NOT NULL CHECK (expected IN ('approve', 'decline', 'review')),
    made_by text NOT NULL,
    removed_by text,
    at timestamptz NOT NULL
);
CREATE INDEX strategy_case_of ON strategy_case (name, id) WHERE removed_by IS NULL;
