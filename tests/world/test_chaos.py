"""Money moves while API, worker, database and banks are killed, delayed, doubled and made to lie; not one fen goes astray.

The bounded version is part of `make test`; `make chaos` lives longer. A failure prints the seed.
"""

import contextlib
import itertools
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from installations import watched
from xindai.base import embedded
from xindai.edges.cli.up import Processes
from xindai_sandbox import population, society
from xindai_sandbox.client import Addresses, Borrower, Caller, Clock, Refused, Staff, World

PEOPLE = int(os.environ.get("CHAOS_PEOPLE", "18"))
SECONDS = float(os.environ.get("CHAOS_SECONDS", "30"))
SEED = int(os.environ.get("CHAOS_SEED", "20261126"))
CALM = float(os.environ.get("CHAOS_CALM", "1"))
"""So many times longer it waits between two blows: more orders come through, and more of them are hit only once."""
AT_ONCE = 8
STEADY = society.Risk(-1.0, -1.0, -1.0)
BANKS = ("bank", "iso20022")
OPERATIONS = {
    "bank": ("pay_out", "debit", "query", "notice", "outcome", "statement"),
    "iso20022": ("pay_out", "debit", "file", "query", "notice", "outcome", "statement"),
    "agreement_pay": ("debit", "file", "results", "query", "notice", "statement"),
    "wechat_pay": ("pay", "close", "query", "notice", "bill", "certificates"),
}
LIES = ("delay", "loss", "lost_request", "wrong_signature", "server_error", "garbage")
CALL_BACK_LIES = ("delay", "loss", "duplicate", "wrong_signature", "garbage")
OPEN = ("created", "submitted", "unknown", "accepted")


@dataclass
class Chaos:
    """Somebody who kills and lies, by a seed, until told to stop; what was done is counted."""

    home: Path
    children: Processes
    world: World
    rng: random.Random
    done: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stop.wait(CALM * self.rng.uniform(0.3, 1.5)):
            with contextlib.suppress(httpx.HTTPError, Refused):  # the world itself may be dead just now
                self._strike() if self.rng.random() < 0.35 else self._lie()

    def _strike(self) -> None:
        name = self.rng.choice(("api", "worker-0", "sandbox", "database", "worker-0"))
        if name == "database":
            found = embedded.postmaster(self.home)
        else:
            child = next(one for one in self.children.children if one.name == name)
            found = child.process.pid if child.process is not None and child.is_alive() else None
        if found is not None:
            os.kill(found, signal.SIGKILL)
            self.done[f"killed {name}"] += 1

    def _lie(self) -> None:
        bank, times = self.rng.choice(sorted(OPERATIONS)), self.rng.randint(1, 3)
        operation = self.rng.choice(OPERATIONS[bank])
        if operation == "outcome":
            operation, kind = (
                self.rng.choice(("pay_out_outcome", "debit_outcome")),
                self.rng.choice(("refuse", "delay")),
            )
        else:
            kind = self.rng.choice(CALL_BACK_LIES if operation == "notice" else LIES)
        self.world.fail(bank, operation, kind, times=times, seconds=self.rng.uniform(0.2, 2.0))
        self.done[f"lied: {kind}"] += times


