"""Structured logs, one JSON document a line, in which masked values stay masked; and the counters."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, multiprocess
from prometheus_client.samples import Sample

from xindai.values.masked import Masked

REQUESTS = Counter("xindai_requests_total", "Requests answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("xindai_request_seconds", "Time to answer a request.", ["route"])
PROVIDER_CALLS = Counter("xindai_provider_calls_total", "Calls to providers.", ["provider", "operation", "result"])
PROVIDER_COST = Counter(
    "xindai_provider_cost_fen_total", "What answers of providers cost, in fen.", ["what", "provider"]
)
PROVIDER_OPEN = Gauge(
    "xindai_provider_left_alone",
    "Whether a provider is left alone for a while.",
    ["what", "provider"],
    multiprocess_mode="max",
)
DECISIONS = Counter("xindai_decisions_total", "Decisions made.", ["outcome"])
PAYMENTS = Counter("xindai_payments_total", "Payment orders that reached an end.", ["kind", "status"])


def registry() -> CollectorRegistry:
    """The counters of all our processes together."""
    found = CollectorRegistry()
    multiprocess.MultiProcessCollector(found)  # type: ignore[no-untyped-call]
    return found


@dataclass(frozen=True, slots=True)
class Calls:
    """How the calls of one operation of a provider went, since our processes began."""

    provider: str
    operation: str
    answered: int
    failed: int


def provider_calls() -> list[Calls]:
    """By provider and operation."""
    counts: dict[tuple[str, str], list[int]] = {}
    for one in _samples("xindai_provider_calls"):
        place = counts.setdefault((one.labels["provider"], one.labels["operation"]), [0, 0])
        place[one.labels["result"] != "answered"] += int(one.value)
    return [Calls(*names, *counted) for names, counted in sorted(counts.items())]


def left_alone() -> set[str]:
    """The providers that are left alone for a while, because they were silent."""
    return {one.labels["provider"] for one in _samples("xindai_provider_left_alone") if one.value}


def _samples(name: str) -> list[Sample]:
    return [
        one
        for family in registry().collect()
        if family.name == name
        for one in family.samples
        if not one.name.endswith("_created")
    ]


def masked_stay_masked(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Turn every masked value, however deep, into its mask."""
    return {name: _shown(value) for name, value in fields.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, Masked):
        return value.mask()
    if isinstance(value, dict):
        return {name: _shown(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown(inner) for inner in value]
    return value


structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        masked_stay_masked,
        structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
        structlog.processors.JSONRenderer(default=repr),
    ],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    cache_logger_on_first_use=False,
)
log = structlog.get_logger("xindai")
