"""Each rule of law, with one row that keeps it and one that breaks it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from xindai.base.db import Database, Tx
from xindai.governance.compliance import operations as compliance
from xindai.governance.compliance import queries
from xindai.governance.compliance.model import When, parse
from xindai.values import law

ROOT = Path(__file__).parents[2]
RULE = "rule of law"
DAY, AT, LATER = "'2026-03-02'", "timestamptz '2026-03-02 10:00+08'", "timestamptz '2026-03-02 10:00:20+08'"


def disclosure(name: str, cost: str = "0.20", confirmed: str = LATER) -> str:
    return (
        "INSERT INTO disclosure (id, person_id, subject, subject_id, amount, currency, months, statement, status, shown_on,"
        f" shown_at, confirmed_at) VALUES ('{name}', 'p', 'offer', 'o', 1, 'CNY', 3, '{{\"annual_cost\": \"{cost}\"}}',"
        f" 'signed', {DAY}, {AT}, {confirmed})"
    )


def contract(name: str, *, disclosure_id: str = "d", loan: str = "'l'") -> str:
    return (
        "INSERT INTO contract (id, reference, person_id, disclosure_id, loan_id, document, evidence, document_hash, signature,"
        f" public_key, signed_on, signed_at) VALUES ('{name}', '{name}', 'p', '{disclosure_id}', {loan}, '', '', '', '', '',"
        f" {DAY}, {AT})"
    )


def person(name: str, identity: str = "proven") -> str:
    return (
        f"INSERT INTO person (id, phone, phone_index, identity, at) VALUES ('{name}', '', '{name}', '{identity}', {AT})"
    )


def forgotten(name: str, on: str) -> str:
    return f"INSERT INTO person (id, identity, at, forgotten_on) VALUES ('{name}', 'unproven', {AT}, '{on}')"


def repaid(loan_id: str) -> str:
    return (
        "INSERT INTO loan_fact (id, loan_id, number, kind, on_day, amount, recorded_on, at)"
        f" VALUES ('f{loan_id}', '{loan_id}', 1, 'repayment', {DAY}, 600000, {DAY}, {AT})"
    )


def loan(
    name: str, *, principal: int = 600000, of: str = "p", status: str = "current", product: str = "consumer_instalment"
) -> str:
    return (
        "INSERT INTO loan (id, reference, offer_id, person_id, product, principal, annual_rate, months, status, disbursed_on, terms, at)"
        f" VALUES ('{name}', '{name}', '{name}', '{of}', '{product}@1', {principal}, '0.1', 3, '{status}', {DAY}, '{{}}', {AT})"
    )


def told_to_the_bureau(name: str, *, ahead: int | None) -> list[str]:
    """Of a loan that is late, for the month of March; its person was told so many days before the month's end, or never."""
    notice = (
        "INSERT INTO notice (id, person_id, topic, kind, key, facts, status, not_before, at, sent_at) VALUES"
        f" ('n{name}', 'p', 'bureau_negative', 'service', 'n{name}', '{{}}', 'sent', {AT}, {AT},"
        f" timestamptz '2026-04-01 00:00+08' - interval '{ahead} days')"
    )
    told = "NULL" if ahead is None else f"'n{name}'"
    record = (
        "INSERT INTO bureau_record (month, loan_id, person_id, record, is_negative, is_last, status, why, notice_id, at)"
        f" VALUES ('2026-03-01', '{name}', 'p', '{{}}', true, false, 'accepted', '', {told}, {AT})"
    )
    return [loan(name), *([] if ahead is None else [notice]), record]


