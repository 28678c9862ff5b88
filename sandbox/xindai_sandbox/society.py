"""How made-up people live together: circles that share a risk, ties inside them, rings on one device, days full of events.

Everything follows from a seed. Events of a month follow from the month and the person, so that the same month looks the
same whenever it is asked about.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

CIRCLE = 24
RING_EVERY = 40
RING_MATES = 6
TIE_KINDS = ("friend", "colleague", "group", "family", "transfer", "contact")
TIE_WEIGHTS = (55, 15, 15, 5, 6, 4)
SPENDING = {
    "food": 40, "shopping": 22, "travel": 6, "health": 4, "education": 4, "game": 5, "virtual": 4, "insurance": 1,
}  # fmt: skip


def node_of(phone: str) -> str:
    """How the social provider calls somebody with this phone."""
    return "n_" + hashlib.sha256(f"node|{phone}".encode()).hexdigest()[:24]


def phone_of(index: int) -> str:
    """The phone of the person with this number."""
    return f"1{'3578'[index % 4]}{index:09d}"[:11]


def is_ring(index: int) -> bool:
    """Whether this person's circle is one that takes loans together and pays none."""
    return index // CIRCLE % RING_EVERY == RING_EVERY - 1


class Risk(NamedTuple):
    """What makes somebody default, in three parts that no source shows alone.

    Debts show in the credit report, the way of living in behaviour, and what the circle has in common in how the others
    in it have fared; report and behaviour show a little of the circle too.
    """

    debts: float
    living: float
    circle: float

    @property
    def in_report(self) -> float:
        """What the credit report follows."""
        return 0.9 * self.debts + 0.3 * self.circle

    @property
    def in_behaviour(self) -> float:
        """What behaviour follows."""
        return 0.9 * self.living + 0.3 * self.circle

    @property
    def whole(self) -> float:
        """What fate follows."""
        return 0.62 * (self.debts + self.living + self.circle)


def risk_of(seed: int, index: int) -> Risk:
    """Hidden risk of a person; the circle's part is everybody's in it."""
    shared = random.Random(f"{seed}|circle|{index // CIRCLE}").gauss(0, 1)
    own = random.Random(f"{seed}|own|{index}")
    ring = 1.2 * is_ring(index)
    return Risk(own.gauss(0, 1) + ring, own.gauss(0, 1) + ring, shared + ring)


def ties_of(seed: int, index: int, count: int, on: date) -> list[dict[str, Any]]:
    """A person's own ties: many inside the circle, a few far away; a ring shares devices."""
    rng = random.Random(f"{seed}|ties|{index}")
    first = index // CIRCLE * CIRCLE
    lively = math.exp(-0.25 * risk_of(seed, index).living)
    found = []
    for other in range(first, min(first + CIRCLE, count)):
        pair = random.Random(f"{seed}|pair|{min(index, other)}|{max(index, other)}")
        if other != index and pair.random() < 0.42:
            found.append(_tie(rng, other, pair.choices(TIE_KINDS, TIE_WEIGHTS)[0], lively, on))
    for _ in range(rng.randrange(4)):
        other = rng.randrange(count)
        if other != index:
            found.append(_tie(rng, other, "friend", 0.4 * lively, on))
    if is_ring(index):
        mates = (other for other in range(first, min(first + RING_MATES, count)) if other != index)
        found += [_tie(rng, other, "device", 0.0, on) for other in mates]
    steady = _sigmoid(0.9 - 0.8 * risk_of(seed, index).living)
    return [{**one, **_habit(random.Random(f"{seed}|habit|{index}|{one['to']}"), one, steady)} for one in found]


def _habit(rng: random.Random, tie: dict[str, Any], steady: float) -> dict[str, int]:
    """How regularly two hear of each other, and how much they like what the other posts."""
    lively = tie["sent"] + tie["received"]
    most = min(13, tie["days"])
    weeks = max(min(1, most), round(most * min(1.0, rng.uniform(0.5, 1.1) * (0.5 + 0.6 * steady)))) if lively else 0
    return {"weeks": weeks, "likes": int(rng.expovariate(1 / (2 + 0.1 * lively)) * steady) if lively else 0}


