"""From an offer to a loan or a line: what of it is taken, and the pay-out that follows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from xindai.base.db import Tx
from xindai.book.capital import operations as capital
from xindai.credit.decision import operations as decisions
from xindai.credit.decision import queries as decided
from xindai.credit.decision.model import Offer, OfferId, OfferStatus
from xindai.journeys import choose, contract, pay
from xindai.journeys.parts import parts
from xindai.lending.contracts import operations as contracts
from xindai.lending.contracts.model import Asked, Disclosure, Subject
from xindai.lending.line import operations as lines
from xindai.lending.line.model import LineId
from xindai.lending.loans import operations as loans
from xindai.lending.loans.model import LoanId
from xindai.onboarding.application import operations as applications
from xindai.onboarding.application.model import Application
from xindai.onboarding.application.model import Status as ApplicationStatus
from xindai.onboarding.identity.model import Session
from xindai.onboarding.proof import operations as proofs
from xindai.payments.orders.model import PaymentId
from xindai.products.catalogue import queries as catalogue
from xindai.products.catalogue.model import Form, Product
from xindai.values.money import Money


@dataclass(frozen=True, slots=True)
class Accepted:
    """What follows from a yes: a loan that is being paid out, or a line to draw on; and the contract of it."""

    loan_id: str | None
    line_id: str | None
    contract_id: str | None


def accept_offer(
    offer_id: str,
    session: Session,
    *,
    disclosure_id: str | None,
    amount: Money | None = None,
    months: int | None = None,
) -> Accepted:
    """The person's yes, to the offer or to an alternative of it, once its whole cost has been read and confirmed.

    Contract, loan and pay-out order are made in one transaction, then the money goes; or a line opens.
    Refuses: OfferMissing, OfferGone, NotOffered, OutsideProduct, ExposureTooHigh, StepUpNeeded, DisclosureNeeded, DisclosureStale, Invalid.
    """
    person_id, contract_id = session.holder, None
    with parts().db.transaction("accept offer") as tx:
        offer = decided.offer(tx, offer_id, person_id=person_id)
        product = catalogue.lendable(tx, offer.product)
        is_new = offer.status is OfferStatus.OPEN
        if amount is not None or months is not None:
            choose.check(tx, offer, product, amount=amount, months=months)
        if product.form is Form.LOAN and is_new:
            proofs.refuse_stale(tx, person_id=person_id, sum_out=amount or offer.principal)
        if is_new:
            capital.refuse_beyond(tx, person_id=person_id, product=product, amount=amount or offer.principal)
        disclosure = _confirmed(tx, offer, product, disclosure_id, amount, months) if is_new else None
        offer = decisions.accept(tx, offer_id=offer_id, person_id=person_id, amount=amount, months=months)
        accepted, payment_id = _open(tx, offer, product)
        if disclosure is not None:
            contract_id = contract.sign(
                tx, session, disclosure, product, loan_id=accepted.loan_id, line_id=accepted.line_id
            )
        applications.move(tx, application_id=offer.application_id, to=ApplicationStatus.ACCEPTED, actor=offer.person_id)
    if contract_id is not None:
        contract.begin(contract_id)
    if payment_id is not None:
        pay.begin(payment_id)
    return replace(accepted, contract_id=contract_id)


def _confirmed(
    tx: Tx, offer: Offer, product: Product, disclosure_id: str | None, amount: Money | None, months: int | None
) -> Disclosure:
    """The confirmed statement of what is taken. Refuses: OfferGone, DisclosureNeeded, DisclosureStale."""
    asked = Asked(Subject.OFFER, offer.id, amount or offer.principal, months or offer.months)
    if product.form is not Form.LOAN:
        asked = Asked(Subject.OFFER, offer.id, offer.principal, max(product.draw_months))
    return contracts.take(tx, disclosure_id=disclosure_id, person_id=offer.person_id, asked=asked)


def withdraw(application_id: str, person_id: str) -> Application:
    """The person takes the application back, and the offer on it, if there is one.

    Refuses: ApplicationMissing, ApplicationMoved.
    """
    with parts().db.transaction("withdraw") as tx:
        decisions.take_back(tx, application_id=application_id, person_id=person_id)
        return applications.withdraw(tx, application_id=application_id, person_id=person_id)


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
        return Accepted(None, line_id, None), None
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
    return Accepted(loan_id, None, None), pay.order_pay_out(tx, loan_id, amount)
