"""Made-up people: names, numbers with right check digits, a hidden risk, and the credit report that follows from it."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from xindai_sandbox import owners, society

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰飞波宁欣怡嘉豪思远子涵"
REGIONS = ("110105", "310115", "440305", "510107", "330106", "420106", "320106", "370102")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
MONTHS = 6


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist. `pays` is after how many debits the card runs dry; none: it never does.

    `habits` is what the behaviour provider tells events from, `ties` whom the social provider ties the person to, `session`
    how the person fills in the form.
    """

    name: str
    id_number: str
    phone: str
    card_number: str
    monthly_income: str
    will_default: bool
    pays: int | None
    report: dict[str, Any]
    habits: dict[str, Any]
    ties: list[dict[str, Any]]
    session: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def people(seed: int, count: int, *, on: date) -> Iterator[Person]:
    """`count` people who live together, the same for the same seed."""
    for index in range(count):
        risk = society.risk_of(seed, index)
        one = person(random.Random(f"{seed}|{index}"), index, on=on, risk=risk)
        if society.is_ring(index):
            takes_all = random.Random(f"{seed}|ring|{index}").random() < 0.7
            one = replace(one, will_default=takes_all or one.will_default, pays=0 if takes_all else one.pays)
            one = replace(one, session=society.session_of(one.habits["seed"], risk.living, is_fraud=takes_all))
        yield replace(one, ties=society.ties_of(seed, index, count, on))


def person(
    rng: random.Random,
    index: int,
    *,
    on: date,
    report: dict[str, Any] | None = None,
    will_default: bool | None = None,
    risk: society.Risk | None = None,
) -> Person:
    """One person without ties; report and fate are drawn from a hidden risk unless given."""
    hidden = risk or society.Risk(rng.gauss(0, 1), rng.gauss(0, 1), rng.gauss(0, 1))
    drawn = report_of(rng, hidden.in_report, on)
    late_now = drawn["revolving"][0]["months"][0]["code"] in "1234567"
    fate = rng.random() < _sigmoid(-2.5 + 1.3 * hidden.whole + 0.4 * late_now)
    will = fate if will_default is None else will_default
    income = f"{round(math.exp(rng.gauss(9.1 - 0.15 * hidden.living, 0.45)), -2):.2f}"
    habits = {
        "seed": f"{index}|{rng.getrandbits(32)}",
        "risk": round(hidden.in_behaviour, 4),
        "income": float(income),
    }
    return Person(
        name=rng.choice(FAMILY) + "".join(rng.sample(GIVEN, rng.choice((1, 2)))),
        id_number=id_number(rng, on),
        phone=society.phone_of(index),
        card_number=card_number(f"62170{index:013d}"),
        monthly_income=income,
        will_default=will,
        pays=rng.choice((0, 1, 1, 2, 3)) if will else None,
        report=report or drawn,
        habits=habits,
        ties=[],
        session=society.session_of(str(habits["seed"]), hidden.living, is_fraud=False),
    )


def lives(seed: int, count: int, *, on: date, businesses: bool = False) -> Iterator[dict[str, Any]]:
    """Past applications to learn from: three of five people came earlier and their fate is known, the others apply `on`.

    Some did not let us read behaviour or ties; of some earlier people we do not know the ties. With `businesses` all of them
    ask for a business of theirs.
    """
    everybody = list(people(seed, count, on=on))
    asking = [_owner(seed, index, one) for index, one in enumerate(everybody)] if businesses else []
    everybody = [one for one, _ in asking] or everybody
    nodes = [society.node_of(one.phone) for one in everybody]
    marks, beyond = {}, {}
    for index, one in enumerate(everybody):
        rng = random.Random(f"{seed}|past|{index}")
        if rng.random() < 0.6:
            if rng.random() < 0.8:
                marks[nodes[index]] = _past(rng, one, on)
            if rng.random() < 0.8:
                beyond[nodes[index]] = [[tie["to"], tie["kind"]] for tie in one.ties]
            continue
        reads = rng.random() < 0.85
        yield {
            "on": on.isoformat(),
            "report": one.report,
            "events": society.events(one.habits, on) if reads else None,
            "around": _around(nodes[index], one, beyond, marks, on) if rng.random() < 0.85 else None,
            "session": {**one.session, "minute": society.minute_of(one.habits)} if reads else None,
            "amount": f"{max(500, min(30_000, round(float(one.monthly_income) * rng.uniform(0.6, 2.0), -2))):.2f}",
            "months": rng.choice((6, 9, 12)),
            "monthly_income": one.monthly_income,
            "age": rng.randint(20, 58),
            "will_default": one.will_default,
            "fraud": society.is_ring(index) and one.pays == 0,
            **(_asked_for(asking[index][1]) if businesses else {}),
        }


