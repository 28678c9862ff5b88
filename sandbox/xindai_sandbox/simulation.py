"""A population lived through the whole system over months or years, the books proved every evening.

Three of four ask for a loan, the others for a line, on which they draw now and then, and all that is left when they have lost
their work; one of twelve has a business and asks for it. Once a week an officer looks at whom the warnings point out, and marks as fraud who shares a device with many and
is late.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from xindai_sandbox import owners, society, trouble
from xindai_sandbox.client import CONSENTS, Addresses, Borrower, Clock, Refused, Staff, World, addresses
from xindai_sandbox.lives import Diary, Life
from xindai_sandbox.trouble import BAD_DAYS, Cause, Fate, Trouble

AT_ONCE = 3
WEEK = 7
WHOLE_PROOF = 500
"""With more loans than that, what goes through each of them is proved on Sundays and in the end, the sums every evening."""
LINE_SHARE, OWNER_SHARE = 0.25, 1 / 12
DRAWS_A_WEEK = 0.1
LEAST_DRAW = 500
SUSPECT = {"shared_things", "loan_fell_overdue"}


def simulate(
    home: Path,
    people: Callable[[date], list[dict[str, Any]]],
    *,
    plan: dict[str, Any],
    quiet: bool,
    troubled: bool = True,
) -> dict[str, Any]:
    """Live the `people` as of the first day, with trouble planted among them if they are to be `troubled`; the figures.

    The `plan` says the `seed`, the `days`, and `within` how many of them all apply. One that was stopped goes on in its home.
    Raises SystemExit with the seed when the books fail.
    """
    where = addresses(home)
    clock, staff = Clock(where.api), Staff(where)
    diary = Diary.of(home, plan, today=clock.today())
    start, seed, days = diary.start, plan["seed"], plan["days"]
    born = people(start)
    planted, troubles = trouble.plant(born, seed=seed, start=start, days=days) if troubled else (born, {})
    if troubled:
        planted = [_in_business(one, seed, index, start, troubles) for index, one in enumerate(planted)]
    World(where.world).register(planted)
    share = LINE_SHARE if troubled else 0.0
    rng = random.Random(seed)
    lives = [
        _life(
            person,
            start + timedelta(days=rng.randrange(max(1, plan["within"]))),
            troubles.get(person["id_number"]),
            takes_line=random.Random(f"{seed}|life|{person['id_number']}").random() < share,
        )
        for person in planted
    ]
    diary.recall(lives)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for day in range(diary.lived, days):
            today = start + timedelta(days=day)
            if clock.today() == today:
                list(pool.map(partial(_apply, where), [one for one in lives if one.on == today]))
                list(pool.map(partial(_draw, where, today), [one for one in lives if _draws(one, seed, today)]))
                if troubled and day % WEEK == WEEK - 1:
                    _look(staff, lives, since=today - timedelta(days=WEEK))
                diary.keep(lives, lived=day)
                clock.to(today + timedelta(days=1))
            _prove(staff, today, seed, quick=_is_large(lives) and day % WEEK != WEEK - 1 and day != days - 1)
            diary.keep(lives, lived=day + 1)
            if not quiet:
                _progress(day + 1, days, lives)
    for life in lives:
        life.loans = [staff.get(f"/v1/staff/loans/{loan_id}") for loan_id in life.loan_ids]
    figures = _figures(lives, staff, proofs=days, seed=seed, days=days)
    return figures | (_warnings(lives, staff, end=clock.today()) if troubled else {})


def _is_large(lives: Sequence[Life]) -> bool:
    return sum(len(one.loan_ids) for one in lives) > WHOLE_PROOF


def _prove(staff: Staff, today: date, seed: int, *, quick: bool) -> None:
    proof = staff.get("/v1/staff/books", quick=quick)
    if not proof["holds"]:
        broken = next(check for check in proof["checks"] if check["broken"])
        raise SystemExit(f"the books do not hold on the evening of {today}: {broken}; seed {seed}")


def _in_business(
    person: dict[str, Any], seed: int, index: int, start: date, troubles: Mapping[str, Trouble]
) -> dict[str, Any]:
    """Some of those for whom nothing else is planted have a business."""
    has = random.Random(f"{seed}|owner|{index}").random() < OWNER_SHARE
    plain = person["id_number"] in troubles or society.is_ring(index) or not has
    return person if plain else owners.with_business(seed, index, person, on=start)


def _life(person: dict[str, Any], on: date, planted: Trouble | None, *, takes_line: bool) -> Life:
    """Whoever is in the ring asks for a loan, on the day that the ring has chosen."""
    if planted is not None and planted.cause is Cause.RING:
        return Life(person, planted.on, planted)
    return Life(person, on, planted, takes_line=takes_line and "business" not in person)


def _apply(where: Addresses, life: Life) -> None:
    if life.outcome != "not yet":
        return
    rng = random.Random(life.person["id_number"])
    borrower = Borrower(where, life.person)
    asked = max(500, min(30_000, round(float(life.person["monthly_income"]) * rng.uniform(0.6, 2.0), -2)))
    months = 12 if life.takes_line else rng.choice((6, 9, 12))
    product = "credit_line" if life.takes_line else "consumer_instalment"
    amount = life.person.get("asks_for", f"{asked:.2f}")
    if "business" in life.person:
        product, months = "business_instalment", 12
    application = _begun(borrower) or borrower.apply(amount, months, product=product, consents=(*CONSENTS, "watching"))
    life.outcome, life.application_id = application["status"], application["id"]
    life.person_id = borrower.get("/v1/identity")["person_id"]
    if application["status"] == "accepted":
        life.outcome = "offered"
        life.line_id = next((one["id"] for one in borrower.get("/v1/lines")["data"]), None)
        life.loan_ids = [one["id"] for one in borrower.get("/v1/loans")["data"]]
    if application["status"] != "offered":
        return
    if not life.takes_line:
        life.loan_ids.append(borrower.accept(application["offer_id"])["id"])
        return
    line = borrower.open_line(application["offer_id"])
    life.line_id = line["id"]
    _take(borrower, life, round(float(line["available"]["amount"]) * rng.uniform(0.3, 0.7), -2), months)


def _begun(borrower: Borrower) -> dict[str, Any] | None:
    """What somebody had asked for already when the simulation was stopped in the middle of their day."""
    for one in borrower.get("/v1/applications")["data"]:
        if one["status"] == "draft":
            borrower.post(f"/v1/applications/{one['id']}/submissions", {"session": borrower.person["session"]})
        return borrower.wait(f"/v1/applications/{one['id']}", lambda each: each["status"] not in {"draft", "submitted"})
    return None


def _draws(life: Life, seed: int, today: date) -> bool:
    """Whether somebody with a line draws on it this day: now and then, and when they have lost their work."""
    if life.line_id is None:
        return False
    often = random.Random(f"{seed}|draws|{life.person_id}|{today}").random() < DRAWS_A_WEEK / WEEK
    return often or today == life.takes_all_on


def _draw(where: Addresses, today: date, life: Life) -> None:
    borrower = Borrower(where, life.person)
    left = float(borrower.get(f"/v1/lines/{life.line_id}")["available"]["amount"])
    share = 1.0 if today == life.takes_all_on else random.Random(f"{life.person_id}|{today}").uniform(0.2, 0.6)
    _take(borrower, life, left * share // 100 * 100, 6)


def _take(borrower: Borrower, life: Life, amount: float, months: int) -> None:
    if amount < LEAST_DRAW or life.line_id is None:
        return
    try:
        life.loan_ids.append(borrower.draw(life.line_id, f"{amount:.2f}", months)["id"])
    except Refused:
        life.refused += amount


def _look(staff: Staff, lives: Sequence[Life], *, since: date) -> None:
    """The officer's weekly look at whom the warnings point out."""
    known = {life.person_id: life for life in lives if life.person_id}
    for person_id in sorted({one["person_id"] for one in _calls(staff, since=since)} & set(known)):
        kinds = {one["kind"] for one in staff.get(f"/v1/staff/people/{person_id}/warnings")["signals"]}
        if kinds >= SUSPECT and "fraud" not in kinds:
            application = known[person_id].application_id
            staff.post(f"/v1/staff/applications/{application}/fraud-marks", {"reason": "共用设备且首期即逾期"})