def by_agency(name: str, *, placed: str | None) -> list[str]:
    """A call by an agent to somebody whose case that agency has, or another, or nobody."""
    agencies = [
        f"INSERT INTO agency (code, name, licence, commission_bps, most_cases, valid_until, status, proposed_by, decided_by, at)"
        f" VALUES ('{code}', '{code}', 'x', 100, 9, '2027-01-01', 'active', 'a', 'b', {AT}) ON CONFLICT DO NOTHING"
        for code in ("river", "hill")
    ]
    agent = "INSERT INTO staff_member (name, role, agency) VALUES ('chen', 'agent', 'river') ON CONFLICT DO NOTHING"
    case = (
        "INSERT INTO collection_case (id, person_id, plan, status, overdue_days, owed, worst_days, opened_on)"
        f" VALUES ('c{name}', '{name}', 's', 'open', 40, 1, 40, {DAY})"
    )
    placement = (
        "INSERT INTO agency_placement (id, case_id, person_id, agency, status, placed_on, recall_on, placed_by, owed,"
        f" commission_bps, received, commission, why) VALUES ('{name}', 'c{name}', '{name}', '{placed}', 'placed', {DAY}, {DAY},"
        " 'a', 1, 100, 0, 0, '')"
    )
    call = (
        "INSERT INTO contact (id, person_id, channel, whom, about, hand, made_by, on_day, at, outcome) VALUES"
        f" ('{name}', '{name}', 'call', 'debtor', 'arrears', 'agency', 'chen', {DAY}, {AT}, 'connected')"
    )
    return [*agencies, agent, person(name), case, *([placement] if placed else []), call]


def sold(name: str, *, days: int) -> list[str]:
    """A claim so many days late, whose debtor was told."""
    sale = (
        "INSERT INTO sale (id, buyer, licence, rate_ppm, status, proposed_by, proposed_on, decided_by, settled_on, at) VALUES"
        f" ('{name}', 'x', 'x', 1000, 'settled', 'a', {DAY}, 'b', {DAY}, {AT})"
    )
    claim = (
        "INSERT INTO sale_claim (sale_id, loan_id, person_id, days, claim, price)"
        f" VALUES ('{name}', '{name}', 'p', {days}, 1, 1)"
    )
    notice = (
        "INSERT INTO notice (id, person_id, topic, kind, key, facts, status, not_before, at) VALUES"
        f" ('n{name}', 'p', 'claim_sold', 'service', 'sale|{name}|{name}', '{{}}', 'sent', {AT}, {AT})"
    )
    return [sale, claim, notice]


def standing(name: str, principal: int) -> str:
    columns = [
        "interest", "penalty", "fee", "unearned", "overpaid", "earned_interest", "earned_penalty", "earned_fee", "recovered",
        "written_off", "received", "paid_out", "off_balance",
    ]  # fmt: skip
    return (
        f"INSERT INTO loan_standing (loan_id, on_day, principal, {', '.join(columns)}) VALUES ('{name}', {DAY}, {principal},"
        f" {', '.join('0' for _ in columns)})"
    )


def decision(name: str, *, age: int = 30, automated: str = "true", outcome: str = "approve") -> str:
    inputs = f'{{"age": {age}, "automated": {automated}}}'
    return (
        "INSERT INTO decision (id, application_id, outcome, strategy, strategy_hash, model_hash, inputs, verdicts, result, trace,"
        f" on_day, at) VALUES ('{name}', '{name}', '{outcome}', 's', 'h', 'h', '{inputs}', '[]', '{{}}', '{{}}', {DAY}, {AT})"
    )


def payment(name: str, amount: int) -> str:
    return (
        "INSERT INTO payment (id, kind, loan_id, amount, currency, intent, status, value_on, at, person_id) VALUES"
        f" ('{name}', 'pay_out', 'l{name}', {amount}, 'CNY', 'disbursement', 'settled', {DAY}, {AT}, 'p')"
    )


def product(
    code: str,
    *,
    penalty: str = "[1, 2, 3]",
    by: str = "a",
    decided: str = "b",
    partners: str = "[]",
    audience: str = "person",
) -> str:
    document = f'{{"penalty": {penalty}, "audience": "{audience}", "partners": {partners}}}'
    return (
        "INSERT INTO product_version (code, version, document, status, effective_from, proposed_by, decided_by, request, at) VALUES"
        f" ('{code}', 1, '{document}', 'approved', {DAY}, '{by}', '{decided}', '{code}', {AT})"
    )


