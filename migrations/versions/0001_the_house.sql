-- base ---------------------------------------------------------------------------------------------------------------

CREATE TABLE clock (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    business_day date NOT NULL,
    shift_seconds bigint NOT NULL DEFAULT 0
);
INSERT INTO clock (business_day) VALUES ((clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date);

CREATE TABLE event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    subject text NOT NULL,
    facts jsonb NOT NULL,
    at timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT 'epoch',
    delivered_at timestamptz
);
CREATE INDEX event_waiting ON event (subject, id) WHERE delivered_at IS NULL;

CREATE TABLE idempotency_key (
    door text NOT NULL,
    key text NOT NULL,
    request bytea NOT NULL,
    seed text NOT NULL,
    answer jsonb,
    at timestamptz NOT NULL,
    PRIMARY KEY (door, key)
);

CREATE TABLE executor (
    id text PRIMARY KEY,
    seen_at timestamptz NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;

CREATE TABLE audit_note (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    on_day date NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    facts jsonb NOT NULL
);
CREATE INDEX audit_by_subject ON audit_note (subject, id);
CREATE TRIGGER audit_note_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_note
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE audit_link (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    note_id bigint NOT NULL UNIQUE,
    hash bytea NOT NULL
);
CREATE TRIGGER audit_link_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- onboarding ---------------------------------------------------------------------------------------------------------

CREATE TABLE phone_code (
    id text PRIMARY KEY,
    phone_index bytea NOT NULL,
    code_hash bytea NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    sent_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX phone_code_recent ON phone_code (phone_index, sent_at);

CREATE TABLE person (
    id text PRIMARY KEY,
    phone bytea NOT NULL,
    phone_index bytea NOT NULL UNIQUE,
    name bytea,
    id_number bytea,
    id_number_index bytea UNIQUE,
    card_number bytea,
    card_index bytea,
    identity text NOT NULL DEFAULT 'unproven' CHECK (identity IN ('unproven', 'proven', 'refuted')),
    at timestamptz NOT NULL
);

CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    door text NOT NULL CHECK (door IN ('borrower', 'staff')),
    holder text NOT NULL,
    began_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    ended_at timestamptz
);

CREATE TABLE staff_member (
    name text PRIMARY KEY,
    role text NOT NULL,
    password_hash bytea NOT NULL,
    salt bytea NOT NULL,
    totp_secret bytea NOT NULL,
    last_step bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    locked_until timestamptz NOT NULL DEFAULT 'epoch'
);

CREATE TABLE consent_grant (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    scope text NOT NULL,
    text_version text NOT NULL,
    granted_at timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    withdrawn_at timestamptz
);
CREATE INDEX consent_by_person ON consent_grant (person_id, scope);

CREATE TABLE application (
    id text PRIMARY KEY,
    reference text NOT NULL UNIQUE,
    person_id text NOT NULL REFERENCES person,
    product text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    months integer NOT NULL CHECK (months > 0),
    purpose text NOT NULL,
    monthly_income bigint NOT NULL CHECK (monthly_income >= 0),
    status text NOT NULL,
    file jsonb,
    at timestamptz NOT NULL
);
CREATE INDEX application_by_person ON application (person_id, id);
CREATE UNIQUE INDEX one_open_application ON application (person_id)
    WHERE status IN ('draft', 'submitted', 'in_review', 'offered');

-- credit -------------------------------------------------------------------------------------------------------------

CREATE TABLE bureau_report (
    id text PRIMARY KEY,
    application_id text NOT NULL UNIQUE REFERENCES application,
    grant_id text NOT NULL REFERENCES consent_grant,
    reason text NOT NULL,
    document bytea NOT NULL,
    at timestamptz NOT NULL
);

CREATE TABLE decision (
    id text PRIMARY KEY,
    application_id text NOT NULL UNIQUE REFERENCES application,
    outcome text NOT NULL CHECK (outcome IN ('approve', 'decline', 'review')),
    strategy text NOT NULL,
    strategy_hash text NOT NULL,
    model_hash text NOT NULL,
    inputs jsonb NOT NULL,
    verdicts jsonb NOT NULL,
    result jsonb NOT NULL,
    trace jsonb NOT NULL,
    on_day date NOT NULL,
    at timestamptz NOT NULL
);
CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE offer (
    id text PRIMARY KEY,
    application_id text NOT NULL UNIQUE REFERENCES application,
    person_id text NOT NULL REFERENCES person,
    decision_id text NOT NULL REFERENCES decision,
    product text NOT NULL,
    principal bigint NOT NULL CHECK (principal > 0),
    annual_rate text NOT NULL,
    months integer NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'accepted', 'expired')),
    expires_on date NOT NULL,
    handed_over jsonb NOT NULL,
    at timestamptz NOT NULL
);

-- lending ------------------------------------------------------------------------------------------------------------

