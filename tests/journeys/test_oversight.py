"""What nobody has to ask for: each evening money, lists and deadlines are watched over, at the end of a month rules and models."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from refusals import code_of
from xindai_sandbox.client import Addresses, Borrower, Caller, Clock, Staff

CASES = "/v1/staff/aml-cases"
REASONS = {"proposal": "report", "reasons": "放款次日即全额还清，资金来源无法说明。"}


def person_of(one: Borrower) -> str:
    return str(one.get("/v1/identity")["person_id"])


def case_of(staff: Staff, person: str) -> dict[str, Any]:
    (found,) = [one for one in staff.get(CASES)["data"] if one["person_id"] == person]
    return found


@pytest.fixture
def repaid_at_once(
    loan: Callable[..., tuple[Borrower, dict[str, Any]]], staff: Staff, clock: Clock
) -> tuple[Borrower, dict[str, Any]]:
    """Somebody who pays a loan of 12,000 back in full a day after it was paid out; and the case that follows."""
    one, made = loan("12000.00", 12)
    clock.to(clock.today() + timedelta(days=1))
    one.repay(made["id"], "early", one.loan(made["id"])["payoff"]["amount"])
    clock.to(clock.today() + timedelta(days=1))
    return one, case_of(staff, person_of(one))


def test_a_loan_paid_back_at_once_is_judged_by_two_and_reported(
    repaid_at_once: tuple[Borrower, dict[str, Any]], staff: Staff, second: Staff
) -> None:
    one, case = repaid_at_once
    person, path = person_of(one), f"{CASES}/{case['id']}"
    page = staff.get(path)
    assert [alert["scenario"] for alert in page["alerts"]] == ["repaid_at_once"]
    assert (page["rating"]["rating"], page["rating"]["factors"]) == ("low", [])
    assert {moved["kind"] for moved in page["movements"]} == {"pay_out", "collection"}
    assert code_of(lambda: staff.get(f"{path}/report")) == "aml_case_moved"
    assert code_of(lambda: second.post(f"{path}/approvals")) == "aml_case_moved"
    assert staff.post(f"{path}/proposals", REASONS)["status"] == "proposed"
    assert code_of(lambda: staff.post(f"{path}/approvals")) == "same_person"
    assert second.post(f"{path}/returns")["status"] == "open"
    staff.post(f"{path}/proposals", REASONS)
    done = second.post(f"{path}/approvals")
    assert (done["status"], done["decided_by"]) == ("reported", "demo-finance")
    report = etree.fromstring(staff._call._http.get(f"{path}/report").content)
    assert report.findtext("customer/idNumber") == one.person["id_number"]
    assert report.findtext("reasons") == REASONS["reasons"]
    assert len(report.findall("transactions/transaction")) == 2
    rating = staff.get(path)["rating"]
    assert (rating["rating"], "reported" in rating["factors"]) == ("high", True)
    assert staff.get(f"/v1/staff/people/{person}")["rating"]["rating"] == "high"
    # Whoever is reported does not learn of it (Anti-Money-Laundering Law, art. 54).
    for told in ("/v1/data-accesses", "/v1/notices"):
        assert "aml" not in json.dumps(one.get(told)), told
    trail = [note["action"] for note in staff.get("/v1/staff/audit-notes", subject=case["id"])["data"]]
    assert trail[-1] == "aml_case_opened"
    assert {"aml_report_read", "aml_case_reported", "aml_case_read"} <= set(trail)


def test_a_case_that_nobody_decides_in_five_working_days_is_an_alarm(
    repaid_at_once: tuple[Borrower, dict[str, Any]], staff: Staff, second: Staff, clock: Clock
) -> None:
    _, case = repaid_at_once
    clock.to(date.fromisoformat(case["report_by"]) + timedelta(days=1))
    (alarm,) = [one for one in staff.get("/v1/staff/alarms", owner="auditor")["data"] if one["subject"] == case["id"]]
    assert (alarm["what"], alarm["status"], alarm["times"]) == ("aml_case_late", "open", 1)
    clock.to(clock.today() + timedelta(days=1))
    (again,) = [one for one in staff.get("/v1/staff/alarms", status="open")["data"] if one["subject"] == case["id"]]
    assert (again["id"], again["times"]) == (alarm["id"], 2)
    waits = {each["desk"]: each for each in staff.get("/v1/staff/today")["waiting"]}
    assert waits["aml_cases"]["overdue"] >= 1
    assert waits["alarms"]["items"] >= 1
    path = f"/v1/staff/alarms/{alarm['id']}"
    assert staff.post(f"{path}/takings")["taken_by"] == "demo"
    assert code_of(lambda: second.post(f"{path}/takings")) == "alarm_moved"
    assert code_of(lambda: staff.post(f"{path}/closings", {"note": ""})) == "request_invalid"
    assert staff.post(f"{path}/closings", {"note": "已补报并说明原因"})["status"] == "closed"
    assert code_of(lambda: staff.post("/v1/staff/alarms/alm_x/takings")) == "alarm_not_found"


def test_a_customer_who_is_put_on_a_list_draws_no_more(
    borrower: Callable[..., Borrower], staff: Staff, second: Staff, clock: Clock
) -> None:
    one = borrower()
    application = one.apply("5000.00", 12, product="credit_line")
    line = one.open_line(application["offer_id"])
    other = borrower()
    told = {"names": [one.person["name"]], "id_number": one.person["id_number"]}
    (entry,) = staff.post("/v1/staff/watch-lists/sanctions/entries", {"source": "联合国", "entries": [told]})["data"]
    clock.to(clock.today() + timedelta(days=1))
    assert one.get(f"/v1/lines/{line['id']}")["status"] == "frozen"
    case = case_of(staff, person_of(one))
    (alert,) = staff.get(f"{CASES}/{case['id']}")["alerts"]
    assert (alert["scenario"], alert["ids"]) == ("listed", [entry["id"]])
    assert person_of(other) not in [each["person_id"] for each in staff.get(CASES)["data"]]
    clock.to(clock.today() + timedelta(days=1))  # the lists have not changed since
    assert len(staff.get(f"{CASES}/{case['id']}")["alerts"]) == 1
    staff._call._call("DELETE", f"/v1/staff/watch-lists/entries/{entry['id']}", params={"reason": "the test is over"})


def test_at_the_end_of_a_month_the_rules_of_law_are_looked_at(staff: Staff, clock: Clock) -> None:
    today = clock.today()
    first = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    clock.to(first)
    last = {one["id"]: one["last"] for one in staff.get("/v1/staff/compliance-rules")["data"]}
    assert {one["by"] for one in last.values()} == {"close_day"}
    assert {one["on"] for one in last.values()} == {first.isoformat()}
    broken = {one["subject"] for one in staff.get("/v1/staff/alarms")["data"] if one["what"] == "rule_broken"}
    assert broken == {rule for rule, one in last.items() if one["broken"]}


def test_the_trail_is_proved_by_a_command(where: Addresses, staff: Staff, clock: Clock, home: Path) -> None:
    staff.get("/v1/staff/me")
    clock.to(clock.today() + timedelta(days=1))
    command = [sys.executable, "-m", "xindai.start", "audit", "verify"]
    environment = {"XINDAI_HOME": str(home), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["holds"], told["findings"]) == (True, [])
    assert told["notes"] > 0 < told["anchors"]
    copy = home / "anchors" / "copy.jsonl"
    copy.write_text((home / "anchors" / "audit.jsonl").read_text().replace('"position": ', '"position": 1'))
    done = subprocess.run(
        [*command, "--anchors", str(copy)], capture_output=True, text=True, check=False, env=environment
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "does not bear our signature" in done.stderr


def test_nobody_comes_in_without_a_session(where: Addresses) -> None:
    stranger = Caller(where.api)
    for path in ("aml-cases", "aml-scenarios", "alarms", "models/fraud/versions"):
        assert code_of(lambda path=path: stranger.get(f"/v1/staff/{path}")) == "not_logged_in", path