def capital(name: str, *, net: int = 1000000000, borrowed: int = 0, issued: int = 0, by: str = "b") -> str:
    return (
        "INSERT INTO capital_statement (id, as_of, net_assets, borrowed, issued, source, status, proposed_by, proposed_on, decided_by)"
        f" VALUES ('{name}', {DAY}, {net}, {borrowed}, {issued}, 'ours', 'approved', 'a', {DAY}, '{by}')"
    )


def grant(name: str, scope: str, *, withdrawn: str = "NULL") -> str:
    return (
        "INSERT INTO consent_grant (id, person_id, scope, granted_at, valid_until, withdrawn_at, text_hash, device, record,"
        " signature) VALUES"
        f" ('{name}', 'p', '{scope}', {AT} - interval '1 hour', {AT} + interval '1 year', {withdrawn}, '', '', '', '')"
    )


def report(name: str, of: str) -> str:
    return (
        "INSERT INTO bureau_report (id, application_id, grant_id, reason, document, at, bureau, pulled_at) VALUES"
        f" ('{name}', '{name}', '{of}', 'loan_approval', '', {AT}, 'central', {AT})"
    )


def source(name: str, of: str) -> str:
    return (
        "INSERT INTO source_document (id, application_id, source, grant_id, document, at) VALUES"
        f" ('{name}', '{name}', 'behaviour', '{of}', '', {AT})"
    )


def right(name: str, answer_by: str, ended: str) -> str:
    return (
        "INSERT INTO rights_request (id, person_id, kind, words, status, asked_on, answer_by, ended_on) VALUES"
        f" ('{name}', '{name}', 'correction', '', 'granted', {DAY}, '{answer_by}', '{ended}')"
    )


def contact(
    name: str, *, at: str = AT, about: str = "arrears", whom: str = "debtor", of: str = "p", outcome: str = "connected"
) -> str:
    return (
        "INSERT INTO contact (id, person_id, channel, whom, about, hand, made_by, on_day, at, outcome) VALUES"
        f" ('{name}', '{of}', 'call', '{whom}', '{about}', 'staff', 's', {DAY}, {at}, '{outcome}')"
    )


def dispute(name: str, answered: str) -> str:
    return (
        "INSERT INTO contact_dispute (id, person_id, what, opened_on, answer_by, answered_on, answer, answered_by) VALUES"
        f" ('{name}', 'p', '', {DAY}, '2026-03-20', '{answered}', '', 's')"
    )


def plan(name: str, installments: int) -> str:
    return (
        "INSERT INTO hardship_request (id, person_id, loan_id, cause, can_pay, note, status, asked_on, answer_by, installments)"
        f" VALUES ('{name}', '{name}', '{name}', 'illness', 1, '', 'agreed', {DAY}, {DAY}, {installments})"
    )


def asked_for(name: str, purpose: str) -> str:
    return (
        "INSERT INTO application (id, reference, person_id, product, amount, months, purpose, monthly_income, status, at) VALUES"
        f" ('{name}', '{name}', 'p', 'x', 1, 1, '{purpose}', 1, 'declined', {AT})"
    )


def aged(its_class: str, late_from: int, *, product: str = "x@1", lacks: int = 0) -> str:
    share = {"normal": 1, "special_mention": 2, "substandard": 25, "doubtful": 50, "loss": 100}[its_class]
    return (
        "INSERT INTO portfolio_day (on_day, product, late_from, class, loans, principal, own, allowance) VALUES"
        f" ({DAY}, '{product}', {late_from}, '{its_class}', 1, 10000, 10000, {100 * share - lacks})"
    )


def stop(of: str) -> str:
    return (
        "INSERT INTO contact_stop (id, person_id, kind, made_by, note, since) VALUES"
        f" ('stop', '{of}', 'seriously_ill', 's', '', date {DAY} - 3)"
    )


