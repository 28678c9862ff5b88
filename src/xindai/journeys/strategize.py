"""A new strategy is tried before anybody looks at it: on applicants of all sorts, on one, on our own past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product as pairs
from typing import Any

from xindai.base.repeat import Seed
from xindai.credit.decision import assessment, backtest
from xindai.credit.decision import queries as decided
from xindai.credit.decision.backtest import Told
from xindai.credit.decision.model import Decision
from xindai.credit.models import queries as models
from xindai.credit.scoring import Cards
from xindai.credit.strategies import operations as strategies
from xindai.credit.strategies import queries as drawn
from xindai.credit.strategies.graph import Strategy
from xindai.credit.strategies.model import Outcome, Role, Verdict, Version
from xindai.journeys import history
from xindai.journeys.parts import parts
from xindai.onboarding.application.model import ApplicationFile
from xindai.products.catalogue import queries as catalogue
from xindai.products.catalogue.starter import CONSUMER


def propose(*, name: str, text: str, role: Role, share: int, effective_from: date, by: str, request: Seed) -> Version:
    """Propose a version. Refuses: StrategyUnfit, Invalid."""
    with parts().db.transaction() as tx:
        samples = list(_samples(effective_from, models.cards(tx)))
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


def try_out(text: str, inputs: dict[str, Any]) -> tuple[Outcome, tuple[Verdict, ...], dict[str, Any]]:
    """(outcome, verdicts, trace) of a graph that nobody has proposed yet. Refuses StrategyUnfit."""
    return assessment.judge(strategies.tried(text), inputs)


@dataclass(frozen=True, slots=True)
class Compared:
    """Two strategies over the same past: the figures of each, who is swapped, and the applications decided otherwise."""

    now: dict[str, Any]
    then: dict[str, Any]
    swap: dict[str, dict[str, Any]]
    changed: list[tuple[Decision, Outcome]]


def compare(text: str, *, against: str, since: date | None, most: int) -> Compared:
    """A graph beside a version of ours over up to `most` decisions from a day on. Refuses StrategyUnfit, StrategyMissing."""
    strategy = strategies.tried(text)
    with parts().db.snapshot() as tx:
        other = strategies.loaded(drawn.version(tx, against))
        decisions = decided.listed(tx, after="", most=most, since=since)
        past = history.past(tx, decisions)
        cards = models.cards(tx)
        sold = {ref: catalogue.sold_as(tx, ref) for ref in {one.file.product for one in past}}

    def told(by: Strategy) -> list[Told]:
        return [backtest.tell(one, strategy=by, cards=cards, product=sold[one.file.product]) for one in past]

    now, then = told(strategy), told(other)
    pairs = zip(decisions, now, then, strict=True)
    return Compared(
        now=backtest.figures(now),
        then=backtest.figures(then),
        swap=backtest.swapped(now, then),
        changed=[(decision, one.outcome) for decision, one, before in pairs if one.outcome is not before.outcome],
    )


def _samples(on: date, cards: Cards) -> Iterator[dict[str, Any]]:
    """Inputs of applicants with and without income, proof and sources."""
    for income, identity, age in pairs((0, 9_000_00), ("proven", "unproven", "refuted"), (17, 30)):
        file = ApplicationFile("app", "per", CONSUMER.ref, 6_000_00, 12, "shopping", income, age, identity, on)
        yield assessment.assess(file, assessment.Known(), product=CONSUMER, cards=cards, open_loans=0).inputs
