"""Lives lived through the public doors: one loan told day by day, and a population over months."""

from __future__ import annotations

import argparse
import json
import random
import time
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from xindai_sandbox import population, simulation, society
from xindai_sandbox.client import Addresses, Borrower, Clock, Refused, Staff, World, addresses

STEADY = society.Risk(-1.0, -1.0, -1.0)
RATE_PARTS = ("funding", "operating", "expected_loss", "capital", "margin")


def one_loan(home: Path) -> None:
    """The whole life of one loan, as a readable timeline."""
    where = addresses(home)
    clock, world, staff = Clock(where.api), World(where.world), Staff(where)
    person = {**_steady_person(clock.today()), "pays": 1}
    world.register([person])
    _head("A loan's life · 一笔贷款的一生")
    borrower = Borrower(where, person)
    _line(clock, f"{person['name'][0]}** logs in", "phone proven by code; nothing is read before it is allowed")
    photographed = _photograph(clock, borrower)
    _line(
        clock,
        f"{person['name'][0]}** applies for 6000.00 over 3 months",
        "each consent in words of its own, signed"
        + ("; nothing typed that a picture can tell" if photographed else ""),
    )
    application = borrower.apply("6000.00", 3, typed=() if photographed else ("name", "id_number", "card_number"))
    decision = staff.get(f"/v1/staff/applications/{application['id']}/decision")
    result, passed = decision["result"], sum(one["passed"] for one in decision["verdicts"])
    _line(
        clock,
        f"decided: {decision['outcome']}",
        f"score {result['score']}, grade {result['grade']}, "
        f"{passed} of {len(decision['verdicts'])} rules pass, default chance {result['pd_ppm'] / 10_000:.2f} %",
    )
    if application["status"] != "offered":
        raise SystemExit(f"the application is {application['status']}: {application['reasons']}")
    offer = borrower.get(f"/v1/offers/{application['offer_id']}")
    shown = offer["shown"]
    _line(
        clock,
        f"offer: {shown['principal']} at {float(shown['annual_rate']):.2%} a year",
        "rate = "
        + " + ".join(f"{name} {result['rate_parts_bps'][name] / 100:.2f}" for name in RATE_PARTS)
        + ", rounded up",
    )
    _line(
        clock,
        f"annual cost {float(shown['apr']):.4%}, compounded {float(shown['eir']):.4%}",
        f"total to repay {shown['total_repayment']}, nothing else is charged",
    )
    began = time.monotonic()
    signed = borrower.sign(offer["id"])
    read = time.monotonic() - began
    loan = borrower.wait(f"/v1/loans/{signed['loan_id']}", lambda one: one["status"] != "awaiting_pay_out")
    contract = borrower.get(f"/v1/contracts/{signed['contract_id']}")
    _line(
        clock,
        f"reads the whole cost for {read:.0f} s, confirms it, signs",
        f"contract {contract['reference']}; {_verified(where, borrower, contract)}",
    )
    _line(
        clock,
        f"paid out: loan {loan['reference']} is {loan['status']}",
        "bank confirmed by signed call-back",
    )
    for row in loan["schedule"]:
        _line(
            clock,
            f"  instalment {row['number']} due {row['due_on']}: {row['total']}",
            f"principal {row['principal']}, interest {row['interest']}",
        )
    _live(where, staff, borrower, loan)


def _verified(where: Addresses, borrower: Borrower, contract: dict[str, Any]) -> str:
    """What anybody finds who looks into the document."""
    try:
        document = borrower.get(f"/v1/contracts/{contract['id']}/document.pdf")
    except Refused as refused:
        return f"its document is not made here: {refused.code}"
    found = httpx.post(
        f"{where.api}/v1/contract-verifications",
        files={"file": ("contract.pdf", document, "application/pdf")},
        timeout=30.0,
        trust_env=False,
    ).json()
    marks = ", ".join(one["field"] for one in found["signatures"])
    return f"PDF of {len(document) // 1024} kB, signed by {marks}: {'whole' if found['whole'] else 'BROKEN'}"


def _photograph(clock: Clock, borrower: Borrower) -> bool:
    """ID card and bank card before the camera, where this machine can draw them; whether all were read."""
    try:
        from xindai_sandbox import specimens

        specimens.font(20)
    except ImportError:
        _line(clock, "  types name, ID number and card", "the parts that read pictures are not installed: xindai[ocr]")
        return False
    except specimens.NoFont:
        _line(clock, "  types name, ID number and card", "this machine has no font to draw specimen papers with")
        return False
    borrower.allow("documents")
    for kind, shown in (("id_card_front", "name"), ("id_card_back", "valid_until"), ("bank_card", "card_number")):
        picture = specimens.taken(kind, borrower.person).jpeg
        began = time.monotonic()
        try:
            paper = borrower.send("/v1/documents", picture, kind=kind)
        except Refused as refused:
            _line(clock, f"  no picture is taken: {refused.code}", "name, ID number and card are typed")
            return False
        read = {field["name"]: field["value"] for field in paper["fields"]}
        fields = "field" if len(read) == 1 else "fields"
        _line(
            clock,
            f"  photographs {kind.replace('_', ' ')}: {paper['status']}",
            f"{len(read)} {fields} in {time.monotonic() - began:.1f} s, {shown.replace('_', ' ')} {_masked(read[shown])}",
        )
    return True


