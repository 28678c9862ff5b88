-- What a regulator is told of a month: drawn up from the books, checked by one and reported by another.

CREATE TABLE regulator_return (
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    number integer NOT NULL CHECK (number > 0),
    figures jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('drawn', 'checked', 'reported', 'replaced')),
    why text NOT NULL,
    drawn_on date NOT NULL,
    checked_by text,
    checked_on date,
    reported_by text,
    reported_on date,
    reference text,
    PRIMARY KEY (month, number),
    CHECK (reported_by <> checked_by),
    CHECK ((reported_by IS NULL) = (reference IS NULL))
);
CREATE UNIQUE INDEX regulator_return_of_month ON regulator_return (month) WHERE status <> 'replaced';
SELECT grant_to_application();
