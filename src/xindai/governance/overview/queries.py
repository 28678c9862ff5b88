"""The counts of a morning, each from an index of what is open or of a few days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xindai.base.db import Tx
from xindai.lending.ledger import queries as ledger

DECIDED = """
SELECT d.on_day AS day, count(*) AS decided, count(o.id) AS offered,
       count(*) FILTER (WHERE d.outcome = 'review') AS reviewed,
       count(*) FILTER (WHERE o.status = 'accepted') AS accepted, count(l.disbursed_on) AS paid_out
FROM decision d LEFT JOIN offer o ON o.application_id = d.application_id LEFT JOIN loan l ON l.offer_id = o.id
WHERE d.on_day > :before AND d.on_day <= :on GROUP BY d.on_day
"""
STEPS = ("decided", "reviewed", "offered", "accepted", "paid_out")
MOVED = """
SELECT settled_on AS day, kind, count(*) AS payments, sum(amount) AS minor FROM payment
WHERE settled_on > :before AND settled_on <= :on AND status = 'settled' GROUP BY settled_on, kind
"""
LATE = """
SELECT late_from, sum(loans) AS loans, sum(principal) AS principal FROM portfolio_day
WHERE on_day = (SELECT max(on_day) FROM portfolio_day WHERE on_day <= :on) GROUP BY late_from ORDER BY late_from
"""
WAITING = """
SELECT 'reviews' AS desk, count(*) AS items, count(*) FILTER (WHERE asked_on < :on) AS old
  FROM review WHERE status IN ('waiting', 'proposed')
UNION ALL SELECT 'duplicates', count(*), 0 FROM duplicate WHERE status IN ('found', 'proposed')
UNION ALL SELECT 'adjustments', count(*), 0 FROM loan_adjustment WHERE status = 'proposed'
UNION ALL SELECT 'products', count(*), 0 FROM product_version WHERE status = 'proposed'
UNION ALL SELECT 'strategies', count(*), 0 FROM strategy_version WHERE status = 'proposed'
UNION ALL SELECT 'payments', count(*), count(*) FILTER (WHERE value_on < :on) FROM payment WHERE status = 'held'
UNION ALL SELECT 'discrepancies', count(*), count(*) FILTER (WHERE on_day < :on) FROM discrepancy WHERE status <> 'closed'
UNION ALL SELECT 'receipts', count(*), count(*) FILTER (WHERE came_on < :on) FROM receipt WHERE status = 'held'
UNION ALL SELECT 'work_list', count(*), 0 FROM collection_case WHERE status = 'open' AND (call_on IS NULL OR call_on <= :on)
UNION ALL SELECT 'disputes', count(*), count(*) FILTER (WHERE answer_by < :on) FROM contact_dispute WHERE answered_on IS NULL
UNION ALL SELECT 'hardship', count(*), count(*) FILTER (WHERE answer_by < :on)
  FROM hardship_request WHERE status IN ('asked', 'proposed')
UNION ALL SELECT 'alarms', count(*), count(*) FILTER (WHERE due_on < :on) FROM alarm WHERE status <> 'closed'
UNION ALL SELECT 'legal_cases', count(*), count(*) FILTER (WHERE status = 'demanded' AND pay_by < :on)
  FROM legal_case WHERE status IN ('proposed', 'demanded')
UNION ALL SELECT 'models', count(*), 0 FROM model_version WHERE status IN ('submitted', 'validated')
UNION ALL SELECT 'aml_cases', count(*), count(*) FILTER (WHERE report_by < :on)
  FROM aml_case WHERE status IN ('open', 'proposed')
UNION ALL SELECT 'rights', count(*), count(*) FILTER (WHERE answer_by < :on) FROM rights_request WHERE status = 'asked'
"""


@dataclass(frozen=True, slots=True)
class DayFlow:
    """Of the applications decided on a day, how far they have come by now; and what moved that day, in minor units."""

    day: date
    decided: int
    reviewed: int
    offered: int
    accepted: int
    paid_out: int
    money_out: int
    money_in: int


@dataclass(frozen=True, slots=True)
class Late:
    """Loans that are late by so many days or more (and by fewer than the next), at the last close of a day."""

    late_from: int
    loans: int
    principal: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many things wait at a desk; of them `overdue` ones have waited past their day."""

    desk: str
    items: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Today:
    """The morning of a business day; amounts in minor units."""

    on: date
    cash: int
    flow: Sequence[DayFlow]
    late: Sequence[Late]
    waiting: Sequence[Waiting]


def today(tx: Tx, *, days: int) -> Today:
    """The open business day and the `days` up to and with it."""
    window = {"before": tx.on - timedelta(days=days), "on": tx.on}
    decided = {row["day"]: row for row in tx.rows(DECIDED, **window)}
    moved = {(row["day"], row["kind"]): int(row["minor"]) for row in tx.rows(MOVED, **window)}
    flow = []
    for back in range(days - 1, -1, -1):
        day = tx.on - timedelta(days=back)
        counts = decided.get(day, {})
        steps = {name: counts.get(name, 0) for name in STEPS}
        flow.append(
            DayFlow(day, **steps, money_out=moved.get((day, "pay_out"), 0), money_in=moved.get((day, "collection"), 0))
        )
    return Today(
        on=tx.on,
        cash=ledger.balance(tx, "cash", on=tx.on),
        flow=flow,
        late=[Late(row["late_from"], int(row["loans"]), int(row["principal"])) for row in tx.rows(LATE, on=tx.on)],
        waiting=[Waiting(row["desk"], row["items"], row["old"]) for row in tx.rows(WAITING, on=tx.on)],
    )
