"""Each scenario, with movements that it is about and movements that it is not."""

import json
from importlib import resources

import pytest

from xindai.base.db import Database, Tx
from xindai.governance.laundering import operations as laundering
from xindai.governance.laundering import queries
from xindai.governance.laundering.model import Rating, parse

SCENARIOS = {
    one.id: one
    for one in parse(
        json.loads(
            resources.files("xindai.governance.laundering").joinpath("scenarios.json").read_text(encoding="utf-8")
        )
    )
}


def paid(name: str, of: str, yuan: int, *, ago: int = 0, kind: str = "collection", loan: str = "l") -> str:
    return (
        "INSERT INTO payment (id, kind, loan_id, amount, currency, intent, status, value_on, settled_on, at, person_id)"
        f" VALUES ('{name}', '{kind}', '{loan}', {yuan * 100}, 'CNY', 'due', 'settled', (SELECT current_on()) - {ago},"
        f" (SELECT current_on()) - {ago}, now(), '{of}')"
    )


def lent(name: str, of: str, yuan: int, *, ago: int, status: str = "current") -> str:
    return (
        "INSERT INTO loan (id, reference, offer_id, person_id, product, principal, annual_rate, months, status, disbursed_on,"
        f" terms, at) VALUES ('{name}', '{name}', '{name}', '{of}', 'consumer_instalment@1', {yuan * 100}, '0.1', 3, '{status}',"
        f" (SELECT current_on()) - {ago}, '{{}}', now())"
    )


def applied(of: str, income: int) -> str:
    return (
        "INSERT INTO application (id, reference, person_id, product, amount, months, purpose, monthly_income, status, at)"
        f" VALUES ('{of}', '{of}', '{of}', 'c', 1, 3, 'shopping', {income * 100}, 'offered', now())"
    )


def device(of: str, name: str = "d") -> str:
    return (
        "INSERT INTO person_device (person_id, device_index, name, first_seen_at, last_seen_at)"
        f" VALUES ('{of}', '{name}', '', now(), now())"
    )


CASES: dict[str, tuple[list[str], list[str]]] = {
    "large_transfer": (
        [paid("a", "good", 300_000), paid("b", "good", 199_999)],
        [paid("c", "bad", 300_000), paid("d", "bad", 200_000)],
    ),
    "split_payments": (
        [*(paid(f"a{n}", "good", 9_000, ago=n % 3) for n in range(4)), *(paid(f"b{n}", "good", 9_000, ago=5) for n in range(3))],
        [paid(f"c{n}", "bad", 6_000, ago=n % 3) for n in range(5)],
    ),
    "beyond_income": (
        [applied("good", 8_000), paid("a", "good", 20_000), paid("b", "good", 20_000, ago=20), paid("c", "good", 90_000, ago=31)],
        [applied("bad", 8_000), paid("d", "bad", 20_000), paid("e", "bad", 20_001, ago=20)],
    ),
    "repaid_at_once": (
        [lent("lg", "good", 10_000, ago=8), paid("a", "good", 10_100, loan="lg")],
        [lent("lb", "bad", 10_000, ago=7), paid("b", "bad", 5_000, ago=1, loan="lb"), paid("c", "bad", 5_100, loan="lb")],
    ),
    "circling": (
        [*(lent(f"g{n}", "good", 5_000, ago=n, status="closed") for n in range(3)), paid("a", "good", 5_000)],
        [*(lent(f"b{n}", "bad", 5_000, ago=n, status="closed") for n in range(4)), paid("b", "bad", 5_000)],
    ),
    "shared_device": (
        [device("good"), device("other"), *(paid(f"a{of}", of, 100, kind="pay_out", loan=of) for of in ("good", "other"))],
        [*(device(of, "e") for of in ("bad", "x", "y")), paid("px", "x", 100, ago=6, kind="pay_out", loan="x"),
         paid("py", "y", 100, ago=2, kind="pay_out", loan="y"), paid("pb", "bad", 100, kind="pay_out", loan="bad")],
    ),
}  # fmt: skip


def put(tx: Tx, statements: list[str]) -> None:
    """Rows as they are, without those that they refer to."""
    tx.run("SET LOCAL session_replication_role = replica")
    tx.run(
        f"CREATE OR REPLACE FUNCTION current_on() RETURNS date LANGUAGE sql AS $$ SELECT date '{tx.on.isoformat()}' $$"
    )
    for one in statements:
        tx.run(one)


@pytest.mark.parametrize("scenario", CASES)
def test_what_a_scenario_is_about_is_seen_and_nothing_else(owned: Database, scenario: str) -> None:
    good, bad = CASES[scenario]
    with owned.transaction() as tx:
        put(tx, good)
        assert queries.seen(tx, SCENARIOS[scenario], on=tx.on) == []
        put(tx, bad)
        assert [whose for whose, _ in queries.seen(tx, SCENARIOS[scenario], on=tx.on)] == ["bad"]


def test_every_scenario_of_movements_has_its_case() -> None:
    assert set(CASES) == set(queries.SEEN)


def test_a_second_look_raises_nothing_new_and_alerts_of_one_person_are_one_case(owned: Database) -> None:
    with owned.transaction() as tx:
        put(tx, [*CASES["repaid_at_once"][1], *CASES["beyond_income"][1]])
        assert laundering.look(tx, SCENARIOS.values(), on=tx.on) == 2
        assert laundering.look(tx, SCENARIOS.values(), on=tx.on) == 0
        (case,) = queries.page(tx, after=None, most=10, status=None, kind=None)
        assert {one.scenario for one in queries.alerts(tx, case.id)} == {"repaid_at_once", "beyond_income"}
        assert queries.factors(tx, "bad") == ("alerted",)
        assert laundering.rate(tx, "bad").rating is Rating.MEDIUM
        assert queries.rating(tx, "bad") == laundering.rate(tx, "bad")


def test_whoever_was_paid_out_for_the_first_time_is_rated_once(owned: Database) -> None:
    with owned.transaction() as tx:
        put(tx, [paid("a", "new", 100, kind="pay_out"), paid("b", "nobody we know", 100, kind="pay_out")])
        tx.run("UPDATE payment SET person_id = NULL WHERE id = 'b'")
        assert queries.ratings_due(tx, on=tx.on, most=10) == ["new"]
        laundering.rate(tx, "new")
        assert queries.ratings_due(tx, on=tx.on, most=10) == []
        tx.run("UPDATE risk_rating SET look_again_on = CAST(:on AS date)", on=tx.on)
        assert queries.ratings_due(tx, on=tx.on, most=10) == ["new"]
