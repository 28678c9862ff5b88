SET LOCAL lock_timeout = '10s';

ALTER TABLE credit_line ADD COLUMN opened_on date;
UPDATE credit_line SET opened_on = (at AT TIME ZONE 'Asia/Shanghai')::date;
ALTER TABLE credit_line ALTER COLUMN opened_on SET NOT NULL;
CREATE INDEX credit_line_by_day ON credit_line ((least(28, extract(day FROM opened_on))), id) WHERE status <> 'closed';

-- The most days overdue in a month, as it was seen in the evenings; months without lateness have no row.
CREATE TABLE loan_late_month (
    loan_id text NOT NULL REFERENCES loan,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    worst_days integer NOT NULL CHECK (worst_days > 0),
    PRIMARY KEY (loan_id, month)
) WITH (fillfactor = 80);

CREATE TABLE line_review (
    id text PRIMARY KEY,
    line_id text NOT NULL REFERENCES credit_line,
    on_day date NOT NULL,
    score integer NOT NULL,
    pd_ppm integer NOT NULL CHECK (pd_ppm BETWEEN 0 AND 1000000),
    grade text NOT NULL,
    model_hash text NOT NULL,
    features jsonb NOT NULL,
    reasons jsonb NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('keep', 'raise', 'cut', 'freeze', 'unfreeze')),
    rule text NOT NULL,
    limit_before bigint NOT NULL,
    limit_after bigint NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (line_id, on_day)
);
CREATE TRIGGER line_review_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON line_review
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
