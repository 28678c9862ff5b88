"""Through the API of a whole installation: decisions a second and their p99, repayments, a close of day."""

import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.result import Result
from xindai.base.settings import Settings
from xindai.edges.cli import up
from xindai_sandbox import population
from xindai_sandbox.client import Addresses, Borrower, Clock, addresses

PEOPLE, CLIENTS = 240, 6


def run() -> list[Result]:
    return [*_installed(1, _measure), *_installed(2, _decided_by_two)]


def _installed(apis: int, measure: Callable[[Addresses], list[Result]]) -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "var"
        asked = Settings(port=0, home=home, apis=apis, reading_seconds=0)  # nobody has to read here
        with up.running(asked, demo=True):
            return measure(addresses(home))


def _decided_by_two(where: Addresses) -> list[Result]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        _, times, whole = _decided(pool, where)
    return [
        Result("complete decisions, two API processes", len(times) / whole, "1/s", at_least=100),
        Result("complete decision, two API processes, p99", float(np.percentile(times, 99)) * 1e3, "ms", at_most=300),
    ]


def _measure(where: Addresses) -> list[Result]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        pairs, times, whole = _decided(pool, where)
        offered = [(one, one.get(f"/v1/applications/{draft}")) for one, draft in pairs]
        taken = [(one, application["offer_id"]) for one, application in offered if application["offer_id"]]
        accept_times, accept_whole = _timed(pool, lambda pair: pair[0].accept(pair[1]), taken)
        began = time.perf_counter()
        clock = Clock(where.api)
        clock.to(date.fromordinal(clock.today().toordinal() + 1))
        closed = time.perf_counter() - began
    return [
        Result("complete decisions through the API", len(times) / whole, "1/s", at_least=100),
        Result("complete decision, p50", float(np.percentile(times, 50)) * 1e3, "ms"),
        Result("complete decision, p99", float(np.percentile(times, 99)) * 1e3, "ms", at_most=300),
        Result("pay-outs: signed, ordered, paid by the bank, posted", len(accept_times) / accept_whole, "1/s"),
        Result("close of day without debits", len(taken) / closed, "loans/s"),
    ]


def _decided(pool: ThreadPoolExecutor, where: Addresses) -> tuple[list[tuple[Borrower, str]], list[float], float]:
    """(who applied with which application, what each decision took, what all took together); the first ones warm up."""
    people = [one.document() for one in population.people(9, PEOPLE, on=date(2026, 3, 1))]
    borrowers = list(pool.map(lambda person: Borrower(where, person), people))
    pairs = list(zip(borrowers, pool.map(_draft, borrowers), strict=True))
    _timed(pool, _submit, pairs[:20])
    return pairs, *_timed(pool, _submit, pairs[20:])


def _draft(borrower: Borrower) -> str:
    borrower.allow("identity", "bureau", "automated_decision")
    person = borrower.person
    return str(borrower.post("/v1/applications", {
        "amount": {"amount": "3000.00"}, "months": 6, "purpose": "rent", "monthly_income": {"amount": person["monthly_income"]},
        "name": person["name"], "id_number": person["id_number"], "card_number": person["card_number"],
    })["id"])  # fmt: skip


def _submit(pair: tuple[Borrower, str]) -> None:
    pair[0].post(f"/v1/applications/{pair[1]}/submissions")


def _timed(pool: ThreadPoolExecutor, do: Callable[[Any], object], items: list[Any]) -> tuple[list[float], float]:
    times: list[float] = []
    lock = threading.Lock()

    def one(item: Any) -> None:
        began = time.perf_counter()
        do(item)
        with lock:
            times.append(time.perf_counter() - began)

    began = time.perf_counter()
    list(pool.map(one, items))
    return times, time.perf_counter() - began