def _asked_for(business: dict[str, Any]) -> dict[str, Any]:
    return {"business": business, "amount": f"{business['asked'] / 100:.2f}"}


def _owner(seed: int, index: int, one: Person) -> tuple[Person, dict[str, Any]]:
    """(the person with a business, what is told of it)."""
    habits, fate, told = owners.business_of(seed, index, monthly_income=one.monthly_income)
    of_ring = society.is_ring(index) and one.pays == 0
    return replace(one, habits={**one.habits, **habits}, will_default=fate or of_ring), told


def accounts(seed: int, count: int, *, on: date) -> Iterator[dict[str, Any]]:
    """How the accounts of lines in use went, and whether their people were sixty days late within the half year after `on`.

    A hidden risk shows in late months, failed debits and how full the line is; in one of eight it turns bad only lately.
    """
    for index in range(count):
        rng = random.Random(f"{seed}|account|{index}")
        risk = rng.gauss(0, 1)
        turns = rng.random() < 0.125
        months = rng.randint(1, 30)
        limit = round(math.exp(rng.gauss(9.2 - 0.2 * risk, 0.5)), -2) * 100
        history = _account(rng, risk, turns, months, int(limit), on)
        late_now = history["late"][-1][1] if history["late"] and history["late"][-1][0][:7] == on.isoformat()[:7] else 0
        fate = -3.3 + 1.1 * risk + 1.3 * turns + 0.03 * min(60, late_now) + 1.2 * (history["owed"] / limit - 0.5)
        yield {"history": history, "will_default": rng.random() < _sigmoid(fate)}


def arrears(seed: int, count: int, *, on: date) -> Iterator[dict[str, Any]]:
    """`count` of those accounts that are late on the day, and whether they came to be sixty days late."""
    found, start = 0, 0
    while found < count:
        for one in accounts(seed + start, count, on=on):
            late = one["history"]["late"]
            if late and late[-1][0][:7] == on.isoformat()[:7] and found < count:
                found += 1
                yield one
        start += 1


def _account(rng: random.Random, risk: float, turns: bool, months: int, limit: int, on: date) -> dict[str, Any]:
    late, failed, repaid, used, days, owed = [], [], [], [], 0, 0
    for back in range(months, -1, -1):
        year, month = divmod(on.year * 12 + on.month - 1 - back, 12)
        first = date(year, month + 1, 1)
        now = risk + (1.6 if turns and back < 3 else 0)
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3)) if days == 0 else 0):
            amount = min(limit - owed, int(limit * rng.uniform(0.05, 0.5) * _sigmoid(0.2 + 0.8 * now)))
            if amount > 0:
                owed += amount
                used.append([(first + timedelta(days=rng.randint(0, 26))).isoformat(), amount])
        if owed and rng.random() < _sigmoid(-3.1 + 1.2 * now + 1.6 * (days > 0)):
            days = days + 30 if days else rng.choice((2, 3, 5, 9, 16, 25))
            late.append([first.isoformat(), days])
            failed += [(first + timedelta(days=rng.randint(0, 26))).isoformat()] * rng.randint(1, 3)
        elif owed:
            days = 0
            part = max(1, int(owed * rng.uniform(0.08, 0.4)))
            owed -= part
            repaid.append([(first + timedelta(days=rng.randint(0, 26))).isoformat(), part])

    def seen(days: list[Any]) -> list[Any]:
        return sorted(one for one in days if (one if isinstance(one, str) else one[0]) <= on.isoformat())

    return {
        "on": on.isoformat(),
        "since": used[0][0] if used else None,
        "loans": len(used),
        "open": min(len(used), rng.randint(1, 4)) if owed else 0,
        "charged_off": 0,
        "limit": limit,
        "owed": owed,
        "late": seen(late),
        "repaid": seen(repaid),
        "failed": seen(failed),
        "used": seen(used),
    }


def _past(rng: random.Random, one: Person, on: date) -> list[list[str]]:
    """What is known of an earlier customer."""
    began = on - timedelta(days=rng.randint(120, 700))
    found = [["customer", began.isoformat()]]
    if one.will_default:
        late = began + timedelta(days=rng.randint(35, 90))
        found.append(["overdue", late.isoformat()])
        found.append(["defaulted", (late + timedelta(days=rng.randint(25, 40))).isoformat()])
    elif rng.random() < 0.7:
        found.append(["paid", (began + timedelta(days=100)).isoformat()])
    if rng.random() < (0.3 if one.pays == 0 and one.will_default else 0.005):
        found.append(["fraud", (began + timedelta(days=60)).isoformat()])
    return found


