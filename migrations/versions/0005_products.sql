SET LOCAL lock_timeout = '10s';

CREATE TABLE product_version (
    code text NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    document jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'rejected', 'withdrawn')),
    effective_from date NOT NULL,
    proposed_by text NOT NULL,
    decided_by text CHECK (decided_by <> proposed_by),
    request text NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    PRIMARY KEY (code, version),
    CHECK ((status = 'proposed') = (decided_by IS NULL))
);

CREATE FUNCTION version_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR ROW(NEW.code, NEW.version, NEW.document, NEW.effective_from)
        IS DISTINCT FROM ROW(OLD.code, OLD.version, OLD.document, OLD.effective_from) THEN
        RAISE EXCEPTION 'a version of a product never changes';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER product_version_is_fixed BEFORE UPDATE OR DELETE ON product_version
    FOR EACH ROW EXECUTE FUNCTION version_is_fixed();

UPDATE application SET product = product || '@1' WHERE product NOT LIKE '%@%';
UPDATE offer SET product = product || '@1' WHERE product NOT LIKE '%@%';
UPDATE credit_line SET product = product || '@1' WHERE product NOT LIKE '%@%';
UPDATE loan SET product = product || '@1' WHERE product NOT LIKE '%@%';
UPDATE loan SET terms = terms || '{"charge_off_days": 180}'::jsonb WHERE terms IS NOT NULL;
