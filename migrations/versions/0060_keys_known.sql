-- Which key each process seals by, and since when: an older one is destroyed only once nobody seals by it any more.

ALTER TABLE executor ADD COLUMN newest_key integer NOT NULL DEFAULT 0,
    ADD COLUMN knows_since timestamptz NOT NULL DEFAULT clock_timestamp();
