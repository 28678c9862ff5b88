"""Nouns of products: a version is data, checked when it is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import partial

from xindai.products.terms import ALLOCATION, NO_RATE, Fee, InterestBy, Method, Part, Prepayment, Recalculation, Terms
from xindai.values import four_eyes, law
from xindai.values.business_days import Shift
from xindai.values.money import Money, Rounding
from xindai.values.period import Every, add_months
from xindai.values.rate import DayCount, Rate, at_most, lower, rate
from xindai.values.refusal import Invalid, Kind, Refusal

OWN = "own"
"""Our own share of a loan that is lent with partners."""

_ANY_DAY = date(2026, 1, 31)


class ProductUnknown(Refusal):
    """There is no such product."""

    kind = Kind.MISSING
    code = "product_unknown"
    en = "There is no product of this name."
    zh = "没有该产品。"


class OutsideProduct(Refusal):
    """The amount or the term is not on offer."""

    code = "outside_product"
    en = "This product lends {least} to {most} yuan over {terms} months."
    zh = "本产品可借 {least} 至 {most} 元，期限 {terms} 个月。"


class ProductUnfit(Refusal):
    """A product that may not be sold."""

    code = "product_unfit"
    en = "This is not a product: {why}"
    zh = "产品参数不合规：{why}"


class ProductDecided(Refusal):
    """Somebody has decided already."""

    kind = Kind.CONFLICT
    code = "product_decided"
    en = "This version is {status} already."
    zh = "该版本已是 {status} 状态。"


Status = four_eyes.VersionStatus
MOVES = four_eyes.version_moves("product")


def decided(before: Status, to: Status, *, proposed_by: str, by: str) -> str:
    """The event of deciding on a version. Refuses: ProductDecided, SamePerson."""
    if to not in MOVES[before]:
        raise ProductDecided(status=before.value)
    four_eyes.second_person(proposed_by=proposed_by, by=by)
    return MOVES[before][to]


class Audience(StrEnum):
    """Whom a product is for."""

    PERSON = "person"
    BUSINESS = "business"


MOST_LENT = {Audience.PERSON: "most_lent_to_a_person", Audience.BUSINESS: "most_lent_to_a_business"}
"""The figure of the law that says how much one borrower may owe."""
MOST_PAID = {Audience.PERSON: "most_paid_to_a_person", Audience.BUSINESS: "most_paid_to_a_business"}
"""The figure that says how much may be paid to the borrower; more would have to go to the seller, which only purchases do here."""


class Form(StrEnum):
    """How a product lends."""

    LOAN = "loan"
    LINE = "line"
    PAY_LATER = "pay_later"


@dataclass(frozen=True, slots=True)
class Cycle:
    """How a pay-later line is billed: each month on `statement_day`, due `due_days` later, free of interest until then.

    Who pays the least, `least_share` of what revolves and never under `least_amount`, may owe the rest until the next
    statement at the line's rate. Who does not pay even that by the end of the days of grace is charged `late_share` of
    what the least lacks.
    """

    statement_day: int
    due_days: int
    least_share: Rate
    least_amount: Money
    late_share: Rate

    def closes_on(self, on: date) -> date:
        """The day whose end closes the cycle that the day `on` is in."""
        this = on.replace(day=self.statement_day)
        return this if on <= this else add_months(this, 1)

    def due_on(self, closed_on: date) -> date:
        """When the statement of a cycle falls due."""
        return closed_on + timedelta(days=self.due_days)


@dataclass(frozen=True, slots=True)
class Partner:
    """Who lends `share` of every loan of a product beside us; `name` is the one its licence bears."""

    code: str
    name: str
    share: Rate


@dataclass(frozen=True, slots=True)
class Product:
    """One version of a product. Rates are yearly; `charge_off_days` is when the books give a loan up.

    `months` are the terms on offer: of a loan, how long it runs; of a line, how long it may be drawn on, each draw for
    one of `draw_months` and at least `draw_least`. A pay-later line is used at merchants, billed by `cycle`, and what is
    turned into instalments runs for one of `draw_months`. What is lent with `partners` is shared by them and us. A product for
    some `regions` is for people whose ID number begins with one of them.
    """

    code: str
    version: int
    name_en: str
    name_zh: str
    least: Money
    most: Money
    months: tuple[int, ...]
    method: Method
    day_count: DayCount
    penalty_uplift: Rate
    grace_days: int
    least_age: int
    most_age: int
    highest_cost: Rate
    non_accrual_days: int
    charge_off_days: int
    form: Form = Form.LOAN
    draw_months: tuple[int, ...] = ()
    draw_least: Money | None = None
    interest_by: InterestBy = InterestBy.PERIOD
    recalculation: Recalculation = Recalculation.NONE
    rounding: Rounding = Rounding.HALF_EVEN
    multiple: int = 1
    principal_grace: int = 0
    interest_grace: int = 0
    allocation: tuple[Part, ...] = ALLOCATION
    prepayment: Prepayment = Prepayment.LOWER
    fees: tuple[Fee, ...] = ()
    shift: Shift = Shift.NONE
    shifts_interest: bool = False
    cycle: Cycle | None = None
    partners: tuple[Partner, ...] = ()
    audience: Audience = Audience.PERSON
    regions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for fits, why in self._rules():
            if not fits:
                raise ProductUnfit(why=why)
        for months in self.draw_months or self.months:
            self.terms(principal=self.most, annual_rate=self.highest_cost, months=months, disbursed_on=_ANY_DAY)

    def _rules(self) -> Iterator[tuple[bool, str]]:
        """What must be, each with the sentence said when it is not."""
        runs = self.months if self.form is Form.LOAN else self.draw_months
        yield re.fullmatch(r"[a-z][a-z0-9_]{2,40}", self.code) is not None, "its code is a word of small letters."
        yield self.version >= 1, "its version is counted from one."
        yield bool(self.name_en.strip() and self.name_zh.strip()), "it has a name in both languages."
        yield Money(0) < self.least <= self.most, "its least is above zero and at most its most."
        yield from self.lawful(lambda name: law.figures()[name].loosest)
        shops = self.audience is Audience.PERSON or self.form is not Form.PAY_LATER
        yield shops, "a business does not pay later in shops."
        yield bool(self.months and runs) and all(1 <= one <= 120 for one in (*self.months, *runs)), "it has terms."
        yield self.form is not Form.LOAN or not self.draw_months, "only a line is drawn on."
        yield (self.form is Form.PAY_LATER) == (self.cycle is not None), "a pay-later line, and no other, has a cycle."
        yield from self._cycle_rules()
        yield from self._partner_rules()
        for region in self.regions:
            yield (
                re.fullmatch(r"[1-9][0-9]([0-9]{2}){0,2}", region) is not None,
                "a region is 2, 4 or 6 digits (GB/T 2260).",
            )
        yield self.least_age <= self.most_age, "its least age is at most its most."
        yield 0 <= self.grace_days <= 31, "days of grace are at most a month."
        yield 1 <= self.non_accrual_days <= 90, "interest leaves the balance sheet within 90 days (R-BOOK-03)."
        yield self.non_accrual_days < self.charge_off_days <= 360, "it is given up after non-accrual, within 360 days."
        yield self.method is not Method.BULLET or max(runs) <= 12, "a bullet runs a year at most (R-LIMIT-01)."
        yield self.principal_grace < min(runs) and self.interest_grace < min(runs), "grace ends before the term."

    def lawful(self, figure: Callable[[str], Decimal]) -> Iterator[tuple[bool, str]]:
        """What the law asks of it by such figures, each with the sentence said when it is not so."""
        limit = law.figures()[MOST_LENT[self.audience]]
        most, age = Money(int(figure(limit.name) * 100)), int(figure("least_age"))
        cost, uplift = figure("highest_annual_cost"), figure("highest_penalty_uplift")
        yield self.most <= most, f"it lends at most {most.minor // 100:,} yuan to one of its borrowers ({limit.rule})."
        yield age <= self.least_age, f"it is for people of {age} years at least (R-LIMIT-05)."
        yield self.highest_cost.annual <= cost, f"its whole annual cost is at most {_percent(cost)} % (R-PRICE-01)."
        yield (
            self.penalty_uplift.annual <= uplift,
            f"penalty is {_percent(uplift)} % above the rate at most (R-PRICE-06).",
        )

    def sellable(self, figure: Callable[[str], Decimal]) -> Iterator[tuple[bool, str]]:
        """What the law asks of what is sold: all of that, and no more to the borrower's own account than may be paid there."""
        yield from self.lawful(figure)
        if self.form is not Form.PAY_LATER:
            most = int(figure(MOST_PAID[self.audience]))
            yield self.most <= Money(most * 100), f"it pays a borrower at most {most:,} yuan (R-LIMIT-07)."

    def under_law_of(self, day: date) -> Product:
        """What of it may be sold on a day: no more, no dearer and to nobody younger than the law allows then. Refuses ProductUnknown."""
        figure = partial(law.on, day=day)
        if all(fits for fits, _ in self.sellable(figure)):
            return self
        bounds = [MOST_LENT] if self.form is Form.PAY_LATER else [MOST_LENT, MOST_PAID]
        most = min(self.most, *(Money(int(figure(one[self.audience]) * 100)) for one in bounds))
        least_age = max(self.least_age, int(figure("least_age")))
        if most < self.least or least_age > self.most_age:
            raise ProductUnknown(field="product")
        return replace(
            self,
            most=most,
            least_age=least_age,
            highest_cost=lower(self.highest_cost, rate(f"{figure('highest_annual_cost'):f}")),
            penalty_uplift=lower(self.penalty_uplift, rate(f"{figure('highest_penalty_uplift'):f}")),
        )

    def _cycle_rules(self) -> Iterator[tuple[bool, str]]:
        if self.cycle is None:
            return
        level = self.method in {Method.ANNUITY, Method.EQUAL_PRINCIPAL} and self.recalculation is Recalculation.NONE
        yield level and not self.fees, "a pay-later line is billed in level instalments without fees."
        yield 1 <= self.cycle.statement_day <= 28, "its statement day is one that every month has."
        yield 5 <= self.cycle.due_days <= 27, "its statement is due 5 to 27 days later, before the next one."
        yield at_most(rate("0.05"), self.cycle.least_share), "its least payment is a twentieth at least."
        yield at_most(self.cycle.least_share, rate("1")), "its least payment is the whole at most."
        yield Money(0) <= self.cycle.least_amount <= self.least, "its least amount is no more than its smallest limit."
        yield at_most(self.cycle.late_share, rate("0.05")), "its late fee is a twentieth of what is lacking at most."

    def _partner_rules(self) -> Iterator[tuple[bool, str]]:
        if not self.partners:
            return
        codes = [partner.code for partner in self.partners]
        lent = sum(partner.share.annual for partner in self.partners)
        fits = len(set(codes)) == len(codes) and OWN not in codes
        yield (
            fits and all(re.fullmatch(r"[a-z][a-z0-9_]{1,40}", code) for code in codes),
            ("partners have codes of their own, words of small letters."),
        )
        yield (
            all(partner.name.strip() and partner.share.numerator for partner in self.partners),
            ("each partner has a name and lends something."),
        )
        yield Decimal("0.3") <= lent <= Decimal("0.7"), "we and our partners each lend 30 % at least (R-LIMIT-06)."

    @property
    def ref(self) -> str:
        """How this version is referred to wherever it was sold."""
        return f"{self.code}@{self.version}"

    def check(self, amount: Money, months: int) -> None:
        """Refuses what this product does not lend."""
        if not self.least <= amount <= self.most:
            raise self._outside("amount")
        if months not in self.months:
            raise self._outside("months")
        if amount.minor % 100_00:
            raise Invalid("Amounts are in whole hundreds of yuan.", field="amount")

    def check_draw(self, amount: Money, months: int) -> None:
        """Refuses what cannot be drawn on a line of this product, whatever its limit: OutsideProduct, Invalid."""
        least = self.draw_least or self.least
        if not least <= amount <= self.most:
            raise self._outside("amount", least=least, terms=self.draw_months)
        if months not in self.draw_months:
            raise self._outside("months", least=least, terms=self.draw_months)
        if amount.minor % 100_00:
            raise Invalid("Amounts are in whole hundreds of yuan.", field="amount")

    def check_conversion(self, months: int) -> None:
        """Refuses a number of instalments that nothing on this line is turned into: Invalid."""
        if months not in self.draw_months:
            offered = ", ".join(map(str, self.draw_months))
            raise Invalid(f"Instalments are over {offered} months.", field="months")

    def billed_terms(self, *, principal: Money, annual_rate: Rate, billed_on: date, due_on: date) -> Terms:
        """The terms of a statement's purchases: one instalment, free of interest; what is late bears the penalty rate."""
        terms = self.terms(principal=principal, annual_rate=annual_rate, months=1, disbursed_on=billed_on)
        return replace(terms, annual_rate=NO_RATE, first_due_on=due_on, multiple=1)

    def late_fee(self, lacking: int, *, owed: int, annual_rate: Rate) -> int:
        """What is charged, in minor units, when `lacking` of the least payment of `owed` was not paid.

        Penalty interest and fee of a month stay within a twelfth of the highest cost (R-PRICE-06). Rounded down.
        """
        assert self.cycle is not None
        share = lacking * self.cycle.late_share.numerator // self.cycle.late_share.denominator
        penalty = self._penalty_rate(annual_rate)
        room = Fraction(self.highest_cost.numerator, self.highest_cost.denominator) - Fraction(
            penalty.numerator, penalty.denominator
        )
        return min(share, owed * room.numerator // (12 * room.denominator))

    def terms(self, *, principal: Money, annual_rate: Rate, months: int, disbursed_on: date) -> Terms:
        """The terms of one loan of this product."""
        return Terms(
            principal=principal,
            annual_rate=annual_rate,
            method=self.method,
            installments=months,
            every=Every(),
            disbursed_on=disbursed_on,
            day_count=self.day_count,
            penalty_rate=self._penalty_rate(annual_rate),
            penalty_grace_days=self.grace_days,
            interest_by=self.interest_by,
            recalculation=self.recalculation,
            rounding=self.rounding,
            multiple=self.multiple,
            principal_grace=self.principal_grace,
            interest_grace=self.interest_grace,
            allocation=self.allocation,
            prepayment=self.prepayment,
            fees=self.fees,
            shift=self.shift,
            shifts_interest=self.shifts_interest,
            non_accrual_days=self.non_accrual_days,
            charge_off_days=self.charge_off_days,
        )

    def _penalty_rate(self, annual_rate: Rate) -> Rate:
        up = self.penalty_uplift
        penalty = Rate(
            annual_rate.numerator * (up.numerator + up.denominator), annual_rate.denominator * up.denominator
        )
        return lower(penalty, self.highest_cost)

    def _outside(
        self, field: str, *, least: Money | None = None, terms: tuple[int, ...] | None = None
    ) -> OutsideProduct:
        return OutsideProduct(
            field=field,
            least=(least or self.least).minor // 100,
            most=self.most.minor // 100,
            terms=", ".join(map(str, terms or self.months)),
        )


def _percent(part: Decimal) -> str:
    return f"{(100 * part).normalize():f}"
