"""The credit report as our noun, how the central bureau's document is read, and how the reports of two bureaus go together.

Repayment codes are those of the second-generation report: `*` no use, `N` normal, `1` to `7` months late, `C` closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from xindai.values import money
from xindai.values.money import Money
from xindai.values.refusal import Invalid, Kind, Refusal

MOST_COUNTED = 1_000_000
MOST_MONTHS = 60


class BureauName(StrEnum):
    """Whom a report comes from; in this order they are asked."""

    CENTRAL = "central"
    MARKET = "market"


class Section(StrEnum):
    """What a report can tell of; a bureau may know nothing of some, which is not the same as knowing that there is none."""

    PROFILE = "profile"
    CARDS = "cards"
    LOANS = "loans"
    GUARANTEES = "guarantees"
    ENQUIRIES = "enquiries"
    RECORDS = "records"


class ReportMalformed(Refusal):
    """The bureau's document is not what its contract says."""

    kind = Kind.UNREADY
    code = "bureau_report_malformed"
    en = "The credit report cannot be read ({why})."
    zh = "信用报告无法解析（{why}）。"


class Settled(StrEnum):
    """How a normal month was settled."""

    FULL = "full"
    MINIMUM = "minimum"


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a revolving account; `late` is months overdue, `used` false where nothing was drawn."""

    late: int
    used: bool
    settled: Settled | None
    billed: Money
    repaid: Money


@dataclass(frozen=True, slots=True)
class Account:
    """A revolving account: its limit and its last months, the latest first."""

    opened_on: date
    limit: Money
    months: tuple[Month, ...]


class LoanKind(StrEnum):
    """What an instalment loan elsewhere is for."""

    MORTGAGE = "mortgage"
    CAR = "car"
    CONSUMER = "consumer"
    MICRO = "micro"
    BUSINESS = "business"


class LoanEnd(StrEnum):
    """How a loan elsewhere stands: running, settled, or one of the endings that mean a loss (呆账、代偿、资产处置)."""

    OPEN = "open"
    SETTLED = "settled"
    BAD_DEBT = "bad_debt"
    COMPENSATED = "compensated"
    DISPOSED = "disposed"


@dataclass(frozen=True, slots=True)
class LoanElsewhere:
    """An instalment loan at another lender; `late` is months overdue month by month, the latest first."""

    kind: LoanKind
    lender: str
    is_bank: bool
    opened_on: date
    amount: Money
    balance: Money
    monthly: Money
    ended: LoanEnd
    late: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Enquiry:
    """Somebody asked for this report: when, why, and who."""

    on: date
    reason: str
    lender: str


@dataclass(frozen=True, slots=True)
class BureauReport:
    """What the bureau knows about one person. `guaranteed` is what the person stands for, of others' debts."""

    report_id: str
    issued_on: date
    education: int | None
    accounts: tuple[Account, ...]
    loans: tuple[LoanElsewhere, ...]
    guaranteed: tuple[Money, ...]
    enquiries: tuple[Enquiry, ...]
    public_records: int
    changes: int
    bureaus: tuple[BureauName, ...] = (BureauName.CENTRAL,)
    covers: frozenset[Section] = frozenset(Section)

    @property
    def has_file(self) -> bool:
        """Whether the bureau knows of any account."""
        return bool(self.accounts or self.loans)


def together(reports: Sequence[BureauReport]) -> BureauReport | None:
    """One report out of those of several bureaus, the first that was asked first; none of none.

    The next bureau is asked only where the one before has no file, so its loans are no other's told twice; enquiries may
    be, and count once.
    """
    if not reports:
        return None
    whole = reports[0]
    for other in reports[1:]:
        whole = replace(
            whole,
            loans=whole.loans + other.loans,
            enquiries=tuple(dict.fromkeys(whole.enquiries + other.enquiries)),
            public_records=max(whole.public_records, other.public_records),
            bureaus=whole.bureaus + other.bureaus,
            covers=whole.covers | other.covers,
        )
    return whole


def parse(document: Any) -> BureauReport:
    """The bureau's JSON document as a report. Refuses: ReportMalformed."""
    try:
        return BureauReport(
            report_id=_text(document["report_id"]),
            issued_on=date.fromisoformat(document["issued_on"]),
            education=_whole(document["profile"].get("education")),
            accounts=tuple(_account(account) for account in document["revolving"]),
            loans=tuple(_loan(loan) for loan in document.get("loans", [])),
            guaranteed=tuple(money.parse(one["balance"]) for one in document.get("guarantees", [])),
            enquiries=tuple(_enquiry(enquiry) for enquiry in document["enquiries"]),
            public_records=len(document["public_records"]),
            changes=_whole(document["profile"].get("changes_24m")) or 0,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReportMalformed(why=f"{type(error).__name__}: {error}") from None
    except Invalid as error:
        raise ReportMalformed(why=str(error)) from None


def _account(document: Any) -> Account:
    months = tuple(_month(month) for month in document["months"])
    if len(months) > MOST_MONTHS:
        raise ValueError(f"more than {MOST_MONTHS} months")
    return Account(date.fromisoformat(document["opened_on"]), money.parse(document["limit"]), months)


def _month(document: Any) -> Month:
    code = document["code"]
    if code not in {"*", "N", "1", "2", "3", "4", "5", "6", "7"}:
        raise ValueError(f"unknown repayment code {code!r}")
    return Month(
        late=int(code) if code.isdigit() else 0,
        used=code != "*",
        settled=Settled(document["settled"]) if code == "N" else None,
        billed=money.parse(document["billed"]),
        repaid=money.parse(document["repaid"]),
    )


def _loan(document: Any) -> LoanElsewhere:
    codes = document["months"]
    if not isinstance(codes, str) or len(codes) > MOST_MONTHS or set(codes) - set("*N1234567C"):
        raise ValueError("months are up to sixty repayment codes")
    return LoanElsewhere(
        LoanKind(document["kind"]),
        _text(document["lender"]),
        document["bank"] is True,
        date.fromisoformat(document["opened_on"]),
        money.parse(document["amount"]),
        money.parse(document["balance"]),
        money.parse(document["monthly"]),
        LoanEnd(document["status"]),
        tuple(int(code) if code.isdigit() else 0 for code in codes),
    )


def _enquiry(document: Any) -> Enquiry:
    lender = document.get("lender", "")
    return Enquiry(date.fromisoformat(document["on"]), _text(document["reason"]), _text(lender) if lender else "")


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is missing")
    return value


def _whole(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < MOST_COUNTED):
        raise ValueError("a whole number is not one")
    return value
