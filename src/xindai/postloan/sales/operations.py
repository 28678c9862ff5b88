"""A sale's way: proposed by one, decided on by another, settled when its price has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xindai.base import audit
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.postloan.sales import queries
from xindai.postloan.sales.model import PPM, Bar, Offered, Sale, SaleId, Status
from xindai.values.refusal import Invalid


def propose(
    tx: Tx, *, sale_id: SaleId, buyer: str, licence: str, rate_ppm: int, offered: Sequence[Offered], by: str
) -> Sale:
    """Claims are offered to a buyer, for somebody else to approve; the same id again is the same sale. Refuses: Invalid."""
    if not 1 <= rate_ppm <= PPM:
        raise Invalid("The price is more than nothing and at most the whole claim.", field="rate")
    added = tx.run(
        "INSERT INTO sale (id, buyer, licence, rate_ppm, status, proposed_by, proposed_on, at)"
        " VALUES (:id, :buyer, :licence, :rate, 'proposed', :by, :on, :at) ON CONFLICT (id) DO NOTHING",
        id=sale_id,
        buyer=buyer,
        licence=licence,
        rate=rate_ppm,
        by=by,
        on=tx.on,
        at=tx.at,
    )
    if added:
        tx.run(
            "INSERT INTO sale_claim SELECT * FROM json_populate_recordset(NULL::sale_claim, CAST(:claims AS json))",
            claims=[
                {
                    "sale_id": sale_id,
                    "loan_id": one.loan_id,
                    "person_id": one.person_id,
                    "days": one.days,
                    "claim": one.claim,
                    "price": one.price,
                    "dropped": None,
                }
                for one in offered
            ],
        )
        audit.note(tx, actor=by, action="sale_proposed", subject=sale_id, facts={"claims": len(offered)})
    return queries.get(tx, sale_id)


def decide(tx: Tx, *, sale_id: str, to: Status, by: str) -> Sale:
    """A second person's word, or that nothing comes of it after all: then its claims are free again. Twice is once.

    Refuses: SaleMissing, SaleMoved, SamePerson.
    """
    one = queries.get(tx, sale_id, lock=True)
    if one.status is to and one.decided_by == by:
        return one
    event = one.decided(to, by=by)
    tx.run(
        "UPDATE sale SET status = :to, decided_by = :by, decided_on = :on WHERE id = :id",
        to=to.value,
        by=by,
        on=tx.on,
        id=sale_id,
    )
    if to is not Status.APPROVED:
        tx.run(
            "UPDATE sale_claim SET dropped = :why WHERE sale_id = :sale AND dropped IS NULL", why=to.value, sale=sale_id
        )
    _tell(tx, one, event, by=by)
    return queries.get(tx, sale_id)


def settle(tx: Tx, *, sale_id: str, dropped: Mapping[str, Bar], by: str) -> Sale:
    """Its price has come: it is done, without the claims that could not be sold any more. Refuses: SaleMissing, SaleMoved."""
    one = queries.get(tx, sale_id, lock=True)
    event = one.moved(Status.SETTLED)
    for loan_id, why in dropped.items():
        tx.run(
            "UPDATE sale_claim SET dropped = :why WHERE sale_id = :sale AND loan_id = :loan",
            why=why.value,
            sale=sale_id,
            loan=loan_id,
        )
    tx.run(
        "UPDATE sale SET status = 'settled', settled_by = :by, settled_on = :on WHERE id = :id",
        by=by,
        on=tx.on,
        id=sale_id,
    )
    _tell(tx, one, event, by=by)
    return queries.get(tx, sale_id)


def _tell(tx: Tx, one: Sale, event: str, *, by: str) -> None:
    audit.note(tx, actor=by, action=event, subject=one.id)
    publish(tx, Event(event, one.id, {"buyer": one.buyer}))
