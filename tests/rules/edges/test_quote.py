"""`xindai quote`, as scripts use it."""

import json
import subprocess
import sys
from typing import Any

import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as some

from rules.edges import published
from xindai.edges import quote_json
from xindai.values.refusal import Refusal

LOAN: dict[str, Any] = {
    "principal": "10000.00", "annual_rate": "0.144", "installments": 12, "every": {"count": 1, "unit": "month"},
    "disbursed_on": "2026-01-10", "penalty": {"annual_rate": "0.216", "grace_days": 0},
}  # fmt: skip


def test_the_example_of_the_contract() -> None:
    event = {"on": "2026-02-10", "type": "repayment", "amount": "899.75"}
    answer = quote_json.answer({**LOAN, "method": "annuity", "events": [event], "as_of": "2026-03-01"})
    assert answer["schedule"][0] == {
        "number": 1, "from": "2026-01-10", "due_on": "2026-02-10", "days": 31, "principal": "779.75", "interest": "120.00",
        "fee": "0.00", "penalty": "0.00", "total": "899.75", "balance": "9220.25", "paid": "899.75", "outstanding": "0.00",
        "status": "paid",
    }  # fmt: skip
    assert (answer["cost"]["apr"], answer["cost"]["eir"]) == ("0.144000", "0.153895")
    assert answer["transactions"][0]["principal"] == "779.75"
    assert answer["transactions"][0]["balance"] == "9220.25"
    assert answer["state"]["status"] == "current"
    assert answer["state"]["principal"] == "9220.25"


def test_events_may_come_in_any_order_and_a_reversal_names_its_event() -> None:
    paid = {"id": "p", "on": "2026-02-10", "type": "repayment", "amount": "899.75"}
    undone = {"on": "2026-02-12", "type": "reversal", "of": "p"}
    plain = quote_json.answer({**LOAN, "as_of": "2026-03-01"})
    for events in ([paid, undone], [undone, paid]):
        assert quote_json.answer({**LOAN, "events": events, "as_of": "2026-03-01"}) == plain


@pytest.mark.parametrize(("change", "field"), [
    ({"principal": "0.00"}, "principal"), ({"principal": 10000}, "principal"), ({"principal": "-5.00"}, "principal"),
    ({"principal": "1.001"}, "principal"), ({"currency": "XXX"}, "currency"), ({"annual_rate": "-0.1"}, "annual_rate"),
    ({"annual_rate": None}, "annual_rate"), ({"installments": 0}, "installments"), ({"installments": "12"}, "installments"),
    ({"installments": True}, "installments"), ({"every": {"count": 1, "unit": "moon"}}, "every.unit"), ({"every": 5}, "every"),
    ({"disbursed_on": "2026-02-30"}, "disbursed_on"), ({"first_due_on": "2026-01-01"}, "first_due_on"),
    ({"method": "magic"}, "method"), ({"day_count": "31/365"}, "day_count"), ({"colour": "red"}, "colour"),
    ({"events": [{"on": "2026-01-01", "type": "repayment", "amount": "1.00"}]}, "events.0.on"),
    ({"events": [{"on": "2026-03-01", "type": "repayment", "amount": "-1.00"}]}, "events.0.amount"),
    ({"events": [{"on": "2026-03-01", "type": "wish"}]}, "events.0.type"), ({"events": "none"}, "events"),
    ({"allocation": ["principal"]}, "allocation"), ({"as_of": 5}, "as_of"), ({"as_of": "2025-01-01"}, "as_of"),
    ({"fees": [{}]}, "fees.0"), ({"fees": [{"on": "moon", "amount": "1.00"}]}, "fees.0.on"),
    ({"down_payment": "10000.00"}, "down_payment"), ({"balloon": "10000.00"}, "balloon"),
    ({"method": "flat", "recalculation": "daily"}, "recalculation"), ({"method": "bullet", "steps": [{"number": 1,
      "times": "2"}]}, "steps"), ({"calendar": "US"}, "calendar.country"), ({"grace": {"interest": 12}}, "grace"),
    ({"events": [{"on": "2026-03-01", "type": "rate_change"}]}, "events.0.annual_rate"),
    ({"events": [{"on": "2026-03-01", "type": "interest_pause"}]}, "events.0.until"),
    ({"events": [{"on": "2027-03-01", "type": "disbursement", "amount": "5.00"}]}, "events"),
    ({"events": [{"on": "2026-03-01", "type": "charge_off", "amount": "5.00"}]}, "events.0.amount"),
])  # fmt: skip
def test_a_wrong_input_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        quote_json.answer({**LOAN, **change})
    assert refused.value.field == field


