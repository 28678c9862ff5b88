"""Made-up people: names, numbers with right check digits, a hidden risk, and the credit report that follows from it."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰飞波宁欣怡嘉豪思远子涵"
REGIONS = ("110105", "310115", "440305", "510107", "330106", "420106", "320106", "370102")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
MONTHS = 6


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist. `pays` is after how many debits the card runs dry; none: it never does."""

    name: str
    id_number: str
    phone: str
    card_number: str
    monthly_income: str
    will_default: bool
    pays: int | None
    report: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def people(seed: int, count: int, *, on: date) -> Iterator[Person]:
    """`count` people, the same for the same seed."""
    for index in range(count):
        yield person(random.Random(f"{seed}|{index}"), index, on=on)


def person(
    rng: random.Random, index: int, *, on: date, report: dict[str, Any] | None = None, will_default: bool | None = None
) -> Person:
    """One person; report and fate are drawn from a hidden risk unless given."""
    risk = rng.gauss(0, 1)
    drawn = report_of(rng, risk, on)
    late_now = drawn["revolving"][0]["months"][0]["code"] in "1234567"
    fate = rng.random() < _sigmoid(-2.4 + 1.2 * risk + 0.8 * late_now)
    will = fate if will_default is None else will_default
    return Person(
        name=rng.choice(FAMILY) + "".join(rng.sample(GIVEN, rng.choice((1, 2)))),
        id_number=id_number(rng, on),
        phone=f"1{rng.choice('3578')}{index:09d}"[:11],
        card_number=card_number(f"62170{index:013d}"),
        monthly_income=f"{round(math.exp(rng.gauss(9.1 - 0.15 * risk, 0.45)), -2):.2f}",
        will_default=will,
        pays=rng.choice((0, 1, 1, 2, 3)) if will else None,
        report=report or drawn,
    )


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
    return {
        "report_id": f"R{rng.getrandbits(48):012x}",
        "issued_on": on.isoformat(),
        "profile": {"education": min(4, max(1, round(rng.gauss(2.2 + 0.3 * risk, 0.7))))},
        "revolving": [
            {
                "opened_on": (on - timedelta(days=rng.randint(200, 4000))).isoformat(),
                "limit": f"{limit:.2f}",
                "months": months[::-1],
            }
        ],
        "enquiries": [
            {"on": (on - timedelta(days=rng.randint(1, 89))).isoformat(), "reason": "loan_approval"}
            for _ in range(enquiries)
        ],
        "public_records": [{"kind": "enforcement"}] if rng.random() < 0.008 * math.exp(risk) else [],
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
    options = parser.parse_args()
    for one in people(options.seed, options.people, on=options.on):
        print(json.dumps(one.document(), ensure_ascii=False))


if __name__ == "__main__":
    main()
