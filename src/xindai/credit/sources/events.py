"""What a person did, as events: how the provider's document is read, and the table that features are counted from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from xindai.values import money
from xindai.values.refusal import Invalid, Kind, Refusal

MOST_EVENTS = 20_000
SCHEMA = {
    "person": pl.String,
    "day": pl.Int32,  # days since 1970-01-01, local
    "minute": pl.Int32,  # of the day
    "sort": pl.Int32,  # kind and category, by their place in SORTS
    "amount": pl.Int64,  # minor units
    "party": pl.String,  # the other side: merchant, lender, device; a token, never a name
}
CATEGORIES: dict[str, tuple[str, ...]] = {
    "spend": (
        "food", "shopping", "travel", "health", "education", "game", "virtual", "gambling", "cash_like", "utilities",
        "phone", "rent", "insurance",
    ),
    "income": ("salary", "business", "transfer"),
    "apply": ("loan", "card"),
    "borrow": ("loan", "instalment"),
    "repay": ("on_time", "late"),
    "failed_debit": ("loan", "bill"),
    "refund": ("purchase",),
    "device": ("new", "sim_change", "rooted", "proxy", "time_zone"),
    "city": ("changed",),
    "visit": ("lending_app", "other"),
}  # fmt: skip
"""What may happen, and of which sort."""


SORTS: tuple[tuple[str, str], ...] = tuple((kind, one) for kind, all_ in CATEGORIES.items() for one in all_)
"""Every kind with every category of it; those of a kind stand together."""
_PLACE = {sort: place for place, sort in enumerate(SORTS)}


class EventsMalformed(Refusal):
    """The provider's document is not what its contract says."""

    kind = Kind.UNREADY
    code = "behaviour_malformed"
    en = "The behaviour data cannot be read ({why})."
    zh = "行为数据无法解析（{why}）。"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `amount` in minor units."""

    at: datetime
    kind: str
    category: str
    amount: int
    party: str


def parse(document: Any) -> tuple[Event, ...]:
    """The provider's JSON document as events. Refuses EventsMalformed."""
    try:
        return tuple(_event(one) for one in _listed(document["events"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EventsMalformed(why=f"{type(error).__name__}: {error}") from None
    except Invalid as error:
        raise EventsMalformed(why=str(error)) from None


def _listed(events: Any) -> Any:
    if len(events) > MOST_EVENTS:
        raise ValueError(f"more than {MOST_EVENTS} events")
    return events


def _event(one: Any) -> Event:
    kind, category, party = one["kind"], one["category"], one.get("party", "")
    if category not in CATEGORIES.get(kind, ()):
        raise ValueError(f"unknown event {kind}/{category}")
    if not isinstance(party, str) or len(party) > 64:
        raise ValueError("a party is a short token")
    amount = money.parse(one["amount"]).minor if "amount" in one else 0
    if amount < 0:
        raise ValueError("an amount is below zero")
    at = datetime.fromisoformat(one["at"])
    return Event(at.replace(tzinfo=None), kind, category, amount, party)


def table(people: Iterable[tuple[str, Sequence[Event]]]) -> pl.DataFrame:
    """Events of many people, by person, as the table that `features` reads."""
    epoch = date(1970, 1, 1).toordinal()
    columns: dict[str, list[Any]] = {name: [] for name in SCHEMA}
    for person, events in people:
        for event in events:
            row = (
                person,
                event.at.toordinal() - epoch,
                event.at.hour * 60 + event.at.minute,
                _PLACE[event.kind, event.category],
                event.amount,
                event.party,
            )
            for name, value in zip(SCHEMA, row, strict=True):
                columns[name].append(value)
    return pl.DataFrame(columns, schema=SCHEMA)


def places(kind: str, category: str | None = None) -> tuple[int, int]:
    """(first, last) place in SORTS of a kind, or of one category of it."""
    found = [place for (one, other), place in _PLACE.items() if one == kind and category in {None, other}]
    return found[0], found[-1]


def day_number(on: date) -> int:
    """A day as the table counts days."""
    return on.toordinal() - date(1970, 1, 1).toordinal()
