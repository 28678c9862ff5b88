"""One loan, whole, through the public doors."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from refusals import code_of
from xindai_sandbox.client import Borrower, Caller, Clock, Refused, Staff, World

READS = True
Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def holds(staff: Staff) -> None:
    broken = [check for check in staff.get("/v1/staff/books")["checks"] if check["broken"]]
    assert not broken


def test_the_story_of_one_loan_ends_with_a_closed_loan_and_proven_books(where: Any, home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "xindai_sandbox.scenarios", "one-loan", "--home", str(home)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for words in (
        "photographs id card front: read",
        "nothing typed",
        "approve",
        "paid out",
        "overdue, 5 days",
        "penalty interest",
        "closed",
        "the books hold",
    ):
        assert words in done.stdout


def test_a_loan_paid_by_the_days_debits_closes_by_itself(loan: Loan, clock: Clock, staff: Staff) -> None:
    one, made = loan("1000.00", 3)
    assert made["status"] == "current"
    assert made["outstanding"]["amount"] == "1000.00"
    last = date.fromisoformat(made["schedule"][-1]["due_on"])
    clock.to(last + timedelta(days=1))
    ended = one.loan(made["id"])
    assert ended["status"] == "closed"
    assert [row["status"] for row in ended["schedule"]] == ["paid"] * 3
    assert [pay["status"] for pay in one.get(f"/v1/loans/{made['id']}/payments")["data"]] == ["settled"] * 4
    as_it_was = one.get(f"/v1/loans/{made['id']}", on=made["disbursed_on"])
    assert as_it_was["outstanding"]["amount"] == "1000.00"
    holds(staff)


def test_a_loan_that_is_never_paid_is_charged_off_and_what_comes_later_is_recovery(
    loan: Loan, clock: Clock, staff: Staff, world: World
) -> None:
    one, made = loan("2000.00", 3, pays=0)
    first = date.fromisoformat(made["schedule"][0]["due_on"])
    clock.to(first + timedelta(days=95))
    late = one.loan(made["id"])
    assert (late["status"], late["overdue_days"]) == ("overdue", 95)
    clock.to(first + timedelta(days=183))
    assert one.loan(made["id"])["status"] == "charged_off"
    life = staff.get(f"/v1/staff/loans/{made['id']}")
    assert float(life["figures"]["written_off"]["amount"]) == 2000  # interest left the balance sheet after 90 days
    assert float(life["figures"]["off_balance"]["amount"]) > 2000
    case = staff.get("/v1/staff/collection-cases")["data"][0]  # written off is not forgiven
    assert (case["status"], case["stage"]) == ("open", "M6+")
    assert float(case["owed"]["amount"]) > 2000
    texts = [contact for contact in life["contacts"] if contact["channel"] == "text"]
    assert {contact["about"] for contact in texts} == {"due", "arrears"}
    assert len({contact["at"][:10] for contact in texts}) == len(texts) > 20
    holds(staff)


def test_a_part_payment_and_an_early_one(loan: Loan, clock: Clock, staff: Staff) -> None:
    one, made = loan("6000.00", 6)
    paid = one.repay(made["id"], "early", "3000.00")
    assert paid["status"] == "settled"
    now = one.loan(made["id"])
    assert now["outstanding"]["amount"] == "3000.00"
    assert len(now["schedule"]) == 6
    assert float(now["schedule"][1]["total"]) < float(made["schedule"][1]["total"])
    with pytest.raises(Refused) as refused:
        one.repay(made["id"], "early", "9000.00")
    assert refused.value.code == "more_than_owed"
    with pytest.raises(Refused) as refused:
        one.repay(made["id"], "due")
    assert refused.value.code == "nothing_due"
    assert one.repay(made["id"], "early")["status"] == "settled"
    assert one.loan(made["id"])["status"] == "closed"
    with pytest.raises(Refused) as refused:
        one.repay(made["id"], "due", "1.00")
    assert refused.value.code == "loan_not_active"
    holds(staff)


def test_a_failed_debit_changes_nothing_on_the_loan(loan: Loan, staff: Staff) -> None:
    one, made = loan("1000.00", 3, pays=0)
    before = one.loan(made["id"])
    assert one.repay(made["id"], "early", "100.00")["status"] == "failed"
    assert one.loan(made["id"]) == before
    holds(staff)


def test_a_decision_keeps_every_verdict_and_replays_to_the_same_answer(
    borrower: Callable[..., Borrower], staff: Staff, home: Path
) -> None:
    application = borrower().apply("3000.00", 6)
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert len(decision["verdicts"]) == 16
    assert decision["trace"]
    assert "身份证" not in json.dumps(decision, ensure_ascii=False)
    command = [sys.executable, "-m", "xindai.main", "replay", "decision", decision["id"], "--json"]
    again = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"XINDAI_HOME": str(home), "PATH": "/usr/bin:/bin"}
    )
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["differs"] == []


def test_the_loan_as_known_on_an_earlier_day(loan: Loan, clock: Clock, home: Path) -> None:
    one, made = loan("1000.00", 3)
    today = clock.today()
    clock.to(today + timedelta(days=2))
    one.repay(made["id"], "early", "500.00")

    def replayed(*options: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "xindai.main", "replay", "loan", made["id"], "--json", *options], capture_output=True, text=True,
            check=True, env={"XINDAI_HOME": str(home), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    assert replayed()["figures"]["principal"] == "500.00"
    assert replayed("--known", today.isoformat())["figures"]["principal"] == "1000.00"
    assert replayed("--on", today.isoformat())["figures"]["principal"] == "1000.00"


def test_an_offer_that_nobody_takes_expires(borrower: Callable[..., Borrower], clock: Clock) -> None:
    one = borrower()
    application = one.apply("3000.00", 6)
    clock.to(clock.today() + timedelta(days=9))
    assert one.get(f"/v1/applications/{application['id']}")["status"] == "expired"
    with pytest.raises(Refused) as refused:
        one.accept(application["offer_id"])
    assert refused.value.code == "offer_gone"


def test_an_offer_goes_with_the_application_that_is_taken_back(borrower: Callable[..., Borrower], clock: Clock) -> None:
    one = borrower()
    application = one.apply("3000.00", 6)
    one.post(f"/v1/applications/{application['id']}/withdrawals", {})
    with pytest.raises(Refused) as refused:
        one.accept(application["offer_id"])
    assert refused.value.code == "offer_gone"
    clock.to(clock.today() + timedelta(days=9))
    assert one.get(f"/v1/applications/{application['id']}")["status"] == "withdrawn"


def test_the_clock_door_is_for_the_sandbox_and_moves_forward_only(where: Any, clock: Clock) -> None:
    with pytest.raises(Refused) as refused:
        Caller(where.api).post("/v1/sandbox/clock/advance", {"to": "2020-01-01"})
    assert refused.value.status == 422


def test_less_than_was_offered_may_be_taken_over_another_term(borrower: Callable[..., Borrower], staff: Staff) -> None:
    one = borrower()
    application = one.apply("6000.00", 6)
    path = f"/v1/offers/{application['offer_id']}"
    offer = one.get(path)
    listed = one.get(f"{path}/alternatives")["data"]
    assert (listed[0]["amount"]["amount"], listed[0]["months"]) == ("6000.00", 6)
    assert {(row["amount"]["amount"], row["months"]) for row in listed} >= {
        ("6000.00", 12),
        ("4500.00", 6),
        ("3000.00", 3),
    }
    assert ("6000.00", 3) not in {(row["amount"]["amount"], row["months"]) for row in listed}
    most = float(listed[0]["largest_instalment"]["amount"])
    assert all(float(row["largest_instalment"]["amount"]) <= most for row in listed)
    assert all(float(row["annual_cost"]) <= 0.24 for row in listed)
    for wrong in ({"amount": {"amount": "6100.00"}}, {"months": 3}, {"amount": {"amount": "6100.00"}, "months": 12}):
        assert code_of(lambda wrong=wrong: one.post(f"{path}/acceptances", wrong)) == "not_offered"
    assert code_of(lambda: one.post(f"{path}/acceptances", {"months": 5})) == "outside_product"
    assert code_of(lambda: one.post(f"{path}/acceptances", {"amount": {"amount": "4550.00"}})) == "invalid_value"
    assert code_of(lambda: one.read_cost("offer", offer["id"], "6100.00", 12)) == "not_offered"
    taken = one.sign(offer["id"], "4500.00", 12)
    loan = one.wait(f"/v1/loans/{taken['loan_id']}", lambda row: row["status"] == "current")
    assert (loan["principal"]["amount"], len(loan["schedule"])) == ("4500.00", 12)
    assert loan["annual_rate"] == offer["annual_rate"]
    holds(staff)
