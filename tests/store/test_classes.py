"""The five classes on a real PostgreSQL: down at once, up by rule only, as a small calculation of its own has them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from evenings import BEGAN, close, lend, set_day
from xindai.base.db import Database, Tx
from xindai.book.loss import operations as losing
from xindai.book.loss import queries as losses
from xindai.book.loss.floors import FloorId, JudgementMoved, JudgementOpen, Status
from xindai.book.loss.model import AssetClass
from xindai.lending.ledger import queries as books
from xindai.lending.life.model import Fact, FactKind
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.products.catalogue.starter import CONSUMER
from xindai.values.four_eyes import SamePerson

LONG = replace(CONSUMER, code="long")
SHARES = {"normal": 1, "special_mention": 2, "substandard": 25, "doubtful": 50, "loss": 100}


def overdue(tx: Tx, loan_id: str, on: date) -> int:
    return lent.states(tx, [loan_id], on=on)[loan_id].overdue_days


def evening(database: Database, day: date) -> list[tuple[str, int]]:
    """The day ends, twice; (class, own principal) of the book."""
    for _ in range(2):
        with database.transaction() as tx:
            aged = losing.age(tx, on=day, co_lent=())
            assert losses.off_by(tx)[1] == 0
    close(database, day)
    return sorted((one.asset_class.value, one.own) for one in aged)


def by_hand(lateness: list[int]) -> str:
    """The class on the last of these evenings, reckoned from the days late of each: bad stays bad for six clean months."""
    bad, clean = False, 0
    for days in lateness:
        bad, clean = (True, 0) if days > 90 else (bad, clean + 1 if days == 0 else 0)
        if bad and clean > 183:
            bad = False
    days = lateness[-1]
    by_days = "loss" if days > 360 else "doubtful" if days > 270 else "substandard" if days > 90 else ""
    return by_days or ("substandard" if bad else "special_mention" if days else "normal")


def test_what_was_bad_comes_back_after_everything_was_paid_and_six_months_without_a_day_late(
    database: Database,
) -> None:
    set_day(database, BEGAN)
    with database.transaction() as tx:
        loan_id = lend(tx, 1, LONG, months=24)
    lateness, seen = list[int](), set[str]()
    day = BEGAN
    for number in range(420):
        with database.transaction() as tx:
            due = lent.states(tx, [loan_id], on=day)[loan_id].due
            late = number >= 150 and not 380 <= number < 386  # six days late again, much later
            if due and late:
                loans.record(tx, loan_id=loan_id, fact=Fact(f"paid{number}", FactKind.REPAYMENT, day, due))
            lateness.append(overdue(tx, loan_id, day))
            principal = lent.states(tx, [loan_id], on=day)[loan_id].figures.principal
        assert evening(database, day) == [(by_hand(lateness), principal)], (number, lateness[-5:])
        seen.add(by_hand(lateness))
        with database.transaction() as tx:
            own = losses.aged(tx, on=day)[0].own
            assert -books.balance(tx, "loss_allowance", on=day) == pytest.approx(
                own * SHARES[by_hand(lateness)] / 100, abs=1
            )
        day += timedelta(days=1)
    assert seen == {"normal", "special_mention", "substandard"}
    assert by_hand(lateness) == "normal"


def test_a_restructured_loan_is_watched_for_a_year_and_a_second_plan_in_that_year_makes_it_substandard(
    database: Database,
) -> None:
    set_day(database, BEGAN)
    with database.transaction() as tx:
        once, twice = (lend(tx, number, LONG, months=24) for number in (1, 2))
    day, classes = BEGAN, dict[int, dict[str, str]]()
    for number in range(400):
        with database.transaction() as tx:
            for loan_id in (once, twice):
                due = lent.states(tx, [loan_id], on=day)[loan_id].due
                if due:
                    loans.record(tx, loan_id=loan_id, fact=Fact(f"{loan_id}{number}", FactKind.REPAYMENT, day, due))
            if number == 5:
                agree(tx, once, "hrd_1", day)
            if number in {5, 100}:
                agree(tx, twice, f"hrd_2{number}", day)
        evening(database, day)
        with database.transaction() as tx:
            classes[number] = {one: standing(tx, one) for one in (once, twice)}
        day += timedelta(days=1)
    assert classes[4] == {once: "normal", twice: "normal"}
    assert classes[50] == {once: "special_mention", twice: "special_mention"}
    assert classes[150] == {once: "special_mention", twice: "substandard"}
    assert classes[369] == {once: "special_mention", twice: "substandard"}
    assert classes[371] == {once: "normal", twice: "substandard"}, "the year of the second plan is not over"


def agree(tx: Tx, loan_id: str, request_id: str, on: date) -> None:
    tx.run(
        "INSERT INTO person (id, phone, phone_index, identity, at) VALUES ('per_x', '', 'x', 'proven', :at) ON CONFLICT DO NOTHING",
        at=tx.at,
    )
    tx.run(
        "INSERT INTO hardship_request (id, person_id, loan_id, cause, can_pay, note, status, asked_on, answer_by, ended_on)"
        " VALUES (:id, 'per_x', :loan, 'illness', 0, '', 'agreed', :on, :on, :on)",
        id=request_id,
        loan=loan_id,
        on=on,
    )


def standing(tx: Tx, loan_id: str) -> str:
    order = list(AssetClass)
    found = [one.at_least for one in losses.floors_of(tx, loan_id) if one.status is Status.STANDING]
    return max(found, key=order.index, default=AssetClass.NORMAL).value


def test_a_judgement_takes_two_and_holds_until_two_judge_anew(database: Database) -> None:
    set_day(database, BEGAN)
    with database.transaction() as tx:
        loan_id = lend(tx, 1, LONG, months=24)
        one = losing.judge(
            tx, floor_id=FloorId("flr_1"), loan_id=loan_id, at_least=AssetClass.DOUBTFUL, reason="借款人破产", by="a"
        )
        with pytest.raises(JudgementOpen):
            losing.judge(
                tx, floor_id=FloorId("flr_2"), loan_id=loan_id, at_least=AssetClass.LOSS, reason="也许", by="b"
            )
    assert evening(database, BEGAN) == [("normal", 3_000_00)], "proposed is not decided"
    with database.transaction() as tx:
        with pytest.raises(SamePerson):
            losing.decide(tx, floor_id=one.id, to=Status.STANDING, by="a")
        losing.decide(tx, floor_id=one.id, to=Status.STANDING, by="b")
        losing.decide(tx, floor_id=one.id, to=Status.STANDING, by="b")
        with pytest.raises(JudgementMoved):
            losing.decide(tx, floor_id=one.id, to=Status.REJECTED, by="c")
    day = BEGAN + timedelta(days=1)
    assert evening(database, day) == [("doubtful", 3_000_00)]
    with database.transaction() as tx:
        assert books.balance(tx, "loss_allowance", on=day) == -1_500_00
        losing.judge(
            tx, floor_id=FloorId("flr_3"), loan_id=loan_id, at_least=AssetClass.NORMAL, reason="破产申请被驳回", by="b"
        )
        losing.decide(tx, floor_id="flr_3", to=Status.STANDING, by="a")
    assert evening(database, day + timedelta(days=1)) == [("normal", 3_000_00)]
    with database.transaction() as tx:
        assert [one.status for one in losses.floors_of(tx, loan_id)] == [Status.ENDED, Status.ENDED]