@pytest.mark.parametrize(("change", "expected"), published.PUBLISHED.values(), ids=published.PUBLISHED)
def test_a_leading_core_publishes_the_same_figures(change: dict[str, Any], expected: str) -> None:
    answer = quote_json.answer({**published.COMMON, **change})
    lines = [line.split() for line in expected.splitlines()]
    rows = [[row["due_on"], row["principal"], row["interest"], row["balance"]] for row in answer["schedule"]]
    assert rows == [line for line in lines if line[0] != "="]
    for _, *applied in (line for line in lines if line[0] == "="):
        last = answer["transactions"][-1]
        assert [last["amount"], last["principal"], last["interest"]] == applied


def terms_of(**change: Any) -> list[tuple[str, str]]:
    rows = quote_json.answer({**LOAN, "installments": 3, **change})["schedule"]
    return [(row["principal"], row["interest"]) for row in rows]


def test_each_method_repays_in_its_own_way() -> None:
    assert terms_of(method="flat") == [("3333.33", "120.00"), ("3333.33", "120.00"), ("3333.34", "120.00")]
    assert terms_of(method="interest_only") == [("0.00", "120.00"), ("0.00", "120.00"), ("10000.00", "120.00")]
    assert terms_of(method="bullet") == [("10000.00", "360.00")]
    assert terms_of(method="equal_principal", balloon="4000.00") == [
        ("2000.00", "120.00"), ("2000.00", "96.00"), ("6000.00", "72.00"),
    ]  # fmt: skip
    stepped = terms_of(method="equal_principal", steps=[{"number": 3, "times": "2"}])
    assert [principal for principal, _ in stepped] == ["2500.00", "2500.00", "5000.00"]
    put_off = terms_of(method="interest_only", grace={"principal": 0, "interest": 2})
    assert put_off == [("0.00", "0.00"), ("0.00", "0.00"), ("10000.00", "360.00")]


def test_a_flexible_loan_bears_interest_on_what_is_left_and_takes_money_at_any_time() -> None:
    events = [{"on": "2026-01-25", "type": "repayment", "amount": "5000.00"}]
    answer = quote_json.answer(
        {**LOAN, "method": "flexible", "installments": 3, "day_count": "act/360", "events": events}
    )
    paid = answer["transactions"][0]
    assert (paid["interest"], paid["principal"]) == ("60.00", "4940.00")
    assert answer["state"]["principal"] == "5060.00"
    assert answer["schedule"][0]["interest"] == "92.38"  # 60.00, and sixteen days of 5060.00


def test_flat_interest_shows_what_it_really_costs() -> None:
    cost = quote_json.answer({**LOAN, "method": "flat", "annual_rate": "0.12"})["cost"]
    assert cost["interest"] == "1200.00"
    assert float(cost["apr"]) == pytest.approx(12 * pyxirr.irr([-10000, *[933.33] * 11, 933.37]), rel=0, abs=1.001e-6)


