"""Who may do what, and what happens twice."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from refusals import code_of
from xindai_sandbox.client import Addresses, Borrower, Caller, Staff, World

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def test_nothing_is_shown_without_a_log_in(where: Addresses) -> None:
    door = Caller(where.api)
    for path in (
        "/v1/loans",
        "/v1/applications",
        "/v1/consents",
        "/v1/staff/loans",
        "/v1/staff/books",
        "/v1/staff/ledger/balances",
    ):
        assert code_of(lambda path=path: door.get(path)) == "not_logged_in"


def test_one_door_does_not_open_the_other(where: Addresses, borrower: Callable[..., Borrower]) -> None:
    one = borrower()
    assert code_of(lambda: one._call.get("/v1/staff/loans")) == "not_logged_in"


def test_a_person_sees_only_what_is_theirs(borrower: Callable[..., Borrower], loan: Loan) -> None:
    _, made = loan()
    stranger = borrower()
    assert code_of(lambda: stranger.get(f"/v1/loans/{made['id']}")) == "loan_not_found"
    assert code_of(lambda: stranger.repay(made["id"], "early")) == "loan_not_found"
    assert code_of(lambda: stranger.get("/v1/loans/loan_00000000000000000000000000")) == "loan_not_found"


def test_no_consent_no_pull(borrower: Callable[..., Borrower]) -> None:
    one = borrower()
    body = {
        "amount": {"amount": "3000.00"}, "months": 3, "purpose": "rent", "monthly_income": {"amount": "9000.00"},
        "name": one.person["name"], "id_number": one.person["id_number"], "card_number": one.person["card_number"],
    }  # fmt: skip
    application = one.post("/v1/applications", body)
    submit = f"/v1/applications/{application['id']}/submissions"
    assert code_of(lambda: one.post(submit)) == "consent_missing"
    one.allow("identity", "bureau")
    one._call.delete("/v1/consents/bureau")
    assert [grant["scope"] for grant in one.get("/v1/consents")["data"]] == ["identity"]
    assert code_of(lambda: one.post(submit)) == "consent_missing"
    assert one.post(f"/v1/applications/{application['id']}/withdrawals")["status"] == "withdrawn"


def test_the_same_key_gives_the_same_answer_and_another_body_a_conflict(
    where: Addresses, borrower: Callable[..., Borrower]
) -> None:
    one = borrower()
    http = httpx.Client(
        base_url=where.api, trust_env=False, headers={**one._call._http.headers, "Idempotency-Key": "mine"}
    )
    body = {
        "amount": {"amount": "3000.00"}, "months": 3, "purpose": "rent", "monthly_income": {"amount": "9000.00"},
        "name": one.person["name"], "id_number": one.person["id_number"], "card_number": one.person["card_number"],
    }  # fmt: skip
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: http.post("/v1/applications", json=body), range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    again = http.post("/v1/applications", json=body)
    assert again.json() == answers[0].json()
    assert again.headers["Idempotent-Replayed"] == "true"
    other = http.post("/v1/applications", json={**body, "months": 6})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert len(one.get("/v1/applications")["data"]) == 1


def test_saying_yes_many_times_at_once_pays_out_once(
    where: Addresses, borrower: Callable[..., Borrower], world: World
) -> None:
    one = borrower()
    application = one.apply("3000.00", 6)
    before = sum(order["orders"] for order in world.orders() if order["kind"] == "pay_out")
    with ThreadPoolExecutor(6) as pool:
        loans = list(pool.map(lambda _: one.accept(application["offer_id"])["id"], range(6)))
    assert len(set(loans)) == 1
    assert sum(order["orders"] for order in world.orders() if order["kind"] == "pay_out") == before + 1


def test_a_double_tap_on_repay_is_one_payment(loan: Loan, world: World) -> None:
    one, made = loan("3000.00", 6)
    world.fail("bank", "debit_outcome", "delay", seconds=0.5)
    body = {"kind": "early", "amount": {"amount": "100.00"}}
    one.post(f"/v1/loans/{made['id']}/repayments", body)
    assert code_of(lambda: one.post(f"/v1/loans/{made['id']}/repayments", body)) == "collection_under_way"


def test_codes_are_refused_when_wrong_used_or_too_many(where: Addresses, person: Callable[..., dict[str, Any]]) -> None:
    door, phone = Caller(where.api), person()["phone"]
    sent = door.post("/v1/phone-codes", {"phone": phone})
    wrong = {"phone_code_id": sent["id"], "phone": phone, "code": "xxxxxx"}
    for _ in range(5):
        assert code_of(lambda: door.post("/v1/sessions", wrong)) == "code_wrong"
    right = World(where.world).messages(phone)[0]["text"].split("是 ")[1][:6]
    assert code_of(lambda: door.post("/v1/sessions", {**wrong, "code": right})) == "code_wrong"
    for _ in range(5):
        door.post("/v1/phone-codes", {"phone": phone})
    assert code_of(lambda: door.post("/v1/phone-codes", {"phone": phone})) == "too_many_codes"


@pytest.mark.parametrize(("change", "code"), [
    ({"id_number": "110105194912310021"}, "id_number_invalid"), ({"card_number": "6222021234567890123"}, "card_number_invalid"),
    ({"name": "1"}, "name_invalid"), ({"amount": {"amount": "3000.005"}}, "invalid_value"), ({"amount": {"amount": "1.00"}}, "outside_product"),
    ({"months": 7}, "outside_product"), ({"product": "gold"}, "product_unknown"), ({"purpose": "stocks"}, "request_invalid"),
    ({"amount": {"amount": "-1.00"}}, "invalid_value"), ({"colour": "red"}, "request_invalid"), ({"months": "three"}, "request_invalid"),
])  # fmt: skip
def test_a_wrong_application_is_refused_with_a_stable_code(
    borrower: Callable[..., Borrower], change: dict[str, Any], code: str
) -> None:
    one = borrower()
    body = {
        "amount": {"amount": "3000.00"}, "months": 3, "purpose": "rent", "monthly_income": {"amount": "9000.00"},
        "name": one.person["name"], "id_number": one.person["id_number"], "card_number": one.person["card_number"], **change,
    }  # fmt: skip
    assert code_of(lambda: one.post("/v1/applications", body)) == code
    assert one.get("/v1/applications")["data"] == []


def test_problems_are_rfc_9457_in_the_readers_language(where: Addresses) -> None:
    answer = httpx.get(f"{where.api}/v1/loans", headers={"Accept-Language": "zh-CN"}, trust_env=False)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "请先登录。"
    assert answer.json()["request_id"] == answer.headers["Request-Id"]
    assert httpx.get(f"{where.api}/nowhere", trust_env=False).json()["code"] == "not_found"
    assert httpx.post(f"{where.api}/v1/sessions", content=b"{", trust_env=False).status_code == 422
    assert httpx.post(f"{where.api}/v1/phone-codes", json={"phone": "a\x00b"}, trust_env=False).status_code == 422
    assert httpx.get(f"{where.api}/v1/loans/a%00b", trust_env=False).status_code == 422
    assert httpx.post(f"{where.api}/v1/sessions", content=b"x" * 300_000, trust_env=False).status_code == 413


def test_staff_need_password_and_a_code_that_serves_once(where: Addresses, staff: Staff) -> None:
    door, demo = Caller(where.api), where.staff
    assert (
        code_of(lambda: door.post("/v1/staff/sessions", {"name": demo["name"], "password": "x", "code": "000000"}))
        == "log_in_wrong"
    )
    assert (
        code_of(lambda: door.post("/v1/staff/sessions", {"name": "nobody", "password": "x", "code": "0"}))
        == "log_in_wrong"
    )
    assert staff.get("/v1/staff/loans")["data"] is not None
    assert code_of(lambda: staff.post("/v1/staff/days/2020-01-01/closings")) == "day_not_open"


def test_the_audit_trail_tells_who_pulled_what_on_whose_permission(
    borrower: Callable[..., Borrower], staff: Staff
) -> None:
    application = borrower().apply("3000.00", 6)
    notes = staff.get("/v1/staff/audit-notes", subject=application["id"])["data"][::-1]
    actions = [note["action"] for note in notes]
    assert (actions[:2], actions[5:]) == (
        ["application_submitted", "session_kept"], ["decided_approve", "application_approved"],
    )  # fmt: skip
    assert set(actions[2:5]) == {"bureau_report_pulled", "behaviour_pulled", "social_pulled"}
    grants = {note["facts"]["grant"] for note in notes[1:5]}
    assert len(grants) == 3, "how the form was filled in rests on the consent to behaviour"
    assert all(grant.startswith("grant_") for grant in grants)
    assert [note["facts"]["reason"] for note in notes if "reason" in note["facts"]] == ["loan_approval"]


def test_a_forged_call_back_is_refused(where: Addresses) -> None:
    answer = httpx.post(
        f"{where.api}/v1/callbacks/bank", json={"order_id": "pay_1", "status": "settled"}, trust_env=False
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "notice_unproven")


def test_metrics_count_all_processes(where: Addresses) -> None:
    text = httpx.get(f"{where.api}/metrics", trust_env=False).text
    assert "xindai_requests_total" in text
    assert 'xindai_provider_calls_total{operation="pay_out"' in text.replace('provider="bank",', "")


def test_keys_rotate_under_a_running_system(loan: Loan, home: Any) -> None:
    one, made = loan()
    done = subprocess.run(
        [sys.executable, "-m", "xindai.main", "rotate-keys"], capture_output=True, text=True, check=False,
        env={"XINDAI_HOME": str(home), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) >= 5
    assert one.repay(made["id"], "early", "100.00")["status"] == "settled"
    loan()


def test_logs_hold_no_name_number_card_or_phone(loan: Loan, home: Any) -> None:
    one, _ = loan()
    text = "".join(path.read_text() for path in (home / "logs").glob("*.log"))
    for secret in ("name", "id_number", "card_number", "phone"):
        assert one.person[secret] not in text


def test_what_staff_repeat_under_one_key_is_answered_once(
    borrower: Callable[..., Borrower], where: Addresses, staff: Staff
) -> None:
    one, other = (borrower().apply("3000.00", 6)["id"] for _ in range(2))
    headers = {"Authorization": staff._call._http.headers["Authorization"], "Idempotency-Key": "fraud 1"}

    def post(application: str, reason: str, **changed: str) -> httpx.Response:
        path = f"{where.api}/v1/staff/applications/{application}/fraud-marks"
        return httpx.post(path, json={"reason": reason}, headers={**headers, **changed}, trust_env=False)

    first, again = post(one, "forged"), post(one, "forged")
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    for changed in (post(one, "another reason"), post(other, "forged")):
        assert (changed.status_code, changed.json()["code"]) == (409, "idempotency_key_reused")
    assert post(other, "forged", **{"Idempotency-Key": "x" * 129}).status_code == 422
    assert post(other, "", **{"Idempotency-Key": "fraud 2"}).status_code == 422
    assert post(other, "forged", **{"Idempotency-Key": "fraud 3"}).status_code == 201
