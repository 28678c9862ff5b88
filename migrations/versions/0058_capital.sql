-- What the lender's own books said of its capital at the end of a day, stated by one of finance and agreed to by another.

CREATE TABLE capital_statement (
    id text PRIMARY KEY,
    as_of date NOT NULL,
    net_assets bigint NOT NULL CHECK (net_assets > 0),
    borrowed bigint NOT NULL CHECK (borrowed >= 0),
    issued bigint NOT NULL CHECK (issued >= 0),
    source text NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected', 'withdrawn')),
    proposed_by text NOT NULL,
    proposed_on date NOT NULL,
    decided_by text,
    decided_on date,
    CHECK ((status = 'proposed') = (decided_by IS NULL)),
    CHECK (status <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX capital_statement_of_day ON capital_statement (as_of) WHERE status = 'approved';
SELECT grant_to_application();
