-- A file of debits: made with its orders, sent, and read back whole.
CREATE TABLE payment_batch (
    id text PRIMARY KEY,
    rail text NOT NULL,
    value_on date NOT NULL,
    orders integer NOT NULL CHECK (orders > 0),
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    status text NOT NULL CHECK (status IN ('made', 'sent', 'read', 'refused')),
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX payment_batch_open ON payment_batch (id) WHERE status IN ('made', 'sent');

-- via: what the money moves by. link: what its person needs to pay or accept it. gives_back: the collection whose payer gets
-- it. asked: more than the amount, where only a part could be taken.
ALTER TABLE payment
    ADD COLUMN via text NOT NULL DEFAULT 'card' CHECK (via IN ('card', 'wallet', 'code')),
    ADD COLUMN link text,
    ADD COLUMN gives_back text REFERENCES payment,
    ADD COLUMN asked bigint CHECK (asked > amount),
    ADD COLUMN batch_id text REFERENCES payment_batch;
CREATE INDEX payment_of_batch ON payment (batch_id, id) WHERE batch_id IS NOT NULL;
CREATE INDEX payment_given_back ON payment (gives_back) WHERE gives_back IS NOT NULL;

-- A person lets us debit their card through a rail that asks for this: named by that rail, for that card, until taken back.
CREATE TABLE debit_agreement (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES person,
    rail text NOT NULL,
    card_index bytea NOT NULL,
    number bytea,
    status text NOT NULL CHECK (status IN ('asked', 'active', 'ended')),
    at timestamptz NOT NULL
);
CREATE UNIQUE INDEX one_debit_agreement ON debit_agreement (person_id, rail) WHERE status = 'active';

-- What a rail takes for an order, as agreed with it, is booked as its statement says.
ALTER TABLE rail_line DROP CONSTRAINT rail_line_kind_check;
ALTER TABLE rail_line ADD CONSTRAINT rail_line_kind_check CHECK (kind IN ('order', 'back', 'credit', 'fee', 'other'));
