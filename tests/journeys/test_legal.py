"""A claim on its way to a court: not before its time, by two, asked for first in a letter, its papers in one archive."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pypdf

from refusals import code_of
from xindai_sandbox.client import Borrower, Clock, Staff

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]
FILING = {"way": "lawsuit", "body": "杭州互联网法院", "docket": "（2026）浙0192民初100号"}


def read(staff: Staff, path: str, **values: str) -> Any:
    answer = staff._call._http.get(path, params=values)
    assert answer.status_code == 200, answer.text
    return answer.content


def holds(staff: Staff) -> None:
    assert not [check for check in staff.get("/v1/staff/books")["checks"] if check["broken"]]


def test_a_loan_that_nobody_pays_goes_to_a_court_by_two_and_by_its_steps(
    loan: Loan, staff: Staff, second: Staff, clock: Clock
) -> None:
    one, made = loan("6000.00", 3, pays=0)
    cases = f"/v1/staff/loans/{made['id']}/legal-cases"
    claim = staff.get(f"/v1/staff/loans/{made['id']}/claim")
    assert {"early", "little", "untried"} <= set(claim["unmet"])
    assert code_of(lambda: staff.post(cases)) == "not_enforceable"
    clock.to(date.fromisoformat(made["schedule"][0]["due_on"]) + timedelta(days=91))
    claim = staff.get(f"/v1/staff/loans/{made['id']}/claim")
    assert (claim["unmet"], claim["is_pressing"]) == ([], False)
    case = staff.post(cases)
    path = f"/v1/staff/legal-cases/{case['id']}"
    assert code_of(lambda: staff.post(cases)) == "legal_case_open"
    assert code_of(lambda: staff.post(f"{path}/approvals")) == "same_person"
    assert code_of(lambda: staff._call._call("GET", f"{path}/demand.pdf")) == "legal_case_moved"
    demanded = second.post(f"{path}/approvals")
    assert demanded["status"] == "demanded"
    assert demanded["claimed"] == claim["owed"]
    assert second.post(f"{path}/approvals") == demanded
    letter = "".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(read(staff, f"{path}/demand.pdf"))).pages
    )
    for words in (one.person["name"], demanded["claimed"]["amount"], made["reference"], "协商", "减免"):
        assert words in letter.replace("\n", ""), words
    assert "legal_demand" in [notice["topic"] for notice in one.get("/v1/notices")["data"]]
    assert code_of(lambda: staff.post(f"{path}/filings", FILING)) == "invalid_value"
    clock.to(date.fromisoformat(demanded["pay_by"]) + timedelta(days=1))
    assert staff.post(f"{path}/filings", FILING)["docket"] == FILING["docket"]
    cost = {"kind": "court_fee", "amount": {"amount": "50.00"}, "note": "案件受理费"}
    assert code_of(lambda: staff.post(f"{path}/costs", {**cost, "amount": {"amount": "0.00"}})) == "invalid_value"
    second.post(f"{path}/costs", cost)
    assert [each["amount"]["amount"] for each in staff.get(path)["costs"]] == ["50.00"]
    holds(staff)
    judged = staff.post(f"{path}/judgments", {"awarded": {"amount": "5000.00"}})
    assert judged["enforce_by"] == f"{int(judged['judged_on'][:4]) + 2}{judged['judged_on'][4:]}"
    assert staff.post(f"{path}/enforcements")["status"] == "enforced"
    ended = staff.post(f"{path}/closings", {"ending": "abandoned", "note": "终结本次执行"})
    assert (ended["status"], ended["ending"]) == ("closed", "abandoned")
    assert code_of(lambda: second.post(f"{path}/costs", cost)) == "legal_case_moved"
    trail = [note["action"] for note in staff.get("/v1/staff/audit-notes", subject=made["id"])["data"]]
    assert [each for each in reversed(trail) if each.startswith("legal")] == [
        "legal_proposed", "legal_demanded", "legal_filed", "legal_judged", "legal_enforced", "legal_closed",
    ]  # fmt: skip


def test_the_papers_of_a_case_are_one_archive_that_proves_itself_and_its_making_is_told(
    loan: Loan, staff: Staff, second: Staff, clock: Clock
) -> None:
    one, made = loan("6000.00", 3, pays=0)
    clock.to(date.fromisoformat(made["schedule"][0]["due_on"]) + timedelta(days=91))
    case = staff.post(f"/v1/staff/loans/{made['id']}/legal-cases")
    path = f"/v1/staff/legal-cases/{case['id']}"
    second.post(f"{path}/approvals")
    assert staff._call._http.get(f"{path}/package.zip").status_code == 422
    content = read(staff, f"{path}/package.zip", reason="准备立案材料")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
        index = json.loads(packed.read("index.json"))
        for each in index["files"]:
            assert hashlib.sha256(packed.read(each["name"])).hexdigest() == each["sha256"]
        contract = packed.read(next(name for name in names if name.startswith("02-合同")))
        proof = json.loads(packed.read(next(name for name in names if name.startswith("03-"))))
        whose = packed.read("01-当事人.txt").decode("utf-8-sig")
        contacts = packed.read("08-联系记录.csv").decode("utf-8-sig")
        payments = packed.read("06-收付记录.csv").decode("utf-8-sig")
    assert one.person["id_number"] in whose
    assert pypdf.PdfReader(io.BytesIO(contract)).pages
    assert {mark["field"] for mark in proof["signatures"]} == {"borrower", "lender"}
    assert all(mark["intact"] and mark["trusted"] for mark in proof["signatures"])
    assert "letter" in contacts
    assert "6000.00" in payments
    look = one.get("/v1/data-accesses")["data"][0]
    assert (look["what"], look["reason"]) == ("legal_package_made", "准备立案材料")
    person = one.get("/v1/identity")["person_id"]
    note = staff.get("/v1/staff/audit-notes", subject=person, action="legal_package_made")["data"][0]
    assert note["facts"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_whoever_disputes_or_asks_for_help_gets_no_letter(
    loan: Loan, staff: Staff, second: Staff, clock: Clock
) -> None:
    one, made = loan("6000.00", 3, pays=0)
    clock.to(date.fromisoformat(made["schedule"][0]["due_on"]) + timedelta(days=91))
    case = staff.post(f"/v1/staff/loans/{made['id']}/legal-cases")
    one.post("/v1/disputes", {"what": "我没有收到这笔钱"})
    path = f"/v1/staff/legal-cases/{case['id']}"
    assert code_of(lambda: second.post(f"{path}/approvals")) == "not_enforceable"
    assert staff.get(path)["case"]["status"] == "proposed"
    assert staff.get(path)["claim"]["unmet"] == ["disputed"]
    closed = staff.post(f"{path}/closings", {"ending": "lost", "note": "异议成立"})
    assert closed["status"] == "closed"
    holds(staff)
