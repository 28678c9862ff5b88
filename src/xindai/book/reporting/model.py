"""Nouns of what the bureau is told, and a loan as a record of it. Pure.

The fields follow the monthly performance segment of the second-generation collection rules for an instalment account (D1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from xindai.book.loss.model import AssetClass
from xindai.lending.life.model import FactKind, Line, LoanState, Status
from xindai.lending.loans.model import Loan
from xindai.values.money import decimal_text
from xindai.values.refusal import Kind, Refusal

TOPIC = "bureau_negative"
"""The notice of what will be told; its key names the loan (`notice_key`)."""
TOLD_FOR = timedelta(days=62)
"""So long what somebody was told of a loan stands: who stays late is told once a month, by instalment."""
TOLD_AT = 10
"""On this day of lateness they are."""
MOST_PERIODS = 7
CLASSES = {one: str(place) for place, one in enumerate(AssetClass, start=1)}
AGES = ((31, 60), (61, 90), (91, 180), (181, None))


class Sending(StrEnum):
    """Where a record stands: held, because its person was not told in time; to be sent; taken; or refused, until it is sent again."""

    HELD = "held"
    PREPARED = "prepared"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class MonthMissing(Refusal):
    """Nothing was prepared for such a month."""

    kind = Kind.MISSING
    code = "bureau_month_not_found"
    en = "Nothing was prepared for the bureau for this month."
    zh = "该月没有征信报送数据。"


@dataclass(frozen=True, slots=True)
class Told:
    """A month of a loan as it is, or was, told; `notice_id` is what its person was told before, where it is adverse."""

    month: date
    loan_id: str
    person_id: str
    record: dict[str, Any]
    is_negative: bool
    status: Sending
    why: str
    notice_id: str | None


@dataclass(frozen=True, slots=True)
class Month:
    """What of a month was told: how many records stand where."""

    month: date
    held: int
    prepared: int
    accepted: int
    refused: int
    negative: int


def notice_key(loan_id: str, state: LoanState) -> str:
    """Under which a person is told of what will be reported of a loan: once for each instalment that becomes the oldest unpaid."""
    oldest = min((line.due_on for line in state.lines if line.outstanding > 0), default=state.on)
    return f"bureau|{loan_id}|{oldest}"


def record(loan: Loan, state: LoanState, *, asset_class: AssetClass, month: date) -> dict[str, Any]:
    """A loan on the last evening of a month (named by its first day), without who its person is; amounts as decimal strings.

    `state` is that of the evening.
    """
    assert loan.terms is not None
    on = state.on
    late = [] if is_over(state) else [line for line in state.lines if line.due_on < on and line.outstanding > 0]
    this_month = [line for line in state.lines if month <= line.due_on <= on]
    paid = [one for one in state.receipts if one.kind in {FactKind.REPAYMENT, FactKind.PREPAYMENT}]
    currency = loan.principal.currency

    def money(minor: int) -> str:
        return decimal_text(minor, currency)

    return {
        "account": loan.reference,
        "kind": "D1",
        "opened_on": loan.terms.disbursed_on.isoformat(),
        "matures_on": max(line.due_on for line in state.lines).isoformat(),
        "lent": money(loan.principal.minor),
        "balance": money(state.figures.principal + state.figures.off_balance * is_given_up(state)),
        "status": _status(state),
        "class": CLASSES[asset_class],
        "code": _code(state, late_periods=len(late), due=bool(this_month)),
        "late_periods": len(late),
        "late_amount": money(sum(line.outstanding for line in late)),
        **{name: money(minor) for name, minor in _aged(late, on, state.figures.principal).items()},
        "due_this_month": money(sum(line.total for line in this_month)),
        "paid_this_month": money(sum(one.amount for one in paid if month <= one.on <= on)),
        "last_paid_on": max((one.on.isoformat() for one in paid), default=None),
        "periods_left": sum(line.due_on > on and line.outstanding > 0 for line in state.lines),
    }


def is_given_up(state: LoanState) -> bool:
    """Whether a loan was charged off, and something of it is owed still."""
    return state.status is Status.CHARGED_OFF and state.figures.off_balance > 0


def is_over(state: LoanState) -> bool:
    """Whether nothing will change any more: it was repaid, be it after it had been charged off, or sold."""
    if state.status is Status.CHARGED_OFF:
        return not is_given_up(state)
    return state.status in {Status.CLOSED, Status.SOLD}


def is_negative(found: dict[str, Any]) -> bool:
    """Whether a record says something adverse of its person."""
    return bool(found["late_periods"] or found["status"] == "4")


def _status(state: LoanState) -> str:
    """1 normal, 2 overdue, 3 settled, 4 bad debt, 5 transferred."""
    if state.status is Status.SOLD:
        return "5"
    if is_over(state):
        return "3"
    return {Status.CHARGED_OFF: "4", Status.OVERDUE: "2"}.get(state.status, "1")


def _code(state: LoanState, *, late_periods: int, due: bool) -> str:
    """The repayment code of the month: `C` settled, `G` bad debt, `1` to `7` periods late, `N` paid as due, `*` nothing due."""
    if state.status is Status.SOLD:
        return "*"
    if is_over(state):
        return "C"
    if is_given_up(state):
        return "G"
    if late_periods:
        return str(min(MOST_PERIODS, late_periods))
    return "N" if due else "*"


def _aged(late: Sequence[Line], on: date, balance: int) -> dict[str, int]:
    """The principal that is late by age, of the oldest instalments first; together never more than the balance."""
    found = {}
    for least, most in reversed(AGES):
        aged = [
            one for one in late if least <= (on - one.due_on).days and (most is None or (on - one.due_on).days <= most)
        ]
        minor = min(balance, sum(min(one.principal, one.outstanding) for one in aged))
        found[f"late_principal_{least}_{most or 'more'}"] = minor
        balance -= minor
    return found
