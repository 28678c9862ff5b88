-- Every version of what judges, with the documents by which it can judge again; a document is never changed.
CREATE TABLE model_version (
    use text NOT NULL CHECK (use IN ('application', 'fraud', 'behaviour')),
    number int NOT NULL CHECK (number > 0),
    name text NOT NULL,
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    scorecard text NOT NULL,
    card text NOT NULL,
    owner text NOT NULL,
    limits text NOT NULL,
    status text NOT NULL CHECK (status IN ('submitted', 'validated', 'approved', 'rejected', 'retired')),
    effective_from date NOT NULL,
    submitted_by text NOT NULL,
    submitted_on date NOT NULL,
    validated_by text,
    validated_on date,
    findings text,
    measures jsonb,
    decided_by text,
    request text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (use, number),
    UNIQUE (use, hash),
    UNIQUE (use, request),
    CHECK (validated_by IS DISTINCT FROM submitted_by),
    CHECK (status <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> submitted_by)),
    CHECK ((validated_by IS NULL) = (findings IS NULL))
);
CREATE FUNCTION keep_model() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.use, NEW.number, NEW.hash, NEW.scorecard, NEW.card, NEW.submitted_by)
        IS DISTINCT FROM (OLD.use, OLD.number, OLD.hash, OLD.scorecard, OLD.card, OLD.submitted_by) THEN
        RAISE EXCEPTION 'a model''s documents are never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER model_version_kept BEFORE UPDATE ON model_version FOR EACH ROW EXECUTE FUNCTION keep_model();
CREATE TRIGGER model_version_stays BEFORE DELETE OR TRUNCATE ON model_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
