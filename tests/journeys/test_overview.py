"""What staff look through: the morning, a person, a decision and its way, models, strategies against the past, the trail."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from refusals import code_of
from xindai.base import embedded
from xindai.base.db import Database
from xindai_sandbox import society
from xindai_sandbox.client import Borrower, Caller, Clock, Staff

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def person_of(one: Borrower) -> str:
    return str(one.get("/v1/identity")["person_id"])


def test_the_morning_counts_what_moved_and_what_waits(loan: Loan, staff: Staff, clock: Clock) -> None:
    before = staff.get("/v1/staff/today", days=7)
    _, made = loan()
    found = staff.get("/v1/staff/today", days=7)
    assert found["on"] == str(clock.today())
    assert len(found["flow"]) == 7
    today, earlier = found["flow"][-1], before["flow"][-1]
    for step in ("decided", "offered", "accepted", "paid_out"):
        assert today[step] == earlier[step] + 1, step
    paid = float(today["money_out"]["amount"]) - float(earlier["money_out"]["amount"])
    assert paid == float(made["principal"]["amount"])
    assert {one["desk"]: one["items"] for one in found["waiting"]}["reviews"] == 0


def test_the_morning_tells_what_waits_past_its_day(
    borrower: Callable[..., Borrower], staff: Staff, clock: Clock
) -> None:
    one = borrower()
    application = one.apply("6000.00", 6, consents=("identity", "bureau"))
    assert application["status"] == "in_review"
    waits = {each["desk"]: each for each in staff.get("/v1/staff/today")["waiting"]}["reviews"]
    assert (waits["items"], waits["overdue"]) == (1, 0)
    clock.to(clock.today() + timedelta(days=1))
    waits = {each["desk"]: each for each in staff.get("/v1/staff/today")["waiting"]}["reviews"]
    assert (waits["items"], waits["overdue"]) == (1, 1)


def test_i_am_told_who_i_am(staff: Staff) -> None:
    me = staff.get("/v1/staff/me")
    assert (me["name"], me["role"], me["sandbox"]) == ("demo", "admin", True)
    assert {one["role"] for one in staff.get("/v1/staff/members")["data"]} == {
        "admin", "officer", "finance", "collector", "auditor",
    }  # fmt: skip


def test_a_person_is_masked_until_somebody_says_why_and_the_person_sees_that(loan: Loan, staff: Staff) -> None:
    one, made = loan()
    person = person_of(one)
    page = staff.get(f"/v1/staff/people/{person}")
    for secret in ("name", "phone", "id_number", "card_number"):
        assert one.person[secret] not in str(page)
    assert [each["id"] for each in page["loans"]] == [made["id"]]
    assert {each["scope"] for each in page["consents"]} >= {"identity", "bureau"}
    reveal = f"/v1/staff/people/{person}/reveals"
    assert code_of(lambda: staff.post(reveal, {"reason": ""})) == "request_invalid"
    shown = staff.post(reveal, {"reason": "客户来电核对身份"})
    assert (shown["name"], shown["phone"]) == (one.person["name"], one.person["phone"])
    looks = one.get("/v1/data-accesses")["data"]
    assert (looks[0]["what"], looks[0]["reason"]) == ("person_revealed", "客户来电核对身份")


def test_a_person_is_found_by_their_number_and_the_search_is_noted(loan: Loan, staff: Staff) -> None:
    one, _ = loan()
    search = {"phone": one.person["phone"], "reason": "客户来电"}
    assert staff.post("/v1/staff/people/searches", search)["person_id"] == person_of(one)
    assert staff.post("/v1/staff/people/searches", {**search, "phone": "13900001111"})["person_id"] is None
    both = {**search, "id_number": one.person["id_number"]}
    assert code_of(lambda: staff.post("/v1/staff/people/searches", both)) == "invalid_value"
    notes = staff.get("/v1/staff/audit-notes", action="person_searched")["data"]
    assert [note["subject"] for note in notes] == ["nobody", person_of(one)]
    assert one.person["phone"] not in str(notes)
    assert code_of(lambda: staff.get("/v1/staff/people/per_00000000000000000000000000")) == "person_missing"


def test_the_queue_is_looked_through_by_state_and_by_reference(borrower: Callable[..., Borrower], staff: Staff) -> None:
    one = borrower()
    application = one.apply("6000.00", 6)
    assert application["status"] == "offered"
    found = staff.get("/v1/staff/applications", status="offered")["data"]
    assert application["id"] in [each["id"] for each in found]
    assert {each["status"] for each in found} == {"offered"}
    named = staff.get("/v1/staff/applications", reference=application["reference"])["data"]
    assert [each["id"] for each in named] == [application["id"]]
    assert staff.get(f"/v1/staff/applications/{application['id']}")["reference"] == application["reference"]


def test_a_decision_comes_out_the_same_and_ties_are_shown_without_names(
    borrower: Callable[..., Borrower], person: Callable[..., dict[str, Any]], staff: Staff
) -> None:
    friend, other = person(), person()
    tied = {"since": "2025-01-01", "last_ago": 3, "sent": 9, "received": 7, "days": 5}
    ties = [
        {"to": society.node_of(each["phone"]), "kind": kind, **tied}
        for each, kind in ((friend, "friend"), (other, "contact"))
    ]
    one = borrower(ties=ties)
    consents = ("identity", "bureau", "automated_decision", "behaviour", "social")
    application = one.apply("6000.00", 6, consents=consents)
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert staff.get(f"/v1/staff/decisions/{decision['id']}/replay")["differs"] == []
    net = staff.get(f"/v1/staff/applications/{application['id']}/net")
    assert net["nodes"][0] == {"number": 0, "steps": 0, "marks": []}
    assert sorted(link["kind"] for link in net["links"]) == ["contact", "friend"]
    for each in (one.person, friend, other):
        assert society.node_of(each["phone"]) not in str(net)
    plain = borrower().apply("6000.00", 6, consents=("identity", "bureau", "automated_decision"))
    assert staff.get(f"/v1/staff/applications/{plain['id']}/net") is None


def test_a_loan_shows_its_instalments_its_postings_and_what_a_waiver_would_do(loan: Loan, staff: Staff) -> None:
    _, made = loan()
    life = staff.get(f"/v1/staff/loans/{made['id']}")
    due = [float(line["total"]["amount"]) for line in life["schedule"]]
    assert len(due) == life["loan"]["months"]
    principal = sum(float(line["principal"]["amount"]) for line in life["schedule"])
    assert f"{principal:.2f}" == life["loan"]["principal"]["amount"]
    (paid_out,) = staff.get(f"/v1/staff/loans/{made['id']}/postings")["data"]
    assert paid_out["kind"] == "disbursement"
    assert sum(float(one["amount"]) for one in paid_out["lines"].values()) == 0
    event = {"type": "rate_change", "on": life["as_of"], "annual_rate": "0.01"}
    preview = f"/v1/staff/loans/{made['id']}/adjustment-previews"
    seen = staff.post(preview, {"event": event})
    assert [line["total"] for line in seen["before"]] == [line["total"] for line in life["schedule"]]
    assert sum(float(line["interest"]["amount"]) for line in seen["after"]) < sum(
        float(line["interest"]["amount"]) for line in seen["before"]
    )
    assert staff.get(f"/v1/staff/loans/{made['id']}")["schedule"] == life["schedule"]
    assert code_of(lambda: staff.post(preview, {"event": {**event, "type": "gift"}})) == "invalid_value"


def test_models_in_use_tell_what_they_are_and_whom_they_judged(borrower: Callable[..., Borrower], staff: Staff) -> None:
    borrower().apply("6000.00", 6)
    assert [one["use"] for one in staff.get("/v1/staff/models")["data"]] == [
        "application",
        "business",
        "fraud",
        "behaviour",
        "collection_score",
    ]
    page = staff.get("/v1/staff/models/application")
    assert page["model"]["hash"] == page["scorecard"]["hash"] == page["card"]["hash"]
    moved = staff.get("/v1/staff/models/application/stability")
    assert moved["judged"] > 0
    for one in moved["characteristics"]:
        assert sum(part["lately"] for part in one["bins"]) == pytest.approx(1, abs=0.01)


def test_a_strategy_is_tried_and_held_against_the_past_before_it_is_proposed(
    borrower: Callable[..., Borrower], staff: Staff
) -> None:
    application = borrower().apply("6000.00", 6)
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    graph = staff.get("/v1/staff/strategies/consumer@1")["graph"]
    same = staff.post("/v1/staff/strategies/trials", {"graph": graph, "inputs": decision["inputs"]})
    assert (same["outcome"], same["verdicts"]) == ("approve", decision["verdicts"])
    rules = next(node for node in graph["nodes"] if node["name"] == "Rules")
    age = next(one for one in rules["content"]["expressions"] if one["key"] == "age_within")
    age["value"] = "age > 99"
    harsh = staff.post("/v1/staff/strategies/trials", {"graph": graph, "inputs": decision["inputs"]})
    assert harsh["outcome"] == "decline"
    found = staff.post("/v1/staff/strategies/comparisons", {"graph": graph, "against": "consumer@1"})
    assert found["now"]["approve"] == 0 < found["then"]["approve"]
    assert found["swap"]["only_other"]["applications"] == found["then"]["approve"]
    assert application["id"] in [one["application_id"] for one in found["changed"]]
    broken = {"graph": {"nodes": []}, "inputs": {}}
    assert code_of(lambda: staff.post("/v1/staff/strategies/trials", broken)) == "strategy_unfit"


def test_no_version_lives_that_decides_a_test_case_otherwise(
    borrower: Callable[..., Borrower], staff: Staff, where: Any, clock: Clock
) -> None:
    application = borrower().apply("6000.00", 6)
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    told = {"title": "收入稳定、无逾期的年轻人", "inputs": decision["inputs"], "expected": "approve"}
    assert code_of(lambda: staff.post("/v1/staff/strategy-cases", {**told, "expected": "perhaps"})) == "request_invalid"
    case = staff.post("/v1/staff/strategy-cases", told)
    assert [one["id"] for one in staff.get("/v1/staff/strategy-cases")["data"]] == [case["id"]]
    assert case["inputs"] == {name: value for name, value in decision["inputs"].items() if name != "file"}
    graph = staff.get("/v1/staff/strategies/consumer@1")["graph"]
    (ran,) = staff.post("/v1/staff/strategies/case-runs", {"graph": graph})["data"]
    assert (ran["said"], ran["passes"]) == ("approve", True)
    rules = next(node for node in graph["nodes"] if node["name"] == "Rules")
    next(one for one in rules["content"]["expressions"] if one["key"] == "age_within")["value"] = "age > 99"
    (ran,) = staff.post("/v1/staff/strategies/case-runs", {"graph": graph})["data"]
    assert (ran["said"], ran["passes"], ran["failed"]) == ("decline", False, ["age_within"])
    version = staff.post("/v1/staff/strategies", {"graph": graph, "effective_from": str(clock.today())})["id"]
    second = Staff(where, second=True)
    assert code_of(lambda: second.post(f"/v1/staff/strategies/{version}/approvals")) == "strategy_case_failed"
    gone = f"/v1/staff/strategy-cases/{case['id']}"
    staff._call._call("DELETE", gone, params={"reason": "用例已过时"})
    staff._call._call("DELETE", gone, params={"reason": "用例已过时"})
    assert staff.get("/v1/staff/strategy-cases")["data"] == []
    assert second.post(f"/v1/staff/strategies/{version}/rejections")["status"] == "rejected"
    missing = "/v1/staff/strategy-cases/stc_00000000000000000000000000"
    lost = {"reason": "从未有过"}
    assert code_of(lambda: staff._call._call("DELETE", missing, params=lost)) == "strategy_case_not_found"


def test_keys_rotate_from_the_desk_while_people_go_on(loan: Loan, staff: Staff, where: Any) -> None:
    one, made = loan()
    before = staff.get("/v1/staff/keys")
    assert before["newest"] == max(before["held"])
    told = {"reason": "每年一次的密钥轮换"}
    assert code_of(lambda: Staff(where, second=True).post("/v1/staff/key-rotations", told)) == "role_missing"
    assert staff.post("/v1/staff/key-rotations", told)["key"] == before["newest"] + 1
    after = staff.wait("/v1/staff/keys", lambda keys: keys["newest"] > before["newest"] and keys["older_fields"] == 0)
    assert after["newest"] == before["newest"] + 1
    shown = staff.post(f"/v1/staff/people/{person_of(one)}/reveals", {"reason": "轮换后核对"})
    assert shown["name"] == one.person["name"]
    assert one.repay(made["id"], "early", "100.00")["status"] == "settled"


def test_older_keys_are_destroyed_once_nothing_and_nobody_needs_them(
    loan: Loan, staff: Staff, where: Any, home: Path
) -> None:
    one, _ = loan()
    second, told = Staff(where, second=True), {"reason": "旧备份已过保存期"}
    before = staff.get("/v1/staff/keys")["newest"]
    staff.post("/v1/staff/key-rotations", told)
    staff.wait("/v1/staff/keys", lambda keys: keys["newest"] > before and keys["older_fields"] == 0)
    assert code_of(lambda: staff.post("/v1/staff/key-destructions", told)) == "same_person"
    assert code_of(lambda: second.post("/v1/staff/key-destructions", told)) == "keys_in_use", "not for a minute yet"
    database = Database(embedded.attach(home))
    with database.transaction() as tx:
        assert tx.value("SELECT min(newest_key) FROM executor") >= before, "processes say by which key they seal"
        tx.run(
            "UPDATE executor SET newest_key = :new, knows_since = knows_since - interval '2 minutes'", new=before + 1
        )
    database.close()
    gone = second.post("/v1/staff/key-destructions", told)["destroyed"]
    assert gone == list(range(1, before + 1))
    assert second.post("/v1/staff/key-destructions", told)["destroyed"] == []
    assert list(json.loads((home / "keys" / "fields.json").read_text())["keys"]) == [str(before + 1)]
    assert (
        staff.post(f"/v1/staff/people/{person_of(one)}/reveals", {"reason": "销毁后核对"})["name"] == one.person["name"]
    )
    (note,) = staff.get("/v1/staff/audit-notes", action="keys_destroyed")["data"]
    assert (note["facts"]["keys"], note["facts"]["reason"]) == (gone, told["reason"])
    assert person_of(one), "and the app goes on"


def test_the_trail_is_looked_through_page_by_page(loan: Loan, staff: Staff) -> None:
    loan()
    page = staff.get("/v1/staff/audit-notes", most=3)
    older = staff.get("/v1/staff/audit-notes", most=3, after=page["next"])
    ids = [note["id"] for note in [*page["data"], *older["data"]]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 6
    name = page["data"][0]["actor"]
    assert {note["actor"] for note in staff.get("/v1/staff/audit-notes", actor=name)["data"]} == {name}


def test_nobody_comes_in_without_a_session(where: Any) -> None:
    stranger = Caller(where.api)
    for path in ("me", "today", "members", "models", "people/per_x", "audit-notes"):
        assert code_of(lambda path=path: stranger.get(f"/v1/staff/{path}")) == "not_logged_in", path


def test_what_became_of_those_judged_is_told_by_month_grade_and_age(loan: Loan, staff: Staff, clock: Clock) -> None:
    loan(pays=0)
    clock.to(clock.today() + timedelta(days=100))
    loan()
    found = staff.get("/v1/staff/models/application/outcomes")
    assert sum(one["bad"] for one in found["months"]) >= 1
    assert [one["judged"] for one in found["months"]]
    for group in ("months", "grades", "ages", "sexes", "provinces"):
        assert sum(one["judged"] for one in found[group]) == sum(one["judged"] for one in found["months"])
        assert all(one["known"] <= one["judged"] and one["bad"] <= one["known"] for one in found[group])
    later = staff.get("/v1/staff/models/application/outcomes", since=str(clock.today()))
    assert sum(one["judged"] for one in later["months"]) == 1


def test_providers_tell_how_they_answer_and_fail_to_order(
    borrower: Callable[..., Borrower], staff: Staff, where: Any
) -> None:
    borrower().apply("6000.00", 6)
    calls = {(one["provider"], one["operation"]): one for one in staff.get("/v1/staff/providers")["data"]}
    before = calls["bureau", "report"]
    assert before["answered"] > 0
    control = Caller(where.api)
    order = {"provider": "bureau", "operation": "report", "kind": "server_error", "times": 50}
    assert control.post("/v1/sandbox/failures", order) == order
    assert code_of(lambda: control.post("/v1/sandbox/failures", {**order, "kind": "fire"})) == "request_invalid"
    try:
        borrower().apply("6000.00", 6)
        calls = {(one["provider"], one["operation"]): one for one in staff.get("/v1/staff/providers")["data"]}
        assert calls["bureau", "report"]["failed"] > before["failed"]
    finally:
        control.delete("/v1/sandbox/failures")
    topics = {one["name"]: one for one in staff.get("/v1/staff/notice-topics")["data"]}
    assert topics["due_soon"]["zh"]
    assert set(topics["due_soon"]["ways"]) <= {"wechat", "sms"}


def test_after_lives_of_all_sorts_every_rule_of_law_holds(
    loan: Loan,
    borrower: Callable[..., Borrower],
    staff: Staff,
    clock: Clock,
    record_property: Callable[[str, object], None],
) -> None:
    one, made = loan(pays=0)
    borrower().apply("6000.00", 6, consents=("identity", "bureau"))
    clock.to(clock.today() + timedelta(days=40))
    told = {"cause": "illness", "can_pay": {"amount": "600.00"}, "note": ""}
    one.post(f"/v1/loans/{made['id']}/hardship-requests", told)
    found = {rule["id"]: rule for rule in staff.post("/v1/staff/compliance-looks")["data"]}
    record_property(
        "looked at", {rule: [each["last"]["counted"], each["last"]["broken"]] for rule, each in found.items()}
    )
    assert {rule: each["last"]["named"] for rule, each in found.items() if each["last"]["broken"]} == {}
    looked_at = {rule for rule, each in found.items() if each["last"]["counted"]}
    assert looked_at >= {
        "R-PRICE-01", "R-PRICE-03", "R-PRICE-04", "R-PRICE-05", "R-PRICE-06", "R-LIMIT-02", "R-LIMIT-05", "R-ID-01", "R-ID-02", "R-BUR-01",
        "R-PRIV-02", "R-PRIV-03", "R-MODEL-02", "R-COLL-01", "R-COLL-09",
    }  # fmt: skip
    last = {rule["id"]: rule["last"] for rule in staff.get("/v1/staff/compliance-rules")["data"]}
    assert last == {rule: each["last"] for rule, each in found.items()}
    assert {each["by"] for each in last.values()} == {"demo"}