def _calls(staff: Staff, *, since: date) -> Iterator[dict[str, Any]]:
    """The warnings that asked for something, the latest first."""
    after: dict[str, Any] = {}
    while True:
        page = staff.get("/v1/staff/warnings", most=200, **after)
        for one in page["data"]:
            if date.fromisoformat(one["on"]) < since:
                return
            yield one
        if page["next"] is None:
            return
        after = {"after": page["next"]}


def _warnings(lives: Sequence[Life], staff: Staff, *, end: date) -> dict[str, Any]:
    """What the warnings were worth against what happened, by what they asked for and by what was planted."""
    lent = [life for life in lives if life.loan_ids]
    first: dict[str, dict[str, date]] = {"look": {}, "freeze": {}}
    for one in _calls(staff, since=date.min):
        on = date.fromisoformat(one["on"])
        for asked in ("look", "freeze") if one["call"] == "freeze" else ("look",):
            first[asked][one["person_id"]] = min(on, first[asked].get(one["person_id"], on))
    late = _late(staff)
    applied = Counter(life.trouble.cause if life.trouble else None for life in lives if life.outcome != "not yet")
    fates = [
        Fate(life.person_id, life.trouble.cause if life.trouble else None, *late.get(life.person_id, (None, None)))
        for life in lent
    ]
    return {
        "warnings_to_look": trouble.worth(fates, first["look"], end=end),
        "warnings_that_freeze": trouble.worth(fates, first["freeze"], end=end),
        "planted": trouble.by_cause(fates, first["look"], applied=applied),
        "draws_refused": round(sum(life.refused for life in lives), 2),
    }


