"""A loan while it lives: seen on any day, settled, previewed, and changed by two members of staff."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from refusals import code_of
from xindai_sandbox.client import Addresses, Borrower, Caller, Clock, Refused, Staff, World

Loan = Callable[..., tuple[Borrower, dict[str, Any]]]


def adjust(staff: Staff, loan: dict[str, Any], **event: Any) -> Any:
    return staff.post(f"/v1/staff/loans/{loan['id']}/adjustments", {"event": event, "reason": "asked by phone"})


def approve(staff: Staff, adjustment: dict[str, Any]) -> Any:
    return staff.post(f"/v1/staff/adjustments/{adjustment['id']}/approvals")


def test_a_quote_needs_no_loan_and_no_log_in(where: Addresses) -> None:
    document = {"principal": "10000.00", "annual_rate": "0.144", "installments": 12, "disbursed_on": "2026-01-10"}
    answer = Caller(where.api).post("/v1/quotes", document)
    assert answer["schedule"][0]["total"] == "899.75"
    assert code_of(lambda: Caller(where.api).post("/v1/quotes", {**document, "principal": 5})) == "invalid_value"


def test_paying_early_is_previewed_and_then_comes_out_as_shown(loan: Loan) -> None:
    one, made = loan("6000.00", 6)
    path = f"/v1/loans/{made['id']}"
    shown = one.get(f"{path}/prepayment-preview", amount="2000.00")
    assert float(shown["interest_saved"]["amount"]) > 0
    assert one.repay(made["id"], "early", "2000.00")["status"] == "settled"
    now = one.loan(made["id"])
    assert [line["total"] for line in now["schedule"]] == [line["total"] for line in shown["schedule"]]
    assert now["payoff"] == shown["payoff_after"]
    assert code_of(lambda: one.get(f"{path}/prepayment-preview", amount="-1.00")) == "invalid_value"


def test_a_payoff_quote_holds_for_its_day(loan: Loan, clock: Clock) -> None:
    one, made = loan("3000.00", 6)
    later = clock.today() + timedelta(days=9)
    promised = one.get(f"/v1/loans/{made['id']}/payoff-quote", on=later.isoformat())
    parts = (promised[name]["amount"] for name in ("principal", "interest", "penalty", "fee"))
    assert sum(float(part) for part in parts) == pytest.approx(float(promised["amount"]["amount"]))
    clock.to(later)
    paid = one.repay(made["id"], "early")
    assert paid["amount"] == promised["amount"]
    assert one.loan(made["id"])["status"] == "closed"
    yesterday = (later - timedelta(days=1)).isoformat()
    assert code_of(lambda: one.get(f"/v1/loans/{made['id']}/payoff-quote", on=yesterday)) == "loan_not_active"


def test_what_was_recorded_later_is_not_known_before(loan: Loan, clock: Clock, staff: Staff) -> None:
    one, made = loan("2000.00", 3)
    began = clock.today()
    clock.to(began + timedelta(days=3))
    one.repay(made["id"], "early", "500.00")
    path = f"/v1/loans/{made['id']}"
    assert one.get(path)["outstanding"]["amount"] == "1500.00"
    assert one.get(path, known_at=began.isoformat())["outstanding"]["amount"] == "2000.00"
    assert len(one.get(f"{path}/transactions")["data"]) == 1
    assert one.get(f"{path}/transactions", known_at=began.isoformat())["data"] == []
    statement = one.get(f"{path}/statement", since=began.isoformat())
    assert (statement["opening_principal"]["amount"], statement["closing_principal"]["amount"]) == ("0.00", "1500.00")
    assert statement["paid"]["amount"] == "500.00"
    assert one.get(path, on="2020-01-01")["schedule"] == []


def test_missed_days_are_closed_in_order_and_the_book_is_classified(loan: Loan, clock: Clock, staff: Staff) -> None:
    loan("5000.00", 3)
    today = clock.today()
    until = today + timedelta(days=2)
    assert staff.post(f"/v1/staff/days/{until}/closings")["business_day"] == (until + timedelta(days=1)).isoformat()
    assert code_of(lambda: staff.post(f"/v1/staff/days/{until}/closings")) == "day_not_open"
    assert code_of(lambda: staff.post("/v1/staff/days/9999-12-31/closings")) == "day_not_open"
    for day in (today, until):
        aged = staff.get("/v1/staff/portfolio/ageing", on=day.isoformat())["data"]
        rows = [row for row in aged if row["product"] == "consumer_instalment@1" and row["late_from"] == 0]
        assert [row["asset_class"] for row in rows] == ["normal"]
        allowance = sum(float(row["allowance"]["amount"]) for row in aged)
        balances = staff.get("/v1/staff/ledger/balances", on=day.isoformat())["data"]
        shown = {row["account"]: float(row["balance"]["amount"]) for row in balances}
        assert shown["loss_allowance"] == pytest.approx(-allowance)
        assert allowance > 0
    assert staff.get("/v1/staff/portfolio/ageing", on="2020-01-01")["data"] == []
    assert staff.get("/v1/staff/books")["holds"]


def test_a_statement_is_a_document_to_keep(loan: Loan, clock: Clock, staff: Staff) -> None:
    one, made = loan("4000.00", 6)
    since = clock.today().isoformat()
    one.repay(made["id"], "early", "1234.56")
    try:
        document = one.get(f"/v1/loans/{made['id']}/statement.pdf", since=since)
    except Refused as refused:
        assert refused.code == "font_missing"
        pytest.skip("no font with Chinese characters on this machine")
    text = text_of(document)
    for shown in (made["reference"], "4,000.00", "1,234.56", "2,765.44", one.person["name"], "贷款对账单"):
        assert shown in text, shown
    masked = text_of(staff.get(f"/v1/staff/loans/{made['id']}/statement.pdf", since=since))
    assert one.person["name"] not in masked
    assert made["reference"] in masked
    path = f"/v1/loans/{made['id']}/statement.pdf"
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert code_of(lambda: one.get(path, since=tomorrow)) == "invalid_value"
    other, _ = loan("2000.00", 3)
    assert code_of(lambda: other.get(path, since=since)) == "loan_not_found"


def text_of(document: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages)


def test_four_eyes_change_a_loan(loan: Loan, staff: Staff, second: Staff) -> None:
    one, made = loan("3000.00", 3)
    today = made["as_of"]
    fee = adjust(staff, made, on=today, type="fee", amount="12.00")
    assert fee["status"] == "proposed"
    assert one.loan(made["id"])["schedule"][0]["fee"] == "0.00"
    assert code_of(lambda: approve(staff, fee)) == "same_person"
    assert approve(second, fee)["status"] == "approved"
    assert one.loan(made["id"])["schedule"][0]["fee"] == "12.00"
    assert approve(second, fee)["status"] == "approved"
    late = f"/v1/staff/adjustments/{fee['id']}/rejections"
    assert code_of(lambda: second.post(late)) == "adjustment_decided"
    undone = adjust(staff, made, on=today, type="reversal", of=fee["id"])
    approve(second, undone)
    assert one.loan(made["id"])["schedule"][0]["fee"] == "0.00"
    other = adjust(staff, made, on=today, type="waiver", kind="interest", amount="1.00")
    assert second.post(f"/v1/staff/adjustments/{other['id']}/rejections")["status"] == "rejected"
    listed = staff.get("/v1/staff/adjustments", loan_id=made["id"])["data"]
    assert [row["status"] for row in listed] == ["rejected", "approved", "approved"]
    notes = [note["action"] for note in staff.get("/v1/staff/audit-notes", subject=made["id"])["data"]]
    assert notes.count("adjustment_approved") == 2
    assert staff.get("/v1/staff/books")["holds"]


def test_what_cannot_happen_is_refused_before_anybody_decides(loan: Loan, staff: Staff) -> None:
    _, made = loan("3000.00", 3)
    today = made["as_of"]
    assert code_of(lambda: adjust(staff, made, on=today, type="repayment", amount="5.00")) == "not_an_adjustment"
    assert code_of(lambda: adjust(staff, made, on=today, type="reversal", of="nothing")) == "event_unknown"
    assert code_of(lambda: adjust(staff, made, on="2030-01-01", type="fee", amount="5.00")) == "event_impossible"
    assert code_of(lambda: adjust(staff, made, on=today, type="fee")) == "invalid_value"


def test_money_that_the_bank_took_back_is_reversed_and_the_entry_says_which_day_it_corrects(
    loan: Loan, clock: Clock, staff: Staff, world: World
) -> None:
    one, made = loan("3000.00", 3)
    paid = one.repay(made["id"], "early", "1000.00")
    began = clock.today()
    clock.to(began + timedelta(days=5))
    own_word = {"on": began.isoformat(), "type": "reversal", "of": paid["id"]}
    assert code_of(lambda: adjust(staff, made, **own_word)) == "not_an_adjustment"  # the bank says what it takes back
    world.bring_back(paid["id"], "disputed")
    one.wait(f"/v1/loans/{made['id']}", lambda loan: loan["outstanding"]["amount"] == "3000.00")
    lines = staff.get(
        "/v1/staff/ledger/accounts/principal/movements", since=began.isoformat(), until=clock.today().isoformat()
    )["data"]
    last = lines[-1]
    assert (last["kind"], last["amount"]["amount"], last["corrects"]) == ("reversal", "1000.00", began.isoformat())
    assert last["on"] == clock.today().isoformat()
    assert (
        last["balance"]
        == {row["account"]: row["balance"] for row in staff.get("/v1/staff/ledger/balances")["data"]}["principal"]
    )
    assert staff.get("/v1/staff/books")["holds"]


def test_a_reschedule_gives_somebody_in_trouble_time(loan: Loan, clock: Clock, staff: Staff, second: Staff) -> None:
    one, made = loan("3000.00", 3, pays=0)
    due = date.fromisoformat(made["schedule"][0]["due_on"])
    clock.to(due + timedelta(days=20))
    assert one.loan(made["id"])["status"] == "overdue"
    today = clock.today()
    first = (today + timedelta(days=30)).isoformat()
    plan = adjust(staff, made, on=today.isoformat(), type="reschedule", installments=12, first_due_on=first)
    approve(second, plan)
    now = one.loan(made["id"])
    assert (now["status"], now["overdue_days"], len(now["schedule"])) == ("current", 0, 12)
    assert now["next_due_on"] == first
    assert staff.get("/v1/staff/books")["holds"]


def test_a_closed_day_is_closed_and_its_balances_stay(loan: Loan, clock: Clock, staff: Staff) -> None:
    loan("3000.00", 3)
    day = clock.today()
    clock.to(day + timedelta(days=1))

    def balances() -> dict[str, Any]:
        return {
            row["account"]: row["balance"] for row in staff.get("/v1/staff/ledger/balances", on=day.isoformat())["data"]
        }

    before = balances()
    loan("5000.00", 3)
    assert balances() == before
    rows = staff.get("/v1/staff/ledger/balances", on=day.isoformat(), since=day.isoformat())["data"]
    for row in rows:
        moved = float(row["debit"]["amount"]) - float(row["credit"]["amount"])
        assert float(row["opening"]["amount"]) + moved == pytest.approx(float(row["balance"]["amount"]))
