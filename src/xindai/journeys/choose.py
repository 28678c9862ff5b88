"""What of an offer may be taken: all of it, or what asks no more of its person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from xindai.base.db import Tx
from xindai.credit.decision import assessment
from xindai.credit.decision import queries as decided
from xindai.credit.decision.model import NotOffered, Offer
from xindai.journeys.parts import parts
from xindai.products.catalogue import queries as catalogue
from xindai.products.catalogue.model import Form, Product
from xindai.products.terms import Terms
from xindai.values.money import Money
from xindai.values.rate import rate


def alternatives(offer_id: str, person_id: str) -> list[Terms]:
    """What of an offer may be taken, the whole of it first. Refuses OfferMissing."""
    with parts().db.transaction() as tx:
        offer = decided.offer(tx, offer_id, person_id=person_id)
        product = catalogue.lendable(tx, offer.product)
        offered = _terms(offer, product, on=decided.get(tx, offer.decision_id).on)
    return assessment.alternatives(product, offered) if product.form is Form.LOAN else [offered]


def check(tx: Tx, offer: Offer, product: Product, *, amount: Money | None, months: int | None) -> None:
    """Whether so much over so long is part of an offer. Refuses: NotOffered, OutsideProduct, Invalid."""
    if product.form is not Form.LOAN:
        raise NotOffered(field="amount")
    product.check(amount or offer.principal, months or offer.months)
    offered = _terms(offer, product, on=decided.get(tx, offer.decision_id).on)
    chosen = replace(offered, principal=amount or offered.principal, installments=months or offered.installments)
    if not assessment.is_alternative(product, offered, chosen):
        raise NotOffered(field="amount" if amount is not None else "months")


def _terms(offer: Offer, product: Product, *, on: date) -> Terms:
    return product.terms(
        principal=offer.principal, annual_rate=rate(offer.annual_rate), months=offer.months, disbursed_on=on
    )
