SET LOCAL lock_timeout = '10s';

ALTER TABLE offer
    ADD COLUMN chosen_amount bigint CHECK (chosen_amount > 0 AND chosen_amount <= principal),
    ADD COLUMN chosen_months integer CHECK (chosen_months > 0);
