"""Questions about how late the book was, which classes stand beyond days, and what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base.db import Row, Tx, array
from xindai.book.loss.floors import Cause, Floor, Floored, FloorId, FloorMissing, Status
from xindai.book.loss.model import Aged, AssetClass


def aged(tx: Tx, *, on: date) -> list[Aged]:
    """The book of a closed day by product, lateness and class; empty where nothing was lent, or the day is not closed."""
    rows = tx.rows(
        "SELECT product, late_from, class, loans, principal, own, allowance FROM portfolio_day WHERE on_day = :on"
        " ORDER BY product, late_from, class",
        on=on,
    )
    return [
        Aged(
            row["product"],
            row["late_from"],
            AssetClass(row["class"]),
            row["loans"],
            int(row["principal"]),
            int(row["own"]),
            int(row["allowance"]),
        )
        for row in rows
    ]


def floors_of(tx: Tx, loan_id: str) -> list[Floor]:
    """All floors that a loan has or had, the latest first."""
    rows = tx.rows("SELECT * FROM class_floor WHERE loan_id = :loan ORDER BY at DESC, id DESC", loan=loan_id)
    return [_floor(row) for row in rows]


def standing_of(tx: Tx, loan_ids: Sequence[str]) -> dict[str, list[AssetClass]]:
    """The classes that stand for these loans beyond their days; of those for which none does, nothing."""
    found: dict[str, list[AssetClass]] = {}
    for row in tx.rows(
        "SELECT loan_id, class FROM class_floor WHERE status = 'standing' AND loan_id = ANY(CAST(:loans AS text[]))",
        loans=array(loan_ids),
    ):
        found.setdefault(row["loan_id"], []).append(AssetClass(row["class"]))
    return found


def floor(tx: Tx, floor_id: str, *, lock: bool = False) -> Floor:
    """One floor. Refuses: FloorMissing."""
    row = tx.row("SELECT * FROM class_floor WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=floor_id)
    if row is None:
        raise FloorMissing(field="judgement")
    return _floor(row)


def proposed(tx: Tx, *, after: str | None, most: int) -> list[Floor]:
    """Up to `most` judgements that wait for a second person, the newest first, older than `after`."""
    rows = tx.rows(
        "SELECT * FROM class_floor WHERE status = 'proposed' AND (CAST(:after AS text) IS NULL OR id < :after)"
        " ORDER BY id DESC LIMIT :most",
        after=after,
        most=most,
    )
    return [_floor(row) for row in rows]


def standing(tx: Tx) -> list[tuple[Floor, str, int]]:
    """(floor, status of its loan, days overdue this evening) of all that stand."""
    rows = tx.rows(
        "SELECT f.*, l.status AS loan_status, greatest(0, :on - coalesce(s.next_due_on, :on)) AS days FROM class_floor f"
        " JOIN loan l ON l.id = f.loan_id LEFT JOIN loan_standing s ON s.loan_id = l.id"
        " WHERE f.status = 'standing' ORDER BY f.id",
        on=tx.on,
    )
    return [(_floor(row), row["loan_status"], row["days"]) for row in rows]


def turned_bad(tx: Tx, *, on: date, days: int) -> list[str]:
    """Living loans that are at least so many days late on the day `on`, and for which that does not stand yet."""
    rows = tx.rows(
        "SELECT s.loan_id FROM loan_standing s JOIN loan l ON l.id = s.loan_id WHERE s.next_due_on <= :due"
        " AND l.status = 'overdue' AND NOT EXISTS (SELECT 1 FROM class_floor f WHERE f.loan_id = s.loan_id"
        " AND f.cause = 'was_bad' AND f.status = 'standing') ORDER BY s.loan_id",
        due=date.fromordinal(on.toordinal() - days),
    )
    return [row["loan_id"] for row in rows]


_PLACES = " ".join(f"WHEN '{one.value}' THEN {place}" for place, one in enumerate(AssetClass))


def floored(tx: Tx, *, on: date, late_from: Sequence[int], by_days: Sequence[AssetClass]) -> list[Floored]:
    """Living loans whose lowest standing floor is below the class of their days; `by_days` is that of each bucket, the first not late."""
    rows = tx.rows(
        "WITH lowest AS (SELECT f.loan_id, max(CASE f.class " + _PLACES + " END) AS place FROM class_floor f"
        " WHERE f.status = 'standing' GROUP BY f.loan_id),"
        " seen AS (SELECT l.product, w.place, s.principal,"
        " width_bucket(greatest(0, :on - coalesce(s.next_due_on, :on)), CAST(:bounds AS integer[])) AS bucket"
        " FROM lowest w JOIN loan l ON l.id = w.loan_id JOIN loan_standing s ON s.loan_id = l.id"
        " WHERE l.status IN ('current', 'overdue'))"
        " SELECT product, bucket, place, count(*) AS loans, sum(principal) AS principal FROM seen"
        " WHERE place > (CAST(:days AS integer[]))[bucket + 1] GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        on=on,
        bounds=array(late_from),
        days=array([list(AssetClass).index(one) for one in by_days]),
    )
    bounds, classes = (0, *late_from), list(AssetClass)
    return [
        Floored(row["product"], bounds[row["bucket"]], classes[row["place"]], row["loans"], int(row["principal"]))
        for row in rows
    ]


def expected(tx: Tx, *, month: date) -> Row | None:
    """What was expected at a month's end, and set aside beyond the rule; none where the book was too young."""
    return tx.row("SELECT * FROM expected_loss_month WHERE month = :month", month=month)


def beyond_off_by(tx: Tx) -> int:
    """By how many minor units the ledger's allowance beyond the rule is not what the latest month asked for."""
    return int(
        tx.value(
            "SELECT coalesce((SELECT beyond FROM expected_loss_month ORDER BY month DESC LIMIT 1), 0)"
            " + coalesce((SELECT sum(amount) FROM ledger_line WHERE account = 'expected_loss_allowance'), 0)"
        )
    )


def off_by(tx: Tx) -> tuple[int, int]:
    """(days kept, minor units by which the ledger's allowance is not what a day asked for: the first such day's, or zero).

    Of a closed day its kept balance is compared, of the others what the day asked for on which the allowance last changed.
    """
    days = int(tx.value("SELECT count(DISTINCT on_day) FROM portfolio_day"))
    closed = tx.value(
        "SELECT p.asked + coalesce(b.minor, 0) FROM (SELECT on_day, sum(allowance) AS asked FROM portfolio_day GROUP BY on_day) p"
        " JOIN closed_day c ON c.on_day = p.on_day"
        " LEFT JOIN ledger_balance b ON b.on_day = p.on_day AND b.account = 'loss_allowance'"
        " WHERE p.asked + coalesce(b.minor, 0) <> 0 ORDER BY p.on_day LIMIT 1"
    )
    if closed:
        return days, int(closed)
    now = tx.value(
        "SELECT coalesce((SELECT sum(allowance) FROM portfolio_day"
        " WHERE on_day = (SELECT max(on_day) FROM ledger_entry WHERE kind = 'allowance')), 0)"
        " + coalesce((SELECT sum(amount) FROM ledger_line WHERE account = 'loss_allowance'), 0)"
    )
    return days, int(now)


def _floor(row: Row) -> Floor:
    return Floor(
        FloorId(row["id"]),
        row["loan_id"],
        Cause(row["cause"]),
        AssetClass(row["class"]),
        Status(row["status"]),
        row["since"],
        row["clean_since"],
        row["reason"],
        row["proposed_by"],
        row["decided_by"],
        row["ended_on"],
    )
