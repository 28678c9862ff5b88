"""From an offer to a loan or a line: what of it is taken, and the pay-out that follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from xindai.base.db import Tx
from xindai.credit.decision import assessment
from xindai.credit.decision import operations as decisions
from xindai.credit.decision import queries as decided
from xindai.credit.decision.model import NotOffered, Offer, OfferId, OfferStatus
from xindai.journeys import pay
from xindai.journeys.parts import parts
from xindai.lending.line import operations as lines
from xindai.lending.line.model import LineId
from xindai.lending.loans import operations as loans
from xindai.lending.loans.model import LoanId
from xindai.onboarding.application import operations as applications
from xindai.onboarding.application.model import Application
from xindai.onboarding.application.model import Status as ApplicationStatus
from xindai.onboarding.proof import operations as proofs
from xindai.payments.orders.model import PaymentId
from xindai.products.catalogue import queries as catalogue
from xindai.products.catalogue.model import Form, Product
from xindai.products.terms import Terms
from xindai.values.money import Money
from xindai.values.rate import rate


@dataclass(frozen=True, slots=True)
class Accepted:
    """What follows from a yes: a loan that is being paid out, or a line to draw on."""

    loan_id: str | None
    line_id: str | None


def accept_offer(offer_id: str, person_id: str, *, amount: Money | None = None, months: int | None = None) -> Accepted:
    """The person's yes, to the offer or to an alternative of it.

    A loan and its pay-out order are made in one transaction, then the money goes; or a line opens.
    Refuses: OfferMissing, OfferGone, NotOffered, OutsideProduct, StepUpNeeded, Invalid.
    """
    with parts().db.transaction("accept offer") as tx:
        offer = decided.offer(tx, offer_id, person_id=person_id)
        product = catalogue.sold_as(tx, offer.product)
        if amount is not None or months is not None:
            _check_choice(tx, offer, product, amount=amount, months=months)
        if product.form is Form.LOAN and offer.status is OfferStatus.OPEN:
            proofs.refuse_stale(tx, person_id=person_id, sum_out=amount or offer.principal)
        offer = decisions.accept(tx, offer_id=offer_id, person_id=person_id, amount=amount, months=months)
        accepted, payment_id = _open(tx, offer, product)
        applications.move(tx, application_id=offer.application_id, to=ApplicationStatus.ACCEPTED, actor=offer.person_id)
    if payment_id is not None:
        pay.begin(payment_id)
    return accepted


def withdraw(application_id: str, person_id: str) -> Application:
    """The person takes the application back, and the offer on it, if there is one.

    Refuses: ApplicationMissing, ApplicationMoved.
    """
    with parts().db.transaction("withdraw") as tx:
        decisions.take_back(tx, application_id=application_id, person_id=person_id)
        return applications.withdraw(tx, application_id=application_id, person_id=person_id)


def alternatives(offer_id: str, person_id: str) -> list[Terms]:
    """What of an offer may be taken, the whole of it first. Refuses OfferMissing."""
    with parts().db.transaction() as tx:
        offer = decided.offer(tx, offer_id, person_id=person_id)
        product = catalogue.sold_as(tx, offer.product)
        offered = _terms(offer, product, on=decided.get(tx, offer.decision_id).on)
    return assessment.alternatives(product, offered) if product.form is Form.LOAN else [offered]


def _check_choice(tx: Tx, offer: Offer, product: Product, *, amount: Money | None, months: int | None) -> None:
    """Refuses: NotOffered, OutsideProduct, Invalid."""
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


def _open(tx: Tx, offer: Offer, product: Product) -> tuple[Accepted, PaymentId | None]:
    if product.form is not Form.LOAN:
        line_id = LineId.derived(OfferId(offer.id))
        lines.open_line(
            tx,
            line_id=line_id,
            offer_id=offer.id,
            person_id=offer.person_id,
            product=product,
            limit=offer.principal,
            annual_rate=offer.annual_rate,
            months=offer.months,
        )
        return Accepted(None, line_id), None
    loan_id = LoanId.derived(OfferId(offer.id))
    amount, months = offer.taken
    loans.open_loan(
        tx,
        loan_id=loan_id,
        offer_id=offer.id,
        person_id=offer.person_id,
        product=product,
        principal=amount,
        annual_rate=offer.annual_rate,
        months=months,
    )
    return Accepted(loan_id, None), pay.order_pay_out(tx, loan_id, amount)
