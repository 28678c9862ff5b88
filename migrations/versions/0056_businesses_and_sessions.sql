-- A scorecard of its own judges businesses; and how a form was filled in is kept as what a source told.

ALTER TABLE model_version DROP CONSTRAINT model_version_use_check;
ALTER TABLE model_version ADD CONSTRAINT model_version_use_check
    CHECK (use IN ('application', 'business', 'fraud', 'behaviour', 'collection_score'));
ALTER TABLE source_document DROP CONSTRAINT source_document_source_check;
ALTER TABLE source_document ADD CONSTRAINT source_document_source_check
    CHECK (source IN ('behaviour', 'social', 'session'));
