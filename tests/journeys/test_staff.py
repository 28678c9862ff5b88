"""Who works at the lender is hired by whoever has the machine, logs in with two factors, and is out the moment they leave."""

import json
import re
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from hired import hire, log_in, token, xindai
from refusals import code_of
from xindai.base import embedded
from xindai.base.db import Database, Row
from xindai_sandbox.client import Addresses, Staff, one_time_code


def kept(home: Path, name: str, **put: object) -> Row:
    """What is kept of a member of staff, after some of it was put there."""
    database = Database(embedded.attach(home))
    try:
        with database.transaction() as tx:
            for column, value in put.items():
                tx.run(f"UPDATE staff_member SET {column} = :value WHERE name = :name", value=value, name=name)
            row = tx.row("SELECT * FROM staff_member WHERE name = :name", name=name)
    finally:
        database.close()
    assert row is not None
    return row


def test_somebody_is_hired_works_in_their_role_and_leaves(where: Addresses, home: Path) -> None:
    hired = hire(home, "li.na", "auditor")
    assert code_of(lambda: log_in(where, {**hired, "password": "guessed"})) == "log_in_wrong"
    desk = log_in(where, hired)
    assert "staff_hired" in {one["action"] for one in desk.get("/v1/staff/audit-notes", subject="li.na")["data"]}
    judgement = {"asset_class": "loss", "reason": "只是猜测而已"}
    assert code_of(lambda: desk.post("/v1/staff/loans/loan_x/class-judgements", judgement)) == "role_missing"
    rows = {one["name"]: one for one in json.loads(xindai(home, "staff", "list", "--json").stdout)}
    assert rows["li.na"] == {"name": "li.na", "role": "auditor", "left_on": None}
    row = kept(home, "li.na")
    assert row["password_phc"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (row["password_hash"], row["totp_secret"]) == (None, None), "the second factor is sealed"
    watcher = log_in(where, hire(home, "gu.yi", "auditor"))
    assert "li.na" in {one["name"] for one in watcher.get("/v1/staff/members")["data"]}
    assert xindai(home, "staff", "end", "li.na").returncode == 0
    assert "li.na" not in {one["name"] for one in watcher.get("/v1/staff/members")["data"]}, "who can log in, no more"
    assert code_of(lambda: desk.get("/v1/staff/audit-notes")) == "not_logged_in"
    assert code_of(lambda: log_in(where, hired)) == "log_in_wrong"


def test_a_new_password_ends_the_older_sessions_and_what_is_wrong_is_one_line(where: Addresses, home: Path) -> None:
    first = hire(home, "wang-wei", "officer")
    desk = log_in(where, first)
    second = hire(home, "wang-wei", "officer")
    assert code_of(lambda: desk.get("/v1/staff/audit-notes")) == "not_logged_in"
    assert code_of(lambda: log_in(where, first)) == "log_in_wrong"
    assert log_in(where, second).get("/v1/staff/me")["role"] == "officer"
    for arguments, code in (
        (("hire", "Zhang San", "--role", "officer"), "invalid_value"),
        (("hire", "zhang", "--role", "king"), "invalid_value"),
        (("hire", "zhang", "--role", "agent"), "invalid_value"),
        (("hire", "zhang", "--role", "agent", "--agency", "nobody"), "agency_not_found"),
        (("end", "nobody"), "staff_member_not_found"),
    ):
        refused = xindai(home, "staff", *arguments)
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused
        assert refused.stderr.startswith(code), refused.stderr


def test_a_hash_of_before_is_replaced_by_the_next_log_in(where: Addresses, home: Path) -> None:
    hired = hire(home, "old.hand", "finance")
    salt = b"sixteen bytes of"
    before = Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(hired["password"].encode())
    secret = bytes.fromhex(hired["totp_secret"])
    kept(home, "old.hand", password_phc=None, totp_sealed=None, password_hash=before, salt=salt, totp_secret=secret)
    assert log_in(where, hired)
    row = kept(home, "old.hand")
    assert row["password_phc"].startswith("$argon2id$")
    assert (row["password_hash"], row["salt"], row["totp_secret"]) == (None, None, None)


def test_another_role_is_taken_for_an_hour_and_all_that_is_done_under_it_is_told(
    where: Addresses, home: Path, staff: Staff
) -> None:
    hired, watcher = hire(home, "chen.jing", "officer"), log_in(where, hire(home, "wu.min", "auditor"))
    desk = log_in(where, hired)
    product = {"code": "night_loan", "name_en": "Loan", "name_zh": "贷款", "least": {"amount": "1000.00"},
               "most": {"amount": "8000.00"}, "months": [3], "method": "annuity", "day_count": "act/365",
               "effective_from": desk.get("/v1/staff/me")["business_day"]}  # fmt: skip
    staff.post("/v1/staff/products", product)
    desk.post("/v1/staff/products", {**product, "code": "own_loan"})
    approvals = "/v1/staff/products/night_loan@1/approvals"
    assert code_of(lambda: desk.post(approvals)) == "role_missing"
    kept(home, "chen.jing", last_step=0)  # the code of the log-in would have to pass first
    asked = {"role": "finance", "reason": "值班财务失联，须立即审批产品", "password": hired["password"]}
    code, path = one_time_code(hired["totp_secret"]), "/v1/staff/emergency-accesses"
    assert code_of(lambda: desk.post(path, {**asked, "reason": "急", "code": code})) == "request_invalid"
    assert code_of(lambda: desk.post(path, {**asked, "password": "guessed", "code": code})) == "log_in_wrong"
    taken = desk.post(path, {**asked, "code": code})
    kept(home, "chen.jing", last_step=0)
    assert code_of(lambda: desk.post(path, {**asked, "role": "admin", "code": code})) == "emergency_running"
    me = desk.get("/v1/staff/me")
    assert (taken["member"], taken["role"], taken["ended_at"]) == ("chen.jing", "finance", None)
    assert (me["role"], me["emergency_until"]) == ("finance", taken["ends_at"])
    assert desk.post(approvals)["status"] == "approved"
    assert code_of(lambda: desk.post("/v1/staff/products/own_loan@1/approvals")) == "same_person"
    notes = watcher.get(f"{path}/{taken['id']}/notes")["data"]
    assert [(one["action"], one["actor"], one["subject"]) for one in notes] == [
        ("product_approved", "chen.jing", "night_loan@1")
    ]
    alarms = watcher.get("/v1/staff/alarms", status="open")["data"]
    alarm = next(one for one in alarms if one["what"] == "emergency_access")
    assert (alarm["owner"], alarm["subject"], alarm["facts"]["member"]) == ("auditor", taken["id"], "chen.jing")
    closing = f"/v1/staff/alarms/{alarm['id']}/closings"
    assert code_of(lambda: desk.post(closing, {"note": "没有问题"})) == "same_person"
    assert [desk.post(f"{path}/endings") for _ in range(2)] == [{"ended": 1}, {"ended": 0}]
    assert code_of(lambda: desk.post("/v1/staff/products/own_loan@1/approvals")) == "role_missing"
    assert desk.get("/v1/staff/me")["emergency_until"] is None
    assert watcher.post(closing, {"note": "已核对其全部操作，属实"})["status"] == "closed"
    assert [one["id"] for one in watcher.get(path)["data"]] == [taken["id"]]


def test_an_hour_ends_by_itself_and_who_judges_takes_no_other_role(where: Addresses, home: Path) -> None:
    hired = hire(home, "he.ping", "officer")
    desk = log_in(where, hired)
    kept(home, "he.ping", last_step=0)
    asked = {"role": "finance", "reason": "财务人员全部离线，须核对账簿", "password": hired["password"]}
    taken = desk.post("/v1/staff/emergency-accesses", {**asked, "code": one_time_code(hired["totp_secret"])})
    database = Database(embedded.attach(home))
    with database.transaction() as tx:
        tx.run("UPDATE emergency_access SET ends_at = clock_timestamp() WHERE id = :id", id=taken["id"])
    database.close()
    assert desk.get("/v1/staff/me")["role"] == "officer"
    kept(home, "he.ping", last_step=0)
    desk.post("/v1/staff/emergency-accesses", {**asked, "code": one_time_code(hired["totp_secret"])})
    again = log_in(where, hire(home, "he.ping", "collector"))
    assert again.get("/v1/staff/me")["role"] == "collector", "a new contract ends it too"
    for name, role in (("lin.yu", "auditor"), ("su.hua", "collector")):
        other = hire(home, name, role)
        judge = log_in(where, other)
        kept(home, name, last_step=0)
        wanted = {**asked, "password": other["password"], "code": one_time_code(other["totp_secret"])}
        assert code_of(lambda: judge.post("/v1/staff/emergency-accesses", wanted)) == "role_missing"  # noqa: B023


def test_a_role_of_ones_own_opens_what_two_agreed_to_and_nothing_once_it_is_taken_back(
    where: Addresses, home: Path, staff: Staff
) -> None:
    path = "/v1/staff/roles"
    told = {"name": "ledger-clerk", "permissions": ["ledger.read", "loans.read"], "why": "实习会计只看总账与借款"}
    admin, finance = log_in(where, hire(home, "ren.su", "admin")), log_in(where, hire(home, "bai.yan", "finance"))
    assert code_of(lambda: finance.post(path, told)) == "role_missing"
    for wrong in ({"name": "officer"}, {"permissions": ["ledger.burn"]}, {"permissions": ["agency.work"]}):
        assert code_of(lambda wrong=wrong: admin.post(path, {**told, **wrong})) == "invalid_value"  # type: ignore[misc]
    first = admin.post(path, told)
    assert (first["id"], first["status"]) == ("ledger-clerk@1", "proposed")
    refused = xindai(home, "staff", "hire", "xiao.mei", "--role", "ledger-clerk")
    assert refused.stderr.startswith("invalid_value"), "nobody has it before two agreed"
    assert code_of(lambda: admin.post(f"{path}/{first['id']}/approvals")) == "same_person"
    assert finance.post(f"{path}/{first['id']}/approvals")["status"] == "approved"
    assert code_of(lambda: finance.post(f"{path}/{first['id']}/rejections")) == "role_decided"
    clerk = log_in(where, hire(home, "xiao.mei", "ledger-clerk"))
    me = clerk.get("/v1/staff/me")
    assert (me["role"], me["permissions"]) == ("ledger-clerk", ["ledger.read", "loans.read", "session.own"])
    assert "GET /v1/staff/ledger/balances" in me["doors"]
    assert clerk.get("/v1/staff/ledger/balances")["data"]
    assert code_of(lambda: clerk.get("/v1/staff/payments")) == "role_missing"
    held = {one["name"]: one["roles"] for one in staff.get("/v1/staff/permissions")["data"]}
    assert "ledger-clerk" in held["ledger.read"]
    assert "ledger-clerk" not in held["payments.read"]

    wider = admin.post(path, {**told, "permissions": ["ledger.read", "payments.read", "roles.decide"]})
    assert code_of(lambda: clerk.get("/v1/staff/payments")) == "role_missing", "as it was, until it is agreed to"
    finance.post(f"{path}/{wider['id']}/approvals")
    assert clerk.get("/v1/staff/payments")["data"] == []
    assert code_of(lambda: clerk.get("/v1/staff/loans")) == "role_missing", "what the new version leaves out is gone"
    third = admin.post(path, told)
    assert code_of(lambda: clerk.post(f"{path}/{third['id']}/approvals")) == "role_is_own"
    assert finance.post(f"{path}/{wider['id']}/withdrawals")["status"] == "withdrawn"
    assert code_of(lambda: clerk.get("/v1/staff/ledger/balances")) == "role_missing", "nothing older comes back"
    assert clerk.get("/v1/staff/me")["permissions"] == ["session.own"]
    trail = [one["action"] for one in staff.get("/v1/staff/audit-notes", subject=wider["id"])["data"]]
    assert trail == ["role_withdrawn", "role_approved", "role_proposed"]


def test_no_role_gets_through_a_door_that_its_permissions_do_not_open(
    where: Addresses, home: Path, staff: Staff
) -> None:
    permissions = staff.get("/v1/staff/permissions")["data"]
    river = {"code": "walker", "name": "走访", "licence": "x-1", "commission_bps": 100, "most_cases": 1,
             "valid_until": "2099-01-01"}  # fmt: skip
    staff.post("/v1/staff/agencies", river)
    refused = 0
    for number, role in enumerate(("admin", "officer", "finance", "auditor", "collector", "agent")):
        agency = ("--agency", "walker") if role == "agent" else ()
        bearer = {"Authorization": f"Bearer {token(where, hire(home, f'walker-{number}', role, *agency))}"}
        desk = httpx.Client(base_url=where.api, headers=bearer, trust_env=False)
        for one in permissions:
            for method, path in (opened.split(" ") for opened in one["doors"]):
                if role in one["roles"]:
                    continue
                body = {} if method in {"POST", "PUT"} else None
                answer = desk.request(method, re.sub(r"{\w+}", "x", path), json=body)
                code = answer.json()["code"]
                assert code in {"role_missing", "request_invalid"}, (role, method, path, code)
                refused += code == "role_missing"
    assert refused > 250, "and most are refused for no other reason"
