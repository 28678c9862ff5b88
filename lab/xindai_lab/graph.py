"""Social features of a whole population at once, by sparse matrices: the same numbers as `credit.features.social`, one by one.

People are numbered. Ties are rows (from, to, kind, since, last, sent, received, days, weeks, likes), days as day numbers, -1 for never;
what became of people are rows (person, kind, day). A population is told as of one day.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse

from xindai.credit.features.social import FADES, FEATURES, REGULAR
from xindai.credit.graph.standing import Standings, standings
from xindai.credit.sources.ties import SHARED, WEEKS, MarkKind, TieKind

Array = np.ndarray[Any, np.dtype[Any]]
KINDS = {kind: number for number, kind in enumerate(TieKind)}
MARKS = {kind: number for number, kind in enumerate(MarkKind)}
NEVER = -1
BPS = 10_000
AT_ONCE = 2


@dataclass(frozen=True)
class Ties:
    """Everybody's ties, each column one entry a tie; `kind` by KINDS."""

    start: Array
    end: Array
    kind: Array
    since: Array
    last: Array
    sent: Array
    received: Array
    days: Array
    weeks: Array
    likes: Array

    def where(self, keep: Array) -> Ties:
        """Some of them."""
        return Ties(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Marks:
    """What became of people; `kind` by MARKS."""

    person: Array
    kind: Array
    day: Array


def features(ties: Ties, marks: Marks, *, people: int, on: int, standing: Standings | None = None) -> pl.DataFrame:
    """A row per person, in order of number, with every social feature as of the day numbered `on`.

    `standing` is that of everybody in the whole net, by all ties without it; who allowed no ties has none to be seen.
    """
    others = ties.where(ties.start != ties.end)
    own = others.where(others.since < on)
    near, told = _matrix(own.start, own.end, people), _matrix(others.start, others.end, people)
    stands = standing or standings(others.start, others.end, people=people)
    with ThreadPoolExecutor(AT_ONCE) as pool:  # sparse products leave the interpreter to others
        far = pool.submit(lambda: _far(near, near @ told))
        around = _Around(own, others, _ages(marks, people, on), near, far, told, people, on)
        parts = [pool.submit(part, around) for part in (_kinds, _activity, _structure, _risk)]
        parts.append(pool.submit(_standing, around, stands))
        columns = {name: column for part in parts for name, column in part.result().items()}
    empty = np.bincount(own.start, minlength=people) == 0
    return pl.DataFrame(
        {feature.name: _column(columns[feature.name.removeprefix("social_")], empty) for feature in FEATURES}
    )


@dataclass(frozen=True)
class _Around:
    """A population as the parts look at it: `near` is who is tied to whom.

    `told` is whom those name whose ties we know, at any time.
    """

    own: Ties
    all: Ties
    ages: Array
    near: sparse.csr_array
    counting_far: Future[sparse.csr_array]
    told: sparse.csr_array
    people: int
    on: int

    @property
    def far(self) -> sparse.csr_array:
        """Who is two steps away, once that is found."""
        return self.counting_far.result()

    def per_person(self, weight: Array) -> Array:
        """A weight per own tie, summed by person."""
        summed: Array = np.bincount(self.own.start, weight, self.people).astype(np.int64)
        return summed

    def known(self) -> sparse.csr_array:
        """Neighbours whose ties are known."""
        found = (self.near @ sparse.diags_array((_count(self.told) > 0).astype(np.int32), dtype=np.int32)).tocsr()
        found.eliminate_zeros()
        return found

    def ends(self, *kinds: TieKind, when: Array | None = None) -> sparse.csr_array:
        """Who is tied to whom by some kinds."""
        keep = np.isin(self.own.kind, [KINDS[kind] for kind in kinds]) if kinds else np.ones(len(self.own.kind), bool)
        keep = keep if when is None else keep & when
        return _matrix(self.own.start[keep], self.own.end[keep], self.people)


def _matrix(start: Array, end: Array, people: int) -> sparse.csr_array:
    """Ones where there is any tie."""
    found = sparse.csr_array((np.ones(len(start), np.int32), (start, end)), shape=(people, people))
    found.sum_duplicates()
    found.data[:] = 1
    return found


def _ages(marks: Marks, people: int, on: int) -> Array:
    """Days since the latest mark of each kind before the day, by kind and person; a large number where there is none."""
    ages = np.full((len(MARKS), people), np.iinfo(np.int64).max, np.int64)
    past = marks.day < on
    np.minimum.at(ages, (marks.kind[past], marks.person[past]), on - marks.day[past])
    return ages


def _count(matrix: sparse.csr_array) -> Array:
    counted: Array = np.diff(matrix.indptr).astype(np.int64)
    return counted


def _bps(part: Array, whole: Array) -> Array:
    """Part / whole in basis points; NaN where there is no whole."""
    part, whole = part.astype(np.int64), whole.astype(np.int64)
    share = part * BPS // np.where(whole > 0, whole, 1)
    return np.where(whole > 0, share.astype(np.float64), np.nan)


def _column(values: Array, empty: Array) -> pl.Series:
    known = np.where(empty, np.nan, values.astype(np.float64))
    return pl.Series(known).fill_nan(None).cast(pl.Int64)


def _kinds(around: _Around) -> dict[str, Array]:
    named = {
        "friends": TieKind.FRIEND, "family": TieKind.FAMILY, "colleagues": TieKind.COLLEAGUE, "groups": TieKind.GROUP,
        "transfers": TieKind.TRANSFER, "contacts": TieKind.CONTACT, "devices": TieKind.DEVICE, "addresses": TieKind.ADDRESS,
    }  # fmt: skip
    shared = around.ends(*SHARED)
    common = np.isin(around.all.kind, [KINDS[kind] for kind in SHARED])
    in_common = _matrix(around.all.start[common], around.all.end[common], around.people)
    return {
        "ties": _count(around.near),
        **{name: _count(around.ends(kind)) for name, kind in named.items()},
        "ring": _count(_reached(shared, in_common)),
    }


def _reached(first: sparse.csr_array, second: sparse.csr_array) -> sparse.csr_array:
    """Whom one reaches in one or two steps, oneself left out."""
    found = (first + first @ second).tocsr()
    found.setdiag(0)
    found.eliminate_zeros()
    return found


def _activity(around: _Around) -> dict[str, Array]:
    own, degree = around.own, _count(around.near)
    messages = own.sent + own.received
    age, last = around.on - own.since, np.where(own.last == NEVER, NEVER, around.on - own.last)

    def since(days: int) -> Array:
        return _count(around.ends(when=age <= days))

    def active(days: int) -> Array:
        return _count(around.ends(when=(last > 0) & (last <= days)))

    strongest = np.zeros(around.people, np.int64)
    np.maximum.at(strongest, own.start, messages)
    lively = messages > 0
    both = (own.sent > 0) & (own.received > 0)
    return {
        "new_30d": since(30),
        "new_90d": since(90),
        "new_share_90d": _bps(since(90), degree),
        "active_30d": active(30),
        "active_90d": active(90),
        "active_share_90d": _bps(active(90), degree),
        "sent_90d": around.per_person(own.sent),
        "received_90d": around.per_person(own.received),
        "days_90d": around.per_person(own.days),
        "reciprocity_90d": _bps(
            around.per_person(np.minimum(own.sent, own.received)), around.per_person(np.maximum(own.sent, own.received))
        ),
        "mutual_share_90d": _bps(around.per_person(both & lively), around.per_person(lively)),
        "regularity_90d": _bps(around.per_person(own.weeks * lively), WEEKS * around.per_person(lively)),
        "regular_90d": _count(around.ends(when=own.weeks >= REGULAR)),
        "likes_90d": around.per_person(own.likes),
        "liked_90d": _count(around.ends(when=own.likes > 0)),
        "strongest_share_90d": _bps(strongest, around.per_person(messages)),
    }


def _structure(around: _Around) -> dict[str, Array]:
    near, told = around.near, around.told
    known = around.known()
    knowns = _count(known)
    either = told + told.T
    either.data[:] = 1
    linked = (known @ either.tocsr()).multiply(known).sum(axis=1) // 2
    named_back = known.multiply(told.T.tocsr())
    return {
        "known_share": _bps(knowns, _count(near)),
        "named_back": _bps(np.asarray(named_back.sum(axis=1)).ravel(), knowns),
        "clustering": _bps(np.asarray(linked).ravel(), knowns * (knowns - 1) // 2),
        "degree_around": np.where(knowns > 0, (known @ _count(told)) // np.where(knowns > 0, knowns, 1), np.nan),
        "two_hops": _count(around.far),
    }


def _far(near: sparse.csr_array, two: sparse.csr_array) -> sparse.csr_array:
    """Whom one reaches in two steps, and not in one or none."""
    found = two.tocsr()
    found.data[:] = 1
    found = (found - found.multiply(near + sparse.eye_array(near.shape[0], dtype=np.int32))).tocsr()
    found.eliminate_zeros()
    return found


def _risk(around: _Around) -> dict[str, Array]:
    own = around.own
    hops = {"1": around.near, "2": around.far}
    never = np.iinfo(np.int64).max
    has = {kind: (around.ages[number] < never).astype(np.int64) for kind, number in MARKS.items()}
    fading = np.clip(FADES - np.minimum(around.ages[MARKS[MarkKind.DEFAULTED]], FADES), 0, None)
    found: dict[str, Array] = {}
    for hop, matrix in hops.items():
        counts = {kind: matrix @ marked for kind, marked in has.items()}
        customers = counts[MarkKind.CUSTOMER]
        found |= {
            f"customers_{hop}": customers,
            f"paid_{hop}": counts[MarkKind.PAID],
            f"overdue_{hop}": counts[MarkKind.OVERDUE],
            f"defaulted_{hop}": counts[MarkKind.DEFAULTED],
            f"refused_{hop}": counts[MarkKind.REFUSED],
            f"fraud_{hop}": counts[MarkKind.FRAUD],
            f"paid_rate_{hop}": _bps(counts[MarkKind.PAID], customers),
            f"overdue_rate_{hop}": _bps(counts[MarkKind.OVERDUE], customers),
            f"default_rate_{hop}": _bps(counts[MarkKind.DEFAULTED], customers),
            f"default_faded_{hop}": _bps(matrix @ fading, FADES * customers),
        }
    messages = own.sent + own.received
    with_customers = messages * has[MarkKind.CUSTOMER][own.end]
    with_defaulted = with_customers * has[MarkKind.DEFAULTED][own.end]
    marked = {
        "family_overdue": (TieKind.FAMILY, MarkKind.OVERDUE),
        "contacts_overdue": (TieKind.CONTACT, MarkKind.OVERDUE),
        "device_defaulted": (TieKind.DEVICE, MarkKind.DEFAULTED),
        "device_refused": (TieKind.DEVICE, MarkKind.REFUSED),
        "transfers_defaulted": (TieKind.TRANSFER, MarkKind.DEFAULTED),
    }
    return {
        **found,
        "default_by_messages": _bps(around.per_person(with_defaulted), around.per_person(with_customers)),
        "hops_to_fraud": np.where(found["fraud_1"] > 0, 1, np.where(found["fraud_2"] > 0, 2, 3)),
        **{name: around.ends(kind) @ has[mark] for name, (kind, mark) in marked.items()},
    }


def _standing(around: _Around, standing: Standings) -> dict[str, Array]:
    """Where neighbours stand who allowed ties, and how the circle that most of them are in has fared without oneself."""
    known = around.known()
    rows, ends = np.repeat(np.arange(around.people), _count(known)), known.indices
    deepest = np.full(around.people, np.nan)
    np.fmax.at(deepest, rows, standing.core[ends].astype(np.float64))
    circle, most = _commonest(rows, standing.circle[ends], around.people)
    circles = int(standing.circle.max(initial=0)) + 1
    has = around.ages < np.iinfo(np.int64).max
    ours = standing.circle == circle
    fared = {}
    for kind in (MarkKind.CUSTOMER, MarkKind.DEFAULTED, MarkKind.FRAUD):
        marked = has[MARKS[kind]].astype(np.int64)
        whole = np.bincount(standing.circle, marked, circles).astype(np.int64)
        fared[kind] = whole[circle] - np.where(ours, marked, 0)
    none = _count(known) == 0

    def seen(values: Array) -> Array:
        return np.where(none, np.nan, values.astype(np.float64))

    return {
        "core_around": deepest,
        "rank_around": seen((known @ standing.rank) // np.maximum(1, _count(known))),
        "circle_share": _bps(most, _count(known)),
        "circle_size": seen(np.bincount(standing.circle, minlength=circles)[circle]),
        "circle_default_rate": seen(_bps(fared[MarkKind.DEFAULTED], fared[MarkKind.CUSTOMER])),
        "circle_fraud": seen(fared[MarkKind.FRAUD]),
    }


def _commonest(rows: Array, circles: Array, people: int) -> tuple[Array, Array]:
    """(the circle that most of each row's entries are in, how many); of equals the lower number."""
    keys, counts = np.unique(rows * (int(circles.max(initial=0)) + 1) + circles, return_counts=True)
    row, circle = keys // (int(circles.max(initial=0)) + 1), keys % (int(circles.max(initial=0)) + 1)
    order = np.lexsort((circle, -counts, row))
    first = order[np.unique(row[order], return_index=True)[1]]
    found, most = np.zeros(people, np.int64), np.zeros(people, np.int64)
    found[row[first]], most[row[first]] = circle[first], counts[first]
    return found, most


def ties_of(rows: Sequence[tuple[int, int, TieKind, int, int, int, int, int, int, int]]) -> Ties:
    """Ties from rows."""
    columns = (
        zip(*((a, b, KINDS[kind], *rest) for a, b, kind, *rest in rows), strict=True)
        if rows
        else [[]] * len(Ties.__dataclass_fields__)
    )
    return Ties(*(np.asarray(column, np.int64) for column in columns))


def marks_of(rows: Sequence[tuple[int, MarkKind, int]]) -> Marks:
    """Marks from rows."""
    columns = zip(*((person, MARKS[kind], day) for person, kind, day in rows), strict=True) if rows else [[]] * 3
    return Marks(*(np.asarray(column, np.int64) for column in columns))
