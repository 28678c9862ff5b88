SET LOCAL lock_timeout = '10s';

INSERT INTO ledger_account (code, name_en, name_zh, side) VALUES
    ('purchases', 'Purchases not billed yet', '未出账消费', 'asset'),
    ('merchants', 'Owed to merchants', '应付商户款', 'liability'),
    ('merchant_discount', 'Merchant discount', '商户手续费收入', 'income');

ALTER TABLE loan ADD COLUMN paid_out_of text NOT NULL DEFAULT 'cash' REFERENCES ledger_account;
ALTER TABLE credit_line
    ADD COLUMN statement_day integer CHECK (statement_day BETWEEN 1 AND 28),
    ADD COLUMN unbilled bigint NOT NULL DEFAULT 0,
    ADD COLUMN pays_least boolean NOT NULL DEFAULT false;
CREATE INDEX credit_line_by_statement_day ON credit_line (statement_day, id) WHERE statement_day IS NOT NULL;

CREATE TABLE merchant (
    id text PRIMARY KEY,
    name text NOT NULL,
    account_number bytea NOT NULL,
    discount text NOT NULL,
    settle_days integer NOT NULL CHECK (settle_days BETWEEN 0 AND 30),
    status text NOT NULL CHECK (status IN ('open', 'closed')),
    at timestamptz NOT NULL
);

CREATE TABLE settlement (
    id text PRIMARY KEY,
    merchant_id text NOT NULL REFERENCES merchant,
    on_day date NOT NULL,
    purchased bigint NOT NULL CHECK (purchased >= 0),
    refunded bigint NOT NULL CHECK (refunded >= 0),
    discount bigint NOT NULL CHECK (discount >= 0),
    status text NOT NULL CHECK (status IN ('ordered', 'paid', 'failed')),
    at timestamptz NOT NULL,
    CHECK (purchased - refunded - discount > 0)
);
CREATE INDEX settlement_by_merchant ON settlement (merchant_id, on_day);

CREATE TABLE line_statement (
    id text PRIMARY KEY,
    line_id text NOT NULL REFERENCES credit_line,
    number integer NOT NULL,
    closed_on date NOT NULL,
    due_on date NOT NULL CHECK (due_on > closed_on),
    purchased bigint NOT NULL CHECK (purchased >= 0),
    refunded bigint NOT NULL CHECK (refunded >= 0),
    total bigint NOT NULL CHECK (total > 0),
    least bigint NOT NULL CHECK (least BETWEEN 0 AND total),
    loan_id text UNIQUE REFERENCES loan,
    status text NOT NULL CHECK (status IN ('billed', 'converted', 'paid', 'revolved', 'missed', 'charged')),
    at timestamptz NOT NULL,
    UNIQUE (line_id, number),
    UNIQUE (line_id, closed_on)
);
CREATE INDEX line_statement_due ON line_statement (due_on) WHERE status IN ('billed', 'missed');

CREATE TABLE purchase (
    id text PRIMARY KEY,
    line_id text NOT NULL REFERENCES credit_line,
    merchant_id text NOT NULL REFERENCES merchant,
    what text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    on_day date NOT NULL,
    loan_id text REFERENCES loan,  -- the loan that took it over: a statement's, or one of its own
    settlement_id text REFERENCES settlement,
    at timestamptz NOT NULL
);
CREATE INDEX purchase_of_line ON purchase (line_id, id);
CREATE INDEX purchase_unbilled ON purchase (line_id) WHERE loan_id IS NULL;
CREATE INDEX purchase_unsettled ON purchase (merchant_id, on_day) WHERE settlement_id IS NULL;

CREATE TABLE purchase_refund (
    id text PRIMARY KEY,
    purchase_id text NOT NULL REFERENCES purchase,
    amount bigint NOT NULL CHECK (amount > 0),
    to_loan bigint NOT NULL CHECK (to_loan BETWEEN 0 AND amount),  -- what of it repaid the loan of its purchase
    reason text NOT NULL,
    actor text NOT NULL,
    on_day date NOT NULL,
    loan_id text REFERENCES loan,  -- of whose principal the rest of it was taken off
    settlement_id text REFERENCES settlement,
    at timestamptz NOT NULL
);
CREATE INDEX purchase_refund_of_purchase ON purchase_refund (purchase_id);
CREATE INDEX purchase_refund_unbilled ON purchase_refund (purchase_id) WHERE loan_id IS NULL AND to_loan < amount;
CREATE INDEX purchase_refund_unsettled ON purchase_refund (purchase_id) WHERE settlement_id IS NULL;

ALTER TABLE payment ALTER COLUMN loan_id DROP NOT NULL;
ALTER TABLE payment ADD COLUMN settlement_id text REFERENCES settlement;
ALTER TABLE payment DROP CONSTRAINT payment_kind_check;
ALTER TABLE payment ADD CHECK (kind IN ('pay_out', 'collection', 'settlement'));
ALTER TABLE payment ADD CHECK ((kind = 'settlement') = (settlement_id IS NOT NULL));
ALTER TABLE payment ADD CHECK (num_nonnulls(loan_id, settlement_id) = 1);
CREATE UNIQUE INDEX one_settlement ON payment (settlement_id) WHERE settlement_id IS NOT NULL AND status <> 'failed';
