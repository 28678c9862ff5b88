ALTER TABLE collection_case
    ADD COLUMN score integer,
    ADD COLUMN grade text,
    ADD COLUMN model_hash text,
    ADD COLUMN features jsonb;
ALTER TABLE model_version DROP CONSTRAINT model_version_use_check;
ALTER TABLE model_version ADD CONSTRAINT model_version_use_check CHECK (use IN ('application', 'fraud', 'behaviour', 'collection_score'));
