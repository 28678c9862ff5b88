"""Who works at the lender is hired by whoever has the machine, logs in with two factors, and is out the moment they leave."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from xindai.base import embedded
from xindai.base.db import Database
from xindai_sandbox.client import Addresses, Caller, Refused, one_time_code

Ran = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def xindai(home: Path) -> Ran:
    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(Path(sys.executable).with_name("xindai")), *arguments], text=True, capture_output=True, check=False,
            env={**os.environ, "XINDAI_HOME": str(home)},
        )  # fmt: skip

    return run


def log_in(where: Addresses, hired: dict[str, str], *, password: str = "") -> str:
    secret = base64.b32decode(parse_qs(urlsplit(hired["totp"]).query)["secret"][0]).hex()
    asked = {"name": hired["name"], "password": password or hired["password"], "code": one_time_code(secret)}
    return str(Caller(where.api).post("/v1/staff/sessions", asked)["token"])


def code_of(do: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        do()
    return refused.value.code


def test_somebody_is_hired_works_in_their_role_and_leaves(where: Addresses, xindai: Ran, home: Path) -> None:
    hired = json.loads(xindai("staff", "hire", "li.na", "--role", "auditor", "--json").stdout)
    assert code_of(lambda: log_in(where, hired, password="guessed")) == "log_in_wrong"
    desk = Caller(where.api, log_in(where, hired))
    assert {"staff_hired"} <= {one["action"] for one in desk.get("/v1/staff/audit-notes", subject="li.na")["data"]}
    assert (
        code_of(
            lambda: desk.post(
                "/v1/staff/loans/loan_x/class-judgements", {"asset_class": "loss", "reason": "只是猜测而已"}
            )
        )
        == "role_missing"
    )
    rows = {one["name"]: one for one in json.loads(xindai("staff", "list", "--json").stdout)}
    assert rows["li.na"] == {"name": "li.na", "role": "auditor", "left_on": None}
    database = Database(embedded.attach(home))
    try:
        with database.transaction() as tx:
            row = tx.row("SELECT * FROM staff_member WHERE name = 'li.na'")
    finally:
        database.close()
    assert row is not None
    assert row["password_phc"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (row["password_hash"], row["totp_secret"]) == (None, None), "the second factor is sealed"
    assert xindai("staff", "end", "li.na").returncode == 0
    assert code_of(lambda: desk.get("/v1/staff/audit-notes")) == "not_logged_in"
    assert code_of(lambda: log_in(where, hired)) == "log_in_wrong"


def test_a_new_password_ends_the_older_sessions_and_who_is_unknown_is_one_line(where: Addresses, xindai: Ran) -> None:
    first = json.loads(xindai("staff", "hire", "wang-wei", "--role", "officer", "--json").stdout)
    desk = Caller(where.api, log_in(where, first))
    second = json.loads(xindai("staff", "hire", "wang-wei", "--role", "officer", "--json").stdout)
    assert code_of(lambda: desk.get("/v1/staff/audit-notes")) == "not_logged_in"
    assert code_of(lambda: log_in(where, first)) == "log_in_wrong"
    assert log_in(where, second)
    for arguments, code in (
        (("hire", "Zhang San", "--role", "officer"), "invalid"),
        (("hire", "zhang", "--role", "king"), "invalid"),
        (("end", "nobody"), "staff_member_not_found"),
    ):
        refused = xindai("staff", *arguments)
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused
        assert code in refused.stderr or "Traceback" not in refused.stderr


def test_a_hash_of_before_is_replaced_by_the_next_log_in(where: Addresses, xindai: Ran, home: Path) -> None:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    hired = json.loads(xindai("staff", "hire", "old.hand", "--role", "finance", "--json").stdout)
    secret = base64.b32decode(parse_qs(urlsplit(hired["totp"]).query)["secret"][0])
    salt = b"sixteen bytes of"
    before = Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(hired["password"].encode())
    database = Database(embedded.attach(home))
    try:
        with database.transaction() as tx:
            tx.run(
                "UPDATE staff_member SET password_phc = NULL, totp_sealed = NULL, password_hash = :hash, salt = :salt,"
                " totp_secret = :totp WHERE name = 'old.hand'",
                hash=before, salt=salt, totp=secret,
            )  # fmt: skip
        assert log_in(where, hired)
        with database.transaction() as tx:
            row = tx.row("SELECT * FROM staff_member WHERE name = 'old.hand'")
    finally:
        database.close()
    assert row is not None
    assert row["password_phc"].startswith("$argon2id$")
    assert (row["password_hash"], row["salt"], row["totp_secret"]) == (None, None, None)
