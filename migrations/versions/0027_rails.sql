SET LOCAL lock_timeout = '10s';

-- An order knows the rail that carries it, whose account it concerns, and, if it was made by hand, by whom.
ALTER TABLE payment ADD COLUMN rail text;
ALTER TABLE payment ADD COLUMN person_id text;
ALTER TABLE payment ADD COLUMN settled_on date;
ALTER TABLE payment ADD COLUMN proposed_by text;
ALTER TABLE payment ADD COLUMN released_by text;
UPDATE payment SET rail = 'house' WHERE status <> 'created';
UPDATE payment SET settled_on = value_on WHERE status = 'settled';
UPDATE payment p SET person_id = l.person_id FROM loan l WHERE l.id = p.loan_id;

-- Each rail has references of its own.
ALTER TABLE payment DROP CONSTRAINT payment_bank_reference_key;
CREATE UNIQUE INDEX payment_reference ON payment (rail, bank_reference);

DROP INDEX payment_open;
DROP INDEX one_pay_out;
DROP INDEX one_open_collection;
DROP INDEX one_settlement;
CREATE INDEX payment_open ON payment (id) WHERE status IN ('held', 'created', 'submitted', 'unknown', 'accepted');
CREATE INDEX payment_of_day ON payment (person_id, value_on);
CREATE INDEX payment_settled_on ON payment (rail, settled_on);
CREATE UNIQUE INDEX one_pay_out ON payment (loan_id) WHERE kind = 'pay_out' AND intent = 'disbursement' AND status <> 'failed';
CREATE UNIQUE INDEX one_open_collection ON payment (loan_id)
    WHERE kind = 'collection' AND status IN ('held', 'created', 'submitted', 'unknown', 'accepted');
CREATE UNIQUE INDEX one_open_refund ON payment (loan_id)
    WHERE intent = 'refund' AND status IN ('held', 'created', 'submitted', 'unknown', 'accepted');
CREATE UNIQUE INDEX one_settlement ON payment (settlement_id)
    WHERE settlement_id IS NOT NULL AND status NOT IN ('failed', 'returned');

-- When a person named another bank card than the one before: money does not go to it for a while.
ALTER TABLE person ADD COLUMN card_since timestamptz;

-- What may go out without a second look, in minor units.
CREATE TABLE payment_limits (
    kind text PRIMARY KEY CHECK (kind IN ('pay_out', 'collection', 'settlement')),
    per_order bigint NOT NULL CHECK (per_order > 0),
    per_person bigint NOT NULL CHECK (per_person > 0),
    per_day bigint NOT NULL CHECK (per_day > 0)
);
INSERT INTO payment_limits (kind, per_order, per_person, per_day) VALUES
    ('pay_out', 100000000, 100000000, 10000000000),
    ('collection', 100000000, 200000000, 100000000000),
    ('settlement', 100000000, 100000000, 10000000000);
CREATE TABLE payment_day (
    kind text NOT NULL,
    on_day date NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (kind, on_day)
);

-- Money that came to us without an order of ours.
CREATE TABLE receipt (
    id text PRIMARY KEY,
    rail text NOT NULL,
    reference text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    came_on date NOT NULL,
    account text,
    sender bytea NOT NULL,
    remark bytea NOT NULL,
    status text NOT NULL,
    why text,
    loan_id text REFERENCES loan,
    proposed_loan_id text REFERENCES loan,
    proposed_by text,
    decided_by text,
    at timestamptz NOT NULL,
    UNIQUE (rail, reference)
);
CREATE INDEX receipt_held ON receipt (id) WHERE status = 'held';
CREATE INDEX receipt_of_loan ON receipt (loan_id) WHERE loan_id IS NOT NULL;
ALTER TABLE payment ADD COLUMN receipt_id text REFERENCES receipt;
ALTER TABLE payment DROP CONSTRAINT payment_check;
ALTER TABLE payment DROP CONSTRAINT payment_check1;
ALTER TABLE payment ADD CHECK (num_nonnulls(loan_id, settlement_id, receipt_id) = 1);
ALTER TABLE payment ADD CHECK ((kind = 'settlement') = (settlement_id IS NOT NULL));
CREATE UNIQUE INDEX one_way_back ON payment (receipt_id)
    WHERE receipt_id IS NOT NULL AND status NOT IN ('failed', 'returned');
INSERT INTO ledger_account (code, name_en, name_zh, side) VALUES
    ('suspense', 'Receipts not yet explained', '待查收款', 'liability'),
    ('rail_charges', 'Charges of banks and payment companies', '银行及支付手续费', 'expense'),
    ('rail_interest', 'Interest earned on bank balances', '银行存款利息收入', 'income');

-- The number of a virtual account to which a person may transfer; it says nothing of the person.
CREATE SEQUENCE virtual_account_number;
CREATE TABLE virtual_account (
    number text PRIMARY KEY,
    person_id text NOT NULL UNIQUE REFERENCES person,
    at timestamptz NOT NULL
);

-- What a rail says it did on a day, line by line, and what does not agree with it here.
CREATE TABLE rail_statement (
    rail text NOT NULL,
    on_day date NOT NULL,
    opening bigint NOT NULL,
    closing bigint NOT NULL,
    lines integer NOT NULL,
    matched integer NOT NULL,
    currency text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (rail, on_day)
);
CREATE TABLE rail_line (
    rail text NOT NULL,
    reference text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('order', 'back', 'credit', 'other')),
    on_day date NOT NULL,
    amount bigint NOT NULL CHECK (amount <> 0),  -- in above zero, out below
    payment_id text,
    matched boolean NOT NULL DEFAULT false,
    PRIMARY KEY (rail, reference)
);
CREATE INDEX rail_line_of_day ON rail_line (rail, on_day);
CREATE INDEX rail_line_of_payment ON rail_line (payment_id, kind) WHERE payment_id IS NOT NULL;
CREATE INDEX rail_line_unmatched ON rail_line (rail, on_day) WHERE NOT matched;
CREATE TABLE discrepancy (
    id text PRIMARY KEY,
    rail text NOT NULL,
    on_day date NOT NULL,
    kind text NOT NULL,
    payment_id text REFERENCES payment,
    reference text,
    ours bigint,
    theirs bigint,
    status text NOT NULL,
    proposal text NOT NULL,
    note text,
    books_to text REFERENCES ledger_account,
    proposed_by text,
    decided_by text,
    closed_on date,
    at timestamptz NOT NULL
);
CREATE UNIQUE INDEX one_open_discrepancy ON discrepancy (rail, kind, coalesce(payment_id, ''), coalesce(reference, ''))
    WHERE status <> 'closed';
CREATE INDEX discrepancy_open ON discrepancy (id) WHERE status <> 'closed';
