-- Every transaction shares a lock on the day it began on, and whoever turns the day takes it alone: so what a transaction
-- posts is on a day that stays open until it commits. The day is read after the wait, by a statement of its own.
CREATE FUNCTION transaction_begun(alone boolean) RETURNS TABLE (at timestamptz, business_day date) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF alone THEN
        PERFORM pg_advisory_xact_lock(6000);
    ELSE
        PERFORM pg_advisory_xact_lock_shared(6000);
    END IF;
    RETURN QUERY SELECT clock_timestamp() + make_interval(secs => c.shift_seconds), c.business_day FROM clock c;
END $$;
