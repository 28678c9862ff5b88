"""The API's schema is committed, and true."""

import json
from pathlib import Path

from xindai import main
from xindai.base.door import STATUS
from xindai.values.refusal import Kind

COMMITTED = Path(__file__).parents[2] / "contracts" / "openapi.json"


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == main.schema(), "run `make schema`"


def test_every_kind_of_refusal_has_its_status() -> None:
    assert set(STATUS) == set(Kind)


def test_every_money_post_takes_an_idempotency_key() -> None:
    paths = main.schema()["paths"]
    for path in (
        "/v1/applications",
        "/v1/offers/{offer_id}/acceptances",
        "/v1/loans/{loan_id}/repayments",
        "/v1/consents",
    ):
        assert "Idempotency-Key" in [parameter["name"] for parameter in paths[path]["post"]["parameters"]], path
