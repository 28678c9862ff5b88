"""What people may ask for by right: a copy of all we hold, and an answer by its deadline."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from refusals import code_of
from xindai.base import embedded
from xindai.base.crypto import SEALED_COLUMNS, load_ring
from xindai.base.db import Database
from xindai_sandbox.client import Addresses, Borrower, Caller, Clock, Staff

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]
WORDS = "请更正我的住址，已搬至杭州市西湖区。"


def asked(one: Borrower, right: str = "correction", words: str = WORDS) -> dict[str, Any]:
    found: dict[str, Any] = one.post("/v1/rights-requests", {"right": right, "words": words})
    return found


def test_a_copy_holds_all_of_ones_own_and_nothing_of_anybody_else(loan: Loan, staff: Staff) -> None:
    (one, made), (other, _) = loan(), loan()
    copy = one.get("/v1/my-data")
    person = one.person
    assert copy["person"]["name"] == person["name"]
    assert copy["person"]["id_number"] == person["id_number"]
    assert copy["person"]["card_number"] == person["card_number"]
    assert [each["loan"]["loan"]["id"] for each in copy["loans"]] == [made["id"]]
    assert copy["loans"][0]["payments"][0]["status"] == "settled"
    decision = copy["applications"][0]["decision"]
    assert decision["outcome"] == "approve"
    assert all(rule["passed"] for rule in decision["rules"])
    used = [use["what"] for consent in copy["consents"] for use in consent["used"]]
    assert "bureau_report_pulled" in used
    text = str(copy)
    for theirs in ("name", "id_number", "phone", "card_number"):
        assert other.person[theirs] not in text or other.person[theirs] == person[theirs]
    notes = staff.get("/v1/staff/audit-notes", subject=one.get("/v1/identity")["person_id"])["data"]
    assert "data_copied" in [note["action"] for note in notes]


def test_a_copy_needs_a_fresh_proof(where: Addresses, borrower: Callable[..., Borrower]) -> None:
    one = borrower()
    wechat = Caller(where.world)
    door = Caller(where.api)
    door.post("/v1/wechat/sessions", wechat.post("/_control/wechat-codes", {"phone": one.person["phone"]}))
    code = wechat.post("/_control/wechat-codes", {"phone": one.person["phone"]})["code"]
    later = Caller(where.api, door.post("/v1/wechat/sessions", {"code": code})["token"])
    for session in later.get("/v1/sessions")["data"]:
        if not session["is_this"]:
            later.delete(f"/v1/sessions/{session['id']}")
    assert code_of(lambda: later.get("/v1/my-data")) == "step_up_needed"


def test_a_request_is_answered_by_somebody_and_its_person_is_told(
    borrower: Callable[..., Borrower], staff: Staff, clock: Clock
) -> None:
    one, stranger = borrower(), borrower()
    request = asked(one)
    assert request["status"] == "asked"
    assert date.fromisoformat(request["answer_by"]) > clock.today() + timedelta(days=15)  # fifteen working days
    assert code_of(lambda: asked(one)) == "rights_request_open"
    complaint = asked(one, "complaint", "客服态度很差，且未说明原因。")
    assert date.fromisoformat(complaint["answer_by"]) == clock.today() + timedelta(days=15)
    path = f"/v1/staff/rights-requests/{request['id']}"
    listed = staff.get("/v1/staff/rights-requests", status="asked")["data"]
    assert {request["id"], complaint["id"]} <= {each["id"] for each in listed}
    assert all("words" not in each for each in listed)
    assert staff.get(path)["words"] == WORDS
    assert [look["what"] for look in one.get("/v1/data-accesses")["data"]] == ["rights_request_read"]
    assert stranger.get("/v1/data-accesses")["data"] == []
    answer = {"granted": True, "answer": "已按您的要求更正。"}
    assert staff.post(f"{path}/answers", answer)["request"]["status"] == "granted"
    assert staff.post(f"{path}/answers", answer)["request"]["status"] == "granted"
    assert code_of(lambda: staff.post(f"{path}/answers", {**answer, "granted": False})) == "rights_request_ended"
    mine = next(each for each in one.get("/v1/rights-requests")["data"] if each["id"] == request["id"])
    assert (mine["status"], mine["answer"]) == ("granted", answer["answer"])
    told = one.wait("/v1/notices", lambda box: any(note["topic"] == "right_granted" for note in box["data"]))
    assert "已处理" in next(note for note in told["data"] if note["topic"] == "right_granted")["zh"]["title"]
    assert code_of(lambda: stranger.post(f"/v1/rights-requests/{complaint['id']}/withdrawals")) == (
        "rights_request_not_found"
    )
    for _ in range(2):
        assert one.post(f"/v1/rights-requests/{complaint['id']}/withdrawals")["status"] == "withdrawn"
    assert asked(one)["status"] == "asked"  # what was answered may be asked again


def test_the_desk_sees_what_is_late(borrower: Callable[..., Borrower], staff: Staff, clock: Clock) -> None:
    complaint = asked(borrower(), "complaint", "多次致电无人接听。")
    clock.to(date.fromisoformat(complaint["answer_by"]))
    assert complaint["id"] not in {each["id"] for each in staff.get("/v1/staff/rights-requests", late=True)["data"]}
    clock.to(clock.today() + timedelta(days=1))
    assert complaint["id"] in {each["id"] for each in staff.get("/v1/staff/rights-requests", late=True)["data"]}


def test_a_stranger_sees_no_request_and_no_data(where: Addresses, borrower: Callable[..., Borrower]) -> None:
    asked(borrower())
    unproven = Caller(where.api)
    assert code_of(lambda: unproven.get("/v1/staff/rights-requests")) in {"not_authenticated", "not_logged_in"}
    assert code_of(lambda: unproven.get("/v1/my-data")) == "not_logged_in"


def all_that_opens(home: Path) -> str:
    """Every sealed field of the whole database that the keys still open, in one text."""
    ring, database = load_ring(home / "keys"), Database(embedded.attach(home))
    found = []
    try:
        with database.snapshot() as tx:
            for table, key, columns in SEALED_COLUMNS:
                for row in tx.rows(f"SELECT * FROM {table}"):
                    for column in columns:
                        if row[column] is not None:
                            content = ring.unseal_bytes(bytes(row[column]), f"{table}.{column}|{row[key]}")
                            found.append(content.decode(errors="replace"))
    finally:
        database.close()
    return "\n".join(found)


def stands_against(staff: Staff, request: dict[str, Any]) -> list[str]:
    return [one["code"] for one in staff.get(f"/v1/staff/rights-requests/{request['id']}")["open"]]


def granted(staff: Staff, request: dict[str, Any]) -> dict[str, Any]:
    answer = {"granted": True, "answer": "已受理，您的资料将按规定删除。"}
    found: dict[str, Any] = staff.post(f"/v1/staff/rights-requests/{request['id']}/answers", answer)
    return found


def test_whoever_never_owed_anything_is_erased_whole(
    where: Addresses, home: Path, borrower: Callable[..., Borrower], staff: Staff, clock: Clock
) -> None:
    one = borrower()
    own = one.person
    one.allow("identity", "bureau", "behaviour", "social", "automated_decision")
    application = one.apply("6000.00", 3)
    assert application["status"] == "offered"
    before = one.get("/v1/identity")["person_id"]
    request = asked(one, "deletion", "请删除我的全部个人信息，不再使用本服务。")
    assert stands_against(staff, request) == ["application"]
    assert code_of(lambda: granted(staff, request)) == "erasure_too_early"
    one.post(f"/v1/applications/{application['id']}/withdrawals")
    assert stands_against(staff, request) == []
    answered = granted(staff, request)["request"]
    assert (answered["status"], answered["carried_out_on"]) == ("granted", None)
    one.wait("/v1/notices", lambda box: any(note["topic"] == "right_granted" for note in box["data"]))
    sealed = all_that_opens(home)
    assert own["id_number"] in sealed
    assert own["phone"] in sealed
    clock.to(clock.today() + timedelta(days=2))
    done = next(
        each for each in staff.get("/v1/staff/rights-requests", status="granted")["data"] if each["id"] == request["id"]
    )
    assert done["carried_out_on"] == clock.today().isoformat()
    sealed = all_that_opens(home)
    for what in ("id_number", "phone", "card_number"):
        assert own[what] not in sealed, what
    notes = staff.get("/v1/staff/audit-notes", subject=before)["data"]
    erased = next(note for note in notes if note["action"] == "data_erased")
    assert {"identity", "application", "sources", "ties", "access"} <= set(erased["facts"]["groups"])
    shown = staff.get(f"/v1/staff/people/{before}")["person"]
    assert {shown[part] for part in ("name", "phone", "id_number", "card_number")} == {""}
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    assert (decision["outcome"], decision["inputs"]) == ("approve", {})
    assert code_of(lambda: staff.get(f"/v1/staff/decisions/{decision['id']}/replay")) == "decision_erased"
    assert code_of(lambda: one._call.get("/v1/identity")) == "not_logged_in"
    again = Borrower(where, own)
    assert again.get("/v1/identity")["person_id"] != before  # as if they had never been here


def test_whoever_has_paid_back_is_closed_and_what_the_law_asks_for_stays(
    home: Path, loan: Loan, staff: Staff, clock: Clock
) -> None:
    one, made = loan()
    before = one.get("/v1/identity")["person_id"]
    request = asked(one, "closing", "请注销我的账户。")
    assert stands_against(staff, request) == ["loan"]
    assert code_of(lambda: granted(staff, request)) == "erasure_too_early"
    one.repay(made["id"], "early")
    granted(staff, request)
    clock.to(clock.today() + timedelta(days=2))
    sealed = all_that_opens(home)
    assert one.person["id_number"] in sealed  # ten years: Anti-Money-Laundering Law, art. 34
    groups = next(
        note for note in staff.get("/v1/staff/audit-notes", subject=before)["data"] if note["action"] == "data_erased"
    )["facts"]["groups"]
    assert {"sources", "ties", "access", "machine", "watching"} <= set(groups)
    assert not {"identity", "lending", "money", "papers", "application", "consent"} & set(groups)
    assert one.get("/v1/identity")["person_id"] == before  # logged in again: the same customer
    assert all(consent["withdrawn_at"] for consent in one.get("/v1/consents")["data"])
    assert one.get(f"/v1/loans/{made['id']}")["status"] == "closed"


def test_each_processing_is_assessed_as_things_stand(borrower: Callable[..., Borrower], staff: Staff) -> None:
    def watched() -> dict[str, Any]:
        found = staff.get("/v1/staff/impact-assessments")["data"]
        assert {one["id"] for one in found} >= {"identity", "social", "automated_decision", "collection", "sale"}
        return next(one for one in found if one["id"] == "watching")

    before = watched()
    one = borrower()
    one.allow("watching")
    assert watched()["standing"] == before["standing"] + 1
    one.delete("/v1/consents/watching")
    after = watched()
    assert (after["standing"], after["withdrawn"]) == (before["standing"], before["withdrawn"] + 1)
    assert "sensitive" in after["triggers"]
    assert all(risk["left"] <= risk["before"] and risk["measures"] for risk in after["risks"])
    staff.post("/v1/staff/compliance-looks")
    kept = [each for risk in watched()["risks"] for each in risk["measures"] if each["rule"] == "R-PRIV-02"]
    assert [each["holds"] for each in kept] == [True]
    paper = staff._call._http.get("/v1/staff/impact-assessments/watching/report.pdf").content
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
    assert "个人信息保护影响评估" in text
    assert "贷后风险监测" in text
    assert code_of(lambda: staff.get("/v1/staff/impact-assessments/nothing/report.pdf")) == "processing_not_found"
