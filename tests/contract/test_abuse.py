"""Whatever is thrown at the doors, the answer is in the schema and never a 500."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from installations import installed
from xindai import main
from xindai_sandbox import population
from xindai_sandbox.client import Addresses, Borrower, Staff


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    with installed(tmp_path_factory.mktemp("abused") / "var") as found:
        yield found


@pytest.fixture(scope="module")
def tokens(where: Addresses) -> dict[str, str]:
    person = next(iter(population.people(11, 1, on=population.date(2026, 3, 1)))).document()
    return {
        "staff": Staff(where)._call._http.headers["Authorization"],
        "borrower": Borrower(where, person)._call._http.headers["Authorization"],
    }


SCHEMA = schemathesis.openapi.from_dict(main.schema()).exclude(path_regex="sandbox|closings|metrics|sessions/current")
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_door_breaks(label: str, where: Addresses, tokens: dict[str, str]) -> None:
    @settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(OPERATIONS[label].as_strategy())
    def thrown(case: schemathesis.Case) -> None:
        case.headers["Authorization"] = tokens["staff" if "/staff/" in case.path else "borrower"]
        case.call_and_validate(base_url=where.api, checks=[not_a_server_error])

    thrown()