def _around(node: str, one: Person, beyond: dict[str, Any], marks: dict[str, Any], on: date) -> dict[str, Any]:
    ties = society.told(one.ties, on)
    near = {tie["to"] for tie in ties}
    known = {end: beyond[end] for end in sorted(near) if end in beyond}
    seen = (near | {end for ends in known.values() for end, _ in ends}) - {node}
    return {
        "node": node,
        "ties": ties,
        "beyond": known,
        "marks": {end: marks[end] for end in sorted(seen) if end in marks},
    }


def report_of(rng: random.Random, risk: float, on: date) -> dict[str, Any]:
    """A credit report, as the bureau's contract writes it, of somebody with that risk."""
    limit = max(1000, round(math.exp(rng.gauss(10.2 - 0.35 * risk, 0.7)), -3))
    use = _sigmoid(rng.gauss(-0.6 + 0.7 * risk, 0.8))
    late, months = 0, []
    for back in range(MONTHS, 0, -1):
        slips = rng.random() < _sigmoid(-2.9 + 1.2 * risk + 1.1 * (late > 0))
        late = min(7, late + 1) if slips else max(0, late - 2)
        billed = round(limit * min(1.2, max(0.0, rng.gauss(use, 0.15))), 2)
        full = rng.random() < _sigmoid(0.8 - 0.9 * risk)
        code = str(late) if late else ("*" if billed < limit * 0.01 else "N")
        repaid = 0.0 if late else billed * (1 if full else rng.uniform(0.05, 0.4))
        month = {"month": _month(on, back), "code": code, "billed": f"{billed:.2f}", "repaid": f"{repaid:.2f}"}
        if code == "N":
            month["settled"] = "full" if full else "minimum"
        months.append(month)
    enquiries = min(15, int(rng.expovariate(1 / (1.2 * math.exp(0.5 * risk)))))
    loans = [_loan(rng, risk, on) for _ in range(min(9, int(rng.expovariate(1 / (1.3 * math.exp(0.35 * risk))))))]
    return {
        "report_id": f"R{rng.getrandbits(48):012x}",
        "issued_on": on.isoformat(),
        "profile": {
            "education": min(4, max(1, round(rng.gauss(2.2 + 0.3 * risk, 0.7)))),
            "changes_24m": min(9, int(rng.expovariate(1 / (0.8 * math.exp(0.3 * risk))))),
        },
        "revolving": [
            {
                "opened_on": (on - timedelta(days=rng.randint(200, 4000))).isoformat(),
                "limit": f"{limit:.2f}",
                "months": months[::-1],
            }
        ],
        "loans": loans,
        "guarantees": [{"balance": f"{rng.randint(1, 40) * 5000}.00"}] if rng.random() < 0.04 else [],
        "enquiries": [
            {
                "on": (on - timedelta(days=rng.randint(1, 179))).isoformat(),
                "reason": rng.choice(("loan_approval", "loan_approval", "card_approval", "guarantee")),
                "lender": f"lender_{rng.randrange(25)}",
            }
            for _ in range(enquiries)
        ],
        "public_records": [{"kind": "enforcement"}] if rng.random() < 0.008 * math.exp(risk) else [],
    }


def report_now(report: dict[str, Any], habits: dict[str, Any], on: date) -> dict[str, Any]:
    """A report with what has been asked since it was issued, for somebody who has lost their work in the meantime."""
    asked = [
        {"on": one["at"][:10], "reason": "loan_approval", "lender": one["party"]}
        for one in society.events(habits, on)
        if one["kind"] == "apply" and one["at"][:10] > report["issued_on"]
    ]
    return {**report, "issued_on": on.isoformat(), "enquiries": [*report["enquiries"], *asked]}