CREATE TABLE loan (
    id text PRIMARY KEY,
    reference text NOT NULL UNIQUE,
    offer_id text NOT NULL UNIQUE,
    person_id text NOT NULL,
    product text NOT NULL,
    principal bigint NOT NULL CHECK (principal > 0),
    annual_rate text NOT NULL,
    months integer NOT NULL,
    status text NOT NULL CHECK (status IN
        ('awaiting_pay_out', 'current', 'overdue', 'closed', 'charged_off', 'cancelled')),
    disbursed_on date,
    terms jsonb,
    posted jsonb NOT NULL DEFAULT '{}',
    posted_on date,
    next_due_on date,
    overdue_days integer NOT NULL DEFAULT 0,
    at timestamptz NOT NULL,
    CHECK ((disbursed_on IS NULL) = (terms IS NULL))
);
CREATE INDEX loan_by_person ON loan (person_id, id);
CREATE INDEX loan_living ON loan (id) WHERE status IN ('current', 'overdue');
CREATE INDEX loan_due ON loan (next_due_on) WHERE status IN ('current', 'overdue');

CREATE TABLE loan_fact (
    id text PRIMARY KEY,
    loan_id text NOT NULL REFERENCES loan,
    number integer NOT NULL,
    kind text NOT NULL,
    on_day date NOT NULL,
    amount bigint NOT NULL CHECK (amount >= 0),
    part text,
    prepayment text,
    reverses text,
    recorded_on date NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (loan_id, number)
);
CREATE TRIGGER loan_fact_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON loan_fact
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE payment (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('pay_out', 'collection')),
    loan_id text NOT NULL REFERENCES loan,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    intent text NOT NULL,
    status text NOT NULL,
    value_on date NOT NULL,
    bank_reference text UNIQUE,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX payment_by_loan ON payment (loan_id, id);
CREATE INDEX payment_open ON payment (id) WHERE status NOT IN ('settled', 'failed');
CREATE UNIQUE INDEX one_pay_out ON payment (loan_id) WHERE kind = 'pay_out' AND status <> 'failed';
CREATE UNIQUE INDEX one_open_collection ON payment (loan_id)
    WHERE kind = 'collection' AND status NOT IN ('settled', 'failed');

CREATE TABLE payment_move (
    payment_id text NOT NULL REFERENCES payment,
    number integer NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    event text NOT NULL,
    on_day date NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (payment_id, number)
);
CREATE TRIGGER payment_move_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_move
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE ledger_account (
    code text PRIMARY KEY,
    name_en text NOT NULL,
    name_zh text NOT NULL,
    side text NOT NULL CHECK (side IN ('asset', 'liability', 'income', 'expense'))
);
INSERT INTO ledger_account (code, name_en, name_zh, side) VALUES
    ('cash', 'Cash at bank', '银行存款', 'asset'),
    ('principal', 'Loans: principal', '贷款本金', 'asset'),
    ('interest', 'Interest receivable', '应收利息', 'asset'),
    ('penalty', 'Penalty interest receivable', '应收罚息', 'asset'),
    ('fee', 'Fees receivable', '应收费用', 'asset'),
    ('unearned', 'Interest received in advance', '预收利息', 'liability'),
    ('overpaid', 'Owed to borrowers', '应付借款人溢缴款', 'liability'),
    ('earned_interest', 'Interest income', '利息收入', 'income'),
    ('earned_penalty', 'Penalty interest income', '罚息收入', 'income'),
    ('earned_fee', 'Fee income', '手续费收入', 'income'),
    ('recovered', 'Recoveries of loans charged off', '已核销贷款收回', 'income'),
    ('written_off', 'Credit losses', '信用减值损失', 'expense');

CREATE TABLE ledger_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cause text NOT NULL UNIQUE,
    kind text NOT NULL,
    on_day date NOT NULL,
    at timestamptz NOT NULL
);
CREATE TABLE ledger_line (
    entry_id bigint NOT NULL REFERENCES ledger_entry,
    account text NOT NULL REFERENCES ledger_account,
    amount bigint NOT NULL CHECK (amount <> 0),  -- debit above zero, credit below
    currency text NOT NULL,
    PRIMARY KEY (entry_id, account, currency)
);
CREATE INDEX ledger_line_by_account ON ledger_line (account, entry_id);
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ledger_line WHERE entry_id = NEW.entry_id GROUP BY currency HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'ledger entry % does not balance', NEW.entry_id;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON ledger_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();

CREATE TABLE closed_day (
    on_day date PRIMARY KEY,
    loans integer NOT NULL,
    at timestamptz NOT NULL
);

-- post-loan ----------------------------------------------------------------------------------------------------------

CREATE TABLE reminder (
    id text PRIMARY KEY,
    loan_id text NOT NULL REFERENCES loan,
    person_id text NOT NULL REFERENCES person,
    stage text NOT NULL,
    on_day date NOT NULL,
    text text NOT NULL,
    sent_at timestamptz,
    UNIQUE (person_id, on_day)
);
