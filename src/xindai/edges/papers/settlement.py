"""The proof that a loan has been repaid whole (结清证明), for whoever asks its borrower for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources

from xindai.base.clock import local_time
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.base.paper import Paper
from xindai.lending.life.model import Status
from xindai.lending.loans import queries as loans
from xindai.lending.loans.queries import LoanView
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Person
from xindai.values.money import decimal_text
from xindai.values.refusal import Kind, Refusal


class NotSettled(Refusal):
    """Something is still owed, or nothing ever was."""

    kind = Kind.CONFLICT
    code = "loan_not_settled"
    en = "This loan is not settled, so that there is nothing to prove yet."
    zh = "该笔借款尚未结清，暂不能出具结清证明。"


@dataclass(frozen=True, slots=True)
class Settlement:
    """Whose loan was settled, and on which day the last of it was paid."""

    person: Person
    closed: LoanView
    ended_on: date
    at: datetime


def read(tx: Tx, ring: KeyRing, loan_id: str, *, person_id: str) -> Settlement:
    """Of a person's loan. Refuses: LoanMissing, NotSettled."""
    view = loans.view(tx, loan_id, person_id=person_id)
    if view.loan.status is not Status.CLOSED or view.state is None:
        raise NotSettled(field="loan_id")
    ended_on = max((one.on for one in view.state.receipts), default=view.state.on)
    return Settlement(people.person(tx, ring, person_id), view, ended_on, tx.at)


def pdf(one: Settlement, *, paper: Paper, lender: str) -> bytes:
    """The document, with its borrower's name in full. Refuses FontMissing."""
    loan, terms = one.closed.loan, one.closed.loan.terms
    assert terms is not None
    name = one.person.name.reveal() if one.person.name else ""
    number = one.person.id_number.mask() if one.person.id_number else ""
    lent = f"{decimal_text(loan.principal.minor, loan.principal.currency)} {loan.principal.currency}"
    began, ended = terms.disbursed_on.isoformat(), one.ended_on.isoformat()
    data = {
        "title": f"结清证明 {loan.reference}",
        "lender": lender,
        "reference": loan.reference,
        "made": f"出具时间 {local_time(one.at):%Y-%m-%d %H:%M} (UTC+8)",
        "day": f"{local_time(one.at):%Y-%m-%d}",
        "zh": f"兹证明 {name}（证件号码 {number}）于 {began} 向本机构借款 {lent}（编号 {loan.reference}），"
        f"本金、利息及全部费用已于 {ended} 结清，双方就该笔借款不再有未了债权债务。",
        "en": f"This is to certify that {lent}, lent on {began} under number {loan.reference}, were repaid with all "
        f"interest and charges on {ended}. Nothing is owed on this loan any more.",
        "about": [
            ("借款人", "borrower", name),
            ("贷款编号", "reference", loan.reference),
            ("放款日", "paid out on", began),
            ("结清日", "settled on", ended),
        ],
    }
    template = resources.files("xindai.edges.papers").joinpath("settlement.typ").read_text(encoding="utf-8")
    return paper.pdf(template, data, at=one.at)
