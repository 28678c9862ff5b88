"""Terms and facts in, the state of a loan as of any day out.

Facts are taken in the order of the day they count, then of their recording; a reversed fact is left out as if it had
never been; so a back-dated or reversed fact needs no path of its own.

A repayment pays instalments in order, inside each by the allocation order. A prepayment first pays what is due, then
lowers principal (or, when it suffices, settles the loan with interest up to that very day). Penalty runs on overdue
principal by the day and is rounded once, as a running total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from xindai.lending.loans.model import (
    Fact,
    FactKind,
    FactUnknown,
    Figures,
    Line,
    LoanState,
    Receipt,
    Status,
)
from xindai.products import schedules
from xindai.products.schedules import Span
from xindai.products.terms import ALLOCATION, InterestBy, Part, Prepayment, Terms
from xindai.values.money import rounded_quotient
from xindai.values.rate import year_fraction


@dataclass(slots=True)
class _Row:
    """An instalment while the fold runs."""

    number: int
    span: Span
    principal: int
    interest: int
    fee: int = 0
    late_numerator: int = 0
    late_until: date = date.min
    past_grace: bool = False
    paid: dict[Part, int] = field(default_factory=lambda: dict.fromkeys(ALLOCATION, 0))
    waived: dict[Part, int] = field(default_factory=lambda: dict.fromkeys(ALLOCATION, 0))

    def principal_left(self) -> int:
        return self.principal - self.paid[Part.PRINCIPAL]


def fold(terms: Terms, facts: Iterable[Fact], *, on: date) -> LoanState:
    """The state at the end of the day `on`, after every fact that counts on or before it.

    Refuses: FactUnknown.
    """
    loan = _Folding(terms)
    for fact in _effective(facts):
        if fact.on <= on:
            loan.take(fact)
    return loan.state(on)


def _effective(facts: Iterable[Fact]) -> list[Fact]:
    """What counts, in its order: reversed facts and the reversals themselves are gone."""
    listed = list(facts)
    standing = {fact.id: fact for fact in listed}
    for fact in reversed(listed):
        if fact.kind is FactKind.REVERSAL and fact.id in standing:
            del standing[fact.id]
            if standing.pop(fact.reverses or "", None) is None and all(fact.reverses != other.id for other in listed):
                raise FactUnknown(of=fact.reverses, field="events")
    return sorted(standing.values(), key=lambda fact: fact.on)


class _Folding:
    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        plan = schedules.agreed(terms)
        self.level = plan.level
        self.rows = [
            _Row(number, span, principal, interest, late_until=span.due_on)
            for number, (span, (principal, interest)) in enumerate(zip(plan.spans, plan.parts, strict=True), start=1)
        ]
        self.receipts: list[Receipt] = []
        self.overpaid = self.recovered = self.written_off = 0
        self.charged_off: Figures | None = None
        _, self.late_denominator = year_fraction(date(2026, 1, 1), date(2026, 1, 2), terms.day_count)
        self.late_denominator *= terms.penalty_rate.denominator

    # one fact at a time

    def take(self, fact: Fact) -> None:
        if self.charged_off is not None:
            self._recover(fact)
            return
        self._age(fact.on)
        before = self._paid()
        overpaid = self.overpaid
        match fact.kind:
            case FactKind.REPAYMENT:
                self._pay(self.rows, fact.amount, fact.on)
            case FactKind.PREPAYMENT:
                self._prepay(fact)
            case FactKind.FEE:
                self._row_at(fact.on).fee += fact.amount
            case FactKind.WAIVER:
                self._waive(fact)
            case FactKind.CHARGE_OFF:
                self._charge_off(fact.on)
            case FactKind.REVERSAL:
                raise AssertionError("reversals are resolved before the fold")
        after = self._paid()
        self.receipts.append(
            Receipt(
                fact_id=fact.id,
                on=fact.on,
                kind=fact.kind,
                amount=fact.amount,
                **{part.value: after[part] - before[part] for part in ALLOCATION},
                overpaid=self.overpaid - overpaid,
                balance=self._balance(),
            )
        )

    def _recover(self, fact: Fact) -> None:
        if fact.kind not in {FactKind.REPAYMENT, FactKind.PREPAYMENT}:
            return
        still = self.written_off - self.recovered
        taken = min(still, fact.amount)
        self.recovered += taken
        self.overpaid += fact.amount - taken
        self.receipts.append(
            Receipt(fact.id, fact.on, fact.kind, fact.amount, taken, 0, 0, 0, fact.amount - taken, still - taken)
        )

    def _pay(self, rows: Sequence[_Row], amount: int, on: date) -> None:
        for row in rows:
            for part in self.terms.allocation:
                taken = min(amount, self._left(row, part))
                row.paid[part] += taken
                amount -= taken
            self._note_settled(row, on)
            if not amount:
                return
        self.overpaid += amount

    def _prepay(self, fact: Fact) -> None:
        due = [row for row in self.rows if row.span.due_on <= fact.on]
        rest = [row for row in self.rows if row.span.due_on > fact.on]
        arrears = min(fact.amount, sum(self._left(row, part) for row in due for part in ALLOCATION))
        self._pay(due, arrears, fact.on)
        amount = fact.amount - arrears
        if not amount:
            return
        if not rest:
            self.overpaid += amount
            return
        settles = self._payoff(fact.on)
        if amount >= settles:
            self._settle(rest, fact.on)
            self.overpaid += amount - settles
            return
        self._lower_principal(rest, min(amount, sum(row.principal_left() for row in rest)), fact)

    def _settle(self, rest: list[_Row], on: date) -> None:
        """All principal falls into the running period, interest stops today, later instalments vanish."""
        current, later = rest[0], rest[1:]
        current.interest = self._accrued(current, on)
        current.principal += sum(row.principal for row in later)
        current.fee += sum(row.fee for row in later)
        for part in ALLOCATION:
            current.paid[part] += sum(row.paid[part] for row in later)
            current.waived[part] += sum(row.waived[part] for row in later)
        current.waived[Part.INTEREST] = min(current.waived[Part.INTEREST], current.interest)
        for part, owed in (
            (Part.INTEREST, current.interest),
            (Part.FEE, current.fee),
            (Part.PRINCIPAL, current.principal),
        ):
            current.paid[part] = owed - current.waived[part]
        del self.rows[current.number :]

    def _lower_principal(self, rest: list[_Row], amount: int, fact: Fact) -> None:
        """Pay `amount` of principal ahead of time and plan what is left anew."""
        current = rest[0]
        before = sum(row.principal_left() for row in rest)
        first_interest = current.interest
        if self.terms.interest_by is InterestBy.DAY:
            first_interest = self._interest_with_change(current, before, amount, fact.on)
        first_interest = max(first_interest, current.paid[Part.INTEREST] + current.waived[Part.INTEREST])
        scheduled = [row.principal_left() for row in rest]
        mode = fact.prepayment or self.terms.prepayment
        if mode in {Prepayment.LOWER, Prepayment.SHORTEN}:
            level = self.level
            if mode is Prepayment.LOWER:
                level = self.level = schedules.level_amount(self.terms, before - amount, [row.span for row in rest])
            grace = max(0, self.terms.principal_grace - current.number + 1)
            plan = schedules.planned(
                self.terms,
                before - amount,
                [row.span for row in rest],
                level=level,
                grace=grace,
                first_interest=first_interest,
            )
            principals = [principal for principal, _ in plan]
        else:
            principals = _reduced(scheduled, amount, first=mode is Prepayment.NEXT)
        balance = before - amount
        for index, (row, principal) in enumerate(zip(rest, principals, strict=True)):
            if index:
                planned = schedules.interest_of(balance, self.terms.annual_rate, row.span, self.terms.rounding)
                row.interest = max(planned, row.paid[Part.INTEREST] + row.waived[Part.INTEREST])
            else:
                row.interest = first_interest
                row.principal = row.paid[Part.PRINCIPAL] = row.paid[Part.PRINCIPAL] + amount
            row.principal = row.paid[Part.PRINCIPAL] + principal
            balance -= principal
        while len(self.rows) > current.number and not (
            self.rows[-1].principal or self.rows[-1].interest or self.rows[-1].fee
        ):
            self.rows.pop()

    def _interest_with_change(self, row: _Row, before: int, amount: int, on: date) -> int:
        """Interest of the running period when the balance falls by `amount` on a day inside it, rounded once."""
        days = (row.span.due_on - row.span.start).days
        left = (row.span.due_on - on).days
        rate = self.terms.annual_rate
        return rounded_quotient(
            (before * days - amount * left) * rate.numerator * row.span.numerator,
            rate.denominator * row.span.denominator * days,
            self.terms.rounding,
        )

    def _waive(self, fact: Fact) -> None:
        assert fact.part is not None
        amount = fact.amount
        for row in self.rows:
            taken = min(amount, self._left(row, fact.part))
            row.waived[fact.part] += taken
            amount -= taken

    def _charge_off(self, on: date) -> None:
        figures = self._living_figures(on)
        self.written_off = figures.principal + figures.interest + figures.penalty + figures.fee
        self.charged_off = figures

    # penalty and interest by the day

    def _age(self, on: date) -> None:
        """Count penalty on overdue principal up to `on`."""
        rate = self.terms.penalty_rate
        for row in self.rows:
            if row.span.due_on >= on:
                return
            left = row.principal_left()
            if left and row.late_until < on:
                days, _ = year_fraction(row.late_until, on, self.terms.day_count)
                row.late_numerator += left * rate.numerator * days
                row.past_grace = row.past_grace or on > row.span.due_on + timedelta(days=self.terms.penalty_grace_days)
            row.late_until = max(row.late_until, on)

    def _note_settled(self, row: _Row, on: date) -> None:
        """Principal paid within the days of grace leaves no penalty behind."""
        if not row.past_grace and row.principal_left() == 0 and row.span.due_on <= on:
            row.late_numerator = 0

    def _penalty(self, row: _Row) -> int:
        if not row.past_grace:
            return 0
        return rounded_quotient(row.late_numerator, self.late_denominator, self.terms.rounding)

    def _accrued(self, row: _Row, on: date) -> int:
        """Interest of one instalment earned by `on`: each day of a period carries an equal share."""
        if row.span.due_on <= on:
            return row.interest
        if row.span.start >= on:
            return 0
        passed, days = (on - row.span.start).days, (row.span.due_on - row.span.start).days
        return rounded_quotient(row.interest * passed, days, self.terms.rounding)

    def _earned(self, row: _Row, on: date) -> int:
        """Accrued interest less what was waived of it."""
        return max(0, self._accrued(row, on) - row.waived[Part.INTEREST])

    # sums

    def _owed(self, row: _Row, part: Part) -> int:
        match part:
            case Part.PRINCIPAL:
                return row.principal
            case Part.INTEREST:
                return row.interest
            case Part.FEE:
                return row.fee
            case Part.PENALTY:
                return self._penalty(row)

    def _left(self, row: _Row, part: Part) -> int:
        return self._owed(row, part) - row.paid[part] - row.waived[part]

    def _paid(self) -> dict[Part, int]:
        total = dict.fromkeys(ALLOCATION, 0)
        for row in self.rows:
            for part, amount in row.paid.items():
                if amount:
                    total[part] += amount
        return total

    def _balance(self) -> int:
        return 0 if self.charged_off is not None else sum(row.principal_left() for row in self.rows)

    def _row_at(self, on: date) -> _Row:
        return next((row for row in self.rows if row.span.due_on >= on), self.rows[-1])

    def _payoff(self, on: date) -> int:
        """What settles the loan on the day `on`: interest counts up to that day. Below zero, too much was paid ahead."""
        owed = sum(
            row.principal_left()
            + self._penalty(row)
            - row.paid[Part.PENALTY]
            - row.waived[Part.PENALTY]
            + row.fee
            - row.paid[Part.FEE]
            - row.waived[Part.FEE]
            for row in self.rows
        )
        interest = sum(self._earned(row, on) - row.paid[Part.INTEREST] for row in self.rows)
        return owed + interest

    def _living_figures(self, on: date) -> Figures:
        paid = self._paid()
        waived = {part: sum(row.waived[part] for row in self.rows) for part in ALLOCATION}
        earned = {
            Part.INTEREST: sum(self._earned(row, on) for row in self.rows),
            Part.FEE: sum(row.fee for row in self.rows) - waived[Part.FEE],
            Part.PENALTY: sum(self._penalty(row) for row in self.rows) - waived[Part.PENALTY],
        }
        interest = earned[Part.INTEREST] - paid[Part.INTEREST]
        return Figures(
            principal=self._balance(),
            interest=max(0, interest),
            unearned=max(0, -interest),
            penalty=earned[Part.PENALTY] - paid[Part.PENALTY],
            fee=earned[Part.FEE] - paid[Part.FEE],
            overpaid=self.overpaid,
            earned_interest=earned[Part.INTEREST],
            earned_penalty=earned[Part.PENALTY],
            earned_fee=earned[Part.FEE],
            received=sum(paid.values()) + self.overpaid,
            paid_out=self.terms.principal.minor,
        )

    def _figures(self, on: date) -> Figures:
        if self.charged_off is None:
            return self._living_figures(on)
        kept = self.charged_off
        return Figures(
            unearned=kept.unearned,
            overpaid=self.overpaid,
            earned_interest=kept.earned_interest,
            earned_penalty=kept.earned_penalty,
            earned_fee=kept.earned_fee,
            recovered=self.recovered,
            written_off=self.written_off,
            received=kept.received + self.recovered + self.overpaid - kept.overpaid,
            paid_out=kept.paid_out,
        )

    # the answer

    def state(self, on: date) -> LoanState:
        if self.charged_off is None:
            self._age(on)
        lines = self._lines(on)
        unpaid = [line for line in lines if line.outstanding]
        late = [line for line in unpaid if line.due_on < on]
        overdue_days = (on - late[0].due_on).days if late and self.charged_off is None else 0
        if self.charged_off is not None:
            status = Status.CLOSED if self.recovered == self.written_off else Status.CHARGED_OFF
        elif not unpaid:
            status = Status.CLOSED
        else:
            status = Status.OVERDUE if overdue_days else Status.CURRENT
        living = status in {Status.CURRENT, Status.OVERDUE}
        return LoanState(
            on=on,
            status=status,
            lines=lines,
            receipts=tuple(self.receipts),
            figures=self._figures(on),
            principal=self._balance(),
            due=sum(line.outstanding for line in lines if line.due_on <= on) if living else 0,
            interest_due=sum(self._left(row, Part.INTEREST) for row in self.rows if row.span.due_on <= on)
            if living
            else 0,
            overdue_days=overdue_days,
            payoff=max(0, self._payoff(on)) if living else self.written_off - self.recovered,
            next_due_on=unpaid[0].due_on if unpaid and living else None,
        )

    def _lines(self, on: date) -> tuple[Line, ...]:
        lines = []
        balance = self.terms.principal.minor
        for row in self.rows:
            balance -= row.principal
            interest = row.interest - row.waived[Part.INTEREST]
            fee = row.fee - row.waived[Part.FEE]
            penalty = self._penalty(row) - row.waived[Part.PENALTY]
            paid = sum(row.paid.values())
            if paid >= row.principal + interest + fee + penalty:
                status = "paid"
            elif row.span.due_on < on:
                status = "overdue"
            elif row.span.due_on == on:
                status = "due"
            else:
                status = "partial" if paid else "upcoming"
            lines.append(
                Line(
                    row.number,
                    row.span.start,
                    row.span.due_on,
                    row.principal,
                    interest,
                    fee,
                    penalty,
                    balance,
                    paid,
                    status,
                )
            )
        return tuple(lines)


def _reduced(scheduled: Sequence[int], amount: int, *, first: bool) -> list[int]:
    """The same parts less `amount`, taken from the first of them on, or from the last backwards."""
    parts = list(scheduled)
    for index in range(len(parts)) if first else reversed(range(len(parts))):
        taken = min(parts[index], amount)
        parts[index] -= taken
        amount -= taken
    return parts
