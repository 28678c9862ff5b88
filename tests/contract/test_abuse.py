"""Whatever is thrown at the doors, the answer is in the schema and never a 500."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from installations import installed
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


@pytest.fixture(scope="module")
def api_schema(where: Addresses) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{where.api}/openapi.json").exclude(
        path_regex="sandbox|closings|metrics|sessions/current"
    )


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_door_breaks(case: schemathesis.Case, where: Addresses, tokens: dict[str, str]) -> None:
    door = "staff" if "/staff/" in case.path else "borrower"
    case.headers["Authorization"] = tokens[door]
    case.call_and_validate(checks=[not_a_server_error])
