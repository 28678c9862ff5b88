"""What is done to lines. Every verb keeps what it changed, why, and who did it."""

from __future__ import annotations

from xindai.base import audit
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.line import queries
from xindai.lending.line.model import Line, LineId, Status, checked_limit, checked_rate
from xindai.lending.loans import operations as loans
from xindai.lending.loans.model import LoanId
from xindai.products.catalogue.model import Product
from xindai.values import ids
from xindai.values.money import Money
from xindai.values.period import add_months


def open_line(
    tx: Tx,
    *,
    line_id: LineId,
    offer_id: str,
    person_id: str,
    product: Product,
    limit: Money,
    annual_rate: str,
    months: int,
) -> None:
    """A line from an accepted offer, for so many months; the same offer again changes nothing."""
    added = tx.run(
        "INSERT INTO credit_line (id, reference, offer_id, person_id, product, credit_limit, annual_rate, status,"
        " opened_on, expires_on, statement_day, at) VALUES (:id, :reference, :offer, :person, :product, :limit, :rate, :status,"
        " :opened, :expires, :statement_day, :at)"
        " ON CONFLICT (offer_id) DO NOTHING",
        id=line_id,
        reference=ids.reference(line_id),
        offer=offer_id,
        person=person_id,
        product=product.ref,
        limit=limit.minor,
        rate=annual_rate,
        status=Status.OPEN,
        opened=tx.on,
        expires=add_months(tx.on, months),
        statement_day=product.cycle.statement_day if product.cycle else None,
        at=tx.at,
    )
    if added:
        _note(tx, line_id, actor=person_id, what="limit", before="0", after=str(limit.minor), reason="opened")
        publish(tx, Event("line_opened", line_id, {"person": person_id}))


def draw(
    tx: Tx, *, line_id: str, loan_id: LoanId, person_id: str, product: Product, amount: Money, months: int
) -> LoanId:
    """A loan on the line, waiting for its pay-out; the same loan id again is the same draw.

    Refuses: LineMissing, NotDrawable, OverLimit, OutsideProduct, Invalid.
    """
    queries.get(tx, line_id, person_id=person_id)
    line = queries.locked(tx, line_id)
    if tx.value("SELECT 1 FROM loan WHERE id = :id", id=loan_id):
        return loan_id
    line.check_draw(product, amount, months, on=tx.on)
    loans.open_loan(
        tx,
        loan_id=loan_id,
        offer_id=None,
        line_id=line.id,
        person_id=line.person_id,
        product=product,
        principal=amount,
        annual_rate=line.annual_rate,
        months=months,
    )
    publish(tx, Event("line_drawn", line.id, {"person": line.person_id, "loan": loan_id}))
    return loan_id


def change_limit(tx: Tx, *, line_id: str, product: Product, limit: Money, by: str, reason: str) -> Line:
    """A new limit, for new draws: what is drawn above it stays until it is repaid. Refuses: LineMissing, Invalid."""
    line = queries.locked(tx, line_id)
    if line.limit == limit:
        return line
    tx.run(
        "UPDATE credit_line SET credit_limit = :limit WHERE id = :id",
        limit=checked_limit(product, limit).minor,
        id=line_id,
    )
    _note(tx, line_id, actor=by, what="limit", before=str(line.limit.minor), after=str(limit.minor), reason=reason)
    publish(tx, Event("line_limit_changed", line_id, {"person": line.person_id, "limit": limit.minor}))
    return queries.get(tx, line_id)


def change_rate(tx: Tx, *, line_id: str, product: Product, annual_rate: str, by: str, reason: str) -> Line:
    """A new yearly rate, for new draws, within the cap of the product. Refuses: LineMissing, Invalid."""
    line = queries.locked(tx, line_id)
    fresh = checked_rate(product, annual_rate)
    if str(fresh) == line.annual_rate:
        return line
    tx.run("UPDATE credit_line SET annual_rate = :rate WHERE id = :id", rate=str(fresh), id=line_id)
    _note(tx, line_id, actor=by, what="annual_rate", before=line.annual_rate, after=annual_rate, reason=reason)
    publish(tx, Event("line_repriced", line_id, {"person": line.person_id}))
    return queries.get(tx, line_id)


def move(tx: Tx, *, line_id: str, to: Status, by: str, reason: str) -> Line:
    """Freeze, unfreeze or close; twice is once. Refuses: LineMissing, LineMoved."""
    line = queries.locked(tx, line_id)
    event = line.moved(to)
    if event is None:
        return line
    tx.run("UPDATE credit_line SET status = :to WHERE id = :id", to=to, id=line_id)
    _note(tx, line_id, actor=by, what="status", before=line.status.value, after=to.value, reason=reason)
    publish(tx, Event(event, line_id, {"person": line.person_id}))
    return queries.get(tx, line_id)


def add_unbilled(tx: Tx, *, line_id: str, minor: int) -> None:
    """So much was bought on the line; or, below zero, was given back or billed."""
    tx.run("UPDATE credit_line SET unbilled = unbilled + :minor WHERE id = :id", minor=minor, id=line_id)


def debit_least(tx: Tx, *, line_id: str, person_id: str, least: bool) -> Line:
    """When a statement falls due, debit the least that must be paid of it, or all. Refuses LineMissing."""
    queries.get(tx, line_id, person_id=person_id)
    tx.run("UPDATE credit_line SET pays_least = :least WHERE id = :id", least=least, id=line_id)
    return queries.get(tx, line_id)


def _note(tx: Tx, line_id: str, *, actor: str, what: str, before: str, after: str, reason: str) -> None:
    tx.run(
        "INSERT INTO credit_line_change (line_id, number, what, before, after, reason, actor, on_day, at)"
        " SELECT :id, count(*) + 1, :what, :before, :after, :reason, :actor, :on, :at FROM credit_line_change"
        " WHERE line_id = :id",
        id=line_id,
        what=what,
        before=before,
        after=after,
        reason=reason,
        actor=actor,
        on=tx.on,
        at=tx.at,
    )
    audit.note(
        tx, actor=actor, action=f"line_{what}_changed", subject=line_id, facts={"before": before, "after": after}
    )
