"""What is done to loans. Each verb takes the loan under lock, folds, posts the difference, and tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger.model import Account
from xindai.lending.life import fold
from xindai.lending.life.model import FIGURE_NAMES, MOVES, Fact, FactKind, Figures, Status
from xindai.lending.loans import _store, postings
from xindai.lending.loans.model import Loan, LoanId, LoanNotLiving, Moved
from xindai.products import documents
from xindai.products.catalogue.model import Product
from xindai.products.terms import Terms
from xindai.values import ids
from xindai.values.money import Money
from xindai.values.rate import rate


def open_loan(
    tx: Tx,
    *,
    loan_id: LoanId,
    offer_id: str | None,
    person_id: str,
    product: Product,
    principal: Money,
    annual_rate: str,
    months: int,
    line_id: str | None = None,
) -> None:
    """A loan from an accepted offer or drawn on a line, waiting for its pay-out; the same again changes nothing."""
    _store.add(
        tx,
        Loan(
            id=loan_id,
            reference=ids.reference(loan_id),
            offer_id=offer_id,
            line_id=line_id,
            person_id=person_id,
            product=product.ref,
            principal=principal,
            annual_rate=annual_rate,
            months=months,
            status=Status.AWAITING_PAY_OUT,
            terms=None,
            facts=(),
            standing=None,
        ),
    )


def disburse(tx: Tx, *, loan_id: str, product: Product, on: date) -> None:
    """The money has gone out on the day `on`: terms begin, the ledger takes the loan in. Twice is once."""
    loan, through = _store.take_one(tx, loan_id)
    if loan.terms is not None:
        return
    terms = product.terms(
        principal=loan.principal, annual_rate=rate(loan.annual_rate), months=loan.months, disbursed_on=on
    )
    _begin(tx, loan, terms, through=through, against=Account.CASH)


def take_over(
    tx: Tx, *, loan_id: LoanId, line_id: str, person_id: str, product: Product, terms: Terms, against: Account
) -> None:
    """A loan on a line for which no money goes out: it takes over what stands in the account `against`. Twice is once."""
    loan = Loan(
        id=loan_id,
        reference=ids.reference(loan_id),
        offer_id=None,
        line_id=line_id,
        person_id=person_id,
        product=product.ref,
        principal=terms.principal,
        annual_rate=str(terms.annual_rate),
        months=terms.installments,
        status=Status.AWAITING_PAY_OUT,
        terms=None,
        facts=(),
        standing=None,
    )
    if _store.add(tx, loan, against=against):
        loan, through = _store.take_one(tx, loan_id)
        _begin(tx, loan, terms, through=through, against=against)


def _begin(tx: Tx, loan: Loan, terms: Terms, *, through: date | None, against: Account) -> None:
    on = terms.disbursed_on
    _store.begin(tx, loan.id, terms=documents.terms_document(terms), on=on)
    moved = Moved(loan, *fold.fold_ahead(terms, (), on=_today(tx, through, on)))
    _move(
        tx, [moved], through=through, cause=f"{loan.id}|disbursed", kind="disbursement", counts_on=on, against=against
    )


def cancel(tx: Tx, *, loan_id: str) -> None:
    """The money never went out."""
    loan, _ = _store.take_one(tx, loan_id)
    if loan.status is Status.CANCELLED:
        return
    event = MOVES[loan.status][Status.CANCELLED]
    tx.run("UPDATE loan SET status = :status WHERE id = :id", status=Status.CANCELLED.value, id=loan_id)
    publish(tx, Event(event, loan_id, {"person": loan.person_id}))


def record(tx: Tx, *, loan_id: str, fact: Fact, against: Account = Account.CASH) -> None:
    """Something happened to a loan: post the difference today, whatever day the fact counts on.

    What a receipt brings comes from the account `against`.
    The same fact id twice changes nothing. Refuses: LoanMissing, LoanNotLiving, FactImpossible, FactUnknown.
    """
    is_plain = _is_plain(tx, fact) and against is Account.CASH
    if is_plain and _store.pay_as_planned(tx, [(loan_id, fact)], cause=fact.id, currency="CNY"):
        return
    loan, through = _store.take_one(tx, loan_id)
    moved = _with(tx, loan, fact, through)
    if moved is None:
        return
    with tx.together():
        _store.add_facts(tx, [(loan, fact)])
        kind = fact.kind.value
        _move(tx, [moved], through=through, cause=fact.id, kind=kind, counts_on=fact.on, against=against)


def record_many(tx: Tx, *, facts: Sequence[tuple[str, Fact]], cause: str) -> int:
    """Repayments of a file, one a loan, posted together; how many were new. What was recorded before is left.

    Refuses: LoanMissing, LoanNotLiving, FactImpossible.
    """
    wanted = dict(facts)
    assert len(wanted) == len(facts), "one fact a loan"
    plain = [(loan_id, fact) for loan_id, fact in facts if _is_plain(tx, fact)]
    done = _store.pay_as_planned(tx, plain, cause=f"{cause}|as planned", currency="CNY")
    wanted = {loan_id: fact for loan_id, fact in facts if fact.id not in done}
    taken, through = _store.take(tx, sorted(wanted))
    moved, added = [], []
    for loan in taken:
        fact = wanted.pop(loan.id)
        one = _with(tx, loan, fact, through)
        if one is not None:
            moved.append(one)
            added.append((loan, fact))
    if wanted:
        _store.load(tx, next(iter(wanted)))
    with tx.together():
        _store.add_facts(tx, added)
        _move(tx, moved, through=through, cause=cause, kind="repayment")
    return len(done) + len(moved)


def hold(tx: Tx, loan_ids: Sequence[str]) -> None:
    """Nobody else moves these loans until this transaction ends."""
    _store.take(tx, loan_ids)


def sell(tx: Tx, *, prices: Mapping[str, int], sale_id: str, against: Account) -> int:
    """These claims are another's from today, each for its price, which comes from the account `against`; how many were ours still.

    What was not charged off yet is given up in the same entry: a price is what came of it. The same sale twice changes
    nothing. Refuses: FactImpossible, LoanNotLiving.
    """
    taken, through = _store.take(tx, sorted(prices))
    given_up, sold, moved = [], [], []
    for loan in taken:
        facts = [Fact(id=f"{sale_id}|{loan.id}", kind=FactKind.SALE, on=tx.on, amount=prices[loan.id])]
        if any(known.id == facts[0].id for known in loan.facts):
            continue
        if loan.terms is None or loan.standing is None:
            raise LoanNotLiving(status=loan.status.value)
        before = loan
        if loan.status is not Status.CHARGED_OFF:
            facts.insert(0, Fact(id=f"{loan.id}|charge_off|{tx.on}", kind=FactKind.CHARGE_OFF, on=tx.on))
            given_up.append((loan, facts[0]))
            before = replace(loan, facts=(*loan.facts, facts[0]))
        sold.append((before, facts[-1]))
        on = _today(tx, through, loan.standing.on)
        moved.append(Moved(loan, *fold.fold_ahead(loan.terms, (*loan.facts, *facts), on=on)))
    with tx.together():
        _store.add_facts(tx, given_up)
        _store.add_facts(tx, sold)
        _move(tx, moved, through=through, cause=sale_id, kind="sale", against=against)
    return len(moved)


def _is_plain(tx: Tx, fact: Fact) -> bool:
    """Whether it might be the payment of the next instalment of a loan that is paid as planned."""
    return fact.kind is FactKind.REPAYMENT and fact.on == tx.on


def _with(tx: Tx, loan: Loan, fact: Fact, through: date | None) -> Moved | None:
    """The loan after one more fact; none if it has it already. Refuses: LoanNotLiving, FactImpossible, FactUnknown."""
    if loan.terms is None or loan.standing is None:
        raise LoanNotLiving(status=loan.status.value)
    if any(known.id == fact.id for known in loan.facts):
        return None
    on = _today(tx, through, loan.standing.on)
    return Moved(loan, *fold.fold_ahead(loan.terms, (*loan.facts, fact), on=on))


def turn(tx: Tx, *, on: date) -> int:
    """Let loans that are paid as planned, and whose period ended the day before `on`, begin the next one; how many.

    No figure moves by it, and twice is once.
    """
    return _store.turn_as_planned(tx, on)


def fold_changed(tx: Tx, *, loan_ids: Sequence[str], on: date, cause: str) -> int:
    """Bring loans that do more than grow to the end of the day `on`, posted as one entry; how many.

    Loans that stand there already are left alone, so the same chunk twice posts nothing twice.
    """
    taken, through = _store.take(tx, loan_ids)
    moved, added = [], []
    for loan in taken:
        if loan.terms is None or loan.standing is None or loan.standing.on >= on:
            continue
        state, ahead = fold.fold_ahead(loan.terms, loan.facts, on=on)
        if loan.terms.charge_off_days is not None and state.overdue_days > loan.terms.charge_off_days:
            fact = Fact(id=f"{loan.id}|charge_off|{on}", kind=FactKind.CHARGE_OFF, on=on)
            added.append((loan, fact))
            state, ahead = fold.fold_ahead(loan.terms, (*loan.facts, fact), on=on)
        moved.append(Moved(loan, state, ahead))
    with tx.together():
        _store.add_facts(tx, added)
        _move(tx, moved, through=through, cause=cause, kind="close_of_day")
    return len(moved)


def accrue(tx: Tx, *, on: date, cause: str) -> int:
    """Carry what all other loans grow by on the day `on` into the ledger, as one sum; how many grew. Twice is once."""
    tx.run(f"SELECT pg_advisory_xact_lock({_store.ACCRUAL_LOCK})")
    through = tx.value("SELECT through FROM accrual")
    if through is not None and through >= on:
        return 0
    assert not tx.value("SELECT 1 FROM loan_standing WHERE changes_on <= :on AND on_day < :on LIMIT 1", on=on)
    before = "greatest(s.on_day, CAST(:before AS date))"
    row = tx.rows(
        "WITH grown AS (SELECT s.interest - s.unearned AS net,"
        f" {_store.GROWN_INTEREST.format(day='CAST(:on AS date)')} AS now, {_store.GROWN_INTEREST.format(day=before)} AS was,"
        f" CASE WHEN s.penalty_per IS NULL THEN 0 ELSE {_store.GROWN_PENALTY.format(day='CAST(:on AS date)')}"
        f" - {_store.GROWN_PENALTY.format(day=before)} END AS late"
        " FROM loan_standing s WHERE s.on_day < :on AND (s.interest_per IS NOT NULL OR s.penalty_per IS NOT NULL))"
        " SELECT count(*) AS loans, coalesce(sum(now - was), 0) AS earned_interest, coalesce(sum(late), 0) AS penalty,"
        " coalesce(sum(greatest(0, net + now) - greatest(0, net + was)), 0) AS interest,"
        " coalesce(sum(greatest(0, -net - now) - greatest(0, -net - was)), 0) AS unearned FROM grown",
        on=on,
        before=through or date.min,
    )[0]
    change = Figures(
        interest=int(row["interest"]),
        unearned=int(row["unearned"]),
        earned_interest=int(row["earned_interest"]),
        penalty=int(row["penalty"]),
        earned_penalty=int(row["penalty"]),
    )
    ledger.post(tx, [postings.entry(change, cause=cause, kind="accrual", on=on, currency="CNY")])
    tx.run("UPDATE accrual SET through = :on", on=on)
    return int(row["loans"])


def _today(tx: Tx, through: date | None, on: date) -> date:
    return max(tx.on, through or tx.on, on)


def _move(
    tx: Tx,
    moved: Sequence[Moved],
    *,
    through: date | None,
    cause: str,
    kind: str,
    counts_on: date | None = None,
    against: Account = Account.CASH,
) -> None:
    """Keep the new states, post their joint change as one entry, tell of every move."""
    if not moved:
        return
    change = dict.fromkeys(FIGURE_NAMES, 0)
    told = []
    for loan, state, _ in moved:
        before = loan.figures(through)
        for name in FIGURE_NAMES:
            change[name] += getattr(state.figures, name) - getattr(before, name)
        if state.status is not loan.status:
            event = _event(loan.status, state.status)
            told.append(Event(event, loan.id, {"person": loan.person_id, "on": state.on.isoformat()}))
    _store.keep(tx, moved)
    on = moved[0].state.on
    ledger.post(
        tx,
        [
            postings.entry(
                Figures(**change),
                cause=cause,
                kind=kind,
                on=on,
                currency=moved[0].loan.principal.currency,
                corrects=counts_on if counts_on is not None and counts_on < on else None,
                against=against,
            )
        ],
    )
    publish(tx, *told)


def _event(before: Status, after: Status) -> str:
    """The event of a move; a loan that passes through a state within one step tells where it ended."""
    direct = MOVES[before].get(after)
    if direct is not None:
        return direct
    return next(MOVES[between][after] for between in MOVES[before] if after in MOVES[between])


def note_lateness(tx: Tx, *, on: date) -> int:
    """Keep the most days overdue of each loan in each month, as it stands on the evening of `on`; how many are late."""
    return tx.run(
        "INSERT INTO loan_late_month (loan_id, month, worst_days)"
        " SELECT l.id, date_trunc('month', CAST(:on AS date))::date, CAST(:on AS date) - s.next_due_on"
        " FROM loan_standing s JOIN loan l ON l.id = s.loan_id WHERE s.next_due_on < :on AND l.status = 'overdue'"
        " ON CONFLICT (loan_id, month) DO UPDATE SET worst_days = greatest(loan_late_month.worst_days, excluded.worst_days)",
        on=on,
    )
