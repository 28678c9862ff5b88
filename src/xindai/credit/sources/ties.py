"""Whom a person has to do with: ties, what became of their ends with us, and how the provider's document is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from xindai.values.refusal import Kind, Refusal

MOST_TIES = 5_000
WEEKS = 13
"""In ninety days."""
COUNTS = ("sent", "received", "days", "weeks", "likes")


class TieKind(StrEnum):
    """What ties two people."""

    FRIEND = "friend"
    FAMILY = "family"
    COLLEAGUE = "colleague"
    GROUP = "group"
    TRANSFER = "transfer"
    CONTACT = "contact"
    DEVICE = "device"
    ADDRESS = "address"


SHARED = frozenset({TieKind.DEVICE, TieKind.ADDRESS})
"""Ties that are no acquaintance, but a thing in common."""


class MarkKind(StrEnum):
    """What became of somebody with us."""

    CUSTOMER = "customer"
    PAID = "paid"
    OVERDUE = "overdue"
    DEFAULTED = "defaulted"
    REFUSED = "refused"
    FRAUD = "fraud"


class TiesMalformed(Refusal):
    """The provider's document is not what its contract says."""

    kind = Kind.UNREADY
    code = "social_malformed"
    en = "The social data cannot be read ({why})."
    zh = "社交数据无法解析（{why}）。"


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie as its owner's side tells it: messages of 90 days both ways, and the days and weeks in which there were any.

    `likes` are those, and comments, that either left under what the other posted, in 90 days.
    """

    to: str
    kind: TieKind
    since: date
    last: date | None
    sent: int
    received: int
    days: int
    weeks: int = 0
    likes: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a node stood in the whole net when it was last looked at: k-core, centrality (rank in basis points), circle."""

    core: int
    rank: int
    circle: int


@dataclass(frozen=True, slots=True)
class Circle:
    """How the people of a circle have fared, the applicant left out; `size` counts everybody in it."""

    size: int
    customers: int
    defaulted: int
    fraud: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What is known around one applicant: own ties, those of the neighbours (node: its ties' ends and kinds), marks.

    `marks` are (kind, day) of nodes up to two hops away, never of the applicant. `standing` is that of neighbours who allowed
    it, `circles` are those that they stand in.
    """

    node: str
    ties: tuple[Tie, ...]
    beyond: Mapping[str, Sequence[tuple[str, TieKind]]]
    marks: Mapping[str, Sequence[tuple[MarkKind, date]]]
    standing: Mapping[str, Standing] = field(default_factory=dict)
    circles: Mapping[int, Circle] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Net:
    """A neighbourhood for looking at: nodes are numbers, the applicant is 0; nothing in it leads back to a person.

    `nodes` are (number, steps from the applicant, what became of them), `links` (from, to, kind); `left_out` nodes are not shown.
    """

    nodes: tuple[tuple[int, int, tuple[MarkKind, ...]], ...]
    links: tuple[tuple[int, int, TieKind], ...]
    left_out: int


def net(around: Neighbourhood, *, most: int) -> Net:
    """Up to `most` nodes around an applicant: own ties first, those with a mark before those without."""
    near = [tie.to for tie in around.ties if tie.to != around.node]
    far = [end for node in near for end, _ in around.beyond.get(node, ())]
    steps = {around.node: 0} | {node: 2 for node in far if node != around.node} | dict.fromkeys(near, 1)
    order = sorted(steps, key=lambda node: (steps[node], not around.marks.get(node), node))
    numbers = {node: number for number, node in enumerate(order[:most])}
    ends = [(around.node, tie.to, tie.kind) for tie in around.ties]
    ends += [(node, end, kind) for node in near for end, kind in around.beyond.get(node, ())]
    links = {
        (min(numbers[one], numbers[other]), max(numbers[one], numbers[other]), kind)
        for one, other, kind in ends
        if one != other and one in numbers and other in numbers
    }
    return Net(
        tuple(
            (number, steps[node], tuple(sorted({kind for kind, _ in around.marks.get(node, ())})))
            for node, number in numbers.items()
        ),
        tuple(sorted(links)),
        len(order) - len(numbers),
    )


def parse(document: Any) -> tuple[Tie, ...]:
    """The provider's JSON document as ties. Refuses TiesMalformed."""
    try:
        return tuple(_tie(one) for one in _listed(document["ties"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TiesMalformed(why=f"{type(error).__name__}: {error}") from None


def _listed(ties: Any) -> Any:
    if len(ties) > MOST_TIES:
        raise ValueError(f"more than {MOST_TIES} ties")
    return ties


def _tie(one: Any) -> Tie:
    node, last = one["to"], one.get("last")
    if _count(one.get("weeks", 0)) > WEEKS:
        raise ValueError("ninety days have no more than thirteen weeks")
    if not isinstance(node, str) or not 1 <= len(node) <= 64:
        raise ValueError("a node is a short token")
    return Tie(
        node,
        TieKind(one["kind"]),
        date.fromisoformat(one["since"]),
        date.fromisoformat(last) if last else None,
        *(_count(one.get(name, 0)) for name in COUNTS),
    )


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1_000_000:
        raise ValueError("a count is not one")
    return value


def tie_document(tie: Tie) -> dict[str, Any]:
    """A tie as the provider tells it."""
    return {
        "to": tie.to,
        "kind": tie.kind.value,
        "since": tie.since.isoformat(),
        "last": tie.last.isoformat() if tie.last else None,
        **{name: getattr(tie, name) for name in COUNTS},
    }


def around_document(around: Neighbourhood) -> dict[str, Any]:
    """A neighbourhood as it is kept with a decision."""
    return {
        "node": around.node,
        "ties": [tie_document(tie) for tie in around.ties],
        "beyond": {node: [[end, kind.value] for end, kind in ends] for node, ends in around.beyond.items()},
        "marks": {node: [[kind.value, on.isoformat()] for kind, on in marks] for node, marks in around.marks.items()},
        "standing": {node: [one.core, one.rank, one.circle] for node, one in around.standing.items()},
        "circles": {
            str(circle): [one.size, one.customers, one.defaulted, one.fraud] for circle, one in around.circles.items()
        },
    }


def around_of(document: Any) -> Neighbourhood:
    """The neighbourhood again."""
    return Neighbourhood(
        document["node"],
        parse(document),
        {node: [(end, TieKind(kind)) for end, kind in ends] for node, ends in document["beyond"].items()},
        {
            node: [(MarkKind(kind), date.fromisoformat(on)) for kind, on in marks]
            for node, marks in document["marks"].items()
        },
        {node: Standing(*one) for node, one in document.get("standing", {}).items()},
        {int(circle): Circle(*one) for circle, one in document.get("circles", {}).items()},
    )
