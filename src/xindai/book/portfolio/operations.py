"""Keeping the book of a month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from xindai.base.db import Tx


def is_last(on: date) -> bool:
    """Whether a day is the last of its month."""
    return on.day == monthrange(on.year, on.month)[1]


def keep(tx: Tx, *, on: date) -> int:
    """Keep every loan as it stands on the last evening of a month; how many. Twice is once, other days keep nothing."""
    if not is_last(on):
        return 0
    return tx.run(
        "INSERT INTO loan_month (month, loan_id, product, cohort, mob, days, missed, lent, principal, written_off, recovered, state)"
        " SELECT date_trunc('month', CAST(:on AS date)), l.id, split_part(l.product, '@', 1), date_trunc('month', l.disbursed_on),"
        " (extract(year FROM age(:on, date_trunc('month', l.disbursed_on))) * 12"
        " + extract(month FROM age(:on, date_trunc('month', l.disbursed_on))))::int, d.days,"
        " CASE WHEN d.days > 0 THEN greatest(1, (extract(year FROM s.next_due_on) - extract(year FROM l.disbursed_on)) * 12"
        " + extract(month FROM s.next_due_on) - extract(month FROM l.disbursed_on))::int ELSE 0 END,"
        " l.principal, s.principal, s.written_off, s.recovered, d.state"
        " FROM loan l JOIN loan_standing s ON s.loan_id = l.id CROSS JOIN LATERAL (SELECT"
        " CASE WHEN l.status = 'overdue' THEN greatest(0, CAST(:on AS date) - s.next_due_on) ELSE 0 END AS days,"
        " CASE l.status WHEN 'closed' THEN 'settled' WHEN 'charged_off' THEN 'charged_off' WHEN 'sold' THEN 'charged_off' ELSE 'living' END AS state) d"
        " WHERE l.disbursed_on <= :on AND (l.status IN ('current', 'overdue', 'charged_off', 'sold') OR (l.status = 'closed'"
        " AND NOT EXISTS (SELECT 1 FROM loan_month m WHERE m.loan_id = l.id AND m.state = 'settled')))"
        " ON CONFLICT (month, loan_id) DO NOTHING",
        on=on,
    )
