SET LOCAL lock_timeout = '10s';

-- A loan is at least of this class, whatever its days: because it was bad, was restructured, or somebody judged it so.
CREATE TABLE class_floor (
    id text PRIMARY KEY,
    loan_id text NOT NULL REFERENCES loan,
    cause text NOT NULL CHECK (cause IN ('was_bad', 'restructured', 'judgement')),
    class text NOT NULL CHECK (class IN ('normal', 'special_mention', 'substandard', 'doubtful', 'loss')),
    status text NOT NULL CHECK (status IN ('proposed', 'standing', 'rejected', 'ended')),
    since date NOT NULL,
    clean_since date,
    reason text NOT NULL DEFAULT '',
    proposed_by text,
    decided_by text,
    ended_on date,
    at timestamptz NOT NULL
);
CREATE INDEX class_floor_of_loan ON class_floor (loan_id);
CREATE UNIQUE INDEX class_floor_standing ON class_floor (loan_id, cause) WHERE status = 'standing';
CREATE INDEX class_floor_proposed ON class_floor (id) WHERE status = 'proposed';

CREATE INDEX hardship_agreed ON hardship_request (ended_on) WHERE status = 'agreed';

ALTER TABLE portfolio_day DROP CONSTRAINT portfolio_day_pkey;
ALTER TABLE portfolio_day ADD PRIMARY KEY (on_day, product, late_from, class);

-- What the three stages of a month's end expected, and what that asks for beyond the rule's allowance.
CREATE TABLE expected_loss_month (
    month date PRIMARY KEY,
    loss_given_default double precision NOT NULL,
    stages jsonb NOT NULL,
    expected bigint NOT NULL,
    by_rule bigint NOT NULL,
    beyond bigint NOT NULL CHECK (beyond >= 0),
    at timestamptz NOT NULL
);
CREATE TRIGGER expected_loss_month_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON expected_loss_month
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO ledger_account (code, name_en, name_zh, side) VALUES
    ('expected_loss_allowance', 'Allowance for expected loss beyond the rule', '预期信用损失补充准备', 'asset');
