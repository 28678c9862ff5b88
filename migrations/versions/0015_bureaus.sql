SET LOCAL lock_timeout = '10s';

ALTER TABLE bureau_report
    ADD COLUMN bureau text NOT NULL DEFAULT 'central' CHECK (bureau IN ('central', 'market')),
    ADD COLUMN pulled_at timestamptz,
    ADD COLUMN used_again text REFERENCES bureau_report,
    DROP CONSTRAINT bureau_report_application_id_key,
    ADD UNIQUE (application_id, bureau);
UPDATE bureau_report SET pulled_at = at;
ALTER TABLE bureau_report ALTER COLUMN pulled_at SET NOT NULL, ALTER COLUMN bureau DROP DEFAULT;

-- An offer goes with its application. Those that were left open when theirs was withdrawn could not expire.
ALTER TABLE offer DROP CONSTRAINT offer_status_check,
    ADD CHECK (status IN ('open', 'accepted', 'expired', 'withdrawn'));
UPDATE offer SET status = 'withdrawn' FROM application a
    WHERE a.id = offer.application_id AND a.status = 'withdrawn' AND offer.status = 'open';
