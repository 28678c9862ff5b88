"""Keeping what a rail says, matching it, and closing what did not agree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base import audit, clock
from xindai.base.db import Tx, array
from xindai.base.events import Event, publish
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger.model import Account, Entry
from xindai.payments.reconciliation import queries
from xindai.payments.reconciliation.model import MOVES as MOVES_OF_A_DISCREPANCY
from xindai.payments.reconciliation.model import (
    PROPOSALS,
    Discrepancy,
    DiscrepancyId,
    DiscrepancyKind,
    Line,
    Statement,
    StatementUnbelievable,
    Status,
)
from xindai.values.money import Money, decimal_text

DAYS_LOOKED_BACK = 7
"""A settled order that no statement of so many days lists is open as a discrepancy by then."""

_OURS = "(CASE WHEN p.kind = 'collection' THEN p.amount ELSE -p.amount END)"
_EXPECTED = f"(CASE WHEN l.kind = 'back' THEN -{_OURS} ELSE {_OURS} END)"
_FITS = (
    "((l.kind = 'order' AND p.status IN ('settled', 'returned', 'reversed'))"
    " OR (l.kind = 'back' AND p.status IN ('returned', 'reversed')))"
)


_FIRST = (
    "NOT EXISTS (SELECT 1 FROM rail_line o WHERE o.rail = :rail AND o.payment_id = p.id AND o.kind = l.kind AND o.matched"
    " AND o.reference <> l.reference)"
)
"""An order is carried out once, and goes back once: a second line of it is a discrepancy, not a match."""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(72620)"


def keep_lines(tx: Tx, rail: str, lines: Sequence[Line]) -> int:
    """Keep lines as the rail tells them; how many are new, or told otherwise than before. One that is matched stays.

    Most are of orders that stand here as they stand there: these are matched as they are kept, in one writing.
    """
    tx.run(_ONE_AT_A_TIME)
    return tx.run(
        "INSERT INTO rail_line (rail, reference, kind, on_day, amount, payment_id, matched)"
        " SELECT :rail, l.reference, l.kind, l.on_day, l.amount, nullif(l.payment, ''),"
        f" coalesce({_FITS} AND l.amount = {_EXPECTED} AND l.nth = 1 AND {_FIRST}, false)"
        " FROM (SELECT *, row_number() OVER (PARTITION BY payment, kind ORDER BY reference) AS nth FROM unnest(CAST(:references AS text[]), CAST(:kinds AS text[]), CAST(:days AS date[]), CAST(:amounts AS bigint[]),"
        " CAST(:payments AS text[])) AS told (reference, kind, on_day, amount, payment)) l"
        " LEFT JOIN payment p ON p.id = l.payment AND p.rail = :rail ON CONFLICT (rail, reference) DO UPDATE"
        " SET amount = excluded.amount, on_day = excluded.on_day, payment_id = excluded.payment_id, matched = excluded.matched"
        " WHERE NOT rail_line.matched AND (rail_line.amount, rail_line.on_day, rail_line.payment_id)"
        " IS DISTINCT FROM (excluded.amount, excluded.on_day, excluded.payment_id)",
        rail=rail,
        references=array([line.reference for line in lines]),
        kinds=array([line.kind.value for line in lines]),
        days=array([line.on.isoformat() for line in lines]),
        amounts=array(line.amount.minor for line in lines),
        payments=array([line.payment_id or "" for line in lines]),
    )


def match(tx: Tx, statement: Statement) -> int:
    """Match what is kept of a rail up to the day of `statement`, open what does not agree, close what does by now.

    How many discrepancies are open then. The same day again changes nothing but by what has come since.
    Refuses: StatementUnbelievable.
    """
    rail, on = statement.rail, statement.on
    tx.run(_ONE_AT_A_TIME)
    row = tx.rows(
        "SELECT count(*) AS n, coalesce(sum(amount), 0) AS minor FROM rail_line WHERE rail = :rail AND on_day = :on",
        rail=rail,
        on=on,
    )[0]
    before = queries.last_statement(tx, rail, before=on)
    carried = Money(before.closing if before is not None else 0)
    opening = carried if statement.opening is None else statement.opening
    closing = carried if statement.closing is None else statement.closing
    if opening.minor + int(row["minor"]) != closing.minor:
        why = f"{opening} and lines of {decimal_text(int(row['minor']), opening.currency)}"
        raise StatementUnbelievable(rail=rail, on=on, why=f"{why} are not {closing}")
    _pair(tx, rail, on)
    _book_fees(tx, rail)
    if before is not None and not before.says_nothing and before.closing != opening.minor:
        _open(tx, rail, on, DiscrepancyKind.CARRY, ours=before.closing, theirs=opening.minor)
    matched = tx.value(
        "SELECT count(*) FROM rail_line WHERE rail = :rail AND on_day = :on AND matched", rail=rail, on=on
    )
    tx.run(
        "INSERT INTO rail_statement (rail, on_day, opening, closing, lines, matched, currency, at)"
        " VALUES (:rail, :on, :opening, :closing, :lines, :matched, :currency, :at)"
        " ON CONFLICT (rail, on_day) DO UPDATE SET opening = excluded.opening,"
        " closing = excluded.closing, lines = excluded.lines, matched = excluded.matched",
        rail=rail,
        on=on,
        opening=opening.minor,
        closing=closing.minor,
        lines=int(row["n"]),
        matched=matched,
        currency=opening.currency,
        at=tx.at,
    )
    _find_unmatched_lines(tx, rail, on)
    _find_unlisted_orders(tx, rail, on)
    _close_what_agrees(tx, rail)
    return int(tx.value("SELECT count(*) FROM discrepancy WHERE rail = :rail AND status <> 'closed'", rail=rail))


def explain(tx: Tx, *, discrepancy_id: str, note: str, books_to: Account | None, by: str) -> Discrepancy:
    """Say what a discrepancy is, and, of what a rail did by itself, where it is booked; the last word before closing counts.

    Refuses: DiscrepancyMissing, DiscrepancyClosed, NotBookable.
    """
    one = queries.get(tx, discrepancy_id, lock=True)
    one.explainable(books_to=books_to)
    tx.run(
        "UPDATE discrepancy SET status = :to, note = :note, books_to = :account, proposed_by = :by WHERE id = :id",
        to=Status.EXPLAINED.value,
        note=note,
        account=books_to.value if books_to else None,
        by=by,
        id=discrepancy_id,
    )
    _tell(tx, one, Status.EXPLAINED, by=by)
    return queries.get(tx, discrepancy_id)


def close(tx: Tx, *, discrepancy_id: str, by: str) -> Discrepancy:
    """Agree to the explanation: it is booked, if it says so, and closed. Twice by the same is once.

    Refuses: DiscrepancyMissing, DiscrepancyClosed, NotExplained, SamePerson.
    """
    one = queries.get(tx, discrepancy_id, lock=True)
    if one.status is Status.CLOSED and one.decided_by == by:
        return one
    one.closable(by=by)
    if one.books_to is not None:
        assert one.theirs is not None, one.id
        lines = ((Account.CASH, one.theirs), (one.books_to, -one.theirs))
        ledger.post(tx, [Entry(f"{one.id}|booked", "rail", tx.on, "CNY", lines, one.on if one.on < tx.on else None)])
    tx.run(
        "UPDATE discrepancy SET status = :to, decided_by = :by, closed_on = :on WHERE id = :id",
        to=Status.CLOSED.value,
        by=by,
        on=tx.on,
        id=discrepancy_id,
    )
    _tell(tx, one, Status.CLOSED, by=by)
    return queries.get(tx, discrepancy_id)


def _pair(tx: Tx, rail: str, on: date) -> None:
    tx.run(
        "UPDATE rail_line l SET matched = true FROM payment p WHERE l.rail = :rail AND l.on_day <= :on AND NOT l.matched"
        f" AND p.id = l.payment_id AND p.rail = l.rail AND {_FITS} AND l.amount = {_EXPECTED} AND {_FIRST}"
        " AND l.reference = (SELECT min(o.reference) FROM rail_line o WHERE o.rail = l.rail AND o.payment_id = p.id"
        " AND o.kind = l.kind)",
        rail=rail,
        on=on,
    )
    tx.run(
        "UPDATE rail_line l SET matched = true FROM receipt r WHERE l.rail = :rail AND l.on_day <= :on AND NOT l.matched"
        " AND l.kind = 'credit' AND r.rail = l.rail AND r.reference = l.reference AND r.amount = l.amount",
        rail=rail,
        on=on,
    )


def _book_fees(tx: Tx, rail: str) -> None:
    """What the rail took for orders, as agreed with it, is a charge on the day it is read; each line once."""
    taken = tx.rows(
        "UPDATE rail_line SET matched = true WHERE rail = :rail AND kind = 'fee' AND NOT matched"
        " RETURNING on_day, reference, amount",
        rail=rail,
    )
    entries = []
    for day in sorted({row["on_day"] for row in taken}):
        of_day = [row for row in taken if row["on_day"] == day]
        fees, first = sum(int(row["amount"]) for row in of_day), min(row["reference"] for row in of_day)
        lines = ((Account.CASH, fees), (Account.RAIL_CHARGES, -fees))
        entries.append(Entry(f"{rail}|fees|{first}", "rail", tx.on, "CNY", lines, day if day < tx.on else None))
    ledger.post(tx, entries)


def _find_unmatched_lines(tx: Tx, rail: str, on: date) -> None:
    """Lines that we do not know, or know otherwise; each is a discrepancy once, whatever became of that one."""
    rows = tx.rows(
        f"SELECT l.reference, l.on_day, l.amount, p.id AS payment, {_EXPECTED} AS ours, {_FITS} AS fits, NOT {_FIRST} AS known"
        " FROM rail_line l LEFT JOIN payment p ON p.id = l.payment_id AND p.rail = l.rail"
        " WHERE l.rail = :rail AND l.on_day <= :on AND NOT l.matched"
        " AND NOT EXISTS (SELECT 1 FROM discrepancy d WHERE d.rail = l.rail AND d.reference = l.reference)",
        rail=rail,
        on=on,
    )
    for row in rows:
        kind = DiscrepancyKind.MISSING_HERE
        if row["payment"] is not None:
            kind = DiscrepancyKind.STATE if row["ours"] == row["amount"] else DiscrepancyKind.AMOUNT
            if row["known"]:
                kind = DiscrepancyKind.TWICE
        ours = row["ours"] if row["fits"] or kind is DiscrepancyKind.AMOUNT else None
        _open(
            tx,
            rail,
            row["on_day"],
            kind,
            payment_id=row["payment"],
            reference=row["reference"],
            ours=ours,
            theirs=row["amount"],
        )


def _find_unlisted_orders(tx: Tx, rail: str, on: date) -> None:
    """Orders that have settled here before this day, since statements are kept, and that no statement lists."""
    rows = tx.rows(
        f"SELECT p.id, p.settled_on, {_OURS} AS ours FROM payment p WHERE p.rail = :rail AND p.settled_on < :on"
        " AND p.settled_on >= greatest(CAST(:since AS date), (SELECT min(on_day) FROM rail_statement WHERE rail = :rail))"
        " AND NOT EXISTS (SELECT 1 FROM rail_line l WHERE l.rail = p.rail AND l.payment_id = p.id AND l.kind = 'order')"
        " AND NOT EXISTS (SELECT 1 FROM discrepancy d WHERE d.payment_id = p.id AND d.kind = 'missing_there')",
        rail=rail,
        on=on,
        since=date.fromordinal(on.toordinal() - DAYS_LOOKED_BACK),
    )
    for row in rows:
        _open(tx, rail, row["settled_on"], DiscrepancyKind.MISSING_THERE, payment_id=row["id"], ours=row["ours"])


def _close_what_agrees(tx: Tx, rail: str) -> None:
    closed = tx.rows(
        "UPDATE discrepancy d SET status = 'closed', closed_on = :on, note = coalesce(d.note, 'agrees by now')"
        " WHERE d.rail = :rail AND d.status <> 'closed' AND EXISTS (SELECT 1 FROM rail_line l WHERE l.rail = d.rail AND l.matched"
        " AND (l.reference = d.reference OR (d.reference IS NULL AND l.payment_id = d.payment_id AND l.kind = 'order')))"
        " RETURNING d.id",
        rail=rail,
        on=tx.on,
    )
    for row in closed:
        _tell(tx, queries.get(tx, row["id"]), None, by="reconciliation")


def _open(
    tx: Tx,
    rail: str,
    on: date,
    kind: DiscrepancyKind,
    *,
    payment_id: str | None = None,
    reference: str | None = None,
    ours: int | None = None,
    theirs: int | None = None,
) -> None:
    discrepancy_id = clock.new_id(DiscrepancyId)
    added = tx.run(
        "INSERT INTO discrepancy (id, rail, on_day, kind, payment_id, reference, ours, theirs, status, proposal, at)"
        " VALUES (:id, :rail, :on, :kind, :payment, :reference, :ours, :theirs, :status, :proposal, :at) ON CONFLICT DO NOTHING",
        id=discrepancy_id,
        rail=rail,
        on=on,
        kind=kind.value,
        payment=payment_id,
        reference=reference,
        ours=ours,
        theirs=theirs,
        status=Status.OPEN.value,
        proposal=PROPOSALS[kind],
        at=tx.at,
    )
    if added:
        facts = {"rail": rail, "kind": kind.value, "payment": payment_id, "ours": ours, "theirs": theirs}
        publish(tx, Event("discrepancy_opened", discrepancy_id, facts))


def _tell(tx: Tx, one: Discrepancy, to: Status | None, *, by: str) -> None:
    event = MOVES_OF_A_DISCREPANCY[one.status][to] if to else "discrepancy_closed"
    audit.note(tx, actor=by, action=event, subject=one.id, facts={"rail": one.rail, "kind": one.kind.value})
    publish(tx, Event(event, one.id, {"rail": one.rail, "kind": one.kind.value}))
