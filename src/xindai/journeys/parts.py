"""What journeys and edges work with, put together once per process by `main`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xindai.base.anchors import Anchors
from xindai.base.crypto import KeyRing, Signer
from xindai.base.db import Database
from xindai.base.paper import Paper
from xindai.base.seal import Sealer
from xindai.governance.compliance.model import Rule
from xindai.governance.laundering.model import Scenario
from xindai.governance.rights.assessments import Processing
from xindai.governance.rights.holdings import Table
from xindai.onboarding.notices.model import Topic
from xindai.outside.world import World
from xindai.postloan.collections.model import Plan
from xindai.postloan.watch.signals import Policy


@dataclass(frozen=True, slots=True)
class Parts:
    """The pieces of one process."""

    db: Database
    ring: KeyRing
    signer: Signer
    anchors: Anchors
    world: World
    paper: Paper
    sealer: Sealer
    clauses: dict[str, Any]
    topics: dict[str, Topic]
    plans: tuple[Plan, ...]
    laws: dict[str, Rule]
    scenarios: tuple[Scenario, ...]
    holdings: dict[str, Table]
    processings: dict[str, Processing]
    warnings: Policy
    signature: str
    way_out: dict[str, str]
    wechat_templates: dict[str, str]
    lender: str
    sandbox: bool
    proxies: int = 0
    our_url: str = ""
    reading_seconds: int = 10


_given: list[Parts] = []


def give(parts: Parts) -> None:
    """Called by `main`, before anything is launched."""
    _given[:] = [parts]


def parts() -> Parts:
    """The pieces of this process."""
    assert _given, "main has not put the pieces together"
    return _given[0]