def laundering(name: str, report_by: str) -> str:
    return (
        "INSERT INTO aml_case (id, person_id, kind, status, opened_on, report_by, proposal, reasons, proposed_by, decided_by,"
        f" ended_on) VALUES ('{name}', '{name}', 'suspicious', 'dismissed', {DAY}, '{report_by}', 'dismissal', '', 'a', 'b',"
        f" '2026-03-10')"
    )


NIGHT = "timestamptz '2026-03-02 23:10+08'"
CASES: dict[str, tuple[list[str], list[str], str]] = {
    "R-PRICE-01": ([disclosure("good")], [disclosure("bad", "0.241")], "bad"),
    "R-PRICE-03": (
        [loan("good"), contract("c", loan="'good'")],
        [loan("bad")],
        "bad",
    ),
    "R-PRICE-04": (
        [disclosure("d"), contract("good")],
        [disclosure("quick", confirmed=AT), contract("bad", disclosure_id="quick")],
        "bad",
    ),
    "R-PRICE-05": ([loan("lgood"), payment("good", 600000)], [loan("lbad"), payment("bad", 590000)], "bad"),
    "R-PRICE-06": ([product("good")], [product("bad", penalty="[3, 5, 3]")], "bad@1"),
    "R-LIMIT-02": (
        [product("consumer_instalment"), loan("a", of="good"), standing("a", 20000000)],
        [loan("b", of="bad"), standing("b", 15000000), loan("c", of="bad"), standing("c", 5000001)],
        "bad",
    ),
    "R-LIMIT-03": ([capital("c")], [loan("a", of="bad"), standing("a", 100000001)], "bad"),
    "R-LIMIT-06": (
        [capital("c", net=70000000), product("consumer_instalment"), loan("a"), standing("a", 60000000)],
        [
            product("co_lent", partners='[["river", "River", 1, 2]]'),
            loan("b", product="co_lent"),
            standing("b", 40000000),
        ],
        "river",
    ),
    "R-LIMIT-07": (
        [product("consumer_instalment"), loan("lgood"), payment("good", 30000000)],
        [loan("lbad"), payment("bad", 30000001)],
        "bad",
    ),
    "R-LIMIT-04": ([asked_for("good", "rent")], [asked_for("bad", "securities")], "bad"),
    "R-LIMIT-05": ([decision("good", age=18)], [decision("bad", age=17)], "bad"),
    "R-ID-01": (
        [person("p"), loan("good")],
        [person("q", "unproven"), loan("bad", of="q")],
        "bad",
    ),
    "R-ID-02": (
        [forgotten("p", "2036-03-03"), loan("good"), repaid("good")],
        [forgotten("q", "2036-03-01"), loan("bad", of="q"), repaid("bad")],
        "bad",
    ),
    "R-ID-04": ([laundering("good", "2026-03-10")], [laundering("bad", "2026-03-09")], "bad"),
    "R-BUR-01": (
        [grant("g", "bureau"), report("good", "g")],
        [grant("gone", "bureau", withdrawn=f"{AT} - interval '1 minute'"), report("bad", "gone")],
        "bad",
    ),
    "R-BUR-02": (
        [person("p"), *told_to_the_bureau("good", ahead=6)],
        [*told_to_the_bureau("bad", ahead=3)],
        "2026-03-01|bad",
    ),
    "R-PRIV-02": ([grant("g", "behaviour"), source("good", "g")], [grant("other", "social"), source("bad", "other")], "bad"),
    "R-PRIV-03": (
        [decision("good", automated="false", outcome="review")],
        [decision("bad", automated="false")],
        "bad",
    ),
    "R-PRIV-05": ([right("good", "2026-03-20", "2026-03-20")], [right("bad", "2026-03-20", "2026-03-21")], "bad"),
    "R-MODEL-02": (
        [product("good")],
        ["ALTER TABLE product_version DROP CONSTRAINT product_version_check", product("bad", decided="a")],
        "bad@1",
    ),
    "R-COLL-01": ([contact("good")], [contact("bad", at=NIGHT)], "bad"),
    "R-COLL-02": (
        [contact(f"g{number}") for number in range(3)],
        [contact(f"b{number}", of="bad") for number in range(4)],
        "bad|2026-03-02",
    ),
    "R-COLL-03": ([contact("good", whom="named", about="whereabouts")], [contact("bad", whom="named")], "bad"),
    "R-COLL-06": (by_agency("good", placed="river"), by_agency("bad", placed="hill"), "bad"),
    "R-COLL-07": ([dispute("good", "2026-03-20")], [dispute("bad", "2026-03-21")], "bad"),
    "R-COLL-08": ([plan("good", 60)], [plan("bad", 61)], "bad"),
    "R-COLL-09": ([contact("good")], [stop("ill"), contact("bad", of="ill")], "bad"),
    "R-BOOK-01": ([aged("normal", 0)], [aged("special_mention", 91)], "2026-03-02|x@1|91|special_mention"),
    "R-BOOK-02": ([aged("loss", 361)], [aged("loss", 361, product="y@1", lacks=1)], "2026-03-02|y@1|361|loss"),
    "R-SALE-01": (sold("good", days=91), sold("bad", days=90), "bad|bad"),
}  # fmt: skip


