"""Features of a credit report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xindai.credit.features.registry import Feature
from xindai.credit.sources.report import (
    BureauReport,
    Enquiry,
    LoanElsewhere,
    LoanEnd,
    LoanKind,
    Month,
    Section,
    Settled,
)
from xindai.values.money import Money

MONTHS = 6


@dataclass(frozen=True, slots=True)
class _View:
    """The report as the features look at it: months summed over accounts, the latest first."""

    report: BureauReport
    on: date
    limit: int
    status: tuple[int | None, ...]
    billed: tuple[int | None, ...]
    repaid: tuple[int | None, ...]
    open: tuple[LoanElsewhere, ...]


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
        tuple(loan for loan in report.loans if loan.ended is LoanEnd.OPEN),
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


Read = Callable[[_View], int | None]


def _at(field: str, index: int) -> Read:
    def read(view: _View) -> int | None:
        value: int | None = getattr(view, field)[index]
        return value

    return read


def _monthly(field: str, name: str, en: str, zh: str, unit: str, risk: int) -> list[tuple[Section, Feature, Read]]:
    return [
        (
            Section.CARDS,
            Feature(
                f"bureau_{name}_m{index + 1}",
                f"{en}, month -{index + 1}",
                f"{zh}（前 {index + 1} 月）",
                unit,
                risk,
                30 * index + 30,
            ),
            _at(field, index),
        )
        for index in range(MONTHS)
    ]


def _enquiries(days: int, *reasons: str) -> Read:
    """Enquiries of the last `days` days, for some reasons or for any."""
    return lambda view: len(_asked(view, days, *reasons))


def _asked(view: _View, days: int, *reasons: str) -> list[Enquiry]:
    since = view.on - timedelta(days=days)
    return [
        one for one in view.report.enquiries if since <= one.on < view.on and (not reasons or one.reason in reasons)
    ]


def _lenders_asking(days: int) -> Read:
    return lambda view: len({one.lender for one in _asked(view, days) if one.lender})


def _fruitless(view: _View) -> int | None:
    """Approval enquiries of half a year that no loan followed within a month."""
    opened = [loan.opened_on for loan in view.report.loans] + [one.opened_on for one in view.report.accounts]
    return sum(
        not any(timedelta(0) <= day - one.on <= timedelta(days=30) for day in opened)
        for one in _asked(view, 180, "loan_approval", "card_approval")
    )


def _loans(test: Callable[[LoanElsewhere], bool]) -> Read:
    return lambda view: sum(map(test, view.report.loans))


def _open(test: Callable[[LoanElsewhere], bool] = lambda _: True) -> Read:
    return lambda view: sum(map(test, view.open))


def _opened(days: int) -> Read:
    return lambda view: sum(0 < (view.on - loan.opened_on).days <= days for loan in view.report.loans)


def _worst(months: int) -> Read:
    """The worst month over all loans; missing without any month."""
    return lambda view: max((late for loan in view.report.loans for late in loan.late[:months]), default=None)


def _late_months(months: int, least: int) -> Read:
    return lambda view: sum(late >= least for loan in view.report.loans for late in loan.late[:months])


def _since_late(least: int) -> Read:
    """Months since a loan was last so late; missing if none ever was."""
    return lambda view: min(
        (place for loan in view.report.loans for place, late in enumerate(loan.late) if late >= least), default=None
    )


def _yuan(amounts: Sequence[Money]) -> int:
    return sum(amount.minor for amount in amounts) // 100


def _oldest(view: _View) -> int | None:
    """Months since the first account of any kind was opened."""
    opened = [loan.opened_on for loan in view.report.loans] + [one.opened_on for one in view.report.accounts]
    return (view.on - min(opened)).days // 30 if opened else None


def _card_since(view: _View) -> int | None:
    opened = [one.opened_on for one in view.report.accounts]
    return (view.on - min(opened)).days // 30 if opened else None


def _fullest(view: _View) -> int | None:
    """The share of its limit that the fullest revolving account uses."""
    shares = [
        share
        for account in view.report.accounts
        if account.months and (share := _share(account.months[0].billed.minor, account.limit.minor)) is not None
    ]
    return max(shares, default=None)


def _largest_limit(view: _View) -> int | None:
    return max((account.limit.minor // 100 for account in view.report.accounts), default=None)


SECURED = frozenset({LoanKind.MORTGAGE, LoanKind.CAR})
_DECLARED: tuple[tuple[Section, Feature, Read], ...] = (
    *_monthly("status", "status", "Repayment status", "还款状态", "months", 1),
    *_monthly("billed", "billed", "Amount billed", "账单金额", "yuan", 1),
    *_monthly("repaid", "repaid", "Amount repaid", "还款金额", "yuan", -1),
    *(
        (section, Feature(f"bureau_{name}", en, zh, unit, risk, window), read)
        for section, name, en, zh, unit, risk, window, read in (
            (Section.CARDS, "limit", "Total revolving credit limit", "循环授信总额", "yuan", -1, None, lambda view: view.limit if view.report.accounts else None),
            (Section.PROFILE, "education", "Education level in the report", "学历", "level", 1, None, lambda view: view.report.education),
            (Section.CARDS, "worst_status_6m", "Worst repayment status in six months", "近 6 月最差还款状态", "months", 1, 180, lambda view: max(_known(view.status), default=None)),
            (Section.CARDS, "late_months_6m", "Months overdue in six months", "近 6 月逾期月数", "months", 1, 180, _count(lambda status: status >= 1)),
            (Section.CARDS, "late2_months_6m", "Months two or more overdue", "近 6 月逾期 2 期以上月数", "months", 1, 180, _count(lambda status: status >= 2)),
            (Section.CARDS, "full_months_6m", "Months paid in full", "近 6 月全额还款月数", "months", -1, 180, _count(lambda status: status == -1)),
            (Section.CARDS, "utilisation_m1", "Share of the limit in use", "额度使用率", "bps", 1, 30, lambda view: _share(view.billed[0], view.limit)),
            (Section.CARDS, "utilisation_6m", "Mean share of the limit in use", "近 6 月平均额度使用率", "bps", 1, 180, lambda view: _share(_mean(view.billed), view.limit)),
            (Section.CARDS, "utilisation_fullest", "Share of its limit that the fullest card uses", "单卡最高使用率", "bps", 1, 30, _fullest),
            (Section.CARDS, "repaid_share_6m", "Share of bills repaid", "账单偿还率", "bps", -1, 180, _repaid_share),
            (Section.CARDS, "repaid_6m", "Mean monthly repayment", "近 6 月平均还款额", "yuan", -1, 180, lambda view: _mean(view.repaid)),
            (Section.CARDS, "cards", "Revolving accounts", "循环账户数", "count", 0, None, lambda view: len(view.report.accounts)),
            (Section.CARDS, "largest_limit", "Largest limit of one card", "单卡最高额度", "yuan", -1, None, _largest_limit),
            (Section.CARDS, "card_months", "Months since the first card", "首张卡月数", "months", -1, None, _card_since),
            (Section.CARDS, "file_months", "Months since the first account", "首个账户月数", "months", -1, None, _oldest),
            (Section.CARDS, "thin_file", "No account of any kind", "征信白户", "flag", 1, None, lambda view: int(not view.report.accounts and not view.report.loans)),
            (Section.ENQUIRIES, "enquiries_1m", "Enquiries in a month", "近 1 月查询次数", "count", 1, 30, _enquiries(30)),
            (Section.ENQUIRIES, "enquiries_3m", "Enquiries in three months", "近 3 月查询次数", "count", 1, 90, _enquiries(90)),
            (Section.ENQUIRIES, "enquiries_6m", "Enquiries in six months", "近 6 月查询次数", "count", 1, 180, _enquiries(180)),
            (Section.ENQUIRIES, "approval_enquiries_3m", "Enquiries for approval in three months", "近 3 月审批查询次数", "count", 1, 90, _enquiries(90, "loan_approval", "card_approval")),
            (Section.ENQUIRIES, "guarantee_enquiries_6m", "Enquiries for guarantees in six months", "近 6 月担保查询次数", "count", 1, 180, _enquiries(180, "guarantee")),
            (Section.ENQUIRIES, "lenders_asking_3m", "Lenders that asked in three months", "近 3 月查询机构数", "count", 1, 90, _lenders_asking(90)),
            (Section.ENQUIRIES, "enquiries_fruitless_6m", "Enquiries for approval that no account followed", "近 6 月查询未放款次数", "count", 1, 180, _fruitless),
            (Section.LOANS, "loans", "Loans ever", "贷款账户数", "count", 0, None, _loans(lambda _: True)),
            (Section.LOANS, "loans_open", "Loans running", "未结清贷款数", "count", 1, None, _open()),
            (Section.LOANS, "loans_settled", "Loans settled", "已结清贷款数", "count", -1, None, _loans(lambda loan: loan.ended is LoanEnd.SETTLED)),
            (Section.LOANS, "mortgages_open", "Mortgages running", "未结清房贷数", "count", -1, None, _open(lambda loan: loan.kind is LoanKind.MORTGAGE)),
            (Section.LOANS, "car_loans_open", "Car loans running", "未结清车贷数", "count", 0, None, _open(lambda loan: loan.kind is LoanKind.CAR)),
            (Section.LOANS, "micro_loans_open", "Micro loans running", "未结清小额贷款数", "count", 1, None, _open(lambda loan: loan.kind is LoanKind.MICRO)),
            (Section.LOANS, "lenders_open", "Lenders with a running loan", "未结清贷款机构数", "count", 1, None, lambda view: len({loan.lender for loan in view.open})),
            (Section.LOANS, "non_banks_open", "Of them, lenders that are no bank", "未结清非银机构数", "count", 1, None, lambda view: len({loan.lender for loan in view.open if not loan.is_bank})),
            (Section.LOANS, "opened_3m", "Loans opened in three months", "近 3 月新增贷款", "count", 1, 90, _opened(90)),
            (Section.LOANS, "opened_12m", "Loans opened in a year", "近 12 月新增贷款", "count", 1, 365, _opened(365)),
            (Section.LOANS, "balance", "Balance of running loans", "未结清贷款余额", "yuan", 1, None, lambda view: _yuan([loan.balance for loan in view.open])),
            (Section.LOANS, "unsecured_balance", "Balance of running loans without a house or a car behind", "未结清信用贷款余额", "yuan", 1, None, lambda view: _yuan([loan.balance for loan in view.open if loan.kind not in SECURED])),
            (Section.LOANS, "balance_share", "Balance over what was lent", "贷款余额占比", "bps", 1, None, lambda view: _share(_yuan([loan.balance for loan in view.open]), _yuan([loan.amount for loan in view.open]))),
            (Section.LOANS, "monthly_service", "Monthly service of running loans", "贷款月还款额", "yuan", 1, None, lambda view: _yuan([loan.monthly for loan in view.open])),
            (Section.LOANS, "loan_late_now", "Months overdue on loans now", "贷款当前逾期期数", "months", 1, 30, _worst(1)),
            (Section.LOANS, "loan_worst_6m", "Worst month on loans in six", "贷款近 6 月最差", "months", 1, 180, _worst(6)),
            (Section.LOANS, "loan_worst_24m", "Worst month on loans in 24", "贷款近 24 月最差", "months", 1, 720, _worst(24)),
            (Section.LOANS, "loan_late_months_12m", "Months overdue on loans in twelve", "贷款近 12 月逾期月数", "months", 1, 365, _late_months(12, 1)),
            (Section.LOANS, "loan_late2_months_24m", "Months two or more overdue in 24", "贷款近 24 月逾期 2 期以上月数", "months", 1, 720, _late_months(24, 2)),
            (Section.LOANS, "loan_since_late", "Months since a loan was late", "距最近贷款逾期月数", "months", -1, None, _since_late(1)),
            (Section.LOANS, "bad_endings", "Loans that ended in a loss", "呆账代偿处置账户数", "count", 1, None, _loans(lambda loan: loan.ended not in {LoanEnd.OPEN, LoanEnd.SETTLED})),
            (Section.GUARANTEES, "guaranteed", "Guaranteed for others", "对外担保余额", "yuan", 1, None, lambda view: _yuan(view.report.guaranteed)),
            (Section.RECORDS, "public_records", "Judgements, enforcement, tax arrears", "公共记录数", "count", 1, None, lambda view: view.report.public_records),
            (Section.PROFILE, "changes_24m", "Changes of address, phone or employer", "近 24 月信息变更次数", "count", 1, 720, lambda view: view.report.changes),
        )
    ),
)  # fmt: skip
FEATURES: tuple[Feature, ...] = tuple(feature for _, feature, _ in _DECLARED)
LABELS = {feature.name: (feature.en, feature.zh) for feature in FEATURES}


def features(report: BureauReport, *, on: date) -> dict[str, int | None]:
    """Every declared feature as of the day `on`; those of sections that the report does not cover are missing."""
    view = _view(report, on)
    return {feature.name: read(view) if section in report.covers else None for section, feature, read in _DECLARED}