def test_fees_are_part_of_the_cost_and_fall_due_with_what_they_go_with() -> None:
    fees = [
        {"on": "pay_out", "rate": "0.01"},
        {"on": "installment", "amount": "5.00"},
        {"on": "prepayment", "rate": "0.02"},
    ]
    answer = quote_json.answer({**LOAN, "installments": 3, "fees": fees})
    assert [row["fee"] for row in answer["schedule"]] == ["100.00", "5.00", "5.00", "5.00"]
    assert answer["cost"]["fees"] == "115.00"
    early = {"on": "2026-02-10", "type": "prepayment", "amount": "10000.00"}
    paid = [{"on": "2026-01-10", "type": "repayment", "amount": "100.00"}, {"on": "2026-02-10", "type": "repayment",
            "amount": answer["schedule"][1]["total"]}]  # fmt: skip
    settled = quote_json.answer({**LOAN, "installments": 3, "fees": fees, "events": [*paid, early]})
    left = settled["transactions"][1]["balance"]
    assert settled["state"]["status"] == "closed"
    assert settled["transactions"][2]["principal"] == left
    assert float(settled["transactions"][2]["fee"]) == pytest.approx(float(left) * 0.02, abs=0.006)


def test_due_days_move_off_holidays_and_interest_only_if_told() -> None:
    moved = {**LOAN, "disbursed_on": "2026-01-17", "day_count": "act/365", "installments": 2}
    plain = quote_json.answer({**moved, "calendar": "CN"})["schedule"]
    assert [row["due_on"] for row in plain] == ["2026-02-24", "2026-03-17"]  # Spring Festival 2026: 15 to 23 February
    along = quote_json.answer({**moved, "calendar": {"country": "CN", "adjusts_interest": True}})["schedule"]
    assert along[0]["due_on"] == plain[0]["due_on"]
    assert float(along[0]["interest"]) > float(plain[0]["interest"])


def test_a_reschedule_spreads_all_that_is_unpaid_over_new_instalments() -> None:
    event = {
        "on": "2026-04-15",
        "type": "reschedule",
        "installments": 24,
        "first_due_on": "2026-06-10",
        "annual_rate": "0.12",
    }
    answer = quote_json.answer({**LOAN, "penalty": None, "events": [event], "as_of": "2026-04-15"})
    rows = answer["schedule"]
    assert len(rows) == 24
    assert rows[0]["due_on"] == "2026-06-10"
    assert answer["state"]["overdue_days"] == 0
    assert sum(float(row["principal"]) for row in rows) == pytest.approx(10000)
    assert float(rows[0]["interest"]) > float(rows[1]["interest"])


def test_money_received_over_and_above_is_kept_and_can_be_given_back() -> None:
    events = [
        {"on": "2026-02-10", "type": "prepayment", "amount": "11000.00"},
        {"on": "2026-02-11", "type": "refund", "amount": "880.00"},
    ]
    assert quote_json.answer({**LOAN, "events": events[:1]})["state"]["overpaid"] == "880.00"
    assert quote_json.answer({**LOAN, "events": events})["state"]["overpaid"] == "0.00"
    with pytest.raises(Refusal) as refused:
        quote_json.answer({**LOAN, "events": events[1:]})
    assert refused.value.code == "event_impossible"


json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3),
    max_leaves=5,
)


@given(some.dictionaries(some.sampled_from(sorted(quote_json.FIELDS)), json_values, max_size=6))
def test_nothing_but_a_refusal_comes_of_nonsense(change: dict[str, Any]) -> None:
    try:
        quote_json.answer({**LOAN, **change})
    except Refusal as refusal:
        assert refusal.sentence()


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xindai.start", *arguments], input=stdin, capture_output=True, text=True, check=False
    )


def test_the_command_answers_in_json_and_refuses_with_one() -> None:
    done = run("quote", stdin=json.dumps([LOAN, {**LOAN, "principal": "x"}]))
    assert done.returncode == 1
    good, bad = json.loads(done.stdout)
    assert len(good["schedule"]) == 12
    assert bad["error"]["field"] == "principal"
    lines = run("quote", "--lines", stdin=json.dumps(LOAN) + "\nnot json\n")
    assert [set(json.loads(line)) >= {"error"} for line in lines.stdout.splitlines()] == [False, True]
    assert run("quote", "/no/such/file").returncode == 1
    assert run("quote", "--wrong").returncode == 2
    assert "Traceback" not in done.stderr + lines.stderr
