"""Who works at the lender is hired by whoever has the machine, logs in with two factors, and is out the moment they leave."""

import json
from pathlib import Path

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from hired import hire, log_in, xindai
from refusals import code_of
from xindai.base import embedded
from xindai.base.db import Database, Row
from xindai_sandbox.client import Addresses


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
    assert xindai(home, "staff", "end", "li.na").returncode == 0
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
