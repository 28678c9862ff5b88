"""Claims are sold: what the loans and the rest of the house know is brought to the sale, money and books move together, debtors are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from xindai.base import audit
from xindai.base.db import Tx
from xindai.journeys.parts import parts
from xindai.lending.ledger.model import Account
from xindai.lending.life.model import RECEIPTS
from xindai.lending.life.model import Status as LoanStatus
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.lending.loans.queries import WRITTEN_OFF_FROM, LoanView
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Person
from xindai.onboarding.notices import operations as notices
from xindai.payments.receipts import operations as receipts
from xindai.postloan.sales import model, queries
from xindai.postloan.sales import operations as sales
from xindai.postloan.sales.model import (
    Bar,
    Claim,
    NothingToSell,
    Offered,
    PriceDiffers,
    Sale,
    SaleId,
    SaleMoved,
    Status,
)
from xindai.products.catalogue import queries as catalogue
from xindai.values.masked import IdNumber, PersonName, Phone
from xindai.values.money import Money, decimal_text

TOPIC = "claim_sold"


def propose(
    sale_id: SaleId,
    *,
    buyer: str,
    licence: str,
    rate_ppm: int,
    days_from: int | None,
    given_up_only: bool,
    product: str | None,
    most: int,
    by: str,
) -> Sale:
    """Offer to a buyer what is so many days late or was charged off, as far as it may be sold. Refuses: Invalid, NothingToSell."""
    with parts().db.transaction() as tx:
        ids = queries.candidates(tx, days_from=days_from, given_up_only=given_up_only, product=product, most=most)
        offered = model.offer(_claims(tx, ids), rate_ppm=rate_ppm, most=most)
        return sales.propose(
            tx, sale_id=sale_id, buyer=buyer, licence=licence, rate_ppm=rate_ppm, offered=offered, by=by
        )


def due(sale_id: str) -> tuple[Money, dict[str, Bar]]:
    """(what the buyer has to pay for what could be sold now, which claims cannot be sold any more).

    Refuses: SaleMissing, SaleMoved where it is over.
    """
    with parts().db.transaction() as tx:
        sale = queries.get(tx, sale_id)
        if sale.status not in {Status.PROPOSED, Status.APPROVED}:
            raise SaleMoved(status=sale.status.value)
        offered, dropped = _still(tx, sale_id)
        return _price(offered, dropped), dropped


def settle(sale_id: str, *, receipt_ids: Sequence[str], by: str) -> Sale:
    """The price has come by these receipts: the claims are the buyer's, and their debtors are told (Civil Code 546). Twice is once.

    Refuses: SaleMissing, SaleMoved, NothingToSell, PriceDiffers, ReceiptMissing, ReceiptDecided.
    """
    with parts().db.transaction() as tx:
        sale = queries.get(tx, sale_id, lock=True)
        if sale.status is Status.SETTLED and sale.settled_by == by:
            return sale
        sale.moved(Status.SETTLED)
        loans.hold(tx, [one.loan_id for one in queries.claims(tx, sale_id) if one.dropped is None])
        offered, dropped = _still(tx, sale_id)
        sold = [one for one in offered if one.loan_id not in dropped]
        if not sold:
            raise NothingToSell(why="")
        price = _price(offered, dropped)
        came = receipts.apply_to_sale(tx, receipt_ids, sale_id=sale_id, by=by)
        if came != price:
            raise PriceDiffers(price=price, came=came)
        loans.sell(tx, prices={one.loan_id: one.price for one in sold}, sale_id=sale_id, against=Account.SUSPENSE)
        for one in sold:
            facts = {"reference": sale.buyer, "day": tx.on.isoformat()}
            key = f"sale|{sale_id}|{one.loan_id}"
            notices.write(tx, person_id=one.person_id, topic=parts().topics[TOPIC], key=key, facts=facts)
        return sales.settle(tx, sale_id=sale_id, dropped=dropped, by=by)


def _still(tx: Tx, sale_id: str) -> tuple[list[Offered], dict[str, Bar]]:
    """(what is in the sale, which of it cannot be sold any more)."""
    offered = [one for one in queries.claims(tx, sale_id) if one.dropped is None]
    now = _claims(tx, [one.loan_id for one in offered], sale_id=sale_id)
    return offered, model.dropped(offered, now, paid=queries.paid_since(tx, sale_id))


def _price(offered: Sequence[Offered], dropped: dict[str, Bar]) -> Money:
    return Money(sum(one.price for one in offered if one.loan_id not in dropped))


def _claims(tx: Tx, ids: Sequence[str], *, sale_id: str | None = None) -> list[Claim]:
    bars = queries.bars(tx, ids, apart_from=sale_id)
    shared = {product.ref for product in catalogue.co_lent(tx)}
    given_up = lent.given_up_since(tx, ids)
    found = []
    for view in lent.views(tx, ids, on=tx.on).values():
        loan = view.loan
        since = given_up.get(loan.id)
        late = view.state.overdue_days if view.state else 0
        days = late if since is None else WRITTEN_OFF_FROM + (tx.on - since).days
        barred = bars[loan.id] | ({Bar.CO_LENT} if loan.product in shared else frozenset())
        found.append(
            Claim(loan.id, loan.person_id, days, _owed(view), since is not None, queries.sold_from(tx.on), barred)
        )
    return found


def _owed(view: LoanView) -> int:
    """All that would settle it, where it is late or was charged off."""
    state = view.state
    return state.payoff if state and state.status in {LoanStatus.OVERDUE, LoanStatus.CHARGED_OFF} else 0


def tape(sale_id: str) -> list[dict[str, Any]]:
    """What a buyer looks at before they pay, a row for each claim: nothing by which its debtor could be known.

    The `token` stands for the loan in this sale only. Amounts are decimal strings. Refuses: SaleMissing.
    """
    with parts().db.transaction() as tx:
        queries.get(tx, sale_id)
        offered = {one.loan_id: one for one in queries.claims(tx, sale_id) if one.dropped is None}
        views = lent.views(tx, list(offered), on=tx.on)
        known = _debtors(tx, list(offered.values()))
        return [
            {
                "token": _token(sale_id, loan_id),
                "product": views[loan_id].loan.product,
                "lent": decimal_text(views[loan_id].loan.principal.minor, views[loan_id].loan.principal.currency),
                "annual_rate": views[loan_id].loan.annual_rate,
                "months": views[loan_id].loan.months,
                **_history(views[loan_id]),
                **_about(known[one.person_id].id_number, tx.on),
                "days_late": one.days,
                "claim": decimal_text(one.claim, "CNY"),
                "price": decimal_text(one.price, "CNY"),
            }
            for loan_id, one in offered.items()
        ]


def handover(sale_id: str, *, by: str) -> list[dict[str, Any]]:
    """What the buyer needs once the claims are theirs, a row for each: who owes it, and how they are reached; noted for each person.

    Refuses: SaleMissing, SaleMoved while it is not settled.
    """
    with parts().db.transaction() as tx:
        sale = queries.get(tx, sale_id)
        if sale.status is not Status.SETTLED:
            raise SaleMoved(status=sale.status.value)
        sold = [one for one in queries.claims(tx, sale_id) if one.dropped is None]
        views = lent.views(tx, [one.loan_id for one in sold], on=tx.on)
        known = _debtors(tx, sold)
        for person_id in known:
            audit.note(tx, actor=by, action="claim_handed_over", subject=person_id, facts={"sale": sale_id})
        return [
            {
                "token": _token(sale_id, one.loan_id),
                "reference": views[one.loan_id].loan.reference,
                "name": _revealed(known[one.person_id].name),
                "id_number": _revealed(known[one.person_id].id_number),
                "phone": _revealed(known[one.person_id].phone),
                "claim": decimal_text(one.claim, "CNY"),
            }
            for one in sold
        ]


def _debtors(tx: Tx, offered: Sequence[Offered]) -> dict[str, Person]:
    found = people.persons(tx, parts().ring, sorted({one.person_id for one in offered}))
    return {str(one.id): one for one in found}


def _revealed(value: PersonName | IdNumber | Phone | None) -> str:
    return value.reveal() if value is not None else ""


def _token(sale_id: str, loan_id: str) -> str:
    return parts().ring.blind_index(loan_id, f"sale|{sale_id}").hex()[:24]


def _history(view: LoanView) -> dict[str, Any]:
    """When it was lent, and what was paid on it."""
    assert view.loan.terms is not None
    paid = [one for one in view.state.receipts if one.kind in RECEIPTS] if view.state else []
    return {
        "lent_on": view.loan.terms.disbursed_on.isoformat(),
        "paid": decimal_text(sum(one.amount for one in paid), view.loan.principal.currency),
        "last_paid_on": max((one.on.isoformat() for one in paid), default=""),
    }


def _about(number: IdNumber | None, on: date) -> dict[str, str]:
    """An age band of ten years and a province: enough to price a claim, too little to know a person."""
    if number is None:
        return {"age": "", "province": ""}
    decade = number.age(on) // 10 * 10
    return {"age": f"{decade}-{decade + 9}", "province": number.province}