@dataclass
class Somebody:
    """A borrower in chaos: signs, pays early by card or by code, transfers; every door may refuse, and none may lie."""

    one: Borrower
    where: Addresses
    rng: random.Random
    account: str
    offer_id: str
    loan_id: str = ""
    until: float = 0.0
    said: Counter[str] = field(default_factory=Counter)

    def live(self) -> None:
        if not self.loan_id:
            self.loan_id = str(self._sure(lambda: self.one.sign(self.offer_id))["loan_id"])
        self._wait(f"/v1/loans/{self.loan_id}", lambda loan: loan["status"] != "awaiting_pay_out")
        while time.monotonic() < self.until:
            self._pay() if self.rng.random() < 0.8 else self._transfer()

    def _wait(self, path: str, done: Callable[[dict[str, Any]], bool], *, patience: float = 20.0) -> None:
        """A while only: what a lie has cost is found in the evening, or in the morning."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and not done(self._sure(lambda: self.one.get(path))):
            time.sleep(0.1)

    def _pay(self) -> None:
        amount = {"amount": f"{self.rng.randint(1, 90)}.{self.rng.randint(0, 99):02d}"}
        path = f"/v1/loans/{self.loan_id}/repayments"
        try:
            by = "code" if self.rng.random() < 0.3 else "card"
            order = self._sure(lambda: self.one.post(path, {"kind": "early", "amount": amount, "by": by}))
            if by == "code":
                self._scan(order)
            self._wait(f"/v1/payments/{order['id']}", lambda one: one["status"] not in OPEN, patience=5.0)
        except Refused as refused:
            assert refused.code in {"collection_under_way", "loan_not_active", "more_than_owed"}, refused
            self.said[refused.code] += 1
            time.sleep(1.0)  # an order of theirs is under way: asking harder brings none

    def _scan(self, order: dict[str, Any]) -> None:
        """Pay what the code asks for, or think better of it."""
        path = f"/v1/payments/{order['id']}"
        self._wait(
            f"{path}/invitation", lambda one: one["hand_over"] or one["payment"]["status"] not in OPEN, patience=8
        )
        handed = self._sure(lambda: self.one.get(f"{path}/invitation"))["hand_over"]
        if handed and self.rng.random() < 0.7:
            with contextlib.suppress(Refused):  # it was closed meanwhile
                self._sure(lambda: World(self.where.world).pay_by_wechat(handed["code_url"]))
            self.said["scanned"] += 1
            return
        try:
            self._sure(lambda: self.one.post(f"{path}/cancellations"))
        except Refused as refused:
            assert refused.code in {"payment_not_yours_to_make", "idempotency_in_progress"}, refused
        self.said["called off"] += 1

    def _transfer(self) -> None:
        name = self.one.person["name"] if self.rng.random() < 0.8 else "欧阳某"
        bank = self.rng.choice(BANKS)
        self._sure(lambda: World(self.where.world).transfer(self.account, "12.34", name=name, bank=bank))
        self.said["transferred"] += 1

    def _sure(self, do: Any) -> Any:
        """While the database is away, doors say so (503), and one asks again."""
        deadline = time.monotonic() + 180
        while True:
            try:
                return do()
            except Refused as refused:
                turned = refused.code == "disclosure_stale"  # the day did, between reading and signing
                if (refused.status not in {500, 502, 503} and not turned) or time.monotonic() > deadline:
                    raise
                assert refused.code != "internal_error", refused
                time.sleep(0.2)


def people(on: date) -> list[dict[str, Any]]:
    made = (
        population.person(random.Random(f"{SEED}|{n}"), 500_000_000 + n, on=on, risk=STEADY) for n in itertools.count()
    )
    clean = (one for one in made if not one.report["public_records"] and float(one.monthly_income) > 6000)
    return [{**one.document(), "monthly_income": "9000.00"} for one in itertools.islice(clean, PEOPLE)]


def calm(where: Addresses, person: dict[str, Any], number: int) -> Somebody | None:
    one = Borrower(where, person)
    application = one.apply("6000.00", 12)
    if application["status"] != "offered":
        return None
    account = one._call._call("PUT", "/v1/transfer-account")["account_number"]
    return Somebody(one, where, random.Random(f"{SEED}|life|{number}"), account, application["offer_id"])


def settled_in(where: Addresses, person: dict[str, Any], number: int) -> Somebody | None:
    """Somebody who has a loan already, and has agreed to be debited by file."""
    somebody = calm(where, person, number)
    if somebody is not None:
        somebody.loan_id = str(somebody.one.accept(somebody.offer_id)["id"])
        somebody.one.agree_to_debits()
    return somebody


def turn(where: Addresses, days: int) -> None:
    """Close days, whatever happens meanwhile."""
    clock = Clock(where.api)
    until = None
    deadline = time.monotonic() + SECONDS + 600
    while True:
        try:
            until = until or clock.today() + timedelta(days=days)
            clock.to(until)
        except (Refused, httpx.TransportError):  # the API may be away for longer than a client waits
            assert time.monotonic() < deadline
            time.sleep(0.3)
        else:
            return


def test_money_survives_everything_being_killed_and_lying(tmp_path: Path) -> None:
    with watched(tmp_path / "var", XINDAI_RAILS="house,iso20022,agreement_pay,wechat_pay") as (where, children):
        world = World(where.world)
        everybody = people(Clock(where.api).today())
        world.register(everybody)
        numbered = list(enumerate(everybody))
        early, late = numbered[: PEOPLE // 3], numbered[PEOPLE // 3 :]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = list(pool.map(lambda pair: settled_in(where, pair[1], pair[0]), early))
            due = max(one.one.loan(one.loan_id)["schedule"][0]["due_on"] for one in found if one is not None)
            Clock(where.api).to(date.fromisoformat(due))
            found += pool.map(lambda pair: calm(where, pair[1], pair[0]), late)
            living = [one for one in found if one is not None]
        chaos = Chaos(tmp_path / "var", children, World(where.world), random.Random(SEED))
        striking = threading.Thread(target=chaos.run, daemon=True)
        until = time.monotonic() + SECONDS
        striking.start()
        with ThreadPoolExecutor(len(living) + 1) as pool:
            lives = []
            for one in living:
                one.until = until
                lives.append(pool.submit(one.live))
            turning = pool.submit(turn, where, 1 + int(SECONDS) // 60)
            while time.monotonic() < until:
                time.sleep(0.2)
            chaos.stop.set()
            striking.join(30)
            _heal(where)
            for life in (*lives, turning):
                life.result()
        turn(where, 3)
        _settle(where)
        _agrees(where, living, chaos)


def _heal(where: Addresses) -> None:
    """Everything is up, and tells the truth again."""
    deadline = time.monotonic() + 120
    while True:
        try:
            World(where.world).heal()
            Caller(where.api).get("/health/ready")
        except Refused:
            assert time.monotonic() < deadline
            time.sleep(0.3)
        else:
            return


def _settle(where: Addresses) -> None:
    """What was under way ends: nothing stays stuck."""
    staff, deadline = Staff(where), time.monotonic() + 120
    while stuck := [one for status in OPEN for one in staff.get("/v1/staff/payments", status=status)["data"]]:
        assert time.monotonic() < deadline, (SEED, stuck)
        time.sleep(0.5)


def _all(staff: Staff, path: str, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = staff.get(path, most=200, **query, **({"after": after} if after else {}))
        found += page["data"]
        after = page["next"]
        if after is None:
            return found


def _agrees(where: Addresses, living: list[Somebody], chaos: Chaos) -> None:
    """Bank, orders and ledger say the same, fen by fen, told by each of them."""
    staff, world = Staff(where), World(where.world)
    orders = _all(staff, "/v1/staff/payments")
    moved = [one for one in orders if one["status"] in {"settled", "returned", "reversed"}]
    lines = world.lines()
    carried_out = [line for line in lines if line["order_id"] and line["kind"] not in {"back", "fee"}]
    of_order = Counter(line["order_id"] for line in carried_out)
    assert max(of_order.values(), default=0) <= 1, f"moved twice; seed {SEED}"
    assert set(of_order) == {one["id"] for one in moved}, f"moved there and here are not the same; seed {SEED}"
    by_id = {line["order_id"]: line["minor"] for line in carried_out}
    for one in moved:
        way = 1 if one["direction"] == "collection" else -1
        assert by_id[one["id"]] == way * round(float(one["amount"]["amount"]) * 100), (SEED, one)
    proof = staff.get("/v1/staff/books")
    assert proof["holds"], (SEED, [check for check in proof["checks"] if check["broken"]])
    left_open = [one for one in _all(staff, "/v1/staff/discrepancies") if one["status"] != "closed"]
    assert not left_open, (SEED, left_open)
    cash = next(one for one in staff.get("/v1/staff/ledger/balances")["data"] if one["account"] == "cash")
    assert round(float(cash["balance"]["amount"]) * 100) == sum(line["minor"] for line in lines), f"seed {SEED}"
    paid_out = Counter(one["subject"] for one in moved if one["intent"] == "disbursement")
    assert max(paid_out.values()) == 1
    filed = staff.get("/v1/staff/payment-files")["data"]  # none where the rails that take files rested that evening
    assert {one["status"] for one in filed} <= {"read"}, (SEED, filed)
    said = sum((one.said for one in living), Counter[str]())
    killed = {what: count for what, count in chaos.done.items() if what.startswith("killed")}
    print(
        f"\nseed {SEED}: {len(orders)} orders of {len(living)} people, {len(moved)} moved money, {said['transferred']} transfers, {said['scanned']} codes scanned, {sum(one['orders'] for one in filed)} debits by file;"
        f" {sum(killed.values())} kills survived {dict(sorted(killed.items()))},"
        f" {sum(chaos.done.values()) - sum(killed.values())} lies ordered"
    )
    assert sum(killed.values()) >= 5
