"""Questions about loans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from xindai.base.db import Tx, array
from xindai.lending.life import fold
from xindai.lending.life.model import (
    FIGURE_NAMES,
    LIVING,
    Fact,
    FactImpossible,
    FactKind,
    FactUnknown,
    Figures,
    LoanState,
    Status,
)
from xindai.lending.life.shares import Share
from xindai.lending.loans import _store
from xindai.lending.loans.model import Loan, LoanMissing, LoanNotLiving
from xindai.products.terms import Prepayment, Terms
from xindai.values.money import Money
from xindai.values.refusal import Invalid


@dataclass(frozen=True, slots=True)
class LoanView:
    """A loan and its state as of a day; no state before it is paid out."""

    loan: Loan
    state: LoanState | None


def view(
    tx: Tx, loan_id: str, *, person_id: str | None = None, on: date | None = None, known: date | None = None
) -> LoanView:
    """One loan as of `on` (today without it), of that person if one is given. Refuses LoanMissing.

    It has no state before the day it was paid out. With `known`, from the facts that had been recorded by the end of that day.
    """
    loan = _store.load(tx, loan_id)
    if known is not None:
        loan = replace(loan, facts=_store.facts_of(tx, [loan_id], known=known).get(loan_id, ()))
    if person_id is not None and loan.person_id != person_id:
        raise LoanMissing(field="loan")
    day = on or tx.on
    if loan.terms is None or min(day, known or day) < loan.terms.disbursed_on:
        return LoanView(loan, None)
    return LoanView(loan, fold.fold(loan.terms, loan.facts, on=day))


def states(tx: Tx, ids: Sequence[str], *, on: date) -> dict[str, LoanState]:
    """Where several loans stand at the end of the day `on`, by id; one that was not paid out by then is left out."""
    return {loan_id: view.state for loan_id, view in views(tx, ids, on=on).items() if view.state is not None}


def views(tx: Tx, ids: Sequence[str], *, on: date) -> dict[str, LoanView]:
    """Several loans that were paid out by the end of the day `on`, and where they stood then."""
    return {
        loan.id: LoanView(loan, fold.fold(loan.terms, loan.facts, on=on))
        for loan in _store.load_many(tx, ids)
        if loan.terms is not None and loan.terms.disbursed_on <= on
    }


def has_fact(tx: Tx, loan_id: str, fact_id: str) -> bool:
    """Whether this is known to have happened to the loan."""
    return bool(tx.value("SELECT 1 FROM loan_fact WHERE id = :id AND loan_id = :loan", id=fact_id, loan=loan_id))


def preview(tx: Tx, loan_id: str, fact: Fact, *, person_id: str | None = None) -> LoanState:
    """How the loan would stand today if this happened.

    Refuses: LoanMissing, LoanNotLiving, FactUnknown, FactImpossible.
    """
    seen = view(tx, loan_id, person_id=person_id)
    if seen.loan.terms is None or seen.state is None:
        raise LoanNotLiving(status=seen.loan.status.value, field="loan")
    if fact.kind is FactKind.REVERSAL and all(fact.reverses != known.id for known in seen.loan.facts):
        raise FactUnknown(of=fact.reverses, field="of")
    if fact.on < seen.loan.terms.disbursed_on or fact.on > tx.on:
        raise FactImpossible(why="it counts from the pay-out to today", field="on")
    return fold.fold(seen.loan.terms, (*seen.loan.facts, fact), on=tx.on)


def causes(tx: Tx, loan_id: str) -> list[str]:
    """Under which causes entries of this loan alone are posted. Refuses LoanMissing."""
    loan = _store.load(tx, loan_id)
    return [f"{loan.id}|disbursed", *(fact.id for fact in loan.facts)]


def exists(tx: Tx, loan_id: str) -> bool:
    """Whether there is such a loan."""
    return bool(tx.value("SELECT 1 FROM loan WHERE id = :loan", loan=loan_id))


def person_of(tx: Tx, loan_id: str) -> str:
    """Whose loan it is. Refuses LoanMissing."""
    return _column(tx, "person_id", loan_id)


def product_of(tx: Tx, loan_id: str) -> str:
    """Which product it is. Refuses LoanMissing."""
    return _column(tx, "product", loan_id)


def _column(tx: Tx, column: str, loan_id: str) -> str:
    found = tx.value(f"SELECT {column} FROM loan WHERE id = :id", id=loan_id)
    if found is None:
        raise LoanMissing(field="loan")
    return str(found)


def has_borrowed(tx: Tx, person_id: str) -> bool:
    """Whether a person has, or ever had, a loan here."""
    return bool(tx.value("SELECT EXISTS (SELECT 1 FROM loan WHERE person_id = :person)", person=person_id))


def owing(tx: Tx, people: Sequence[str]) -> set[str]:
    """Those of these people who have a loan that is not at its end."""
    rows = tx.rows(
        "SELECT DISTINCT person_id FROM loan WHERE person_id = ANY(CAST(:people AS text[]))"
        " AND status IN ('awaiting_pay_out', 'current', 'overdue')",
        people=array(people),
    )
    return {row["person_id"] for row in rows}


def of_person(tx: Tx, person_id: str) -> list[LoanView]:
    """All loans of a person, the newest first."""
    ids = [row["id"] for row in tx.rows("SELECT id FROM loan WHERE person_id = :person", person=person_id)]
    loans = sorted(_store.load_many(tx, ids), key=lambda loan: loan.id, reverse=True)
    return [LoanView(loan, fold.fold(loan.terms, loan.facts, on=tx.on) if loan.terms else None) for loan in loans]


def page(tx: Tx, *, after: str | None, most: int, status: str | None = None) -> list[Loan]:
    """Up to `most` loans, newest first, older than `after`."""
    rows = tx.rows(
        "SELECT id FROM loan WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status) ORDER BY id DESC LIMIT :most",
        after=after,
        status=status,
        most=most,
    )
    return sorted(_store.load_many(tx, [row["id"] for row in rows]), key=lambda loan: loan.id, reverse=True)


def changed(tx: Tx, *, part: int, of: int, after: str, most: int, on: date) -> list[str]:
    """Ids of loans that do more than grow by the end of the day `on`, in order of id: one of `of` equal parts."""
    rows = tx.rows(
        "SELECT loan_id FROM loan_standing WHERE changes_on <= :on AND on_day < :on AND loan_id > :after"
        " AND (hashtext(loan_id) & 1023) % :of = :part ORDER BY loan_id LIMIT :most",
        on=on,
        after=after,
        part=part,
        of=of,
        most=most,
    )
    return [row["loan_id"] for row in rows]


def count_changed(tx: Tx, *, on: date) -> int:
    """How many loans do more than grow by the end of the day `on`."""
    return int(tx.value("SELECT count(*) FROM loan_standing WHERE changes_on <= :on AND on_day < :on", on=on))


@dataclass(frozen=True, slots=True)
class Due:
    """A loan with something to pay by the day asked for; `amount` in minor units."""

    loan_id: str
    person_id: str
    reference: str
    amount: int
    overdue_days: int
    due_on: date
    currency: str


def due(tx: Tx, *, by: date, on: date) -> list[Due]:
    """Living loans of which something falls due on or before `by`: what is due on the day `on`, or else by `by`."""
    ids = [
        row["loan_id"]
        for row in tx.rows("SELECT loan_id FROM loan_standing WHERE next_due_on <= :by ORDER BY loan_id", by=by)
    ]
    found = []
    for loan in _store.load_many(tx, ids):
        assert loan.terms is not None
        now = fold.fold(loan.terms, loan.facts, on=on)
        amount = now.due or fold.fold(loan.terms, loan.facts, on=by).due
        if amount and now.next_due_on is not None:
            found.append(
                Due(
                    loan.id,
                    loan.person_id,
                    loan.reference,
                    amount,
                    now.overdue_days,
                    now.next_due_on,
                    loan.principal.currency,
                )
            )
    return found


def received(tx: Tx, person_id: str, *, since: date) -> int:
    """What came of a person on all their loans, recorded on that day or later and not taken back, in minor units."""
    return int(
        tx.value(
            "SELECT coalesce(sum(f.amount), 0) FROM loan_fact f JOIN loan l ON l.id = f.loan_id"
            " WHERE l.person_id = :person AND f.kind IN ('repayment', 'prepayment') AND f.recorded_on >= :since"
            " AND NOT EXISTS (SELECT 1 FROM loan_fact r WHERE r.kind = 'reversal' AND r.reverses = f.id)",
            person=person_id,
            since=since,
        )
    )


WRITTEN_OFF_FROM = 181
"""A claim whose loan was charged off counts as so many days late on that day, and ages from there."""
_CLAIMS = (
    "SELECT l.person_id, s.off_balance AS owed, CAST(:on AS date) - f.on_day + :aged AS days FROM loan l"
    " JOIN loan_standing s ON s.loan_id = l.id JOIN loan_fact f ON f.loan_id = l.id AND f.kind = 'charge_off'"
    " WHERE l.status = 'charged_off' AND s.off_balance > 0"
)


def given_up_since(tx: Tx, ids: Sequence[str]) -> dict[str, date]:
    """Since when each of these loans is charged off, of those that are."""
    rows = tx.rows(
        "SELECT l.id, max(f.on_day) AS on_day FROM loan l JOIN loan_fact f ON f.loan_id = l.id AND f.kind = 'charge_off'"
        " WHERE l.status = 'charged_off' AND l.id = ANY(CAST(:ids AS text[])) GROUP BY l.id",
        ids=array(ids),
    )
    return {row["id"]: row["on_day"] for row in rows}


class Claim(NamedTuple):
    """What a person owes still on loans that were charged off, in minor units, and how late that is."""

    person_id: str
    owed: int
    days: int


def claims(tx: Tx) -> list[Claim]:
    """All of them, one a person (账销案存: written off is not forgiven)."""
    rows = tx.rows(
        f"SELECT person_id, sum(owed) AS owed, max(days) AS days FROM ({_CLAIMS}) c GROUP BY person_id ORDER BY person_id",
        on=tx.on,
        aged=WRITTEN_OFF_FROM,
    )
    return [Claim(row["person_id"], int(row["owed"]), row["days"]) for row in rows]


def lateness(tx: Tx, person_id: str, *, soon: int) -> tuple[int, bool]:
    """(how many days the oldest of what a person has not paid is late today, whether something falls due within `soon` days)."""
    row = tx.rows(
        "SELECT coalesce(max(CAST(:on AS date) - s.next_due_on), 0) AS days,"
        " coalesce(bool_or(s.next_due_on BETWEEN :on AND CAST(:on AS date) + CAST(:soon AS integer)), false) AS due"
        " FROM loan l JOIN loan_standing s ON s.loan_id = l.id"
        " WHERE l.person_id = :person AND l.status IN ('current', 'overdue') AND s.next_due_on IS NOT NULL",
        person=person_id,
        on=tx.on,
        soon=soon,
    )[0]
    claimed = tx.value(
        f"SELECT max(days) FROM ({_CLAIMS} AND l.person_id = :person) c",
        on=tx.on,
        aged=WRITTEN_OFF_FROM,
        person=person_id,
    )
    return max(0, row["days"], claimed or 0), row["due"]


def late_since(tx: Tx, *, on: date, days: int) -> list[tuple[str, str]]:
    """(loan, person) of the living loans whose oldest unpaid instalment is `days` days late on the day `on`."""
    rows = tx.rows(
        "SELECT l.id, l.person_id FROM loan_standing s JOIN loan l ON l.id = s.loan_id"
        " WHERE s.next_due_on = :due AND l.status = 'overdue' ORDER BY l.id",
        due=date.fromordinal(on.toordinal() - days),
    )
    return [(row["id"], row["person_id"]) for row in rows]


def days_late(tx: Tx, people: Sequence[str], *, on: date) -> dict[str, int]:
    """How many days the oldest unpaid instalment of each person is late on the evening of `on`; who is not late is left out."""
    rows = tx.rows(
        "SELECT l.person_id, CAST(:on AS date) - min(s.next_due_on) AS days FROM loan l"
        " JOIN loan_standing s ON s.loan_id = l.id WHERE l.person_id = ANY(CAST(:people AS text[]))"
        " AND l.status = 'overdue' AND s.next_due_on < :on GROUP BY l.person_id",
        people=array(people),
        on=on,
    )
    return {row["person_id"]: row["days"] for row in rows}


class Fate(NamedTuple):
    """What became of a loan so far: its status, and the most days it was ever overdue in the evening."""

    status: Status
    disbursed_on: date
    worst_days: int


def fates(tx: Tx, offer_ids: Sequence[str]) -> dict[str, Fate]:
    """What became of the loans of offers, by offer; those that were never paid out are left out."""
    rows = tx.rows(
        "SELECT l.offer_id, l.status, l.disbursed_on, coalesce(max(m.worst_days), 0) AS worst FROM loan l"
        " LEFT JOIN loan_late_month m ON m.loan_id = l.id WHERE l.offer_id = ANY(CAST(:offers AS text[]))"
        " AND l.disbursed_on IS NOT NULL GROUP BY l.id",
        offers=array(offer_ids),
    )
    return {row["offer_id"]: Fate(Status(row["status"]), row["disbursed_on"], row["worst"]) for row in rows}


class ByLateness(NamedTuple):
    """Living loans of a product that are at least `late_from` days overdue, up to the next bound; minor units."""

    product: str
    late_from: int
    loans: int
    principal: int


def by_lateness(tx: Tx, *, on: date, late_from: Sequence[int]) -> list[ByLateness]:
    """All living loans, in one sum, by product and by the bounds of `late_from` that their days overdue have passed."""
    rows = tx.rows(
        "SELECT l.product, width_bucket(greatest(0, :on - coalesce(s.next_due_on, :on)), CAST(:bounds AS integer[])) AS place,"
        " count(*) AS loans, sum(s.principal) AS principal FROM loan_standing s JOIN loan l ON l.id = s.loan_id"
        " WHERE l.status IN ('current', 'overdue') GROUP BY 1, 2 ORDER BY 1, 2",
        on=on,
        bounds=array(late_from),
    )
    bounds = (0, *late_from)
    return [ByLateness(row["product"], bounds[row["place"]], row["loans"], int(row["principal"])) for row in rows]


def payable(tx: Tx, loan_id: str, *, person_id: str) -> LoanState:
    """The state of a loan on which something may be paid today. Refuses LoanMissing, LoanNotLiving."""
    seen = view(tx, loan_id, person_id=person_id)
    if seen.state is None or seen.loan.status not in LIVING:
        raise LoanNotLiving(status=seen.loan.status.value, field="loan")
    return seen.state


def settling(tx: Tx, loan_id: str, *, person_id: str, on: date | None = None) -> tuple[LoanState, str]:
    """(the state on the day `on` if nothing else happens, its currency) of a loan that may be settled then.

    Refuses: LoanMissing, LoanNotLiving, FactImpossible for a day that has passed or is more than a year away.
    """
    payable(tx, loan_id, person_id=person_id)
    if on is not None and not 0 <= (on - tx.on).days <= 366:
        raise FactImpossible(why="a loan is settled from today to a year from now", field="on")
    seen = view(tx, loan_id, on=on)
    assert seen.state is not None
    return seen.state, seen.loan.principal.currency


def preview_prepayment(tx: Tx, loan_id: str, amount: Money, *, mode: Prepayment | None) -> LoanState:
    """The loan as it would stand had `amount` been repaid early today; above the payoff it is settled.

    Refuses: LoanMissing, LoanNotLiving, Invalid.
    """
    if amount.minor <= 0:
        raise Invalid("The amount is more than zero.", field="amount")
    fact = Fact("preview", FactKind.PREPAYMENT, tx.on, amount.minor, prepayment=mode)
    return preview(tx, loan_id, fact)


def between(tx: Tx, loan_id: str, *, person_id: str, since: date, until: date | None) -> tuple[int, LoanView]:
    """(principal at the end of the day before `since`, the loan at the end of `until`). Refuses: LoanMissing, Invalid."""
    closing = view(tx, loan_id, person_id=person_id, on=until)
    if closing.loan.terms is None or closing.state is None:
        raise LoanNotLiving(status=closing.loan.status.value, field="loan")
    if since > closing.state.on:
        raise Invalid("A statement begins before it ends.", field="since")
    before = date.fromordinal(max(1, since.toordinal() - 1))
    if before < closing.loan.terms.disbursed_on:
        return 0, closing
    return fold.fold(closing.loan.terms, closing.loan.facts, on=before).principal, closing


def terms_of(tx: Tx, loan_id: str) -> Terms:
    """What was agreed. Refuses: LoanMissing, LoanNotLiving before it is paid out."""
    loan = _store.load(tx, loan_id)
    if loan.terms is None:
        raise LoanNotLiving(status=loan.status.value, field="loan")
    return loan.terms


def overpaid(tx: Tx, loan_id: str) -> int:
    """What the borrower has paid too much on a loan, in minor units. Refuses LoanMissing."""
    _column(tx, "id", loan_id)
    return int(tx.value("SELECT overpaid FROM loan_standing WHERE loan_id = :loan", loan=loan_id) or 0)


def currency_of(tx: Tx, loan_id: str) -> str:
    """What a loan is in. Refuses LoanMissing."""
    return _store.load(tx, loan_id).principal.currency


def differing(tx: Tx, ids: Sequence[str]) -> str | None:
    """The first loan whose standing is not what its terms and facts fold to, or none."""
    through = _store.accrued_through(tx)
    for loan in _store.load_many(tx, ids):
        if loan.terms is None or loan.standing is None:
            continue
        on = max([loan.standing.on, through or loan.standing.on, *(fact.on for fact in loan.facts)])
        state = fold.fold(loan.terms, loan.facts, on=on)
        if state.figures != loan.figures(on) or state.status is not loan.status:
            return loan.id
        planned = sum(line.principal for line in state.lines)
        if state.status is not Status.CANCELLED and planned != state.figures.paid_out - _refunded(loan.facts):
            return loan.id
    return None


def _refunded(facts: Sequence[Fact]) -> int:
    return sum(fact.amount for fact in fold.effective(facts) if fact.kind is FactKind.REFUND)


def totals(tx: Tx) -> Figures:
    """The figures of all loans together, as the ledger carries them now."""
    sums = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in FIGURE_NAMES)
    row = tx.rows(f"SELECT {sums} FROM ({_store.CARRIED}) c", through=_store.accrued_through(tx))[0]
    return Figures(**{name: int(row[name]) for name in FIGURE_NAMES})


def carried_parts(tx: Tx, cuts: Sequence[tuple[str, Share]]) -> Figures:
    """The sum of one lender's parts of all loans of some products, each with its share, as the ledger carries them now.

    `overpaid` and `received` are left at zero: the first is ours, the second follows from the others.
    """
    parts = [name for name in FIGURE_NAMES if name not in ("overpaid", "received")]
    sums = ", ".join(f"coalesce(sum(share_of(c.{name}, h.above, h.upto, h.per)), 0) AS {name}" for name in parts)
    row = tx.rows(
        f"SELECT {sums} FROM ({_store.CARRIED}) c JOIN loan l ON l.id = c.loan_id"
        " JOIN unnest(CAST(:refs AS text[]), CAST(:above AS bigint[]), CAST(:upto AS bigint[]), CAST(:per AS bigint[]))"
        " AS h (product, above, upto, per) ON h.product = l.product",
        through=_store.accrued_through(tx),
        refs=array([ref for ref, _ in cuts]),
        above=array([share.above for _, share in cuts]),
        upto=array([share.upto for _, share in cuts]),
        per=array([share.per for _, share in cuts]),
    )[0]
    return Figures(**{name: int(row[name]) for name in parts})


def carried_page(tx: Tx, products: Sequence[str], *, after: str | None, most: int) -> list[tuple[Loan, Figures]]:
    """Up to `most` loans of some products, newest first, older than `after`, each as the ledger carries it now."""
    rows = tx.rows(
        "SELECT id FROM loan WHERE product = ANY(:products) AND (CAST(:after AS text) IS NULL OR id < :after)"
        " ORDER BY id DESC LIMIT :most",
        products=array(products),
        after=after,
        most=most,
    )
    through = _store.accrued_through(tx)
    found = _store.load_many(tx, [row["id"] for row in rows])
    return [(loan, loan.figures(through)) for loan in reversed(found)]
