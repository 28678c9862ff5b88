SET LOCAL lock_timeout = '10s';

-- What was kept in the clear goes; a request that is repeated across this very upgrade is a conflict, and done no second time.
ALTER TABLE idempotency_key DROP COLUMN answer;
ALTER TABLE idempotency_key ADD COLUMN answer bytea;
CREATE UNIQUE INDEX idempotency_key_seed ON idempotency_key (seed);
