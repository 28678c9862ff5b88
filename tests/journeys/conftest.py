import itertools
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from installations import installed
from xindai_sandbox import population, society
from xindai_sandbox.client import Addresses, Borrower, Clock, Staff, World

STEADY = society.Risk(-1.0, -1.0, -1.0)
FULL = [{"month": "2026-02", "code": "N", "settled": "full", "billed": "800.00", "repaid": "800.00"}] * 6


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("installation") / "var"


@pytest.fixture(scope="module")
def where(home: Path, request: pytest.FixtureRequest) -> Iterator[Addresses]:
    """An installation for the tests of one file; with a reader where it says `READS = True`, and its `ENVIRONMENT`."""
    environment = getattr(request.module, "ENVIRONMENT", {})
    with installed(home, reads=getattr(request.module, "READS", False), **environment) as found:
        yield found


@pytest.fixture(scope="module")
def staff(where: Addresses) -> Staff:
    return Staff(where)


@pytest.fixture(scope="module")
def second(where: Addresses) -> Staff:
    """Who decides what the other proposes."""
    return Staff(where, second=True)


@pytest.fixture
def world(where: Addresses) -> Iterator[World]:
    one = World(where.world)
    yield one
    one.heal()


@pytest.fixture(scope="module")
def clock(where: Addresses) -> Clock:
    return Clock(where.api)


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    """People are counted in each file: whoever it meets is the same whatever ran before."""
    return itertools.count(1)


@pytest.fixture
def person(numbers: Iterator[int]) -> Callable[..., dict[str, Any]]:
    """Somebody made up, whose report is clean."""

    def made(**changes: Any) -> dict[str, Any]:
        number = next(numbers)
        report = {
            "report_id": f"R{number}", "issued_on": "2026-03-01", "profile": {"education": 2}, "enquiries": [],
            "public_records": [], "revolving": [{"opened_on": "2020-01-01", "limit": "20000.00", "months": FULL}],
        }  # fmt: skip
        one = population.person(
            population.random.Random(number),
            100_000 + number,
            on=date(2026, 3, 1),
            report=report,
            will_default=False,
            risk=STEADY,
        )
        return {**one.document(), "monthly_income": "9000.00", **changes}

    return made


@pytest.fixture
def borrower(where: Addresses, world: World, person: Callable[..., dict[str, Any]]) -> Callable[..., Borrower]:
    """A registered person, logged in."""

    def made(**changes: Any) -> Borrower:
        one = person(**changes)
        world.register([one])
        return Borrower(where, one)

    return made


@pytest.fixture
def loan(borrower: Callable[..., Borrower]) -> Callable[..., tuple[Borrower, dict[str, Any]]]:
    """A loan that has been paid out."""

    def made(amount: str = "6000.00", months: int = 3, **changes: Any) -> tuple[Borrower, dict[str, Any]]:
        one = borrower(**changes)
        application = one.apply(amount, months)
        assert application["status"] == "offered", application
        return one, one.accept(application["offer_id"])

    return made
