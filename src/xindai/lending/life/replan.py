"""The rows of a loan: how interest runs on them, and how they are planned anew when something changes.

Under recalculation `none` interest runs on the balance of the plan, and a plan is made anew only by what changes it: a
prepayment, a further pay-out, a new rate, a pause, a reschedule. Under `daily` it runs on what is really outstanding:
rows become final at the end of their period, and those to come are projected as if arrears were paid today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from xindai.lending.life.model import Fact, FactImpossible
from xindai.lending.life.rows import FEE, INTEREST, PENALTY, PLACE, PRINCIPAL, Row
from xindai.products import schedules
from xindai.products.schedules import Span, nominal_part
from xindai.products.terms import FeeOn, Method, Prepayment, Terms
from xindai.values.business_days import Shift, shifted
from xindai.values.money import rounded_quotient
from xindai.values.rate import DayCount, Rate, days_30_360, year_fraction


class Plans:
    """Rows in order of their due days; `run` is the first that is neither final nor settled (daily only)."""

    def __init__(self, terms: Terms) -> None:
        plan = schedules.agreed(terms)
        self.terms = terms
        self.daily = terms.daily
        self.rate = terms.annual_rate
        self.lent = terms.principal.minor
        self.order = tuple(PLACE[part] for part in terms.allocation)
        self.pauses: list[tuple[date, date]] = []
        self.rows: list[Row] = []
        down = self._due_with_pay_out(self.lent, terms.disbursed_on, 0)
        self.base = balance = self.lent - down
        self.run = len(self.rows)
        fee = terms.fees_on(FeeOn.INSTALLMENT, self.lent) if terms.fees else 0
        flat = terms.method is Method.FLAT
        for span, level, (principal, interest, deferred) in zip(plan.spans, plan.levels, plan.parts, strict=True):
            self.rows.append(
                Row(
                    *span,
                    level,
                    principal,
                    interest,
                    deferred,
                    fee,
                    fee,
                    self.base if flat else balance,
                    span.start,
                    late_until=span.due_on,
                )
            )
            balance -= principal
        grace = terms.interest_grace
        self.caught_up_on = self.rows[self.run + grace].start if grace else None
        self._price_lateness()

    def _price_lateness(self) -> None:
        """Overdue principal bears the penalty rate in all, by actual days.

        Where interest runs on it already, only what the penalty rate is above that is charged on top.
        """
        penalty, agreed = self.terms.penalty_rate, self.terms.annual_rate
        a_year = 360 if self.terms.day_count in {DayCount.D30_360, DayCount.ACT_360} else 365
        self.late_numerator, self.late_denominator = penalty.numerator, a_year * penalty.denominator
        if self.daily:
            above = penalty.numerator * agreed.denominator - agreed.numerator * penalty.denominator
            self.late_numerator = max(0, above)
            self.late_denominator *= agreed.denominator

    def _due_with_pay_out(self, amount: int, on: date, place: int) -> int:
        """Put what is due with a pay-out into a row of its own at `place`; the down payment in it."""
        down = self.terms.down(amount)
        fee = self.terms.fees_on(FeeOn.PAY_OUT, amount) if self.terms.fees else 0
        if down or fee:
            row = Row(on, on, on, 0, 1, down, down, 0, 0, fee, 0, since=on, late_until=on, settled=True)
            self.rows.insert(place, row)
        return down

    # sums

    def paid(self) -> list[int]:
        """What was paid, by place."""
        penalty = fee = interest = principal = 0
        for row in self.rows:
            paid = row.paid
            penalty += paid[0]
            fee += paid[1]
            interest += paid[2]
            principal += paid[3]
        return [penalty, fee, interest, principal]

    def outstanding(self) -> int:
        """Principal paid out and not repaid."""
        return self.lent - sum(row.paid[PRINCIPAL] for row in self.rows)

    def pool(self) -> int:
        """Principal that the rows from `run` on have to repay."""
        return self.outstanding() - sum(row.principal_left() for row in self.rows[: self.run])

    def row_at(self, on: date) -> Row:
        """The instalment to which something charged on that day belongs."""
        return next((row for row in self.rows if row.due_on >= on and row.start < row.end), self.rows[-1])

    def first_open(self, on: date) -> int:
        """The place of the first instalment whose interest still runs after the day `on`."""
        if self.daily:
            last = self.rows[-1]
            return len(self.rows) if self.run == len(self.rows) - 1 and last.end <= on else self.run
        return next((place for place, row in enumerate(self.rows) if row.end > on), len(self.rows))

    # lateness and interest by the day

    def age(self, on: date) -> None:
        """Count penalty on overdue principal up to `on`."""
        for row in self.rows:
            if row.due_on >= on:
                return
            if row.principal == row.paid[PRINCIPAL]:
                row.late_until = on
            elif row.late_until < on:
                row.age(on, numerator=self.late_numerator, grace_days=self.terms.penalty_grace_days)

    def accrued(self, row: Row, on: date) -> int:
        """Interest of one instalment earned by `on`; what a period of grace puts off moves on with it."""
        if row.start >= on and not row.carried and not self.daily and not row.settled:
            return 0
        own = row.interest - row.deferred - row.carried
        if row.deferred < 0 and self.caught_up_on is not None and on > self.caught_up_on:
            return 0
        if self.daily and not row.settled and row is self.rows[self.run]:
            return max(row.carried + self._rounded(row.fixed or Fraction(0)), row.touched())
        if row.end <= on or row.settled:
            return own + row.carried + max(0, row.deferred)
        if row.start >= on:
            return row.carried
        if self.terms.by_day or self.pauses:
            borne = min(own, self._rounded(self._exact(row, on)))
        else:
            passed, days = (on - row.start).days, (row.end - row.start).days
            borne = rounded_quotient(own * passed, days, self.terms.rounding)
        return borne + row.carried + max(0, row.deferred)

    def interest_at_end(self, row: Row) -> int:
        """What a row bears of its own by the end of its period."""
        return self._rounded(self._exact(row, row.end))

    def _rounded(self, exact: Fraction) -> int:
        return rounded_quotient(exact.numerator, exact.denominator, self.terms.rounding)

    def _exact(self, row: Row, on: date) -> Fraction:
        """Interest that a row bears up to `on`, not rounded."""
        fixed = row.fixed or Fraction(0)
        if on <= row.since:
            return fixed
        return fixed + row.bearing * Fraction(self.rate.numerator, self.rate.denominator) * self._part(row.since, on)

    def _part(self, start: date, end: date) -> Fraction:
        """The part of a year in [start, end) that bears interest: pauses do not."""
        whole = self._calendar_part(start, end)
        for begin, stop in self.pauses:
            if begin < end and start < stop:
                whole -= self._calendar_part(max(start, begin), min(end, stop))
        return whole

    def _calendar_part(self, start: date, end: date) -> Fraction:
        """Under 30/360 each day of a period carries an equal share of the period's part."""
        if self.terms.day_count is not DayCount.D30_360:
            return Fraction(*year_fraction(start, end, self.terms.day_count))
        part = Fraction(0)
        for row in self.rows:
            days = (min(end, row.end) - max(start, row.start)).days
            if days > 0:
                part += Fraction(row.numerator * days, row.denominator * (row.end - row.start).days)
        after = max(start, self.rows[-1].end)
        return part + Fraction(days_30_360(after, end), 360) if end > after else part

    # daily: what is really outstanding

    def advance(self, on: date) -> None:
        """Let interest run on what is outstanding up to `on`; rows whose period has ended become final."""
        owed = self.outstanding()
        while self.run < len(self.rows) - 1 and self.rows[self.run].end <= on:
            row, after = self.rows[self.run], self.rows[self.run + 1]
            if not row.settled:
                row.bearing = owed
                own = self._rounded(self._exact(row, row.end))
                row.interest = max(own + row.carried, row.touched())
                row.principal = row.paid[PRINCIPAL] + self._wanted(row, own)
                after.since, after.fixed = max(row.end, row.since), Fraction(0)
            self.run += 1
        row = self.rows[self.run]
        if on > row.since:
            row.bearing = owed
            row.fixed, row.since = self._exact(row, on), on

    def _wanted(self, row: Row, own: int) -> int:
        """Principal that the plan still wants of the running row when its own interest is `own`."""
        level = row.level - own if self.terms.method is Method.ANNUITY else row.level
        return min(max(level - (row.paid[PRINCIPAL] - row.ahead), 0), self.pool())

    def stop_interest(self, row: Row, *, last: bool) -> None:
        """Let the running row ask for the interest it has borne so far, and no more."""
        own = self._rounded(row.fixed or Fraction(0))
        row.interest = max(own + row.carried, row.touched())
        row.principal = row.paid[PRINCIPAL] + (self.pool() if last else self._wanted(row, own))

    def settle_early(self, row: Row) -> None:
        """The running row is paid; what its other days bear falls into the next one."""
        row.settled = True
        after = self.rows[self.run + 1]
        after.since, after.fixed = row.since, Fraction(0)
        self.run += 1

    def project(self, *, relevel: bool = False, principals: Sequence[int] | None = None) -> None:
        """Plan the rows from the running one on, as if arrears were paid today."""
        self._replan(self.run, self.pool(), relevel=relevel, principals=principals)

    # what changes a plan

    def disburse(self, amount: int, on: date) -> None:
        """A further pay-out: level instalments are set anew from the running period on. Refuses: FactImpossible."""
        first = self._running(on)
        self.lent += amount
        down = self._due_with_pay_out(amount, on, first)
        if down or (len(self.rows) > first and self.rows[first].start == self.rows[first].end):
            first += 1
            self.run += 1
        self.base += amount - down
        for row in self.rows[first:]:
            more = sum(
                fee.charge.of(amount, self.terms.rounding) - fee.charge.amount
                for fee in self.terms.fees
                if fee.on is FeeOn.INSTALLMENT
            )
            row.fee += more
            row.planned_fee += more
        pool = sum(row.principal_left() for row in self.rows[first:]) + amount - down
        self._change(first, on, amount - down)
        self._replan(first, self.pool() if self.daily else pool, relevel=True, begun_on=on)

    def change_rate(self, rate: Rate, on: date) -> None:
        """A new yearly rate from the day `on`; level instalments are set anew. Refuses: FactImpossible."""
        first = self._running(on)
        self._change(first, on, 0)
        self.rate = rate
        self._replan(first, self._left_from(first), relevel=True, begun_on=on)

    def pause(self, on: date, until: date) -> None:
        """No interest from `on` to `until`, both included; instalments stay level. Refuses: FactImpossible."""
        first = self._running(on)
        self.pauses.append((on, until + timedelta(days=1)))
        self._replan(first, self._left_from(first))

    def lower(self, first: int, amount: int, on: date, mode: Prepayment) -> None:
        """Repay `amount` of principal ahead of time and plan what is left anew."""
        current = self.rows[first]
        scheduled = [row.principal_left() for row in self.rows[first:]]
        self.base -= amount
        self._change(first, on, -amount)
        current.paid[PRINCIPAL] += amount
        current.principal += amount
        current.ahead += amount
        fixed = None
        if mode in {Prepayment.NEXT, Prepayment.LAST}:
            fixed = _reduced(scheduled, amount, first=mode is Prepayment.NEXT)
        pool = self.pool() if self.daily else sum(scheduled) - amount
        self._replan(first, pool, relevel=mode is Prepayment.LOWER, principals=fixed, begun_on=on)

    def reschedule(self, fact: Fact) -> None:
        """Spread everything unpaid over new instalments; unpaid interest, fees and penalty fall due with the first.

        Refuses: FactImpossible.
        """
        first = self.run if self.daily else self.first_open(fact.on)
        left = [row for row in self.rows[first:] if row.start < row.end]
        due_on = fact.first_due_on or (left[0].due_on if left else None)
        count = fact.installments or len(left)
        if not count or due_on is None or due_on <= fact.on:
            raise FactImpossible(why="a reschedule names instalments that are still to come", field="events")
        carried = [0, 0, 0]
        for row in self.rows:
            penalty = row.penalty(self.late_denominator, self.terms.rounding)
            carried[INTEREST] += max(0, self.accrued(row, fact.on) - row.touched())
            carried[PENALTY] += penalty - row.paid[PENALTY] - row.waived[PENALTY]
            carried[FEE] += row.fee_by(fact.on) - row.paid[FEE] - row.waived[FEE]
            _close(row, fact.on)
        self.rows = [row for row in self.rows if row.principal or row.interest or row.fee or row.penalty_kept]
        self.rate = fact.rate or self.rate
        self.terms = replace(self.terms, steps=(), principal_grace=0, interest_grace=0, balloon=0)
        self.run = len(self.rows)
        self._append(fact.on, due_on, 1 if self.terms.method is Method.BULLET else count, carried)

    def _append(self, on: date, due_on: date, count: int, carried: Sequence[int]) -> None:
        """New rows from `on`, the first due on `due_on`, with what the old ones left unpaid."""
        terms, start, spans = self.terms, on, []
        moves = terms.shift is not Shift.NONE and terms.moves_interest
        nominal = nominal_part(terms)
        for step in range(count):
            day = terms.every.after(due_on, step)
            payable = shifted(day, terms.shift)
            end = payable if moves else day
            whole = nominal if not moves and (step or terms.every.after(on, 1) == day) else None
            spans.append(Span(start, end, payable, *(whole or year_fraction(start, end, terms.day_count))))
            start = end
        pool = self.outstanding()
        self.base = pool
        each = terms.fees_on(FeeOn.INSTALLMENT, pool) if terms.fees else 0
        for span, level in zip(spans, schedules.levels(terms, self.rate, pool, spans), strict=True):
            row = Row(*span, level, 0, 0, fee=each, planned_fee=each, bearing=pool)
            row.since, row.late_until = span.start, span.due_on
            self.rows.append(row)
        new = self.rows[self.run]
        new.carried, new.penalty_kept = carried[INTEREST], carried[PENALTY]
        new.fee += carried[FEE]
        self._replan(self.run, pool)

    # the plan anew

    def _running(self, on: date) -> int:
        first = self.first_open(on)
        if first == len(self.rows):
            raise FactImpossible(why="its last period has ended", field="events")
        return first

    def _left_from(self, first: int) -> int:
        return self.pool() if self.daily else sum(row.principal_left() for row in self.rows[first:])

    def _change(self, first: int, on: date, amount: int) -> None:
        """Let the balance that bears interest change inside the running period, where days count."""
        row = self.rows[first]
        if self.daily:
            return  # `advance` has let interest run up to this day
        if self.terms.by_day and on > row.since:
            row.fixed, row.since = self._exact(row, on), on
        if self.terms.by_day or on <= row.start:
            row.bearing += amount

    def _replan(
        self,
        first: int,
        pool: int,
        *,
        relevel: bool = False,
        principals: Sequence[int] | None = None,
        begun_on: date | None = None,
    ) -> None:
        """Spread `pool` over the rows from `first` on. `begun_on` keeps the interest of a period that has begun."""
        rows, terms = self.rows[first:], self.terms
        current, flat = rows[0], terms.method is Method.FLAT
        number = 1 + sum(row.start < row.end for row in self.rows[:first])
        if self.daily:
            current.bearing = self.base if flat else pool
        keeps = begun_on is not None and not terms.by_day and begun_on > current.start
        own = (
            Fraction(current.interest - current.deferred - current.carried)
            if keeps
            else self._exact(current, current.end)
        )

        def interest(index: int, owed: int) -> int:
            row = rows[index]
            if index == 0:
                return self._rounded(own)
            row.bearing, row.since, row.fixed = self.base if flat else owed, row.start, None
            if self.pauses:
                return self._rounded(self._exact(row, row.end))
            return schedules.interest_of(
                row.bearing,
                self.rate,
                Span(row.start, row.end, row.due_on, row.numerator, row.denominator),
                terms.rounding,
            )

        paid = [row.paid[PRINCIPAL] - row.ahead for row in rows]
        if relevel:
            spans = [Span(row.start, row.end, row.due_on, row.numerator, row.denominator) for row in rows]
            begun = own if current.fixed is not None or keeps or self.pauses else None
            fresh = schedules.levels(terms, self.rate, pool + paid[0], spans, number=number, first_interest=begun)
            for row, level in zip(rows, fresh, strict=True):
                row.level = level
        parts = schedules.planned(
            terms,
            pool,
            [row.level for row in rows],
            interest,
            number=number,
            paid=paid,
            deferred=-sum(row.deferred for row in self.rows[:first]),
            given=principals,
        )
        for index, (row, (principal, asked, deferred)) in enumerate(zip(rows, parts, strict=True)):
            if principals is not None:
                row.level = principal + paid[index] + (asked if terms.method is Method.ANNUITY else 0)
            row.principal = row.paid[PRINCIPAL] + principal
            row.deferred = deferred
            row.interest = max(asked + row.carried, row.touched())
        while len(self.rows) > first + 1 and not (
            self.rows[-1].principal or self.rows[-1].interest or any(self.rows[-1].paid)
        ):
            self.rows.pop()


def _close(row: Row, on: date) -> None:
    """Let a row ask for what was paid of it, and nothing more."""
    row.interest, row.principal, row.fee = row.touched(), row.paid[PRINCIPAL], row.paid[FEE] + row.waived[FEE]
    row.penalty_kept = row.paid[PENALTY] + row.waived[PENALTY]
    row.late_numerator, row.past_grace, row.settled, row.planned_fee = 0, False, True, 0
    row.deferred = row.carried = 0
    row.start, row.end, row.due_on = min(row.start, on), min(row.end, on), min(row.due_on, on)


def _reduced(scheduled: Sequence[int], amount: int, *, first: bool) -> list[int]:
    """The same parts less `amount`, taken from the first of them on, or from the last backwards."""
    parts = list(scheduled)
    for index in range(len(parts)) if first else reversed(range(len(parts))):
        taken = min(parts[index], amount)
        parts[index] -= taken
        amount -= taken
    return parts
