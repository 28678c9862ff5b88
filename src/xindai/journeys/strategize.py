"""A new strategy is tried before anybody looks at it: on applicants of all sorts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product as pairs
from typing import Any

from xindai.base.repeat import Seed
from xindai.credit.decision import assessment
from xindai.credit.strategies import operations as strategies
from xindai.credit.strategies.model import Role, Version
from xindai.journeys.parts import parts
from xindai.onboarding.application.model import ApplicationFile
from xindai.products.catalogue.starter import CONSUMER


def propose(*, name: str, text: str, role: Role, share: int, effective_from: date, by: str, request: Seed) -> Version:
    """Propose a version. Refuses: StrategyUnfit, Invalid."""
    samples = list(_samples(effective_from))
    with parts().db.transaction() as tx:
        return strategies.propose(
            tx,
            name=name,
            text=text,
            role=role,
            share=share,
            effective_from=effective_from,
            samples=samples,
            by=by,
            request=str(request),
        )


def _samples(on: date) -> Iterator[dict[str, Any]]:
    """Inputs of applicants with and without income, proof and sources."""
    for income, identity, age in pairs((0, 9_000_00), ("proven", "unproven", "refuted"), (17, 30)):
        file = ApplicationFile("app", "per", CONSUMER.ref, 6_000_00, 12, "shopping", income, age, identity, on)
        yield assessment.assess(file, assessment.Known(), product=CONSUMER, cards=parts().cards, open_loans=0).inputs
