SET LOCAL lock_timeout = '10s';

-- loans --------------------------------------------------------------------------------------------------------------

-- What a loan goes through while it is paid as planned: instalments that are open, in order, and the lines along which
-- interest grows in the periods after the running one. Written by a fold; how far a loan has come stands in loan_standing.
CREATE TABLE loan_ahead (
    loan_id text PRIMARY KEY REFERENCES loan_standing,
    due_on date[] NOT NULL, due_principal bigint[] NOT NULL, due_interest bigint[] NOT NULL,
    line_since date[] NOT NULL, line_until date[] NOT NULL, line_step bigint[] NOT NULL, line_per bigint[] NOT NULL
);
ALTER TABLE loan_standing
    ADD COLUMN paid_ahead integer NOT NULL DEFAULT 0,
    ADD COLUMN turned integer NOT NULL DEFAULT 0;

CREATE FUNCTION interest_grown(s loan_standing, day date) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(run_borne(s.interest_base, s.interest_step, s.interest_per, day - s.interest_since)
        - run_borne(s.interest_base, s.interest_step, s.interest_per, s.on_day - s.interest_since), 0)
$$;

-- Repayments of the day `day`, one a loan, each of exactly the next instalment of a loan that is paid as planned: the
-- figures move, the facts are kept, one entry is posted. Answers with the facts that were taken; the others need a fold.
CREATE FUNCTION pay_as_planned(ids text[], loans text[], amounts bigint[], day date, moment timestamptz, why text, money text)
    RETURNS SETOF text LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE carried date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(6001);
    PERFORM 1 FROM loan WHERE id = ANY (loans) ORDER BY id FOR UPDATE;
    SELECT through INTO carried FROM accrual;
    IF carried > day THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH paid AS (
        UPDATE loan_standing s SET
            principal = s.principal - a.due_principal[s.paid_ahead + 1],
            interest = greatest(0, s.interest - s.unearned - a.due_interest[s.paid_ahead + 1]),
            unearned = greatest(0, s.unearned - s.interest + a.due_interest[s.paid_ahead + 1]),
            received = s.received + f.amount,
            next_due_on = a.due_on[s.paid_ahead + 2],
            paid_ahead = s.paid_ahead + 1
        FROM unnest(ids, loans, amounts) AS f (id, loan_id, amount) JOIN loan_ahead a USING (loan_id)
        WHERE s.loan_id = f.loan_id
            AND f.amount = a.due_principal[s.paid_ahead + 1] + a.due_interest[s.paid_ahead + 1]
            AND day <= a.due_on[s.paid_ahead + 1] AND a.due_on[s.paid_ahead + 2] IS NOT NULL
            AND s.on_day <= day AND s.changes_on > day
            AND (SELECT true FROM loan_fact known WHERE known.id = f.id) IS NULL
        RETURNING f.id, f.amount, s.loan_id, a.due_principal[s.paid_ahead] AS principal, a.due_interest[s.paid_ahead] AS interest,
            s.interest - s.unearned + interest_grown(s, greatest(s.on_day, carried)) AS net
    ), kept AS (
        INSERT INTO loan_fact (id, loan_id, number, kind, on_day, amount, recorded_on, at)
        SELECT p.id, p.loan_id, coalesce((SELECT max(k.number) FROM loan_fact k WHERE k.loan_id = p.loan_id), 0) + 1,
            'repayment', day, p.amount, day, moment
        FROM paid p
    ), moved AS (
        SELECT sum(amount)::bigint AS cash, -sum(principal)::bigint AS principal,
            sum(greatest(0, net) - greatest(0, net + interest))::bigint AS interest,
            -sum(greatest(0, -net) - greatest(0, -net - interest))::bigint AS unearned
        FROM paid
    ), entry AS (
        INSERT INTO ledger_entry (cause, kind, on_day, at) SELECT why, 'repayment', day, moment FROM moved WHERE cash IS NOT NULL
        RETURNING ledger_entry.id
    ), lines AS (
        INSERT INTO ledger_line (entry_id, account, amount, currency)
        SELECT entry.id, line.account, line.amount, money FROM entry, moved, LATERAL (VALUES
            ('cash', moved.cash), ('principal', moved.principal), ('interest', moved.interest), ('unearned', moved.unearned)
        ) AS line (account, amount) WHERE line.amount <> 0
    )
    SELECT paid.id FROM paid;
END $$;

-- Loans paid as planned whose period has ended with the day before `day` begin the next one; no figure moves by it.
CREATE FUNCTION turn_as_planned(day date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE turned_now bigint;
BEGIN
    UPDATE loan_standing s SET
        on_day = day - 1,
        interest = greatest(0, s.interest - s.unearned + interest_grown(s, day - 1)),
        unearned = greatest(0, s.unearned - s.interest - interest_grown(s, day - 1)),
        earned_interest = s.earned_interest + interest_grown(s, day - 1),
        interest_since = day - 1, interest_base = 0,
        interest_step = a.line_step[s.turned + 1], interest_per = a.line_per[s.turned + 1],
        turned = s.turned + 1,
        changes_on = least(a.line_until[s.turned + 1], a.due_on[s.paid_ahead + 1]) + 1
    FROM loan_ahead a
    WHERE s.loan_id = a.loan_id AND s.changes_on <= day AND s.on_day < day AND s.penalty_per IS NULL
        AND a.line_since[s.turned + 1] = day - 1 AND a.line_until[s.turned + 1] >= day
        AND a.due_on[s.paid_ahead + 1] >= day;
    GET DIAGNOSTICS turned_now = ROW_COUNT;
    RETURN turned_now;
END $$;

-- ledger -------------------------------------------------------------------------------------------------------------

-- What one statement adds to an entry balances by itself, so every entry does.
DROP TRIGGER ledger_entry_balances ON ledger_line;
DROP FUNCTION entry_balances();
CREATE FUNCTION entries_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE off bigint;
BEGIN
    SELECT entry_id INTO off FROM added GROUP BY entry_id, currency HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger entry % does not balance', off;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entries_balance AFTER INSERT ON ledger_line
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION entries_balance();
