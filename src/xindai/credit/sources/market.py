"""The market bureau's document as our noun (`contracts/market-bureau.md`): loans, enquiries and court cases only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from xindai.credit.sources.report import (
    MOST_MONTHS,
    BureauName,
    BureauReport,
    Enquiry,
    LoanElsewhere,
    LoanEnd,
    LoanKind,
    ReportMalformed,
    Section,
)
from xindai.values.money import Money

KINDS = {
    "11": LoanKind.MORTGAGE,
    "12": LoanKind.CAR,
    "21": LoanKind.CONSUMER,
    "22": LoanKind.MICRO,
    "31": LoanKind.BUSINESS,
}
ENDS = {
    "1": LoanEnd.OPEN,
    "2": LoanEnd.SETTLED,
    "3": LoanEnd.BAD_DEBT,
    "4": LoanEnd.COMPENSATED,
    "5": LoanEnd.DISPOSED,
}
REASONS = {"01": "post_loan", "02": "loan_approval", "03": "card_approval", "08": "guarantee"}
LENDERS = frozenset({"BK", "MC", "CF", "OT"})
MOST_LATE = 7
DAYS_OF_MONTH = 30


def parse(document: Any) -> BureauReport:
    """The market bureau's JSON document as a report. Refuses: ReportMalformed."""
    try:
        return BureauReport(
            report_id=_text(document["reportNo"]),
            issued_on=datetime.strptime(document["reportTime"], "%Y%m%d%H%M%S").date(),  # noqa: DTZ007 - local, as said
            education=None,
            accounts=(),
            loans=tuple(_loan(one) for one in document["loanList"]),
            guaranteed=(),
            enquiries=tuple(_enquiry(one) for one in document["queryList"]),
            public_records=len([_text(one["caseNo"]) for one in document["courtList"]]),
            changes=0,
            bureaus=(BureauName.MARKET,),
            covers=frozenset({Section.LOANS, Section.ENQUIRIES, Section.RECORDS}),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReportMalformed(why=f"{type(error).__name__}: {error}") from None


def _loan(one: Any) -> LoanElsewhere:
    if one["orgType"] not in LENDERS:
        raise ValueError(f"unknown kind of lender {one['orgType']!r}")
    days = one["overdueDays"]
    if len(days) > MOST_MONTHS:
        raise ValueError(f"more than {MOST_MONTHS} months")
    return LoanElsewhere(
        KINDS[one["busiType"]],
        _text(one["orgCode"]),
        one["orgType"] == "BK",
        _day(one["openDate"]),
        _yuan(one["creditAmt"]),
        _yuan(one["remainAmt"]),
        _yuan(one["monthPay"]),
        ENDS[one["acctStatus"]],
        tuple(min(MOST_LATE, -(-_count(each) // DAYS_OF_MONTH)) for each in days),
    )


def _enquiry(one: Any) -> Enquiry:
    reason = _text(one["queryReason"])
    return Enquiry(_day(one["queryDate"]), REASONS.get(reason, reason), _text(one["orgCode"]))


def _day(value: Any) -> date:
    if not isinstance(value, str) or len(value) != len("20260301"):
        raise ValueError("a day is eight digits")
    return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone


def _yuan(value: Any) -> Money:
    return Money(_count(value) * 100)


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**11:
        raise ValueError("a whole number is not one")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise ValueError("a short text is missing")
    return value
