"""A population lived through the whole system over months or years, the books proved every evening."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from xindai_sandbox.client import Addresses, Borrower, Clock, Staff, World, addresses

AT_ONCE = 3


@dataclass
class Life:
    """What became of one applicant."""

    person: dict[str, Any]
    on: date
    outcome: str = "not yet"
    loan_id: str | None = None
    loan: dict[str, Any] = field(default_factory=dict)


def simulate(
    home: Path, people: Sequence[dict[str, Any]], *, days: int, seed: int, arrive_within: int, quiet: bool
) -> dict[str, Any]:
    """Live the population; the figures, or SystemExit with the seed when the books fail."""
    where = addresses(home)
    clock, staff = Clock(where.api), Staff(where)
    World(where.world).register(list(people))
    rng = random.Random(seed)
    start = clock.today()
    lives = [Life(person, start + timedelta(days=rng.randrange(max(1, arrive_within)))) for person in people]
    proofs = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for day in range(days):
            today = start + timedelta(days=day)
            _come(pool, where, [life for life in lives if life.on == today])
            clock.to(today + timedelta(days=1))
            proof = staff.get("/v1/staff/books")
            proofs += 1
            if not proof["holds"]:
                broken = next(check for check in proof["checks"] if check["broken"])
                raise SystemExit(f"the books do not hold on the evening of {today}: {broken}; seed {seed}")
            if not quiet:
                _progress(day + 1, days, lives)
    for life in lives:
        if life.loan_id:
            life.loan = staff.get(f"/v1/staff/loans/{life.loan_id}")
    return _figures(lives, staff, proofs=proofs, seed=seed, days=days)


def _come(pool: ThreadPoolExecutor, where: Addresses, arriving: list[Life]) -> None:
    list(pool.map(lambda life: _apply(where, life), arriving))


def _apply(where: Addresses, life: Life) -> None:
    rng = random.Random(life.person["id_number"])
    borrower = Borrower(where, life.person)
    asked = max(500, min(30_000, round(float(life.person["monthly_income"]) * rng.uniform(0.6, 2.0), -2)))
    application = borrower.apply(f"{asked:.2f}", rng.choice((6, 9, 12)))
    life.outcome = application["status"]
    if application["status"] == "offered":
        life.loan_id = borrower.accept(application["offer_id"])["id"]


def _progress(day: int, days: int, lives: list[Life]) -> None:
    if sys.stderr.isatty():
        loans = sum(life.loan_id is not None for life in lives)
        print(f"\rday {day} of {days}, {loans} loans ", end="", file=sys.stderr, flush=True)


def _figures(lives: list[Life], staff: Staff, *, proofs: int, seed: int, days: int) -> dict[str, Any]:
    decided = [life for life in lives if life.outcome != "not yet"]
    lent = [life for life in decided if life.loan_id]
    balances = {
        one["account"]: float(one["balance"]["amount"]) for one in staff.get("/v1/staff/ledger/balances")["data"]
    }
    gone_bad = [life for life in lent if life.loan["loan"]["status"] == "charged_off" or life.loan["overdue_days"] > 60]
    at_risk = sum(float(life.loan["figures"]["principal"]["amount"]) for life in gone_bad)

    def rate(part: int, whole: int) -> float:
        return round(part / whole, 4) if whole else 0.0

    return {
        "seed": seed,
        "days": days,
        "applied": len(decided),
        "approved": len(lent),
        "approval_rate": rate(len(lent), len(decided)),
        "bad_rate_applicants": rate(sum(life.person["will_default"] for life in decided), len(decided)),
        "bad_rate_approved": rate(sum(life.person["will_default"] for life in lent), len(lent)),
        "gone_bad": len(gone_bad),
        "lent": round(sum(float(life.loan["loan"]["principal"]["amount"]) for life in lent), 2),
        "interest_income": -balances["earned_interest"],
        "penalty_income": 0.0 - balances["earned_penalty"],
        "written_off": balances["written_off"],
        "recovered": 0.0 - balances["recovered"],
        "principal_over_60_days": at_risk,
        "statuses": {
            status: sum(life.loan["loan"]["status"] == status for life in lent)
            for status in sorted({life.loan["loan"]["status"] for life in lent})
        },
        "outcomes": {
            outcome: sum(life.outcome == outcome for life in decided)
            for outcome in sorted({one.outcome for one in decided})
        },
        "books_proved": proofs,
    }


def say(figures: dict[str, Any]) -> None:
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):<26} {value}")