def _masked(text: str) -> str:
    if len(text) == 10:  # a day
        return text
    return text[:1] + "*" * (len(text) - 1) if len(text) < 8 else f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}"


def _live(where: Addresses, staff: Staff, borrower: Borrower, loan: dict[str, Any]) -> None:
    """Paid on time, late, in part, early; closed, and the books proved."""
    clock, world, person = Clock(where.api), World(where.world), borrower.person
    first, second, _ = (date.fromisoformat(row["due_on"]) for row in loan["schedule"])
    clock.to(first + timedelta(days=1))
    _paid(clock, borrower.loan(loan["id"]), 1)
    clock.to(second + timedelta(days=5))
    late = borrower.loan(loan["id"])
    _line(
        clock,
        f"the card is empty: {late['status']}, {late['overdue_days']} days",
        f"due {late['due']['amount']}, of it penalty interest {late['schedule'][1]['penalty']}",
    )
    for one in reversed(borrower.get("/v1/notices")["data"]):
        if one["topic"] in {"due_soon", "arrears_first", "arrears_help"} and one["status"] in {"sent", "delivered"}:
            _line(clock, f"  reminded on {one['at'][:10]}", one["zh"]["text"])
    world.register([{**person, "pays": None}])
    part = borrower.repay(loan["id"], "due", "800.00")
    now = borrower.loan(loan["id"])
    _line(clock, f"pays a part, 800.00: {part['status']}", f"still due {now['due']['amount']}, status {now['status']}")
    clock.to(second + timedelta(days=8))
    now = borrower.loan(loan["id"])
    _line(clock, f"the rest was debited on day 7: {now['status']}", f"principal left {now['outstanding']['amount']}")
    early = borrower.repay(loan["id"], "early")
    now = borrower.loan(loan["id"])
    _line(
        clock, f"settles early with {early['amount']['amount']}: {now['status']}", "interest counted to this very day"
    )
    clock.to(clock.today() + timedelta(days=1))
    _line(clock, "told by SMS", _last_word(world, person["phone"], "结清"))
    proof = staff.get("/v1/staff/books")
    _line(
        clock,
        "the books " + ("hold" if proof["holds"] else "DO NOT HOLD"),
        f"{len(proof['checks'])} checks: entries balance, receipts equal allocations, the bank agrees …",
    )
    print(flush=True)
    if not proof["holds"] or now["status"] != "closed":
        raise SystemExit(1)


def _last_word(world: World, phone: str, about: str) -> str:
    """The newest message about something; it may still be on its way for a moment."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for one in world.messages(phone):
            if about in one["text"]:
                return str(one["text"])
        time.sleep(0.05)
    return ""


def _steady_person(on: date) -> dict[str, Any]:
    """Somebody whose report is clean."""
    for seed in range(1000):
        one = population.person(
            random.Random(f"story|{on}|{seed}"), 380_000_000 + seed + on.toordinal() % 9973 * 1000, on=on, risk=STEADY
        )
        codes = {month["code"] for month in one.report["revolving"][0]["months"]}
        settled = sum(month.get("settled") == "full" for month in one.report["revolving"][0]["months"])
        if codes == {"N"} and settled >= 5 and not one.report["public_records"] and float(one.monthly_income) > 7000:
            return one.document()
    raise AssertionError("nobody is steady")


def _head(text: str) -> None:
    print(f"\n{text}\n{'─' * 100}", flush=True)


def _line(clock: Clock, what: str, why: str) -> None:
    print(f"{clock.today()}  {what:<52} {why}", flush=True)


def _paid(clock: Clock, loan: dict[str, Any], number: int) -> None:
    row = loan["schedule"][number - 1]
    _line(
        clock,
        f"instalment {number} debited on its due day: {row['status']}",
        f"principal left {loan['outstanding']['amount']}",
    )


def main() -> None:
    """Walk a scenario against a running installation."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="scenario", required=True)
    story = commands.add_parser("one-loan")
    world = commands.add_parser("simulate")
    for one in (story, world):
        one.add_argument("--home", type=Path, required=True)
    world.add_argument("--people", type=int, default=100)
    world.add_argument("--days", type=int, default=120)
    world.add_argument("--seed", type=int, default=1)
    world.add_argument("--population", type=Path, help="people, one JSON document a line, instead of made-up ones")
    world.add_argument("--within", type=int, help="all apply within so many days; a third of all without it")
    world.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        _walk(options)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except (Refused, TimeoutError, httpx.HTTPError) as error:
        raise SystemExit(f"the scenario {options.scenario} stopped: {error}") from None


def _walk(options: argparse.Namespace) -> None:
    if options.scenario == "one-loan":
        one_loan(options.home)
        return
    plan = {"seed": options.seed, "people": options.people, "days": options.days}
    plan["within"] = options.within or max(1, options.days // 3)
    try:
        figures = simulation.simulate(
            options.home, partial(_people, options), plan=plan, quiet=options.json, troubled=not options.population
        )
    except Exception as error:
        raise SystemExit(f"the simulation with seed {options.seed} failed: {error}") from error
    if options.json:
        print(json.dumps(figures))
    else:
        simulation.say(figures)


def _people(options: argparse.Namespace, on: date) -> list[dict[str, Any]]:
    """Those of a file, or made-up ones as they are on the first day."""
    if not options.population:
        return [one.document() for one in population.people(options.seed, options.people, on=on)]
    with options.population.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file][: options.people]


if __name__ == "__main__":
    main()
