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


NEVER_REPEATED = {
    "/v1/callbacks/bank", "/v1/callbacks/iso20022", "/v1/callbacks/agreement-pay", "/v1/callbacks/wechat-pay", "/v1/callbacks/sms", "/v1/quotes", "/v1/sandbox/clock/advance", "/v1/sandbox/failures", "/v1/sessions", "/v1/staff/sessions",
    "/v1/wechat/sessions",
}  # fmt: skip
"""Log-ins, whose answers are secrets; questions that change nothing; providers, whose notices have ids of their own; the
sandbox's controls."""


def test_every_post_that_changes_something_takes_an_idempotency_key() -> None:
    for path, operations in main.schema()["paths"].items():
        if "post" in operations and path not in NEVER_REPEATED:
            names = [parameter["name"] for parameter in operations["post"].get("parameters", [])]
            assert names.count("Idempotency-Key") == 1, path
