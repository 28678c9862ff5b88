"""The whole cost is read before anything is signed; what is signed can be verified by anybody, and changed by nobody."""

import hashlib
import io
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from pypdf import PdfReader

from refusals import code_of
from xindai_sandbox.client import Addresses, Borrower, Clock, Staff, World

ENVIRONMENT = {"XINDAI_READING_SECONDS": "1"}


def disclosed(one: Borrower, offer_id: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = one.post("/v1/disclosures", {"subject": "offer", "subject_id": offer_id, **more})
    return found


def document_of(one: Borrower, contract_id: str) -> bytes:
    content: bytes = one.get(f"/v1/contracts/{contract_id}/document.pdf")
    return content


def verified(where: Addresses, content: bytes) -> httpx.Response:
    files = {"file": ("contract.pdf", content, "application/pdf")}
    return httpx.post(f"{where.api}/v1/contract-verifications", files=files, trust_env=False)


def test_nothing_is_signed_before_the_cost_was_read_and_confirmed(
    borrower: Callable[..., Borrower], clock: Clock, staff: Staff
) -> None:
    one, other = borrower(), borrower()
    offer = one.get(f"/v1/offers/{one.apply('3000.00', 6)['offer_id']}")
    path = f"/v1/offers/{offer['id']}/acceptances"
    assert code_of(lambda: one.post(path)) == "disclosure_needed"
    shown = disclosed(one, offer["id"])
    assert shown["statement"]["annual_cost"] == offer["shown"]["apr"]
    assert shown["statement"]["schedule"][0]["total"] == offer["shown"]["schedule"][0]["total"]
    assert shown["statement"]["nothing_else"]["zh"].startswith("除上述明示的息费项目外")
    assert code_of(lambda: one.post(path, {"disclosure_id": shown["id"]})) == "disclosure_needed"
    confirm = f"/v1/disclosures/{shown['id']}/confirmations"
    assert code_of(lambda: one.post(confirm, {"text_hash": shown["text_hash"]})) == "reading_too_short"
    assert code_of(lambda: one.post(confirm, {"text_hash": "0" * 64})) == "disclosure_text_differs"
    assert code_of(lambda: other.post(confirm, {"text_hash": shown["text_hash"]})) == "disclosure_not_found"
    time.sleep(1.05)
    assert one.post(confirm, {"text_hash": shown["text_hash"]})["status"] == "confirmed"
    assert one.post(confirm, {"text_hash": shown["text_hash"]})["status"] == "confirmed"
    less = {"disclosure_id": shown["id"], "amount": {"amount": "1500.00"}}
    assert code_of(lambda: one.post(path, less)) == "disclosure_needed"  # it was of other terms
    signed = one.post(path, {"disclosure_id": shown["id"]})
    assert one.wait(f"/v1/loans/{signed['loan_id']}", lambda loan: loan["status"] == "current")
    again = one.get(f"/v1/disclosures/{shown['id']}")
    assert (again["status"], again["statement"]) == ("signed", shown["statement"])
    notes = [note["action"] for note in staff.get("/v1/staff/audit-notes", subject=offer["id"])["data"]]
    assert "cost_confirmed" in notes


def test_a_statement_is_of_its_day(borrower: Callable[..., Borrower], clock: Clock) -> None:
    one = borrower()
    offer_id = one.apply("3000.00", 6)["offer_id"]
    read = one.read_cost("offer", offer_id)
    clock.to(clock.today() + timedelta(days=1))
    path = f"/v1/offers/{offer_id}/acceptances"
    assert code_of(lambda: one.post(path, {"disclosure_id": read})) == "disclosure_stale"
    assert one.sign(offer_id)["loan_id"]


def test_a_contract_is_whole_and_says_what_the_loan_is(
    borrower: Callable[..., Borrower], where: Addresses, world: World, home: Path
) -> None:
    one = borrower()
    signed = one.sign(one.apply("3000.00", 6)["offer_id"])
    loan = one.wait(f"/v1/loans/{signed['loan_id']}", lambda loan: loan["status"] == "current")
    contract = one.wait(f"/v1/contracts/{signed['contract_id']}", lambda one: one["file_hash"])
    assert [row["total"] for row in contract["statement"]["schedule"]] == [row["total"] for row in loan["schedule"]]
    content = document_of(one, contract["id"])
    assert hashlib.sha256(content).hexdigest() == contract["file_hash"]
    words = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
    for said in (
        one.person["name"],
        one.person["id_number"],
        contract["reference"],
        "综合融资成本明示表",
        "不再向借款人收取任何利息",
        "罚息",
    ):
        assert said in words, said
    found = verified(where, content).json()
    assert (found["whole"], found["reference"]) == (True, contract["reference"])
    assert [(mark["field"], mark["intact"], mark["trusted"]) for mark in found["signatures"]] == [
        ("borrower", True, True),
        ("lender", True, True),
    ]
    assert one.person["name"] not in str(found)
    assert [each["id"] for each in one.get("/v1/contracts", loan_id=loan["id"])["data"]] == [contract["id"]]
    stranger = borrower()
    assert code_of(lambda: document_of(stranger, contract["id"])) == "contract_not_found"


def test_a_changed_contract_is_found_out(borrower: Callable[..., Borrower], where: Addresses) -> None:
    one = borrower()
    signed = one.sign(one.apply("3000.00", 6)["offer_id"])
    one.wait(f"/v1/contracts/{signed['contract_id']}", lambda one: one["file_hash"])
    content = document_of(one, signed["contract_id"])
    middle = len(content) // 3
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    found = verified(where, changed)
    assert found.status_code == 422 or not found.json()["whole"]
    added = verified(where, content + b"\n% a later page\n").json()
    assert not added["whole"]
    assert added["reference"] is None
    assert verified(where, b"%PDF-1.7 nothing").status_code == 422
    assert verified(where, b"").status_code == 422


def test_a_line_shows_an_example_and_each_draw_its_own_cost(borrower: Callable[..., Borrower]) -> None:
    one = borrower()
    offer_id = one.apply("2000.00", 12, product="credit_line")["offer_id"]
    shown = disclosed(one, offer_id)
    assert shown["statement"]["by_example"]
    opened = one.open_line(offer_id)
    drawn = one.draw(opened["id"], "1000.00", 3)
    kinds = {one["kind"]: one for one in one.get("/v1/contracts")["data"]}
    assert set(kinds) == {"line", "loan"}
    assert kinds["loan"]["loan_id"] == drawn["id"]
    assert kinds["loan"]["statement"]["principal"] == "1000.00"
    assert not kinds["loan"]["statement"]["by_example"]


def test_staff_see_how_a_contract_came_to_be(borrower: Callable[..., Borrower], staff: Staff) -> None:
    one = borrower()
    signed = one.sign(one.apply("3000.00", 6)["offer_id"])
    kept = staff.get(f"/v1/staff/contracts/{signed['contract_id']}")
    assert kept["evidence"]["read_seconds"] >= 1
    assert [proof["kind"] for proof in kept["evidence"]["proofs"]] == ["four_elements"]
    assert kept["signature_holds"]
    assert one.person["name"] not in str(kept)
