"""Structured logs, one JSON document a line, in which masked values stay masked; and the counters."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

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
