"""Strategies in versions: two people let one live, a challenger takes its share, a shadow is only asked."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from refusals import code_of
from xindai_sandbox.client import Borrower, Clock, Staff

SHIPPED = json.loads(resources.files("xindai.credit").joinpath("strategies/consumer.json").read_text(encoding="utf-8"))


def with_rule(key: str, value: str) -> dict[str, Any]:
    """The shipped graph with another expression for one rule."""
    graph: dict[str, Any] = json.loads(json.dumps(SHIPPED))
    rules = next(node for node in graph["nodes"] if node["id"] == "rules")["content"]["expressions"]
    next(one for one in rules if one["key"] == key)["value"] = value
    return graph


@pytest.fixture
def live(staff: Staff, second: Staff, clock: Clock) -> Any:
    """A version that two people have let live, and that is taken back in the end."""
    refs: list[str] = []

    def made(graph: dict[str, Any], **changes: Any) -> str:
        body = {"graph": graph, "effective_from": clock.today().isoformat(), **changes}
        ref = str(staff.post("/v1/staff/strategies", body)["id"])
        assert code_of(lambda: staff.post(f"/v1/staff/strategies/{ref}/approvals")) == "same_person"
        assert second.post(f"/v1/staff/strategies/{ref}/approvals")["status"] == "approved"
        refs.append(ref)
        return ref

    yield made
    for ref in reversed(refs):
        assert second.post(f"/v1/staff/strategies/{ref}/withdrawals")["status"] == "withdrawn"


def decision(staff: Staff, application: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    return found


def test_what_two_people_let_live_decides_and_what_was_decided_before_replays(
    live: Any, staff: Staff, second: Staff, borrower: Callable[..., Borrower], home: Path
) -> None:
    before = decision(staff, borrower().apply("3000.00", 6))
    assert (before["strategy"], before["outcome"]) == ("consumer@1", "approve")
    ref = live(with_rule("few_enquiries", "enquiries_3m < 0"))
    now = decision(staff, borrower().apply("3000.00", 6))
    assert (now["strategy"], now["outcome"]) == (ref, "decline")
    for one in (before, now):
        command = [sys.executable, "-m", "xindai.main", "replay", "decision", one["id"], "--json"]
        again = subprocess.run(
            command, capture_output=True, text=True, check=True, env={"XINDAI_HOME": str(home), "PATH": "/usr/bin:/bin"}
        )
        assert json.loads(again.stdout)["differs"] == []
    shown = staff.get(f"/v1/staff/strategies/{ref}")
    assert (shown["hash"], shown["role"]) == (now["strategy_hash"], "champion")
    second.post(f"/v1/staff/strategies/{ref}/withdrawals")
    assert decision(staff, borrower().apply("3000.00", 6))["strategy"] == "consumer@1"
    assert staff.get("/v1/staff/strategies", name="consumer")["data"][-1]["id"] == "consumer@1"
    assert code_of(lambda: second.post("/v1/staff/strategies/consumer@1/withdrawals")) == "invalid_value"


def test_a_challenger_takes_its_share_and_a_shadow_is_only_asked(
    live: Any, staff: Staff, borrower: Callable[..., Borrower]
) -> None:
    challenger = live(SHIPPED, role="challenger", share=50)
    shadow = live(with_rule("few_enquiries", "enquiries_3m < 0"), role="shadow")
    made = [decision(staff, borrower().apply("3000.00", 6)) for _ in range(14)]
    assert {one["strategy"] for one in made} == {"consumer@1", challenger}
    assert {one["outcome"] for one in made} == {"approve"}
    said = staff.get(f"/v1/staff/strategies/{shadow}/shadows")["data"]
    assert said == [{"said": "decline", "decided": "approve", "applications": 14}]


def test_a_strategy_that_breaks_on_somebody_leads_to_a_person(
    live: Any, staff: Staff, borrower: Callable[..., Borrower], home: Path
) -> None:
    live(with_rule("few_enquiries", "behaviour_answered ? 'perhaps' : true"))
    application = borrower().apply("3000.00", 6)
    assert application["status"] == "in_review"
    made = decision(staff, application)
    assert "broken" in made["trace"]
    command = [sys.executable, "-m", "xindai.main", "replay", "decision", made["id"], "--json"]
    again = subprocess.run(
        command, capture_output=True, text=True, check=True, env={"XINDAI_HOME": str(home), "PATH": "/usr/bin:/bin"}
    )
    assert json.loads(again.stdout)["differs"] == []


@pytest.mark.parametrize(
    "graph",
    [
        {"nodes": [{"id": "f", "type": "functionNode", "name": "f", "content": "while(true){}"}], "edges": []},
        {"nodes": 5},
        {"nodes": [], "edges": []},
        with_rule("few_enquiries", "this is no expression ((("),
        with_rule("few_enquiries", "5"),
    ],
)
def test_a_graph_that_cannot_judge_is_refused_when_it_is_proposed(
    graph: dict[str, Any], staff: Staff, clock: Clock
) -> None:
    body = {"graph": graph, "effective_from": clock.today().isoformat()}
    assert code_of(lambda: staff.post("/v1/staff/strategies", body)) == "strategy_unfit"


def test_shares_have_bounds(staff: Staff, clock: Clock) -> None:
    body = {"graph": SHIPPED, "effective_from": clock.today().isoformat()}
    for role, share in (("challenger", 0), ("challenger", 51), ("champion", 5), ("shadow", 5)):
        wrong = {**body, "role": role, "share": share}
        assert code_of(lambda wrong=wrong: staff.post("/v1/staff/strategies", wrong)) == "invalid_value"
    assert code_of(lambda: staff.get("/v1/staff/strategies/consumer@999")) == "strategy_not_found"
