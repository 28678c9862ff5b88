-- A password hash of before, and a second factor in the clear, go with the next log-in that proves them.
ALTER TABLE staff_member
    ADD COLUMN password_phc text,
    ADD COLUMN totp_sealed bytea,
    ADD COLUMN hired_at timestamptz,
    ADD COLUMN left_at timestamptz,
    ALTER COLUMN password_hash DROP NOT NULL,
    ALTER COLUMN salt DROP NOT NULL,
    ALTER COLUMN totp_secret DROP NOT NULL;
