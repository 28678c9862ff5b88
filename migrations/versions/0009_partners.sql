SET LOCAL lock_timeout = '10s';

CREATE INDEX loan_by_product ON loan (product, id);

CREATE TABLE partner_balance (
    partner text NOT NULL,
    on_day date NOT NULL,
    account text NOT NULL REFERENCES ledger_account,
    minor bigint NOT NULL,
    PRIMARY KEY (partner, on_day, account)
);

-- The part of an amount between two borders, each rounded half even, away from zero as towards it.
CREATE FUNCTION share_of(amount bigint, above bigint, upto bigint, per bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (sign(amount) * (run_borne(0, abs(amount) * upto, per, 1) - run_borne(0, abs(amount) * above, per, 1)))::bigint
$$;
