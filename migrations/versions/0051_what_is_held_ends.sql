-- What is held of somebody ends: when to look at whom again, what may be empty afterwards, and how the evening finds the rest.

ALTER TABLE person ALTER COLUMN phone DROP NOT NULL, ALTER COLUMN phone_index DROP NOT NULL,
    ADD COLUMN look_on date DEFAULT '1970-01-01',
    ADD COLUMN erased text[] NOT NULL DEFAULT '{}',
    ADD COLUMN forgotten_on date;
CREATE INDEX person_to_look_at ON person (look_on, id);
CREATE INDEX person_merged_into ON person (merged_into) WHERE merged_into IS NOT NULL;
ALTER TABLE contract ALTER COLUMN document DROP NOT NULL, ALTER COLUMN evidence DROP NOT NULL;
ALTER TABLE receipt ALTER COLUMN sender DROP NOT NULL, ALTER COLUMN remark DROP NOT NULL;
ALTER TABLE debit_agreement ALTER COLUMN card_index DROP NOT NULL;

ALTER TABLE rights_request ADD COLUMN carried_out_on date;
CREATE INDEX rights_to_carry_out ON rights_request (id)
    WHERE status = 'granted' AND kind IN ('deletion', 'closing') AND carried_out_on IS NULL;
-- What was granted before there was a machine for it was seen to by people.
UPDATE rights_request SET carried_out_on = ended_on WHERE status = 'granted' AND kind IN ('deletion', 'closing');

ALTER TABLE bureau_record DROP CONSTRAINT bureau_record_notice_id_fkey,
    ADD CONSTRAINT bureau_record_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES notice (id) ON DELETE SET NULL;
CREATE INDEX bureau_record_of_notice ON bureau_record (notice_id) WHERE notice_id IS NOT NULL;
CREATE INDEX bureau_report_used_again ON bureau_report (used_again) WHERE used_again IS NOT NULL;

-- Rows that grow old by themselves lie in the order of their time.
CREATE INDEX notice_by_age ON notice USING brin (at);
CREATE INDEX event_by_age ON event USING brin (delivered_at);
CREATE INDEX idempotency_key_by_age ON idempotency_key USING brin (at);
CREATE INDEX phone_code_by_age ON phone_code USING brin (sent_at);
CREATE INDEX session_by_age ON session USING brin (ends_at);

-- Whose a row is.
CREATE INDEX session_of_holder ON session (holder);
CREATE INDEX screening_of_person ON screening (person_id);
CREATE INDEX contact_dispute_of_person ON contact_dispute (person_id);
CREATE INDEX contact_stop_of_person ON contact_stop (person_id);
CREATE INDEX collection_case_of_person ON collection_case (person_id);
CREATE INDEX debit_agreement_of_person ON debit_agreement (person_id);
CREATE INDEX shadow_decision_of_application ON shadow_decision (application_id);
CREATE INDEX duplicate_of_known ON duplicate (known_id);
CREATE INDEX duplicate_of_newcomer ON duplicate (newcomer_id);

-- What is append-only may still be emptied: the columns that are named, of nothing else, and not filled again.
CREATE FUNCTION only_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one text;
    value jsonb;
BEGIN
    IF to_jsonb(NEW) - TG_ARGV <> to_jsonb(OLD) - TG_ARGV THEN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
    END IF;
    FOREACH one IN ARRAY TG_ARGV LOOP
        value := to_jsonb(NEW) -> one;
        IF value NOT IN ('null', '{}', '[]', '""') AND value <> to_jsonb(OLD) -> one THEN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

DROP TRIGGER decision_append_only ON decision;
CREATE TRIGGER decision_append_only BEFORE DELETE OR TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decision_only_emptied BEFORE UPDATE ON decision
    FOR EACH ROW EXECUTE FUNCTION only_emptied('inputs', 'trace');

DROP TRIGGER line_review_append_only ON line_review;
CREATE TRIGGER line_review_append_only BEFORE DELETE OR TRUNCATE ON line_review
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_review_only_emptied BEFORE UPDATE ON line_review
    FOR EACH ROW EXECUTE FUNCTION only_emptied('features', 'reasons');

DROP TRIGGER aml_alert_append_only ON aml_alert;
CREATE TRIGGER aml_alert_append_only BEFORE DELETE OR TRUNCATE ON aml_alert
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER aml_alert_only_emptied BEFORE UPDATE ON aml_alert
    FOR EACH ROW EXECUTE FUNCTION only_emptied('facts');

DROP TRIGGER legal_cost_append_only ON legal_cost;
CREATE TRIGGER legal_cost_append_only BEFORE DELETE OR TRUNCATE ON legal_cost
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER legal_cost_only_emptied BEFORE UPDATE ON legal_cost
    FOR EACH ROW EXECUTE FUNCTION only_emptied('note');

DROP TRIGGER watch_signal_append_only ON watch_signal;
CREATE TRIGGER watch_signal_append_only BEFORE DELETE OR TRUNCATE ON watch_signal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER watch_signal_only_emptied BEFORE UPDATE ON watch_signal
    FOR EACH ROW EXECUTE FUNCTION only_emptied('kind', 'subject');

-- A contract is ours by the hash of its document, when the document itself has gone.
ALTER TABLE contract DROP CONSTRAINT contract_check,
    ADD CONSTRAINT contract_file_has_hash CHECK (file IS NULL OR file_hash IS NOT NULL);
