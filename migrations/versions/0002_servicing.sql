SET LOCAL lock_timeout = '10s';

-- loans --------------------------------------------------------------------------------------------------------------

ALTER TABLE loan_fact
    ADD COLUMN rate bigint[],
    ADD COLUMN until_day date,
    ADD COLUMN installments integer,
    ADD COLUMN first_due_on date;

CREATE TABLE loan_standing (
    loan_id text PRIMARY KEY REFERENCES loan,
    on_day date NOT NULL,
    principal bigint NOT NULL, interest bigint NOT NULL, penalty bigint NOT NULL, fee bigint NOT NULL,
    unearned bigint NOT NULL, overpaid bigint NOT NULL,
    earned_interest bigint NOT NULL, earned_penalty bigint NOT NULL, earned_fee bigint NOT NULL,
    recovered bigint NOT NULL, written_off bigint NOT NULL, received bigint NOT NULL, paid_out bigint NOT NULL,
    off_balance bigint NOT NULL,
    interest_since date, interest_base bigint, interest_step bigint, interest_per bigint,
    penalty_since date, penalty_base bigint[], penalty_step bigint[], penalty_per bigint,
    changes_on date,
    next_due_on date
) WITH (fillfactor = 80);
CREATE INDEX loan_standing_changes ON loan_standing (changes_on, loan_id) WHERE changes_on IS NOT NULL;
CREATE INDEX loan_standing_due ON loan_standing (next_due_on) WHERE next_due_on IS NOT NULL;

-- What a line has borne: (base + step x days) / per, rounded half even. All of it is zero or more.
CREATE FUNCTION run_borne(base bigint, step bigint, per bigint, days integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (base + step * days) / per + CASE
        WHEN 2 * ((base + step * days) % per) > per THEN 1
        WHEN 2 * ((base + step * days) % per) = per THEN ((base + step * days) / per) % 2
        ELSE 0 END
$$;

CREATE FUNCTION runs_borne(base bigint[], step bigint[], per bigint, days integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum(run_borne(b, s, per, days)), 0)::bigint FROM unnest(base, step) AS lines (b, s)
$$;

CREATE TABLE accrual (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    through date  -- the ledger carries all loans as they stand at the end of this day
);
INSERT INTO accrual DEFAULT VALUES;

-- What stood in the loan until now moves over; nothing of it grows before its next fold.
INSERT INTO loan_standing
    SELECT id, posted_on,
        (posted->>'principal')::bigint, (posted->>'interest')::bigint, (posted->>'penalty')::bigint,
        (posted->>'fee')::bigint, (posted->>'unearned')::bigint, (posted->>'overpaid')::bigint,
        (posted->>'earned_interest')::bigint, (posted->>'earned_penalty')::bigint, (posted->>'earned_fee')::bigint,
        (posted->>'recovered')::bigint, (posted->>'written_off')::bigint, (posted->>'received')::bigint,
        (posted->>'paid_out')::bigint, 0,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        CASE WHEN status IN ('current', 'overdue') THEN posted_on + 1 END, next_due_on
    FROM loan WHERE posted_on IS NOT NULL;
UPDATE loan SET terms = terms || jsonb_build_object('recalculation', 'none', 'grace', jsonb_build_array(terms->'principal_grace', 0),
    'down_payment', NULL, 'fees', '[]'::jsonb, 'shift', '["none", false]'::jsonb, 'steps', '[]'::jsonb, 'balloon', 0,
    'non_accrual_days', 90) WHERE terms IS NOT NULL;
UPDATE accrual SET through = (SELECT max(on_day) FROM closed_day);
ALTER TABLE loan DROP COLUMN posted, DROP COLUMN posted_on, DROP COLUMN next_due_on, DROP COLUMN overdue_days;

-- ledger -------------------------------------------------------------------------------------------------------------

ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_side_check;
ALTER TABLE ledger_account ADD CHECK (side IN ('asset', 'liability', 'income', 'expense', 'memorandum'));
INSERT INTO ledger_account (code, name_en, name_zh, side) VALUES
    ('off_balance', 'Owed, not on the balance sheet', '表外应收', 'memorandum'),
    ('off_balance_contra', 'Contra of what is off the balance sheet', '表外应收对转', 'memorandum');

ALTER TABLE ledger_entry ADD COLUMN corrects date CHECK (corrects < on_day);
CREATE INDEX ledger_entry_by_day ON ledger_entry (on_day);

CREATE TABLE ledger_balance (
    on_day date NOT NULL,
    account text NOT NULL REFERENCES ledger_account,
    currency text NOT NULL,
    minor bigint NOT NULL,
    PRIMARY KEY (account, currency, on_day)
);
CREATE TRIGGER ledger_balance_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_balance
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION day_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM closed_day WHERE on_day >= NEW.on_day) THEN
        RAISE EXCEPTION 'the day % is closed', NEW.on_day;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_day_is_open BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION day_is_open();
CREATE TRIGGER closed_day_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON closed_day
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
