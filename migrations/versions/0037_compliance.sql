-- What looks at the rules of law found; a result is never changed.
CREATE TABLE compliance_result (
    rule text NOT NULL,
    at timestamptz NOT NULL,
    on_day date NOT NULL,
    looked_by text NOT NULL,
    counted bigint NOT NULL CHECK (counted >= 0),
    broken bigint NOT NULL CHECK (broken BETWEEN 0 AND counted),
    named text[] NOT NULL,
    PRIMARY KEY (rule, at)
);
CREATE TRIGGER compliance_result_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_result
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
