"""Terms and facts in, the state of a loan as of any day out.

Facts are taken in the order of the day they count, then of their recording; a reversed fact is left out as if it had
never been; so a back-dated or reversed fact needs no path of its own.

A repayment pays instalments in order, inside each by the allocation order. A prepayment first pays what is due, then
lowers principal (or, when it suffices, settles the loan with interest up to that very day). Penalty runs on overdue
principal by the day and is rounded once, as a running total.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from xindai.lending.life import ahead, growth
from xindai.lending.life.ahead import Ahead
from xindai.lending.life.model import (
    LIVING,
    RECEIPTS,
    Fact,
    FactImpossible,
    FactKind,
    FactUnknown,
    Figures,
    Line,
    LoanState,
    Receipt,
    Status,
)
from xindai.lending.life.replan import Plans
from xindai.lending.life.rows import FEE, INTEREST, PENALTY, PLACE, PRINCIPAL, Row
from xindai.products.terms import FeeOn, Terms


def fold(terms: Terms, facts: Iterable[Fact], *, on: date) -> LoanState:
    """The state at the end of the day `on`, after every fact that counts on or before it.

    Refuses: FactUnknown, FactImpossible.
    """
    return _folded(terms, facts, on).state(on)


def fold_ahead(terms: Terms, facts: Iterable[Fact], *, on: date) -> tuple[LoanState, Ahead]:
    """The same, and what comes if the loan is paid as planned from then on. Refuses: FactUnknown, FactImpossible."""
    loan = _folded(terms, facts, on)
    state = loan.state(on)
    return state, ahead.ahead(loan, on) if state.status is Status.CURRENT else Ahead()


def _folded(terms: Terms, facts: Iterable[Fact], on: date) -> _Folding:
    listed = list(facts)
    loan = _Folding(terms, reversed_since=any(fact.kind is FactKind.REVERSAL for fact in listed))
    for fact in effective(listed):
        if fact.on <= on:
            loan.take(fact)
    return loan


def effective(facts: Iterable[Fact]) -> list[Fact]:
    """What counts, in its order: reversed facts and the reversals themselves are gone. Refuses: FactUnknown."""
    listed = list(facts)
    standing = {fact.id: fact for fact in listed}
    for fact in reversed(listed):
        if fact.kind is FactKind.REVERSAL and fact.id in standing:
            del standing[fact.id]
            if standing.pop(fact.reverses or "", None) is None and all(fact.reverses != other.id for other in listed):
                raise FactUnknown(of=fact.reverses, field="events")
    return sorted(standing.values(), key=lambda fact: fact.on)


class _Folding(Plans):
    """The rows of a loan and what happens to them, one fact after the other."""

    def __init__(self, terms: Terms, *, reversed_since: bool) -> None:
        super().__init__(terms)
        self.reversed_since = reversed_since
        self.receipts: list[Receipt] = []
        self.overpaid = self.refunded = self.recovered = self.written_off = self.claim = 0
        self.charged_off: Figures | None = None
        self.price: int | None = None
        self.came_back = False

    # one fact at a time

    def take(self, fact: Fact) -> None:
        if self.charged_off is not None and self.price is None:
            self._recover(fact)
            return
        if self.came_back or self.price is not None:
            self._hold(fact)
            return
        if self.daily:
            self.advance(fact.on)
            self.project()
        self.age(fact.on)
        before = self.paid()
        overpaid = self.overpaid
        self._apply(fact)
        after = self.paid()
        self.receipts.append(
            Receipt(
                fact_id=fact.id,
                on=fact.on,
                kind=fact.kind,
                amount=fact.amount,
                principal=after[PRINCIPAL] - before[PRINCIPAL],
                interest=after[INTEREST] - before[INTEREST],
                fee=after[FEE] - before[FEE],
                penalty=after[PENALTY] - before[PENALTY],
                overpaid=self.overpaid - overpaid,
                balance=0 if self.charged_off is not None else self.lent - after[PRINCIPAL],
            )
        )

    def _apply(self, fact: Fact) -> None:
        match fact.kind:
            case FactKind.REPAYMENT:
                self.overpaid += self._pay_daily(fact) if self.daily else self._pay(self.rows, fact)
            case FactKind.PREPAYMENT:
                self._prepay(fact)
            case FactKind.FEE:
                self.row_at(fact.on).fee += fact.amount
            case FactKind.WAIVER:
                self._waive(fact)
            case FactKind.REFUND:
                self._refund(fact)
            case FactKind.CHARGE_OFF:
                self._charge_off(fact.on)
            case FactKind.RETURN:
                self._come_back(fact)
            case FactKind.DISBURSEMENT:
                self.disburse(fact.amount, fact.on)
            case FactKind.RATE_CHANGE:
                assert fact.rate is not None
                self.change_rate(fact.rate, fact.on)
            case FactKind.INTEREST_PAUSE:
                assert fact.until is not None
                self.pause(fact.on, fact.until)
            case FactKind.RESCHEDULE:
                self.reschedule(fact)
            case FactKind.SALE | FactKind.REVERSAL:  # reversals are resolved before the fold
                raise FactImpossible(why="what is sold was charged off", field="events")

    def _recover(self, fact: Fact) -> None:
        if fact.kind is FactKind.SALE:
            self._sell(fact)
        if fact.kind not in RECEIPTS:
            return
        still = self.claim - self.recovered
        taken = min(still, fact.amount)
        self.recovered += taken
        self.overpaid += fact.amount - taken
        self.receipts.append(
            Receipt(fact.id, fact.on, fact.kind, fact.amount, taken, 0, 0, 0, fact.amount - taken, still - taken)
        )

    def _pay(self, rows: Iterable[Row], fact: Fact, amount: int | None = None) -> int:
        """Pay instalments in order; what is left of the money."""
        left = fact.amount if amount is None else amount
        for row in rows:
            left = self._pay_row(row, left, fact.on)
            if not left:
                break
        return left

    def _pay_row(self, row: Row, amount: int, on: date) -> int:
        if row.is_clear():
            return amount
        for place in self.order:
            taken = min(amount, self._left(row, place))
            row.paid[place] += taken
            amount -= taken
        if not row.past_grace and row.principal_left() == 0 and row.due_on <= on:
            row.late_numerator = 0  # principal paid within the days of grace leaves no penalty behind
        return amount

    def _pay_daily(self, fact: Fact, amount: int | None = None) -> int:
        """Pay what has fallen due, then the running instalment with the interest it bore so far, then those after it.

        An instalment paid in full ahead of time is settled; interest of its other days falls into the next one.
        """
        left = self._pay(self.rows[: self.run], fact, amount)
        while left:
            row, last = self.rows[self.run], self.run == len(self.rows) - 1
            self.stop_interest(row, last=last)
            left = self._pay_row(row, left, fact.on)
            if last or not row.level or any(self._left(row, place) for place in self.order):
                break
            self.settle_early(row)
        if left and not self.rows[self.run].level:
            last_row = self.rows[-1]
            taken = min(left, self.pool())
            last_row.paid[PRINCIPAL] += taken
            last_row.ahead += taken
            left -= taken
        self.project()
        return left

    def _prepay(self, fact: Fact) -> None:
        first = self.first_open(fact.on)
        due, rest = self.rows[:first], self.rows[first:]
        settles = self._payoff(fact.on)
        if rest and fact.amount >= settles:
            self._settle(first, fact.on)
            self.overpaid += fact.amount - settles
            return
        amount = self._pay(due, fact)
        if not rest or not amount:
            self.overpaid += amount
            return
        ahead = min(amount, sum(row.principal_left() for row in rest))
        principal = self._after_fee(ahead, rest[0])
        self.lower(first, principal, fact.on, fact.prepayment or self.terms.prepayment)
        self.overpaid += self._pay(self.rows, fact, amount - ahead)

    def _after_fee(self, amount: int, row: Row) -> int:
        """What of a prepayment is left for principal: the fee on it is paid out of the same money."""
        fees = [fee.charge for fee in self.terms.fees if fee.on is FeeOn.PREPAYMENT]
        if not fees:
            return amount
        principal = amount
        for _ in range(3):  # the fee of the principal that the fee leaves: settles at once, a fen apart at most
            principal = max(0, amount - sum(charge.of(principal, self.terms.rounding) for charge in fees))
        row.fee += amount - principal
        row.paid[FEE] += amount - principal
        return principal

    def _settle(self, first: int, on: date) -> None:
        """All principal falls into the running period, interest stops today, later instalments vanish; all is paid."""
        due, current, later = self.rows[:first], self.rows[first], self.rows[first + 1 :]
        left = sum(row.principal_left() for row in self.rows[first:])
        put_off = sum(self.accrued(row, on) for row in due if row.deferred < 0)
        current.interest = self.accrued(current, on) + put_off
        current.carried += put_off
        current.deferred = 0
        for row in due:
            row.deferred = max(0, row.deferred)
            for place in self.order:
                row.paid[place] += self._left(row, place)
        current.principal += sum(row.principal for row in later)
        current.fee = current.fee_by(on) + sum(row.fee_by(on) for row in later)
        current.planned_fee = 0
        current.fee += self.terms.fees_on(FeeOn.PREPAYMENT, left) if left else 0
        for row in later:  # what was forgiven of interest that will never be borne is gone with it
            for place in range(4):
                current.paid[place] += row.paid[place]
            current.waived[FEE] += row.waived[FEE]
        current.waived[INTEREST] = min(current.waived[INTEREST], current.interest)
        for place in range(4):
            current.paid[place] += self._left(current, place)
        current.end = max(on, current.start)
        current.settled = True
        del self.rows[first + 1 :]

    def _waive(self, fact: Fact) -> None:
        assert fact.part is not None
        place, amount = PLACE[fact.part], fact.amount
        for row in self.rows:
            taken = min(amount, self._left(row, place))
            row.waived[place] += taken
            amount -= taken

    def _refund(self, fact: Fact) -> None:
        # A refund stays paid even if the receipt it gave back is reversed after it: the borrower owes it.
        if fact.amount > self.overpaid and not self.reversed_since:
            raise FactImpossible(why="there is less to give back", field="amount")
        self.overpaid -= fact.amount
        self.refunded += fact.amount

    def _come_back(self, fact: Fact) -> None:
        """What was lent is back; what was paid on it is the borrower's."""
        if fact.amount != self.lent:
            raise FactImpossible(why="what comes back is what was lent", field="amount")
        self.overpaid += sum(self.paid())
        self.came_back = True

    def _hold(self, fact: Fact) -> None:
        """What still comes in on a loan that never was, or is another's, is the borrower's."""
        if fact.kind is FactKind.REFUND:
            self._refund(fact)
        elif fact.kind in RECEIPTS:
            self.overpaid += fact.amount
            self.receipts.append(Receipt(fact.id, fact.on, fact.kind, fact.amount, 0, 0, 0, 0, fact.amount, 0))

    def _charge_off(self, on: date) -> None:
        late = next((row.due_on for row in self.rows if any(self._left(row, place) for place in self.order)), on)
        figures = self._on_balance(self._living_figures(on), (on - late).days)
        self.written_off = figures.principal + figures.interest + figures.penalty + figures.fee
        self.claim = self.written_off + figures.off_balance
        self.charged_off = figures

    def _sell(self, fact: Fact) -> None:
        """The claim is another's, and its price no receipt of the borrower's; what still comes in is theirs."""
        if self.recovered == self.claim:
            raise FactImpossible(why="nothing of it is owed", field="events")
        self.price = fact.amount
        self.receipts.append(Receipt(fact.id, fact.on, fact.kind, 0, 0, 0, 0, 0, 0, 0))

    # sums

    def _owed(self, row: Row, place: int) -> int:
        if place == PRINCIPAL:
            return row.principal
        if place == INTEREST:
            return row.interest
        if place == FEE:
            return row.fee
        return row.penalty(self.late_denominator, self.terms.rounding)

    def _left(self, row: Row, place: int) -> int:
        return self._owed(row, place) - row.paid[place] - row.waived[place]

    def _balance(self) -> int:
        return 0 if self.charged_off is not None else self.outstanding()

    def _payoff(self, on: date) -> int:
        """What settles the loan on the day `on`: interest counts up to that day. Below zero, too much was paid ahead."""
        figures = self._living_figures(on)
        owed = figures.principal + figures.interest - figures.unearned + figures.penalty + figures.fee
        if self.terms.fees:
            early = sum(row.principal_left() for row in self.rows[self.first_open(on) :])
            owed += self.terms.fees_on(FeeOn.PREPAYMENT, early) if early else 0
        return owed

    def _living_figures(self, on: date) -> Figures:
        paid = self.paid()
        earned_interest = earned_fee = earned_penalty = 0
        for row in self.rows:
            waived = row.waived
            earned_interest += max(0, self.accrued(row, on) - waived[INTEREST])
            earned_fee += row.fee_by(on) - waived[FEE] if row.fee else 0
            if row.past_grace or row.penalty_kept:
                earned_penalty += row.penalty(self.late_denominator, self.terms.rounding) - waived[PENALTY]
        interest = earned_interest - paid[INTEREST]
        return Figures(
            principal=0 if self.charged_off is not None else self.lent - paid[PRINCIPAL],
            interest=max(0, interest),
            unearned=max(0, -interest),
            penalty=earned_penalty - paid[PENALTY],
            fee=earned_fee - paid[FEE],
            overpaid=self.overpaid,
            earned_interest=earned_interest,
            earned_penalty=earned_penalty,
            earned_fee=earned_fee,
            received=sum(paid) + self.overpaid + self.refunded,
            paid_out=self.lent + self.refunded,
        )

    def _on_balance(self, figures: Figures, overdue_days: int) -> Figures:
        """Interest and penalty of a loan long overdue are owed, but no asset and no income (R-BOOK-03)."""
        limit = self.terms.non_accrual_days
        if limit is None or overdue_days <= limit:
            return figures
        return replace(
            figures,
            interest=0,
            penalty=0,
            earned_interest=figures.earned_interest - figures.interest,
            earned_penalty=figures.earned_penalty - figures.penalty,
            off_balance=figures.interest + figures.penalty,
        )

    def _figures(self, on: date, overdue_days: int) -> Figures:
        if self.charged_off is None:
            return self._on_balance(self._living_figures(on), overdue_days)
        kept, recovered = self.charged_off, self.recovered + (self.price or 0)
        paid_out = self.lent + self.refunded
        return Figures(
            unearned=kept.unearned,
            overpaid=self.overpaid,
            earned_interest=kept.earned_interest,
            earned_penalty=kept.earned_penalty,
            earned_fee=kept.earned_fee,
            recovered=recovered,
            written_off=self.written_off,
            received=kept.received + recovered + self.overpaid - kept.overpaid + paid_out - kept.paid_out,
            paid_out=paid_out,
            off_balance=self._still_claimed(),
        )

    def _still_claimed(self) -> int:
        """What is owed to us of a loan that was charged off."""
        return 0 if self.price is not None else self.claim - self.recovered

    # the answer

    def state(self, on: date) -> LoanState:
        if self.came_back:
            return self._never_lent(on)
        if self.charged_off is None:
            if self.daily:
                self.advance(on)
                self.project()
            self.age(on)
        lines = self._lines(on)
        unpaid = [line for line in lines if line.outstanding]
        late = unpaid[0].due_on < on if unpaid else False
        overdue_days = (on - unpaid[0].due_on).days if late and self.charged_off is None else 0
        if self.charged_off is not None:
            status = Status.CLOSED if self.recovered == self.claim else Status.CHARGED_OFF
            status = Status.SOLD if self.price is not None else status
        elif not unpaid:
            status = Status.CLOSED
        else:
            status = Status.OVERDUE if overdue_days else Status.CURRENT
        living = status in LIVING
        long_overdue = self.terms.non_accrual_days is not None and overdue_days > self.terms.non_accrual_days
        runs, changes_on = ((), None) if self.charged_off is not None else growth.growth(self, on)
        if long_overdue:
            runs, changes_on = (), on + timedelta(days=1)
        return LoanState(
            on=on,
            status=status,
            lines=lines,
            receipts=tuple(self.receipts),
            figures=self._figures(on, overdue_days),
            principal=self._balance(),
            due=sum(line.outstanding for line in unpaid if line.due_on <= on) if living else 0,
            interest_due=sum(self._left(row, INTEREST) for row in self.rows if row.due_on <= on) if living else 0,
            overdue_days=overdue_days,
            payoff=max(0, self._payoff(on)) if living else self._still_claimed(),
            next_due_on=unpaid[0].due_on if unpaid and living else None,
            runs=runs,
            changes_on=changes_on,
        )

    def _never_lent(self, on: date) -> LoanState:
        received, paid_out = self.lent + self.overpaid + self.refunded, self.lent + self.refunded
        return LoanState(
            on=on,
            status=Status.CANCELLED,
            lines=(),
            receipts=tuple(self.receipts),
            figures=Figures(overpaid=self.overpaid, received=received, paid_out=paid_out),
            principal=0,
            due=0,
            interest_due=0,
            overdue_days=0,
            payoff=0,
            next_due_on=None,
            runs=(),
            changes_on=None,
        )

    def _lines(self, on: date) -> tuple[Line, ...]:
        lines = []
        balance = self.lent
        for number, row in enumerate(self.rows, start=1):
            principal, waived = row.principal, row.waived
            balance -= principal
            interest, fee, penalty = row.interest - waived[INTEREST], row.fee - waived[FEE], 0
            if row.past_grace or row.penalty_kept:
                penalty = row.penalty(self.late_denominator, self.terms.rounding) - waived[PENALTY]
            paid = sum(row.paid)
            if paid >= principal + interest + fee + penalty:
                status = "paid"
            elif row.due_on < on:
                status = "overdue"
            elif row.due_on == on:
                status = "due"
            else:
                status = "partial" if paid else "upcoming"
            lines.append(Line(number, row.start, row.due_on, principal, interest, fee, penalty, balance, paid, status))
        return tuple(lines)