def _tie(rng: random.Random, other: int, kind: str, lively: float, on: date) -> dict[str, Any]:
    sent = int(rng.expovariate(1 / 25) * lively)
    received = int(sent * rng.uniform(0.4, 1.6))
    return {
        "to": node_of(phone_of(other)),
        "kind": kind,
        "since": (on - timedelta(days=rng.randint(5, 2500))).isoformat(),
        "last_ago": rng.randint(1, 60) if sent or received else None,
        "sent": sent,
        "received": received,
        "days": min(90, (sent + received) // 3),
    }


def told(ties: list[dict[str, Any]], until: date) -> list[dict[str, Any]]:
    """Ties as the provider tells them on a day: what is lively stays so."""
    return [
        {
            "to": one["to"],
            "kind": one["kind"],
            "since": one["since"],
            "last": (until - timedelta(days=one["last_ago"])).isoformat() if one["last_ago"] else None,
            "sent": one["sent"],
            "received": one["received"],
            "days": one["days"],
            "weeks": one.get("weeks", 0),
            "likes": one.get("likes", 0),
        }
        for one in ties
        if one["since"] < until.isoformat()
    ]


def events(habits: dict[str, Any], until: date) -> list[dict[str, Any]]:
    """The events of a person in the thirteen months before `until`."""
    noise = random.Random(f"{habits['seed']}|habits").gauss(0, 1)
    risk = 0.85 * habits["risk"] + 0.4 * noise
    found = []
    for back in range(13, -1, -1):
        year, month = divmod(until.year * 12 + until.month - 1 - back, 12)
        rng = random.Random(f"{habits['seed']}|{year}-{month + 1:02d}")
        for one in _month(rng, risk, habits["income"]):
            day, minute, kind, category, amount, party = one
            on = date(year, month + 1, day)
            if on < until and not (category == "salary" and is_hard(habits, on)):
                found.append(_event(f"{on}T{minute // 60:02d}:{minute % 60:02d}", kind, category, amount, party))
        found += _hard_month(habits, year, month + 1, until)
        found += [one for one in takings(habits, year, month + 1) if one["at"][:10] < until.isoformat()]
    return found


def takings(habits: dict[str, Any], year: int, month: int) -> list[dict[str, Any]]:
    """What the customers of somebody's business pay in a month; riskier ones have fewer months in which it thrives."""
    if not habits.get("revenue"):
        return []
    rng = random.Random(f"{habits['seed']}|takings|{year}-{month:02d}")
    mean = (
        habits["revenue"]
        / 12
        * math.exp(rng.gauss(-0.04 - 0.1 * habits["trade"], 0.2 + 0.1 * _sigmoid(habits["trade"])))
    )
    times = max(1, _some(rng, habits["often"]))
    found = []
    for _ in range(times):
        at = f"{year}-{month:02d}-{_day(rng):02d}T{rng.randint(8, 21):02d}:{rng.randrange(60):02d}"
        amount = max(0.01, round(mean / times * rng.uniform(0.3, 1.7), 2))
        found.append(_event(at, "income", "business", amount, _party(rng, "customer", 60)))
    return found


def session_of(seed: str, risk: float, *, is_fraud: bool) -> dict[str, Any]:
    """How somebody fills in the form: who means to take the money pastes what was prepared, on many a machine that is no phone."""
    rng = random.Random(f"{seed}|session")
    hurried = _sigmoid(1.5 * is_fraud + 0.4 * risk - 0.6)
    typed = rng.randint(40, 90) - (rng.randint(20, 35) if is_fraud and rng.random() < 0.7 else 0)
    signs = [
        sign
        for sign, chance in (("emulator", 0.3), ("automation", 0.2), ("debugger", 0.05))
        if rng.random() < (chance if is_fraud else 0.003)
    ]
    return {
        "seconds": max(12, int(rng.gauss(210 - 110 * hurried, 45))) if rng.random() < 0.95 else rng.randint(600, 2400),
        "typed": max(5, typed),
        "taken_back": _some(rng, 4 + 3 * (1 - hurried)),
        "pastes": _some(rng, 2.2 if is_fraud else 0.25 + 0.1 * hurried),
        "leaves": _some(rng, 0.5 + 0.8 * hurried),
        "reading_seconds": max(1, int(rng.expovariate(1 / (28 - 20 * hurried)))),
        "corrections": _some(rng, 0.3 + 0.3 * hurried),
        "refusals": _some(rng, 0.15 + 0.25 * hurried),
        "signs": signs,
    }


def minute_of(habits: dict[str, Any]) -> int:
    """Of the day, when somebody hands the form in; riskier people are up at night more."""
    return _minute(random.Random(f"{habits['seed']}|hands in"), habits["risk"])


def is_hard(habits: dict[str, Any], on: date) -> bool:
    """Whether somebody was without work on a day: `hard` holds (from, to) of such times."""
    return any(since <= on.isoformat() < until for since, until in habits.get("hard", ()))


def _hard_month(habits: dict[str, Any], year: int, month: int, until: date) -> list[dict[str, Any]]:
    """What somebody without work does more of in a month: ask for loans, take some, look for others, pay late, have debits fail."""
    if not habits.get("hard"):
        return []
    rng = random.Random(f"{habits['seed']}|hard|{year}-{month:02d}")
    drawn = [
        (_day(rng), _minute(rng, 1.0), kind, category, round(rng.expovariate(1 / mean), 2) if mean else 0.0, party)
        for kind, category, often, mean, party in (
            ("apply", "loan", 2.2, 0.0, "lender"),
            ("borrow", "loan", 1.1, 2000.0, "lender"),
            ("visit", "lending_app", 5.0, 0.0, ""),
            ("spend", "cash_like", 0.5, 1200.0, "cash_like"),
            ("failed_debit", "loan", 1.0, 0.0, ""),
            ("repay", "late", 0.6, 500.0, "lender"),
        )
        for _ in range(_some(rng, often))
    ]
    return [
        _event(f"{on}T{minute // 60:02d}:{minute % 60:02d}", kind, category, amount, party and _party(rng, party, 25))
        for day, minute, kind, category, amount, party in drawn
        if (on := date(year, month, day)) < until and is_hard(habits, on)
    ]


def _event(at: str, kind: str, category: str, amount: float, party: str) -> dict[str, Any]:
    document: dict[str, Any] = {"at": at, "kind": kind, "category": category}
    if amount:
        document["amount"] = f"{amount:.2f}"
    if party:
        document["party"] = party
    return document


def _month(rng: random.Random, risk: float, income: float) -> Iterator[tuple[int, int, str, str, float, str]]:
    """(day, minute, kind, category, amount, party) of a month's events."""
    if rng.random() < _sigmoid(1.6 - 0.9 * risk):
        yield (
            min(28, 8 + rng.randint(0, 4)),
            600,
            "income",
            "salary",
            round(income * rng.uniform(0.9, 1.05), 2),
            "employer",
        )
    for _ in range(_some(rng, 0.5)):
        yield (
            _day(rng),
            _minute(rng, risk),
            "income",
            "transfer",
            round(rng.expovariate(1 / 400), 2),
            _party(rng, "p", 30),
        )
    spends = max(2, int(rng.gauss(13, 4)))
    mean = income * max(0.2, 0.55 + 0.12 * risk) / spends
    for _ in range(spends):
        category = rng.choices(list(SPENDING), list(SPENDING.values()))[0]
        amount = round(mean * math.exp(rng.gauss(-0.2, 0.7)), 2)
        yield _day(rng), _minute(rng, risk), "spend", category, amount, _party(rng, category, 40)
    for category, often, mean in (
        ("gambling", 0.12 * math.exp(0.9 * risk), 700.0),
        ("cash_like", 0.12 * math.exp(0.7 * risk), 1500.0),
        ("utilities", 1.1 * _sigmoid(1.2 - 0.6 * risk), 160.0),
        ("phone", 1.2 * _sigmoid(1.4 - 0.4 * risk), 80.0),
        ("rent", 0.4, 1800.0),
    ):
        for _ in range(_some(rng, often)):
            amount = round(mean * rng.uniform(0.5, 1.6), 2)
            yield _day(rng), _minute(rng, risk), "spend", category, amount, _party(rng, category, 5)
    yield from _borrowing(rng, risk)
    for kind, category, often in (
        ("refund", "purchase", 0.2 * math.exp(0.3 * risk)),
        ("device", "new", 0.04),
        ("device", "sim_change", 0.02 * math.exp(0.6 * risk)),
        ("device", "rooted", 0.006 * math.exp(risk)),
        ("device", "proxy", 0.006 * math.exp(risk)),
        ("city", "changed", 0.03 * math.exp(0.3 * risk)),
        ("visit", "lending_app", 0.9 * math.exp(0.6 * risk)),
        ("visit", "other", 6.0),
    ):
        for _ in range(_some(rng, often)):
            party = _party(rng, "d", 1_000_000) if kind == "device" else ""
            yield _day(rng), _minute(rng, risk), kind, category, 0.0, party


def _borrowing(rng: random.Random, risk: float) -> Iterator[tuple[int, int, str, str, float, str]]:
    for _ in range(_some(rng, 0.22 * math.exp(0.8 * risk))):
        lender = _party(rng, "lender", 25)
        yield _day(rng), _minute(rng, risk), "apply", "loan", 0.0, lender
        if rng.random() < 0.5:
            yield _day(rng), _minute(rng, risk), "borrow", "loan", round(rng.expovariate(1 / 2500) + 300, 2), lender
    for _ in range(_some(rng, 0.55 * math.exp(0.5 * risk))):
        late = "late" if rng.random() < _sigmoid(-2.6 + 1.2 * risk) else "on_time"
        yield _day(rng), 540, "repay", late, round(rng.expovariate(1 / 600) + 50, 2), _party(rng, "lender", 25)
    for _ in range(_some(rng, 0.08 * math.exp(1.0 * risk))):
        yield _day(rng), 540, "failed_debit", "loan", 0.0, ""


def _some(rng: random.Random, often: float) -> int:
    """How often something happens that happens `often` times a month on average."""
    count, left = 0, math.exp(-min(often, 12.0))
    product = rng.random()
    while product > left:
        count += 1
        product *= rng.random()
    return count


def _day(rng: random.Random) -> int:
    return rng.randint(1, 28)


def _minute(rng: random.Random, risk: float) -> int:
    """Of the day; riskier people are up at night more."""
    at_night = rng.random() < 0.04 + 0.1 * _sigmoid(risk - 0.5)
    return rng.randrange(0, 360) if at_night else rng.randrange(420, 1439)


def _party(rng: random.Random, prefix: str, many: int) -> str:
    return f"{prefix}_{rng.randrange(many)}"


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))