def put(tx: Tx, statements: list[str]) -> None:
    """Rows as they are, without those that they refer to."""
    tx.run("SET LOCAL session_replication_role = replica")
    for one in statements:
        tx.run(one)


@pytest.mark.parametrize("rule", CASES)
def test_what_breaks_a_rule_is_found_and_what_keeps_it_is_not(
    owned: Database, rule: str, record_property: Callable[[str, object], None]
) -> None:
    record_property(RULE, rule)
    good, bad, named = CASES[rule]
    with owned.transaction() as tx:
        tx.run("DELETE FROM product_version")
        tx.run("DELETE FROM strategy_version")
        tx.run("SET LOCAL session_replication_role = replica")
        tx.run("DELETE FROM model_version")
        assert queries.look(tx, rule, by="test", seconds=10).counted == 0
        put(tx, good)
        kept = queries.look(tx, rule, by="test", seconds=10)
        assert (kept.counted, kept.broken, kept.holds) == (1, 0, True)
        put(tx, bad)
        broken = queries.look(tx, rule, by="test", seconds=10)
        assert (broken.counted, broken.broken, broken.named) == (2, 1, (named,))


@pytest.mark.parametrize(
    ("borrowed", "issued", "holds"), [(100, 400, True), (101, 400, False), (100, 401, False), (0, 0, True)]
)
def test_what_a_lender_borrowed_stays_within_its_multiples_of_net_assets(
    owned: Database, borrowed: int, issued: int, holds: bool
) -> None:
    with owned.transaction() as tx:
        tx.run("SET LOCAL session_replication_role = replica")
        put(tx, [capital("c", net=100, borrowed=borrowed, issued=issued)])
        found = queries.look(tx, "R-LIMIT-03", by="test", seconds=10)
        assert (found.counted, found.holds) == (1, holds)
        assert found.named == (() if holds else ("c",))


def test_owners_of_one_business_owe_no_more_than_their_share_together(owned: Database) -> None:
    with owned.transaction() as tx:
        lent = [one for name in ("ada", "bo") for one in (loan(name, of=name), standing(name, 90))]
        put(tx, [capital("c", net=1000), asked_for("ada", "stock"), asked_for("bo", "stock"), *lent])
        tx.run("UPDATE application SET person_id = id")
        assert queries.look(tx, "R-LIMIT-03", by="test", seconds=10).broken == 0, "each of them by themselves"
        tx.run("UPDATE application SET business_index = 'one'")
        found = queries.look(tx, "R-LIMIT-03", by="test", seconds=10)
        assert (found.counted, found.broken, found.named) == (4, 1, ("one business: ada bo",))


