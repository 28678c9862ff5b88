SET LOCAL lock_timeout = '10s';

CREATE TABLE strategy_version (
    name text NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    graph text NOT NULL,
    hash text NOT NULL,
    role text NOT NULL CHECK (role IN ('champion', 'challenger', 'shadow')),
    share integer NOT NULL CHECK (share BETWEEN 0 AND 50),
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected', 'withdrawn')),
    effective_from date NOT NULL,
    proposed_by text NOT NULL,
    decided_by text,
    request text NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    PRIMARY KEY (name, version),
    CHECK ((role = 'challenger') = (share > 0))
);

CREATE TABLE shadow_decision (
    application_id text NOT NULL REFERENCES application,
    strategy text NOT NULL,
    outcome text NOT NULL,
    decided text NOT NULL,
    verdicts jsonb NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (strategy, application_id)
);