def _loan(rng: random.Random, risk: float, on: date) -> dict[str, Any]:
    """An instalment loan elsewhere."""
    kind = rng.choices(("mortgage", "car", "consumer", "micro"), (12, 10, 45, 33 * math.exp(0.4 * risk)))[0]
    amount = {"mortgage": 600_000, "car": 90_000, "consumer": 30_000, "micro": 6_000}[kind] * rng.uniform(0.4, 1.6)
    months, late, codes = rng.randint(2, 30), 0, ""
    for _ in range(months):
        slips = rng.random() < _sigmoid(-3.6 + 1.1 * risk + 1.6 * (late > 0))
        late = min(7, late + 1) if slips else max(0, late - 2)
        codes += str(late) if late else "N"
    settled = rng.random() < 0.35 and not late
    ended = "settled" if settled else "bad_debt" if late >= 6 else "open"
    left = 0.0 if settled else amount * rng.uniform(0.1, 0.95)
    return {
        "kind": kind,
        "lender": f"lender_{rng.randrange(25)}",
        "bank": kind != "micro" or rng.random() < 0.2,
        "opened_on": (on - timedelta(days=30 * months)).isoformat(),
        "amount": f"{amount:.2f}",
        "balance": f"{left:.2f}",
        "monthly": f"{0.0 if settled else amount / 24:.2f}",
        "status": ended,
        "months": codes[::-1],
    }


MARKET_KINDS = {"mortgage": "11", "car": "12", "consumer": "21", "micro": "22", "business": "31"}
MARKET_ENDS = {"open": "1", "settled": "2", "bad_debt": "3", "compensated": "4", "disposed": "5"}
MARKET_REASONS = {"post_loan": "01", "loan_approval": "02", "card_approval": "03", "guarantee": "08"}


def market_of(report: dict[str, Any]) -> dict[str, Any]:
    """What the market bureau knows of somebody with that central report: loans of lenders that are no bank, and enquiries."""
    return {
        "reportNo": f"M{report['report_id']}",
        "reportTime": f"{report['issued_on'].replace('-', '')}090000",
        "loanList": [
            {
                "orgType": "MC",
                "orgCode": loan["lender"],
                "busiType": MARKET_KINDS[loan["kind"]],
                "openDate": loan["opened_on"].replace("-", ""),
                **{
                    name: round(float(loan[part]))
                    for name, part in (("creditAmt", "amount"), ("remainAmt", "balance"), ("monthPay", "monthly"))
                },
                "acctStatus": MARKET_ENDS[loan["status"]],
                "overdueDays": [int(code) * 30 - 15 if code.isdigit() else 0 for code in loan["months"]],
            }
            for loan in report.get("loans", [])
            if not loan["bank"]
        ],
        "queryList": [
            {
                "queryDate": one["on"].replace("-", ""),
                "queryReason": MARKET_REASONS[one["reason"]],
                "orgCode": one.get("lender", "lender_0"),
            }
            for one in report["enquiries"]
            if one["reason"] in MARKET_REASONS
        ],
        "courtList": [{"caseNo": f"C{place}"} for place, _ in enumerate(report["public_records"])],
    }


def somebody(key: str, *, on: date) -> dict[str, Any]:
    """The report of a person nobody registered: always the same for the same ID number."""
    rng = random.Random(hashlib.sha256(key.encode()).hexdigest())
    return report_of(rng, min(0.0, rng.gauss(-0.5, 0.5)), on)


def id_number(rng: random.Random, on: date) -> str:
    """A resident ID number with its check character (ISO 7064 MOD 11-2)."""
    born = date(on.year - rng.randint(20, 58), 1, 1) + timedelta(days=rng.randint(0, 364))
    body = f"{rng.choice(REGIONS)}{born:%Y%m%d}{rng.randint(1, 999):03d}"
    return body + CHECK[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def card_number(body: str) -> str:
    """The body with its Luhn digit."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def _month(on: date, back: int) -> str:
    year, month = divmod(on.year * 12 + on.month - 1 - back, 12)
    return f"{year}-{month + 1:02d}"


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def main() -> None:
    """Write people to standard output, one JSON document a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", type=date.fromisoformat, default=date(2026, 1, 1))
    parser.add_argument("--lives", action="store_true", help="past applications with all that was known of them")
    parser.add_argument("--businesses", action="store_true", help="of those, all ask for a business of theirs")
    parser.add_argument("--arrears", action="store_true", help="of those, only accounts that are late on the day")
    parser.add_argument("--accounts", action="store_true", help="lines in use, and what became of their people")
    options = parser.parse_args()
    told: Iterator[dict[str, Any]]
    if options.arrears:
        told = arrears(options.seed, options.people, on=options.on)
    elif options.accounts:
        told = accounts(options.seed, options.people, on=options.on)
    elif options.lives or options.businesses:
        told = lives(options.seed, options.people, on=options.on, businesses=options.businesses)
    else:
        told = (one.document() for one in people(options.seed, options.people, on=options.on))
    for document in told:
        print(json.dumps(document, ensure_ascii=False))


if __name__ == "__main__":
    main()
