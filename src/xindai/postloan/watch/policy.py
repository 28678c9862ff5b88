"""What becomes of a line after a look at it. Pure; the rules in both languages, as a person may read them.

Hysteresis: a limit moves only when two looks in a row agree, then rests; a freeze is at once, and opens only when two looks
are good again. Steps are small, and bounded by the product and by the income that the line was given on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xindai.lending.line.model import Line, Status
from xindai.postloan.watch.model import LineReview, Verdict
from xindai.products.catalogue.model import Product

GOOD, FAIR, POOR, WORST = frozenset("AB"), frozenset("ABCD"), frozenset("EF"), frozenset("G")
RAISED_PERCENT = {"A": 130, "B": 115}
CUT_PERCENT = {"E": 70, "F": 50}
FROZEN_FROM_DAYS = 31
KNOWN_MONTHS = 6
USED_BPS = 2_000
REST_AFTER_CUT, REST_AFTER_RAISE = 90, 180
HUNDRED_YUAN = 100_00

RULES: dict[str, tuple[str, str]] = {
    "as_it_should_be": ("Nothing asks for a change", "额度维持不变"),
    "closed": ("The line is closed", "额度已关闭"),
    "long_overdue": ("Something has been overdue for more than thirty days", "存在逾期超过 30 天的借款"),
    "worst_grade": ("The behaviour score is in the lowest grade", "行为评分处于最低等级"),
    "poor_twice": ("The behaviour score was poor two months in a row", "行为评分连续两个月偏低"),
    "good_twice": ("Good standing and real use, two months in a row", "连续两个月表现良好且有实际用信"),
    "well_again": ("The reasons for the freeze have been gone for two months", "冻结原因已消除满两个月"),
    "rests": ("The limit was changed not long ago", "额度近期已调整"),
    "not_yet": ("One good or poor look is not enough", "单次评分变化不足以调整额度"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a line finds: its grade now, how late its person is and has been in half a year, months known.

    `frozen_here`: whether the line was last moved by a look, and not by a member of staff.
    """

    grade: str
    late_now: int
    late_worst_6m: int
    months: int
    income_bound: int
    frozen_here: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, the rule that it rests on, and the limit that it leads to in minor units."""

    verdict: Verdict
    rule: str
    limit: int


def judge(line: Line, product: Product, look: Look, earlier: Sequence[LineReview], *, on: date) -> Judged:
    """What becomes of the line; `earlier` are looks before this one, the latest first."""
    limit = line.limit.minor
    if line.status is Status.CLOSED:
        return Judged(Verdict.KEEP, "closed", limit)
    if look.late_now >= FROZEN_FROM_DAYS or look.grade in WORST:
        rule = "long_overdue" if look.late_now >= FROZEN_FROM_DAYS else "worst_grade"
        return Judged(Verdict.FREEZE if line.status is Status.OPEN else Verdict.KEEP, rule, limit)
    before = earlier[0].grade if earlier else ""
    if line.status is Status.FROZEN:
        if not look.frozen_here or look.late_now or look.grade not in FAIR:
            return Judged(Verdict.KEEP, "as_it_should_be", limit)
        fine = before in FAIR and earlier[0].verdict is not Verdict.FREEZE
        return Judged(Verdict.UNFREEZE if fine else Verdict.KEEP, "well_again" if fine else "not_yet", limit)
    if look.grade in POOR:
        return _cut(limit, product, look.grade, before, _days_since(earlier, Verdict.CUT, on))
    if look.grade in GOOD and _deserves(line, look):
        return _raise(limit, product, look, before, earlier, on)
    return Judged(Verdict.KEEP, "as_it_should_be", limit)


def _cut(limit: int, product: Product, grade: str, before: str, since_cut: int | None) -> Judged:
    lower = max(_hundreds(limit * CUT_PERCENT[grade] // 100), product.least.minor)
    if before not in POOR:
        return Judged(Verdict.KEEP, "not_yet", limit)
    if since_cut is not None and since_cut < REST_AFTER_CUT:
        return Judged(Verdict.KEEP, "rests", limit)
    return Judged(Verdict.CUT, "poor_twice", lower) if lower < limit else Judged(Verdict.KEEP, "as_it_should_be", limit)


def _deserves(line: Line, look: Look) -> bool:
    used = line.used.minor * 10_000 >= USED_BPS * line.limit.minor
    return used and look.months >= KNOWN_MONTHS and not look.late_worst_6m and not look.late_now


def _raise(limit: int, product: Product, look: Look, before: str, earlier: Sequence[LineReview], on: date) -> Judged:
    higher = min(_hundreds(limit * RAISED_PERCENT[look.grade] // 100), product.most.minor, _hundreds(look.income_bound))
    if higher <= limit:
        return Judged(Verdict.KEEP, "as_it_should_be", limit)
    if before not in GOOD:
        return Judged(Verdict.KEEP, "not_yet", limit)
    moved = [_days_since(earlier, verdict, on) for verdict in (Verdict.CUT, Verdict.RAISE, Verdict.UNFREEZE)]
    if any(days is not None and days < REST_AFTER_RAISE for days in moved):
        return Judged(Verdict.KEEP, "rests", limit)
    return Judged(Verdict.RAISE, "good_twice", higher)


def _days_since(earlier: Sequence[LineReview], verdict: Verdict, on: date) -> int | None:
    return next(((on - one.on).days for one in earlier if one.verdict is verdict), None)


def _hundreds(minor: int) -> int:
    return minor - minor % HUNDRED_YUAN
