-- By month: what came of loans that were late, or given up, at the end of the month before, and what collecting has cost.
CREATE VIEW collection_cost AS
WITH came AS (
    SELECT date_trunc('month', f.on_day)::date AS month, sum(f.amount) AS minor FROM loan_fact f
    JOIN loan_month m ON m.loan_id = f.loan_id AND m.month = (date_trunc('month', f.on_day) - interval '1 month')::date
    WHERE f.kind IN ('repayment', 'prepayment') AND (m.days > 0 OR m.state = 'charged_off')
        AND NOT EXISTS (SELECT 1 FROM loan_fact r WHERE r.kind = 'reversal' AND r.reverses = f.id)
    GROUP BY 1
), cost AS (
    SELECT date_trunc('month', e.on_day)::date AS month,
        coalesce(sum(l.amount) FILTER (WHERE l.account = 'legal_costs'), 0) AS legal,
        coalesce(sum(l.amount) FILTER (WHERE l.account = 'collection_costs'), 0) AS commissions
    FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id
    WHERE l.account IN ('legal_costs', 'collection_costs') GROUP BY 1
)
SELECT coalesce(came.month, cost.month) AS month, coalesce(came.minor, 0) AS came, coalesce(cost.legal, 0) AS legal,
    coalesce(cost.commissions, 0) AS commissions
FROM came FULL JOIN cost ON cost.month = came.month;