def _late(staff: Staff) -> Mapping[str, tuple[date | None, date | None]]:
    """(the first day late, the day from which sixty days late or none) by person, from the cases of collection."""
    found: dict[str, tuple[date | None, date | None]] = {}
    after: dict[str, Any] = {}
    while True:
        page = staff.get("/v1/staff/collection-cases", most=200, **after)
        for case in page["data"]:
            on = date.fromisoformat(case["opened_on"])
            first, bad = found.get(case["person_id"], (None, None))
            begun = on - timedelta(days=1)
            worse = on + timedelta(days=BAD_DAYS) if case["worst_days"] > BAD_DAYS else None
            found[case["person_id"]] = (
                min(filter(None, (first, begun))),
                min(filter(None, (bad, worse)), default=None),
            )
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


def _progress(day: int, days: int, lives: list[Life]) -> None:
    if sys.stderr.isatty():
        loans = sum(len(life.loan_ids) for life in lives)
        print(f"\rday {day} of {days}, {loans} loans ", end="", file=sys.stderr, flush=True)


def _figures(lives: list[Life], staff: Staff, *, proofs: int, seed: int, days: int) -> dict[str, Any]:
    decided = [life for life in lives if life.outcome != "not yet"]
    taken = [life for life in decided if life.loan_ids]
    loans = [loan for life in taken for loan in life.loans]
    balances = {
        one["account"]: float(one["balance"]["amount"]) for one in staff.get("/v1/staff/ledger/balances")["data"]
    }
    gone_bad = [loan for loan in loans if loan["loan"]["status"] == "charged_off" or loan["overdue_days"] > BAD_DAYS]
    at_risk = sum(float(loan["figures"]["principal"]["amount"]) for loan in gone_bad)

    def rate(part: int, whole: int) -> float:
        return round(part / whole, 4) if whole else 0.0

    return {
        "seed": seed,
        "days": days,
        "applied": len(decided),
        "approved": len(taken),
        "approval_rate": rate(len(taken), len(decided)),
        "bad_rate_applicants": rate(sum(life.person["will_default"] for life in decided), len(decided)),
        "bad_rate_approved": rate(sum(life.person["will_default"] for life in taken), len(taken)),
        "loans": len(loans),
        "gone_bad": len(gone_bad),
        "lent": round(sum(float(loan["loan"]["principal"]["amount"]) for loan in loans), 2),
        "interest_income": -balances["earned_interest"],
        "penalty_income": 0.0 - balances["earned_penalty"],
        "written_off": balances["written_off"],
        "recovered": 0.0 - balances["recovered"],
        "principal_over_60_days": at_risk,
        "statuses": {
            status: sum(loan["loan"]["status"] == status for loan in loans)
            for status in sorted({loan["loan"]["status"] for loan in loans})
        },
        "of_businesses": {
            "applied": sum("business" in life.person for life in decided),
            "lent": sum("business" in life.person for life in taken),
        },
        "outcomes": {
            outcome: sum(life.outcome == outcome for life in decided)
            for outcome in sorted({one.outcome for one in decided})
        },
        "books_proved": proofs,
    }


def say(figures: dict[str, Any]) -> None:
    """The figures as a list for people."""
    for name, value in figures.items():
        if isinstance(value, dict) and any(isinstance(one, dict) for one in value.values()):
            print(f"{name.replace('_', ' ')}")
            for key, inner in value.items():
                _say_row(f"  {key}", inner)
        else:
            _say_row(name, value)


def _say_row(name: str, value: Any) -> None:
    parts = value.items() if isinstance(value, dict) else ()
    told = ", ".join(f"{key.replace('_', ' ')} {'-' if one is None else one}" for key, one in parts)
    print(f"{name.replace('_', ' '):<26} {told or value}")
