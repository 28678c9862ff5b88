-- Roles of the lender's own: what each version of one holds, proposed by one and agreed to by another.

CREATE TABLE role_version (
    name text NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    permissions text[] NOT NULL,
    why text NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected', 'withdrawn')),
    proposed_by text NOT NULL,
    proposed_on date NOT NULL,
    decided_by text,
    decided_on date,
    request text NOT NULL UNIQUE,
    PRIMARY KEY (name, number),
    CHECK ((status = 'proposed') = (decided_by IS NULL)),
    CHECK (status <> 'approved' OR decided_by <> proposed_by)
);
SELECT grant_to_application();