def test_a_business_is_paid_more_than_a_person_before_its_seller_is(owned: Database) -> None:
    with owned.transaction() as tx:
        tx.run("DELETE FROM product_version")
        tx.run("SET LOCAL session_replication_role = replica")
        put(tx, [product("for_business", audience="business")])
        for name, paid in (("most", 50000000), ("more", 50000001)):
            put(tx, [loan(f"l{name}", product="for_business"), payment(name, paid)])
        found = queries.look(tx, "R-LIMIT-07", by="test", seconds=10)
        assert (found.counted, found.named) == (2, ("more",))


@pytest.mark.parametrize(("ours", "holds"), [(1, True), (2, True), (3, False)])
def test_no_more_than_half_is_lent_beside_partners(owned: Database, ours: int, holds: bool) -> None:
    with owned.transaction() as tx:
        tx.run("DELETE FROM product_version")
        tx.run("SET LOCAL session_replication_role = replica")
        co_lent = product("co_lent", partners='[["river", "River", 2, 5], ["hill", "Hill", 1, 10]]')
        put(tx, [capital("c"), product("consumer_instalment"), co_lent, loan("a"), standing("a", 1000)])
        put(tx, [loan("b", product="co_lent"), standing("b", ours * 1000)])  # half of it is ours
        found = queries.look(tx, "R-LIMIT-06", by="test", seconds=10)
        assert (found.counted, found.holds) == (3, holds)
        assert found.named == (() if holds else ("partners",))


def test_every_rule_has_a_question_and_a_case() -> None:
    text = resources.files("xindai.governance.compliance").joinpath("rules.json").read_text(encoding="utf-8")
    assert set(parse(json.loads(text))) == set(queries.CHECKS) == set(CASES)


def test_every_rule_says_when_it_is_kept_and_which_test_tries_to_break_it() -> None:
    text = resources.files("xindai.governance.compliance").joinpath("rules.json").read_text(encoding="utf-8")
    rules = parse(json.loads(text))
    for rule in rules.values():
        path, _, test = rule.test.partition("::")
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), rule.id
        assert When.MONITOR in rule.enforced, f"{rule.id} is looked at"
    assert {figure.rule for figure in law.figures().values()} <= set(rules)


def test_what_was_done_is_judged_by_the_law_of_its_day(owned: Database) -> None:
    """A cap that falls breaks nothing that was signed before, and everything dearer that is signed after."""
    shipped = dict(law.figures())
    cap = shipped["highest_annual_cost"]
    try:
        for since, broken in ((date(2026, 3, 2), 1), (date(2026, 3, 3), 0), (date(2026, 3, 1), 1)):
            law.enact({**shipped, cap.name: replace(cap, values=(*cap.values, (since, Decimal("0.16"))))})
            with owned.transaction() as tx:
                put(tx, ["DELETE FROM disclosure", disclosure("dear", "0.161"), disclosure("cheap", "0.16")])
                found = queries.look(tx, "R-PRICE-01", by="test", seconds=10)
                assert (found.counted, found.broken) == (2, broken), since
    finally:
        law.enact(shipped)


def test_a_look_is_kept_with_who_looked_and_is_never_changed(owned: Database) -> None:
    with owned.transaction() as tx:
        put(tx, CASES["R-ID-01"][1])
        tx.run("SET LOCAL session_replication_role = origin")
        compliance.prove(tx, by="somebody", seconds=10)
    with owned.transaction() as tx:
        found = {one.rule: one for one in queries.last(tx)}
    assert (found["R-ID-01"].broken, found["R-ID-01"].named, found["R-ID-01"].by) == (1, ("bad",), "somebody")
    assert all(one.holds for rule, one in found.items() if rule not in {"R-ID-01", "R-PRICE-03"})
    with pytest.raises(Exception, match="append-only"), owned.transaction() as tx:
        tx.run("DELETE FROM compliance_result")
