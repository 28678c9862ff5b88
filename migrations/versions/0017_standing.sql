SET LOCAL lock_timeout = '10s';

-- Only of people who allow their ties to be read; it goes with their node.
CREATE TABLE social_standing (
    node text PRIMARY KEY REFERENCES social_node ON DELETE CASCADE,
    core integer NOT NULL,
    rank integer NOT NULL CHECK (rank BETWEEN 0 AND 10000),
    circle integer NOT NULL
);
CREATE TABLE social_circle (
    circle integer PRIMARY KEY,
    size integer NOT NULL,
    customers integer NOT NULL,
    defaulted integer NOT NULL,
    fraud integer NOT NULL,
    on_day date NOT NULL
);
