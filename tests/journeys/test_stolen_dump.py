"""Whoever steals the database, and the logs beside it, finds no name, number, phone, card or face in them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from xindai.base import embedded
from xindai_sandbox import specimens
from xindai_sandbox.client import Addresses, Borrower, Caller, Refused, Staff

READS = True
MOTHER = {"name": "欧阳秀兰", "phone": "13987654321", "relation": "parent"}


@pytest.fixture
def lived(where: Addresses, borrower: Callable[..., Borrower], staff: Staff) -> Borrower:
    """Somebody who has gone through every door that asks who they are, and left the words of each behind."""
    one = borrower()
    one.allow("documents", "face")
    one._call._call("PUT", "/v1/application-draft", json={"version": 0, "form": {"name": one.person["name"]}})
    for kind in ("id_card_front", "id_card_back", "bank_card", "business_licence"):
        paper = one.photograph(kind)
        assert paper["status"] == "read", paper
    front = one.get("/v1/documents")["data"][-1]
    one.post(f"/v1/documents/{front['id']}/corrections", {"field": "address", "value": "幸福里九号"})
    codes = Caller(where.world).post("/_control/wechat-codes", {"phone": one.person["phone"]})
    Caller(where.api).post("/v1/wechat/sessions", {**codes, "device_id": "a device known for good"})
    person = one.person
    owners = [{"name": person["name"], "share": "0.8"}, {"name": "欧阳秀兰", "share": "0.2"}]
    asked = {
        "product": "business_instalment", "amount": {"amount": "3000.00"}, "months": 12, "purpose": "stock",
        "monthly_income": {"amount": "9000.00"}, "name": person["name"], "id_number": person["id_number"],
        "card_number": person["card_number"], "contacts": [MOTHER],
        "business": {"yearly_revenue": {"amount": "120000.00"}, "owners": owners},
    }  # fmt: skip
    one.allow("identity", "bureau", "behaviour", "social", "automated_decision")
    application = one.post("/v1/applications", asked)
    one.post(f"/v1/applications/{application['id']}/submissions")
    done = one.wait(f"/v1/applications/{application['id']}", lambda now: now["status"] != "submitted")
    assert done["status"] == "offered", done
    one.accept(done["offer_id"])
    one.post("/v1/face-checks")
    one.post("/v1/rights-requests", {"right": "complaint", "words": "住在长乐街十二号，多次来电打扰"})
    entry = {"names": [person["name"]], "id_number": person["id_number"]}
    staff.post("/v1/staff/watch-lists/own/entries", {"source": "a test", "entries": [entry]})
    with pytest.raises(Refused):
        one.post("/v1/applications", {**asked, "id_number": "330106199003078520"})
    return one


def planted(person: dict[str, Any]) -> dict[str, str]:
    licence = specimens.taken("business_licence", person).fields
    return {
        "name": person["name"], "ID number": person["id_number"], "phone": person["phone"], "card": person["card_number"],
        "contact": MOTHER["name"], "contact's phone": MOTHER["phone"], "correction": "幸福里九号",
        "words of a request": "长乐街十二号",
        "address": specimens.taken("id_card_front", person).fields["address"], "credit code": licence["uscc"],
        "device": "a device known for good",
    }  # fmt: skip


def test_a_stolen_database_and_its_logs_name_nobody(home: Path, lived: Borrower) -> None:
    url = embedded.attach(home)  # of the installation that runs; it is stopped with it
    engine = sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            tables = connection.execute(
                sqlalchemy.text(
                    "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables"
                    " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
                )
            ).scalars()
            dumps = {
                table: "\n".join(connection.execute(sqlalchemy.text(f"SELECT t::text FROM {table} t")).scalars())
                for table in list(tables)
            }
    finally:
        engine.dispose()
    assert len(dumps) > 40
    assert sum(map(len, dumps.values())) > 100_000
    for what, secret in planted(lived.person).items():
        for table, dump in dumps.items():
            assert secret not in dump, f"{what} stands in {table}"
            assert secret.encode().hex() not in dump, f"{what} stands in {table}"
    picture = b"\xff\xd8\xff\xe0".hex()
    assert not [table for table, dump in dumps.items() if picture in dump]
    written = "".join(path.read_text(errors="replace") for path in (home / "logs").glob("*.log"))
    assert written
    for what, secret in planted(lived.person).items():
        assert secret not in written, f"{what} stands in a log"
