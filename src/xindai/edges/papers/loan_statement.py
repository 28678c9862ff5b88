"""A loan's statement as a document: who, what was agreed, what happened in some days, and the schedule as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from typing import Any

from xindai.base.clock import local_time
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.base.paper import Paper
from xindai.lending.contracts.disclosure import METHODS
from xindai.lending.life.model import FactKind, Line, Receipt
from xindai.lending.loans import queries as loans
from xindai.lending.loans.queries import LoanView
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Person
from xindai.products.catalogue import queries as catalogue
from xindai.products.catalogue.model import Product
from xindai.values.money import decimal_text
from xindai.values.rate import Rate

HAPPENINGS = {
    FactKind.DISBURSEMENT: ("放款", "pay-out"),
    FactKind.RETURN: ("放款退回", "pay-out returned"),
    FactKind.REPAYMENT: ("还款", "repayment"),
    FactKind.PREPAYMENT: ("提前还款", "early repayment"),
    FactKind.REFUND: ("退款", "refund"),
    FactKind.FEE: ("费用", "fee"),
    FactKind.WAIVER: ("减免", "waiver"),
    FactKind.RATE_CHANGE: ("调息", "rate change"),
    FactKind.INTEREST_PAUSE: ("停息", "interest pause"),
    FactKind.RESCHEDULE: ("重新安排还款", "reschedule"),
    FactKind.CHARGE_OFF: ("核销", "charge-off"),
    FactKind.SALE: ("债权转让", "claim sold"),
    FactKind.REVERSAL: ("冲正", "reversal"),
}
STATUSES = {
    "upcoming": ("未到期", "upcoming"),
    "due": ("当期", "due"),
    "paid": ("已还", "paid"),
    "partial": ("部分已还", "partial"),
    "overdue": ("逾期", "overdue"),
}


@dataclass(frozen=True, slots=True)
class LoanStatement:
    """What it is made of; `opening` is the principal before the day `since`, in minor units."""

    person: Person
    product: Product
    opening: int
    closing: LoanView
    since: date
    at: datetime


def read(tx: Tx, ring: KeyRing, loan_id: str, *, person_id: str, since: date, until: date | None) -> LoanStatement:
    """Of a person's loan, from `since` to `until`, both included. Refuses: LoanMissing, LoanNotLiving, Invalid."""
    opening, closing = loans.between(tx, loan_id, person_id=person_id, since=since, until=until)
    product = catalogue.sold_as(tx, closing.loan.product)
    return LoanStatement(people.person(tx, ring, person_id), product, opening, closing, since, tx.at)


def pdf(one: LoanStatement, *, paper: Paper, lender: str, named: bool) -> bytes:
    """The document; the name is shown whole if `named`, else masked. Refuses FontMissing."""
    person, product, closing, since = one.person, one.product, one.closing, one.since
    assert closing.state is not None
    assert closing.loan.terms is not None
    loan, state, terms = closing.loan, closing.state, closing.loan.terms
    name = (person.name.reveal() if named else person.name.mask()) if person.name else ""
    about = [
        ("借款人", "borrower", name),
        ("证件号码", "ID number", person.id_number.mask() if person.id_number else ""),
        ("贷款编号", "reference", loan.reference),
        ("产品", "product", product.name_zh),
        ("对账期间", "days", f"{since.isoformat()} — {state.on.isoformat()}"),
        ("放款日", "paid out on", terms.disbursed_on.isoformat()),
        ("还款方式", "method", METHODS[terms.method][0]),
        ("年利率（单利）", "yearly rate", _percent(terms.annual_rate)),
        *(("联合放款方", "lent with", f"{partner.name} {_percent(partner.share)}") for partner in product.partners),
    ]
    data = {
        "title": f"贷款对账单 {loan.reference}",
        "lender": lender,
        "reference": loan.reference,
        "made": f"出具时间 {local_time(one.at):%Y-%m-%d %H:%M} (UTC+8)",
        "currency": loan.principal.currency,
        "until": state.on.isoformat(),
        "about": about,
        "sums": [(zh, en, _text(amount)) for zh, en, amount in sums(one)],
        "happened": _happened(closing, since),
        "schedule": [_instalment(line) for line in state.lines],
    }
    template = resources.files("xindai.edges.papers").joinpath("loan_statement.typ").read_text(encoding="utf-8")
    return paper.pdf(template, data, at=one.at)


def sums(one: LoanStatement) -> list[tuple[str, str, int]]:
    """(Chinese, English, minor units): principal before, lent, repaid, after; interest, fees and penalty paid; due now."""
    opening, closing, since = one.opening, one.closing, one.since
    assert closing.state is not None
    happened = [each for each in closing.state.receipts if since <= each.on]
    lent = sum(each.amount for each in happened if each.kind is FactKind.DISBURSEMENT) + _first(closing, since)
    repaid = sum(each.principal for each in happened)
    other = closing.state.principal - (opening + lent - repaid)
    paid = sum(each.interest + each.fee + each.penalty for each in happened)
    return [
        ("期初本金", "principal before", opening),
        ("本期放款", "lent", lent),
        ("本期还本", "principal repaid", repaid),
        *([("其他变动", "other changes", other)] if other else []),
        ("期末本金", "principal after", closing.state.principal),
        ("本期还息费", "interest, fees", paid),
        ("当前应还", "due now", closing.state.due),
    ]


def _first(closing: LoanView, since: date) -> int:
    """What was paid out at first, if that was on one of the days asked for."""
    terms = closing.loan.terms
    return terms.principal.minor if terms is not None and since <= terms.disbursed_on else 0


def _happened(closing: LoanView, since: date) -> list[list[Any]]:
    assert closing.state is not None
    assert closing.loan.terms is not None
    terms, rows = closing.loan.terms, []
    if _first(closing, since):
        amount = _text(terms.principal.minor)
        rows.append([terms.disbursed_on.isoformat(), HAPPENINGS[FactKind.DISBURSEMENT], amount, *[""] * 4, amount])
    return rows + [_receipt(one) for one in closing.state.receipts if since <= one.on]


def _receipt(one: Receipt) -> list[Any]:
    parts = (one.principal, one.interest, one.fee, one.penalty)
    amounts = [_text(part) if part else "" for part in (one.amount, *parts)]
    return [one.on.isoformat(), HAPPENINGS[one.kind], *amounts, _text(one.balance)]


def _instalment(line: Line) -> list[Any]:
    amounts = (line.principal, line.interest, line.fee, line.penalty)
    shown = [_text(amount) if amount else "" for amount in amounts]
    return [
        str(line.number),
        line.due_on.isoformat(),
        STATUSES[line.status],
        *shown,
        _text(line.total),
        _text(line.paid),
    ]


def _percent(share: Rate) -> str:
    return f"{share.annual * 100:.4f}".rstrip("0").rstrip(".") + " %"


def _text(minor: int, currency: str = "CNY") -> str:
    """With a comma every three digits."""
    whole, *rest = decimal_text(abs(minor), currency).split(".")
    return "-" * (minor < 0) + ".".join([f"{int(whole):,}", *rest])
