"""`xindai quote`, as scripts use it."""

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.edges.cli import quote_json
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
    ({"allocation": ["principal"]}, "allocation"), ({"as_of": 5}, "as_of"),
])  # fmt: skip
def test_a_wrong_input_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        quote_json.answer({**LOAN, **change})
    assert refused.value.field == field


@pytest.mark.parametrize(
    "change", [{"method": "flat"}, {"recalculation": "daily"}, {"fees": [{}]}, {"down_payment": "1.00"}]
)
def test_what_is_still_to_come_says_so(change: dict[str, Any]) -> None:
    with pytest.raises(quote_json.NotYet) as refused:
        quote_json.answer({**LOAN, **change})
    assert refused.value.code == "not_supported"


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
        [sys.executable, "-m", "xindai.main", *arguments], input=stdin, capture_output=True, text=True, check=False
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
