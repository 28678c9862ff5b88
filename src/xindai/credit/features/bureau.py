"""The credit report as our noun, and the features read from it.

Features are whole numbers (yuan, months, counts, basis points) or missing, so no float lies between a report and a score.
Repayment codes are those of the second-generation report: `*` no use, `N` normal, `1` to `7` months late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from xindai.values import money
from xindai.values.money import Money
from xindai.values.refusal import Invalid, Kind, Refusal

MONTHS = 6


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


@dataclass(frozen=True, slots=True)
class BureauReport:
    """What the bureau knows about one person."""

    report_id: str
    issued_on: date
    education: int | None
    accounts: tuple[Account, ...]
    enquiries: tuple[date, ...]
    public_records: int


def parse(document: Any) -> BureauReport:
    """The bureau's JSON document as a report. Refuses: ReportMalformed."""
    try:
        return BureauReport(
            report_id=_text(document["report_id"]),
            issued_on=date.fromisoformat(document["issued_on"]),
            education=_whole(document["profile"].get("education")),
            accounts=tuple(_account(account) for account in document["revolving"]),
            enquiries=tuple(date.fromisoformat(enquiry["on"]) for enquiry in document["enquiries"]),
            public_records=len(document["public_records"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReportMalformed(why=f"{type(error).__name__}: {error}") from None
    except Invalid as error:
        raise ReportMalformed(why=str(error)) from None


def _account(document: Any) -> Account:
    months = tuple(_month(month) for month in document["months"])
    if len(months) > 60:
        raise ValueError("more than 60 months")
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


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is missing")
    return value


def _whole(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise ValueError("a whole number is not one")
    return value


@dataclass(frozen=True, slots=True)
class Feature:
    """One declared feature. `risk` is the expected direction: +1 when a higher value means more risk."""

    name: str
    en: str
    zh: str
    unit: str
    risk: int
    read: Callable[[_View], int | None]


@dataclass(frozen=True, slots=True)
class _View:
    """The report as the features look at it: months summed over accounts, the latest first."""

    report: BureauReport
    on: date
    limit: int
    status: tuple[int | None, ...]
    billed: tuple[int | None, ...]
    repaid: tuple[int | None, ...]


def _view(report: BureauReport, on: date) -> _View:
    columns: list[list[Month]] = [
        [account.months[index] for account in report.accounts if index < len(account.months)] for index in range(MONTHS)
    ]
    return _View(
        report,
        on,
        sum(account.limit.minor for account in report.accounts) // 100,
        tuple(max(map(_status, column)) if column else None for column in columns),
        tuple(sum(month.billed.minor for month in column) // 100 if column else None for column in columns),
        tuple(sum(month.repaid.minor for month in column) // 100 if column else None for column in columns),
    )


def _status(month: Month) -> int:
    """-2 no use, -1 paid in full, 0 at least the minimum, else months late."""
    if not month.used:
        return -2
    if month.late:
        return month.late
    return -1 if month.settled is Settled.FULL else 0


def _known(values: Sequence[int | None]) -> list[int]:
    return [value for value in values if value is not None]


def _share(part: int | None, whole: int | None) -> int | None:
    """Part / whole in basis points, missing where there is no whole, kept within ten times."""
    if part is None or whole is None or whole <= 0:
        return None
    return max(-100_000, min(100_000, part * 10_000 // whole))


def _mean(values: Sequence[int | None]) -> int | None:
    known = _known(values)
    return sum(known) // len(known) if known else None


def _repaid_share(view: _View) -> int | None:
    """What was repaid over the months, of what had been billed a month earlier."""
    pairs = [
        (repaid, billed)
        for repaid, billed in zip(view.repaid[:-1], view.billed[1:], strict=True)
        if repaid is not None and billed is not None
    ]
    return _share(sum(repaid for repaid, _ in pairs), sum(billed for _, billed in pairs)) if pairs else None


def _count(test: Callable[[int], bool]) -> Callable[[_View], int | None]:
    return lambda view: sum(map(test, _known(view.status))) if _known(view.status) else None


def _at(field: str, index: int) -> Callable[[_View], int | None]:
    def read(view: _View) -> int | None:
        value: int | None = getattr(view, field)[index]
        return value

    return read


def _monthly(field: str, name: str, en: str, zh: str, unit: str, risk: int) -> list[Feature]:
    return [
        Feature(
            f"bureau_{name}_m{index + 1}",
            f"{en}, month -{index + 1}",
            f"{zh}（前 {index + 1} 月）",
            unit,
            risk,
            _at(field, index),
        )
        for index in range(MONTHS)
    ]


FEATURES: tuple[Feature, ...] = (
    Feature(
        "bureau_limit",
        "Total revolving credit limit",
        "循环授信总额",
        "yuan",
        -1,
        lambda view: view.limit if view.report.accounts else None,
    ),
    Feature(
        "bureau_education", "Education level in the report", "学历", "level", 1, lambda view: view.report.education
    ),
    *_monthly("status", "status", "Repayment status", "还款状态", "months", 1),
    *_monthly("billed", "billed", "Amount billed", "账单金额", "yuan", 1),
    *_monthly("repaid", "repaid", "Amount repaid", "还款金额", "yuan", -1),
    Feature(
        "bureau_worst_status_6m",
        "Worst repayment status in six months",
        "近 6 月最差还款状态",
        "months",
        1,
        lambda view: max(_known(view.status), default=None),
    ),
    Feature(
        "bureau_late_months_6m",
        "Months overdue in six months",
        "近 6 月逾期月数",
        "months",
        1,
        _count(lambda s: s >= 1),
    ),
    Feature(
        "bureau_late2_months_6m",
        "Months two or more overdue",
        "近 6 月逾期 2 期以上月数",
        "months",
        1,
        _count(lambda s: s >= 2),
    ),
    Feature(
        "bureau_full_months_6m", "Months paid in full", "近 6 月全额还款月数", "months", -1, _count(lambda s: s == -1)
    ),
    Feature(
        "bureau_utilisation_m1",
        "Share of the limit in use",
        "额度使用率",
        "bps",
        1,
        lambda view: _share(view.billed[0], view.limit),
    ),
    Feature(
        "bureau_utilisation_6m",
        "Mean share of the limit in use",
        "近 6 月平均额度使用率",
        "bps",
        1,
        lambda view: _share(_mean(view.billed), view.limit),
    ),
    Feature("bureau_repaid_share_6m", "Share of bills repaid", "账单偿还率", "bps", -1, _repaid_share),
    Feature(
        "bureau_repaid_6m", "Mean monthly repayment", "近 6 月平均还款额", "yuan", -1, lambda view: _mean(view.repaid)
    ),
    Feature(
        "bureau_enquiries_3m",
        "Enquiries in three months",
        "近 3 月查询次数",
        "count",
        1,
        lambda view: sum(view.on - timedelta(days=90) <= day < view.on for day in view.report.enquiries),
    ),
)
LABELS = {feature.name: (feature.en, feature.zh) for feature in FEATURES}


def features(report: BureauReport, *, on: date) -> dict[str, int | None]:
    """Every declared feature as of the day `on`."""
    view = _view(report, on)
    return {feature.name: feature.read(view) for feature in FEATURES}
