"""Stating capital, by two; and holding what is lent against it."""

from __future__ import annotations

from datetime import date

from xindai.base import audit
from xindai.base.db import Tx
from xindai.book.capital import queries
from xindai.book.capital.model import ExposureTooHigh, Statement, StatementId, Status, checked
from xindai.products.catalogue.model import Product
from xindai.values.money import Money, decimal_text


def state(
    tx: Tx,
    *,
    statement_id: StatementId,
    as_of: date,
    net_assets: Money,
    borrowed: Money,
    issued: Money,
    source: str,
    by: str,
) -> Statement:
    """Capital at the end of a day, for somebody else to agree to. The same id again is the same. Refuses: Invalid."""
    checked(as_of, net_assets=net_assets.minor, borrowed=borrowed.minor, issued=issued.minor, on=tx.on)
    is_new = tx.run(
        "INSERT INTO capital_statement (id, as_of, net_assets, borrowed, issued, source, status, proposed_by, proposed_on)"
        " VALUES (:id, :as_of, :net, :borrowed, :issued, :source, 'proposed', :by, :on) ON CONFLICT (id) DO NOTHING",
        id=statement_id,
        as_of=as_of,
        net=net_assets.minor,
        borrowed=borrowed.minor,
        issued=issued.minor,
        source=source,
        by=by,
        on=tx.on,
    )
    if is_new:
        audit.note(tx, actor=by, action="capital_stated", subject=statement_id, facts={"as_of": as_of.isoformat()})
    return queries.statement(tx, statement_id)


def decide(tx: Tx, *, statement_id: str, to: Status, by: str) -> Statement:
    """A second person's word; another statement of the same day gives way to the one that is agreed to. Twice is once.

    Refuses: StatementMissing, StatementDecided, SamePerson.
    """
    before = queries.statement(tx, statement_id, lock=True)
    if before.status is to and before.decided_by == by:
        return before
    event = before.decide(to, by=by)
    if to is Status.APPROVED:
        tx.run(
            "UPDATE capital_statement SET status = 'withdrawn', decided_by = :by, decided_on = :on"
            " WHERE as_of = :day AND status = 'approved'",
            by=by,
            on=tx.on,
            day=before.as_of,
        )
    tx.run(
        "UPDATE capital_statement SET status = :to, decided_by = :by, decided_on = :on WHERE id = :id",
        to=to.value,
        by=by,
        on=tx.on,
        id=statement_id,
    )
    audit.note(tx, actor=by, action=event, subject=statement_id)
    return queries.statement(tx, statement_id)


def refuse_beyond(tx: Tx, *, person_id: str, product: Product, amount: Money) -> None:
    """Before something is lent: nobody owes more in all than law and capital allow. One at a time for each person and business.

    Refuses: ExposureTooHigh.
    """
    tx.run("SELECT pg_advisory_xact_lock(hashtext('exposure'), hashtext(:person))", person=person_id)
    tx.run(
        "SELECT pg_advisory_xact_lock(hashtext('exposure'), hashtext(one)) FROM (SELECT DISTINCT encode(business_index, 'hex') AS one"
        " FROM application WHERE person_id = :person AND business_index IS NOT NULL ORDER BY 1) theirs",
        person=person_id,
    )
    left = queries.headroom_of(tx, person_id, product)
    if amount.minor > left:
        raise ExposureTooHigh(left=decimal_text(max(0, left), amount.currency), field="amount")
