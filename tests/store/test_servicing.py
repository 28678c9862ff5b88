"""Servicing on a real PostgreSQL: the ledger equals the folds every evening, however the day went."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from evenings import BEGAN, close, lend, set_day
from xindai.base.db import Database, Tx
from xindai.book.loss import operations as losing
from xindai.book.loss import queries as losses
from xindai.book.loss.model import late_from
from xindai.governance import books as proof
from xindai.governance.partners import queries as partners
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger import queries as books
from xindai.lending.ledger.model import Account, Entry
from xindai.lending.life import fold
from xindai.lending.life.model import LIVING, Fact, FactImpossible, FactKind
from xindai.lending.line import operations as lines
from xindai.lending.line import queries as lined
from xindai.lending.line.model import LineId, OverLimit
from xindai.lending.loans import operations as loans
from xindai.lending.loans import postings
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.products.catalogue.model import Partner, Product
from xindai.products.catalogue.starter import CONSUMER, CREDIT_LINE
from xindai.products.terms import InterestBy, Method, Part
from xindai.values.business_days import Shift
from xindai.values.money import Money
from xindai.values.rate import DayCount, Rate, rate


def prove(tx: Tx, ids: list[str]) -> None:
    """Standings are folds, and the ledger is their sum."""
    assert lent.differing(tx, ids) is None
    shown = {one.account: one.minor for one in books.trial_balance(tx) if one.minor}
    assert shown == {account: minor for account, minor in postings.balances(lent.totals(tx)).items() if minor}


def products() -> Iterator[Product]:
    for method in (Method.ANNUITY, Method.EQUAL_PRINCIPAL, Method.FLAT, Method.INTEREST_ONLY, Method.FLEXIBLE):
        for day_count in (DayCount.D30_360, DayCount.ACT_365, DayCount.ACT_ACT):
            yield replace(CONSUMER, method=method, day_count=day_count)


def something(chance: random.Random, number: int, on: date) -> Fact:
    kind = chance.choice(
        [FactKind.REPAYMENT] * 5 + [FactKind.PREPAYMENT] * 2
        + [FactKind.FEE, FactKind.WAIVER, FactKind.RATE_CHANGE, FactKind.INTEREST_PAUSE, FactKind.RESCHEDULE]
    )  # fmt: skip
    counts_on = on - timedelta(days=chance.choice([0, 0, 0, 1, 9]))
    return Fact(
        f"fact_{number}", kind, max(BEGAN, counts_on), chance.choice([50_00, 530_00, 4_000_00]), Part.INTEREST,
        rate=Rate(9, 100), until=on + timedelta(days=9), installments=4, first_due_on=on + timedelta(days=20),
    )  # fmt: skip


def test_every_evening_the_ledger_is_what_the_loans_fold_to(database: Database) -> None:
    chance = random.Random(7)
    set_day(database, BEGAN)
    with database.transaction() as tx:
        ids = [lend(tx, number, product) for number, product in enumerate(products())]
    day = BEGAN
    for number in range(120):
        for try_ in range(3):
            with database.transaction() as tx:
                loan_id = chance.choice(ids)
                try:
                    loans.record(tx, loan_id=loan_id, fact=something(chance, 10 * number + try_, day))
                except FactImpossible:
                    continue
        if number % 10 == 5:
            with database.transaction() as tx:
                prove(tx, ids)
        close(database, day)
        day += timedelta(days=1)
        if number % 10 == 9:
            with database.transaction() as tx:
                prove(tx, ids)
    with database.transaction() as tx:
        prove(tx, ids)
        for back in (1, 40, 110):
            before = day - timedelta(days=back)
            kept = {one.account: one.minor for one in books.trial_balance(tx, on=before)}
            summed = {
                row["account"]: int(row["minor"])
                for row in tx.rows(
                    "SELECT l.account, sum(l.amount) AS minor FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id"
                    " WHERE e.on_day <= :on GROUP BY l.account",
                    on=before,
                )
            }
            assert {account: minor for account, minor in kept.items() if minor} == {
                account: minor for account, minor in summed.items() if minor
            }
        late = [one for one in books.general_ledger(tx, account="principal", since=BEGAN, until=day) if one.corrects]
        assert late
        assert all(one.corrects and one.corrects < one.on for one in late)


def test_loans_paid_as_planned_move_by_sums_and_stand_where_a_fold_puts_them(database: Database) -> None:
    """Most pay each instalment whole, on its day or before; some skip, pay less, or early: those are folded."""
    chance = random.Random(11)
    set_day(database, BEGAN)
    shifted = replace(CONSUMER, shift=Shift.FOLLOWING)
    by_day = replace(CONSUMER, interest_by=InterestBy.DAY, day_count=DayCount.ACT_365)
    sold = [*products(), CONSUMER, shifted, replace(shifted, shifts_interest=True), by_day]
    with database.transaction() as tx:
        ids = [lend(tx, number, product) for number, product in enumerate(sold * 3)]
    day, by_sums, turned = BEGAN, 0, 0
    for number in range(215):
        with database.transaction() as tx:
            due = lent.due(tx, by=day + timedelta(days=chance.choice([0, 0, 4])), on=day)
            facts = [
                (one.loan_id, Fact(f"{one.loan_id}|{day}", FactKind.REPAYMENT, day, one.amount))
                for one in due
                if chance.random() < 0.9
            ]
            if number % 3 == 1:
                for loan_id, fact in facts:
                    loans.record(tx, loan_id=loan_id, fact=fact)
                    loans.record(tx, loan_id=loan_id, fact=fact)
            elif facts:
                assert loans.record_many(tx, facts=facts, cause=f"file|{day}") == len(facts)
                assert loans.record_many(tx, facts=facts, cause=f"file|{day}|again") == 0
            if number % 9 == 4:
                odd = Fact(f"odd|{day}", chance.choice([FactKind.REPAYMENT, FactKind.PREPAYMENT]), day, 77_00)
                loans.record(tx, loan_id=chance.choice(ids), fact=odd)
            by_sums += int(tx.value("SELECT count(*) FROM loan_standing WHERE paid_ahead > 0"))
            turned += int(tx.value("SELECT count(*) FROM loan_standing WHERE turned > 0"))
            prove(tx, ids)
        close(database, day)
        day += timedelta(days=1)
    with database.transaction() as tx:
        prove(tx, ids)
        closed = tx.value("SELECT count(*) FROM loan WHERE status = 'closed'")
    assert closed > len(ids) * 0.8
    assert by_sums > 1000
    assert turned > 1000


def test_money_comes_in_while_the_day_is_closed(database: Database) -> None:
    set_day(database, BEGAN)
    with database.transaction() as tx:
        ids = [lend(tx, number) for number in range(40)]
    day = BEGAN
    for _ in range(35):

        def pay(loan_id: str, day: date = day) -> None:
            with database.transaction() as tx:
                fact = Fact(f"{loan_id}|{day}", FactKind.REPAYMENT, day, 20_00)
                loans.record(tx, loan_id=loan_id, fact=fact)
                loans.record(tx, loan_id=loan_id, fact=fact)

        with ThreadPoolExecutor(5) as pool:
            paying = [pool.submit(pay, loan_id) for loan_id in ids[:12]]
            with database.transaction() as tx:
                changed = lent.changed(tx, part=0, of=1, after="", most=1000, on=day)
                loans.fold_changed(tx, loan_ids=changed, on=day, cause=f"fold|{day}")
            with database.transaction() as tx:
                loans.accrue(tx, on=day, cause=f"accrue|{day}")
            for one in paying:
                one.result()
        with database.transaction() as tx:
            ledger.close_day(tx, on=day, loans=0)
            tx.run("UPDATE clock SET business_day = :next", next=day + timedelta(days=1))
        day += timedelta(days=1)
    with database.transaction() as tx:
        prove(tx, ids)
        assert lent.totals(tx).received == 35 * 12 * 20_00


def test_a_file_of_repayments_posts_what_each_alone_would(database: Database) -> None:
    set_day(database, BEGAN)
    with database.transaction() as tx:
        ids = [lend(tx, number, months=3 + 3 * (number % 2)) for number in range(30)]
    set_day(database, BEGAN + timedelta(days=31))
    filed = [
        (loan_id, Fact(f"file|{loan_id}", FactKind.REPAYMENT, BEGAN + timedelta(days=31), 300_00)) for loan_id in ids
    ]
    with database.transaction() as tx:
        assert loans.record_many(tx, facts=filed, cause="file one") == 30
    with database.transaction() as tx:
        assert loans.record_many(tx, facts=filed, cause="file one again") == 0
        prove(tx, ids)
        view = lent.view(tx, ids[0])
        assert view.loan.terms is not None
        alone = fold.fold(view.loan.terms, [filed[0][1]], on=tx.on)
        assert view.state == alone


def test_a_closed_day_takes_no_entry(database: Database) -> None:
    set_day(database, BEGAN)
    close(database, BEGAN)
    entry = Entry("late", "x", BEGAN, "CNY", ((Account.CASH, 5), (Account.PRINCIPAL, -5)))
    with pytest.raises(psycopg.Error, match="is closed"), database.transaction() as tx:
        ledger.post(tx, [entry])


def test_parallel_draws_on_connections_of_their_own_never_pass_the_limit(database: Database) -> None:
    set_day(database, BEGAN)
    line_id = LineId("line_x")
    with database.transaction() as tx:
        lines.open_line(
            tx, line_id=line_id, offer_id="offer_x", person_id="per_x", product=CREDIT_LINE, limit=Money(5_000_00),
            annual_rate="0.144", months=12,
        )  # fmt: skip

    def draw(number: int) -> bool:
        try:
            with database.transaction() as tx:
                lines.draw(
                    tx, line_id=line_id, loan_id=LoanId(f"loan_{number}"), person_id="per_x", product=CREDIT_LINE,
                    amount=Money(700_00), months=3,
                )  # fmt: skip
        except OverLimit:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        drawn = list(pool.map(draw, range(40)))
    assert sum(drawn) == 7
    with database.transaction() as tx:
        assert lined.get(tx, line_id).used == Money(4_900_00)
    assert draw(drawn.index(True))


def test_partners_carry_their_share_of_every_loan_on_any_day(database: Database) -> None:
    chance = random.Random(11)
    set_day(database, BEGAN)
    third = Rate(1, 3)
    shared = [
        replace(CONSUMER, code="two", partners=(Partner("river", "河畔银行", rate("0.7")),)),
        replace(CONSUMER, code="three", interest_by=InterestBy.DAY, day_count=DayCount.ACT_365,
                partners=(Partner("river", "河畔银行", third), Partner("hill", "山前银行", Rate(2, 7)))),
    ]  # fmt: skip
    with database.transaction() as tx:
        ids = [lend(tx, number, (*shared, CONSUMER)[number % 3], amount=3_000_01 + number) for number in range(18)]
    day = BEGAN
    remembered: dict[date, dict[str, dict[str, int]]] = {}
    for number in range(70):
        for try_ in range(2):
            with database.transaction() as tx, suppress(FactImpossible):
                loans.record(tx, loan_id=chance.choice(ids), fact=something(chance, 10 * number + try_, day))
        if number == 65:
            with database.transaction() as tx:
                loans.record(tx, loan_id=ids[0], fact=Fact("all", FactKind.PREPAYMENT, day, 9_000_00))
        with database.transaction() as tx:
            assert partners.differing(tx, shared) is None
        close(database, day, shared)
        with database.transaction() as tx:
            assert partners.differing(tx, shared) is None
            remembered[day] = {
                code: minors(partners.trial_balance(tx, code, shared)) for code in ("river", "hill", "own")
            }
            whole = {one.account: one.minor for one in books.trial_balance(tx)}
            for account, minor in whole.items():
                assert sum(of[account] for of in remembered[day].values()) == minor
        day += timedelta(days=1)
    with database.transaction() as tx:
        for day, of in remembered.items():
            for code, balances in of.items():
                assert minors(partners.trial_balance(tx, code, shared, on=day)) == balances
        since = BEGAN + timedelta(days=9)
        opened = {one.account: one.opening for one in partners.trial_balance(tx, "own", shared, since=since)}
        assert opened == remembered[since - timedelta(days=1)]["own"]
        listed = partners.loans_of(tx, "hill", shared, after=None, most=4)
        assert [loan.id for loan, _ in listed] == sorted((one for one in ids if int(one[-4:]) % 3 == 1), reverse=True)[
            :4
        ]
        with pytest.raises(partners.PartnerMissing):
            partners.trial_balance(tx, "nobody", shared)
        tx.run("INSERT INTO partner_balance VALUES ('hill', :on, 'fee', 1)", on=BEGAN - timedelta(days=9))
        assert partners.differing(tx, shared) == "hill"


def minors(balances: list[partners.PartBalance]) -> dict[str, int]:
    assert sum(one.minor for one in balances) == 0
    return {one.account: one.minor for one in balances}


def test_the_allowance_follows_how_late_the_book_is_and_goes_when_the_book_does(database: Database) -> None:
    set_day(database, BEGAN)
    shared = replace(CONSUMER, code="two", partners=(Partner("river", "河畔银行", rate("0.7")),))
    with database.transaction() as tx:
        ids = [lend(tx, number, (CONSUMER, shared)[number % 2]) for number in range(6)]
    day, asked = BEGAN, dict[date, int]()
    while day < BEGAN + timedelta(days=230):
        with database.transaction() as tx:
            if day == BEGAN + timedelta(days=200):
                for number, loan_id in enumerate(ids):
                    loans.record(tx, loan_id=loan_id, fact=Fact(f"all{number}", FactKind.PREPAYMENT, day, 9_000_00))
            elif day.day == 28:
                for loan_id in ids[:2]:
                    due = lent.states(tx, [loan_id], on=day)[loan_id].due
                    if due:
                        loans.record(tx, loan_id=loan_id, fact=Fact(f"{day}{loan_id}", FactKind.REPAYMENT, day, due))
        for _ in range(2):
            with database.transaction() as tx:
                aged = losing.age(tx, on=day, co_lent=[shared])
        with database.transaction() as tx:
            counted: dict[tuple[str, int], int] = {}
            for one in aged:
                counted[one.product, one.late_from] = counted.get((one.product, one.late_from), 0) + one.loans
            assert counted == by_fold(tx, ids, day)
            asked[day] = sum(one.allowance for one in aged)
            assert books.balance(tx, "loss_allowance", on=day) == -asked[day]
            assert losses.off_by(tx)[1] == 0
        close(database, day, [shared])
        day += timedelta(days=1)
    assert asked[BEGAN] == round(3 * 3_000_00 * 0.01) + round(3 * 3_000_00 * 0.3 * 0.01)
    assert max(asked.values()) > 10 * asked[BEGAN]
    assert asked[BEGAN + timedelta(days=200)] == 0
    with database.transaction() as tx:
        spent = books.balance(tx, "loss_allowance_change", on=day)
        assert (spent, books.balance(tx, "loss_allowance", on=day)) == (0, 0)


def by_fold(tx: Tx, ids: list[str], on: date) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for loan_id, state in lent.states(tx, ids, on=on).items():
        if state.status in LIVING:
            bucket = max(one for one in (0, *late_from(on)) if one <= state.overdue_days)
            key = (lent.product_of(tx, loan_id), bucket)
            found[key] = found.get(key, 0) + 1
    return found


MOVED_CENTS = {
    "UPDATE ledger_line SET amount = amount + 1 WHERE (entry_id, account) IN (SELECT entry_id, account FROM ledger_line"
    " ORDER BY entry_id, account LIMIT 1)": {"entries_balance", "ledger_is_loans"},
    "UPDATE loan_standing SET principal = principal + 1 WHERE loan_id = 'loan_0001'": {"ledger_is_loans", "loans_fold"},
    "UPDATE loan_standing SET interest = interest + 1, earned_interest = earned_interest + 1 WHERE loan_id = 'loan_0002'": {
        "ledger_is_loans", "loans_fold",
    },
    "UPDATE loan_standing SET interest_step = interest_step + 1000000 WHERE loan_id = 'loan_0000'": {"ledger_is_loans"},
    "UPDATE loan_fact SET amount = amount - 1 WHERE id = 'paid'": {"loans_fold", "collections_facts"},
    "UPDATE portfolio_day SET allowance = allowance + 1 WHERE on_day = (SELECT max(on_day) FROM portfolio_day)"
    " AND late_from = 0": {"losses_covered"},
    "UPDATE ledger_line SET amount = amount + CASE account WHEN 'cash' THEN 1 ELSE -1 END WHERE account IN ('cash', 'principal')"
    " AND entry_id = (SELECT min(entry_id) FROM ledger_line)": {"ledger_is_loans"},
}  # fmt: skip


def test_a_cent_moved_anywhere_is_found_by_the_books(database: Database, owned: Database) -> None:
    set_day(database, BEGAN)
    with database.transaction() as tx:
        ids = [lend(tx, number) for number in range(3)]
    day = BEGAN
    for number in range(20):
        with database.transaction() as tx:
            if number == 9:
                loans.record(tx, loan_id=ids[0], fact=Fact("paid", FactKind.REPAYMENT, day, 500_00))
            losing.age(tx, on=day, co_lent=())
        close(database, day)
        day += timedelta(days=1)
    with database.transaction() as tx:
        sound = {one.code for one in proof.prove(tx) if one.broken}
    assert sound == {"collections_facts", "pay_outs_loans", "offers_kept", "receipts_allocated", "cash_moved"}, (
        "no bank, no offers here"
    )
    for moved, found in MOVED_CENTS.items():
        with suppress(_Undone), owned.transaction() as tx:
            tx.run("SET LOCAL session_replication_role = replica")  # triggers would refuse it
            assert tx.run(moved) >= 1, moved
            broken = {one.code for one in proof.prove(tx) if one.broken}
            assert found <= broken, (moved, broken)
            raise _Undone
    with database.transaction() as tx:
        evening = {one.code for one in proof.prove(tx, only=proof.EVERY_EVENING)}
        assert evening == set(proof.EVERY_EVENING)


class _Undone(Exception):
    """What was moved is put back."""


def test_two_receipts_of_one_loan_do_not_wait_for_each_other_in_a_ring(database: Database) -> None:
    """Each row that names a loan shares the loan's key until it commits; both then want to move the loan."""
    with database.transaction() as tx:
        loan_id = lend(tx, 1)
    shared, moved = threading.Barrier(2), list[int]()

    def receive(amount: int) -> None:
        with database.transaction() as tx:
            tx.run("SELECT 1 FROM loan WHERE id = :id FOR KEY SHARE", id=loan_id)  # what a foreign key's check does
            shared.wait(10)
            fact = Fact(id=f"rcp_{amount}", kind=FactKind.REPAYMENT, on=tx.on, amount=amount)
            loans.record(tx, loan_id=loan_id, fact=fact)
        moved.append(amount)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(receive, (100, 200)))
    assert sorted(moved) == [100, 200]
