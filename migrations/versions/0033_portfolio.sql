-- Each loan on the last evening of each month that it lived in, in the month in which it was settled, and after it was charged off.
-- mob: months on book. missed: which instalment is the oldest unpaid one, zero where none is late.
CREATE TABLE loan_month (
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    loan_id text NOT NULL REFERENCES loan,
    product text NOT NULL,
    cohort date NOT NULL,
    mob integer NOT NULL CHECK (mob >= 0),
    days integer NOT NULL CHECK (days >= 0),
    missed integer NOT NULL CHECK (missed >= 0),
    lent bigint NOT NULL,
    principal bigint NOT NULL,
    written_off bigint NOT NULL,
    recovered bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('living', 'settled', 'charged_off')),
    PRIMARY KEY (month, loan_id)
);
CREATE UNIQUE INDEX loan_month_settled ON loan_month (loan_id) WHERE state = 'settled';
CREATE TRIGGER loan_month_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON loan_month
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- For whoever asks in SQL; the same figures as of the API.
CREATE VIEW portfolio_at_risk AS
SELECT month, product, sum(principal) AS principal,
    coalesce(sum(principal) FILTER (WHERE days >= 1), 0) AS par1,
    coalesce(sum(principal) FILTER (WHERE days >= 30), 0) AS par30,
    coalesce(sum(principal) FILTER (WHERE days >= 60), 0) AS par60,
    coalesce(sum(principal) FILTER (WHERE days >= 90), 0) AS par90
FROM loan_month WHERE state = 'living' GROUP BY month, product;

CREATE VIEW portfolio_vintage AS
WITH loan_life AS (
    SELECT loan_id, product, cohort, max(lent) AS lent,
        min(mob) FILTER (WHERE days > 30 OR state = 'charged_off') AS bad_mob
    FROM loan_month GROUP BY loan_id, product, cohort
), ages AS (SELECT cohort, product, generate_series(0, max(mob)) AS mob FROM loan_month GROUP BY cohort, product)
SELECT a.cohort, a.product, a.mob, count(*) AS loans, sum(l.lent) AS lent,
    count(*) FILTER (WHERE l.bad_mob <= a.mob) AS bad, coalesce(sum(l.lent) FILTER (WHERE l.bad_mob <= a.mob), 0) AS bad_lent
FROM ages a JOIN loan_life l ON l.cohort = a.cohort AND l.product = a.product GROUP BY a.cohort, a.product, a.mob;
