"""A loan that need not exist: its schedule, its cost, and its life under given events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xindai.lending.life import fold
from xindai.lending.life.model import Fact, LoanState
from xindai.products import cost, schedules
from xindai.products.cost import Cost
from xindai.products.terms import Terms


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer of `xindai quote`; the cost is that of the agreed schedule, when all goes well."""

    terms: Terms
    cost: Cost
    state: LoanState


def quote(terms: Terms, facts: Sequence[Fact] = (), *, as_of: date | None = None) -> Quote:
    """The loan as of a day; without one, as of the last thing known about it (its pay-out or its latest event)."""
    on = as_of or max((fact.on for fact in facts), default=terms.disbursed_on)
    return Quote(terms, cost.cost(terms, schedules.schedule(terms)), fold.fold(terms, facts, on=on))
