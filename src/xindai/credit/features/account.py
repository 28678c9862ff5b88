"""Features of how somebody's accounts with us went: what the behaviour score (B card) reads.

They come from the contract itself, so they need no consent beside it. What is counted is known by the evening of the day as
of which it is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from xindai.credit.features.registry import Feature

MOST_SHARE = 100_000
LONG_AGO = 24


@dataclass(frozen=True, slots=True)
class History:
    """Accounts with us up to the evening of the day `on`; amounts in minor units.

    `since` is the day of the first pay-out. `late` has the most days overdue of each calendar month in which any loan was
    late, by its first day. `repaid`, `failed` (debits) and `used` (draws and purchases) are by day.
    """

    on: date
    since: date | None
    loans: int
    open: int
    charged_off: int
    limit: int
    owed: int
    late: tuple[tuple[date, int], ...]
    repaid: tuple[tuple[date, int], ...]
    failed: tuple[date, ...]
    used: tuple[tuple[date, int], ...]

    def worst(self, months: int) -> int:
        """The most days overdue in the running month and those before it, `months` in all."""
        return max((days for month, days in self.late if _months(month, self.on) < months), default=0)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "on": self.on.isoformat(),
            "since": self.since.isoformat() if self.since else None,
            **{name: getattr(self, name) for name in ("loans", "open", "charged_off", "limit", "owed")},
            **{name: [[day.isoformat(), n] for day, n in getattr(self, name)] for name in ("late", "repaid", "used")},
            "failed": [day.isoformat() for day in self.failed],
        }


def of_document(document: Any) -> History:
    """A history again. Raises KeyError, TypeError or ValueError for what is none."""
    day = date.fromisoformat
    late, repaid, used = (tuple((day(on), int(n)) for on, n in document[name]) for name in ("late", "repaid", "used"))
    return History(
        on=day(document["on"]),
        since=day(document["since"]) if document["since"] else None,
        **{name: int(document[name]) for name in ("loans", "open", "charged_off", "limit", "owed")},
        late=late,
        repaid=repaid,
        failed=tuple(map(day, document["failed"])),
        used=used,
    )


def _months(month: date, on: date) -> int:
    """How many calendar months ago; the running one is none."""
    return (on.year - month.year) * 12 + on.month - month.month


Read = Callable[[History], int | None]


def _since_late(least: int) -> Read:
    """Months since any loan was so late; missing if none ever was within two years."""
    return lambda one: min((_months(m, one.on) for m, days in one.late if days >= least and _months(m, one.on) < LONG_AGO), default=None)  # fmt: skip


def _late_months(months: int, least: int) -> Read:
    return lambda one: sum(days >= least and _months(month, one.on) < months for month, days in one.late)


def _sum(field: str, days: int) -> Read:
    return lambda one: sum(minor for on, minor in getattr(one, field) if 0 <= (one.on - on).days < days) // 100


def _count(field: str, days: int) -> Read:
    return lambda one: sum(0 <= (one.on - on).days < days for on, _ in getattr(one, field))


def _failed(days: int) -> Read:
    return lambda one: sum(0 <= (one.on - on).days < days for on in one.failed)


def _over(part: int | None, whole: int | None) -> int | None:
    return min(MOST_SHARE, part * 10_000 // whole) if part is not None and whole else None


def _latest(field: str) -> Read:
    return lambda one: min(((one.on - on).days for on, _ in getattr(one, field)), default=None)


_DECLARED: tuple[tuple[Feature, Read], ...] = tuple(
    (Feature(f"account_{name}", en, zh, unit, risk, window), read)
    for name, en, zh, unit, risk, window, read in (
        ("months", "Months since the first pay-out", "首次放款以来月数", "months", -1, None, lambda one: _months(one.since, one.on) if one.since else None),
        ("loans", "Loans ever", "历史借据数", "count", 0, None, lambda one: one.loans),
        ("loans_open", "Loans running", "在贷借据数", "count", 1, None, lambda one: one.open),
        ("charged_off", "Loans given up", "核销借据数", "count", 1, None, lambda one: one.charged_off),
        ("late_worst_3m", "Most days overdue in three months", "近 3 月最长逾期天数", "days", 1, 90, lambda one: one.worst(3)),
        ("late_worst_6m", "Most days overdue in six months", "近 6 月最长逾期天数", "days", 1, 180, lambda one: one.worst(6)),
        ("late_worst_12m", "Most days overdue in a year", "近 12 月最长逾期天数", "days", 1, 365, lambda one: one.worst(12)),
        ("late_months_6m", "Months overdue in six", "近 6 月逾期月数", "months", 1, 180, _late_months(6, 1)),
        ("late_months_12m", "Months overdue in a year", "近 12 月逾期月数", "months", 1, 365, _late_months(12, 1)),
        ("late30_months_12m", "Months over thirty days overdue in a year", "近 12 月逾期 30 天以上月数", "months", 1, 365, _late_months(12, 31)),
        ("since_late", "Months since anything was overdue", "距最近逾期月数", "months", -1, None, _since_late(1)),
        ("failed_debits_30d", "Failed debits in 30 days", "近 30 天扣款失败次数", "count", 1, 30, _failed(30)),
        ("failed_debits_90d", "Failed debits in 90 days", "近 90 天扣款失败次数", "count", 1, 90, _failed(90)),
        ("failed_debits_180d", "Failed debits in 180 days", "近 180 天扣款失败次数", "count", 1, 180, _failed(180)),
        ("repaid_90d", "Repaid in 90 days", "近 90 天还款金额", "yuan", -1, 90, _sum("repaid", 90)),
        ("repaid_180d", "Repaid in 180 days", "近 180 天还款金额", "yuan", -1, 180, _sum("repaid", 180)),
        ("repayments_180d", "Repayments in 180 days", "近 180 天还款次数", "count", -1, 180, _count("repaid", 180)),
        ("used_30d", "Drawn or bought in 30 days", "近 30 天用信金额", "yuan", 1, 30, _sum("used", 30)),
        ("used_90d", "Drawn or bought in 90 days", "近 90 天用信金额", "yuan", 0, 90, _sum("used", 90)),
        ("uses_90d", "Draws and purchases in 90 days", "近 90 天用信次数", "count", 0, 90, _count("used", 90)),
        ("used_trend", "Used in 30 days over 180", "近 30 天用信占近 180 天比", "bps", 1, 180, lambda one: _over(_sum("used", 30)(one), _sum("used", 180)(one))),
        ("last_use_days_ago", "Days since the line was last used", "距最近用信天数", "days", 0, None, _latest("used")),
        ("utilisation", "Share of the limit in use", "额度使用率", "bps", 1, None, lambda one: _over(one.owed, one.limit)),
        ("repaid_of_owed_90d", "Repaid in 90 days over what is owed", "近 90 天还款占欠款比", "bps", -1, 90, lambda one: _over(_sum("repaid", 90)(one), one.owed // 100)),
    )
)  # fmt: skip
FEATURES: tuple[Feature, ...] = tuple(feature for feature, _ in _DECLARED)
LABELS = {feature.name: (feature.en, feature.zh) for feature in FEATURES}


def features(history: History) -> dict[str, int | None]:
    """Every declared feature as of the evening of the history's day."""
    return {feature.name: read(history) for feature, read in _DECLARED}
