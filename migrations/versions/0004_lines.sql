SET LOCAL lock_timeout = '10s';

CREATE TABLE credit_line (
    id text PRIMARY KEY,
    reference text NOT NULL UNIQUE,
    offer_id text NOT NULL UNIQUE,
    person_id text NOT NULL,
    product text NOT NULL,
    credit_limit bigint NOT NULL CHECK (credit_limit >= 0),
    annual_rate text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'frozen', 'closed')),
    expires_on date NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX credit_line_by_person ON credit_line (person_id, id);

CREATE TABLE credit_line_change (
    line_id text NOT NULL REFERENCES credit_line,
    number integer NOT NULL,
    what text NOT NULL CHECK (what IN ('limit', 'annual_rate', 'status')),
    before text NOT NULL,
    after text NOT NULL,
    reason text NOT NULL,
    actor text NOT NULL,
    on_day date NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (line_id, number)
);
CREATE TRIGGER credit_line_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_line_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE loan ADD COLUMN line_id text REFERENCES credit_line;
ALTER TABLE loan ALTER COLUMN offer_id DROP NOT NULL;
ALTER TABLE loan ADD CHECK (num_nonnulls(offer_id, line_id) = 1);
CREATE INDEX loan_by_line ON loan (line_id, id) WHERE line_id IS NOT NULL;
