"""Social features of a population by sparse matrices are those of each person one by one."""

from datetime import date

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from xindai.credit.features import social
from xindai.credit.graph.standing import Standings, standings
from xindai.credit.sources.ties import Circle, MarkKind, Neighbourhood, Standing, Tie, TieKind
from xindai_lab import graph

PEOPLE, ON = 9, date(2026, 3, 1).toordinal()
number = some.integers(0, PEOPLE - 1)
day = some.integers(ON - 800, ON + 20)
tie_rows = some.lists(
    some.tuples(
        number, number, some.sampled_from(TieKind), day, some.one_of(some.just(graph.NEVER), day), some.integers(0, 30),
        some.integers(0, 30), some.integers(0, 30), some.integers(0, 13), some.integers(0, 5),
    ),
    max_size=45, unique_by=lambda row: row[:3],
)  # fmt: skip
mark_rows = some.lists(some.tuples(number, some.sampled_from(MarkKind), day), max_size=20)
TieRows = list[tuple[int, int, TieKind, int, int, int, int, int, int, int]]


def around(person: int, ties: TieRows, marks: list[tuple[int, MarkKind, int]], standing: Standings) -> Neighbourhood:
    own = tuple(
        Tie(str(end), kind, date.fromordinal(since), None if last == graph.NEVER else date.fromordinal(last), *rest)
        for start, end, kind, since, last, *rest in ties
        if start == person
    )
    beyond: dict[str, list[tuple[str, TieKind]]] = {}
    for start, end, kind, *_ in ties:
        beyond.setdefault(str(start), []).append((str(end), kind))
    known: dict[str, list[tuple[MarkKind, date]]] = {}
    for one, kind, on in marks:
        known.setdefault(str(one), []).append((kind, date.fromordinal(on)))
    told = {start for start, end, *_ in ties if start != end}
    seen = {
        str(one): Standing(int(standing.core[one]), int(standing.rank[one]), int(standing.circle[one])) for one in told
    }
    return Neighbourhood(str(person), own, beyond, known, seen, circles(person, marks, standing))


def circles(person: int, marks: list[tuple[int, MarkKind, int]], standing: Standings) -> dict[int, Circle]:
    """How each circle fared to the day before, by a plain loop."""
    found = {}
    for circle in set(standing.circle.tolist()):
        members = {one for one in range(PEOPLE) if standing.circle[one] == circle}
        marked = {(one, kind) for one, kind, on in marks if on < ON and one in members - {person}}
        fared = (
            sum(kind is which for _, kind in marked)
            for which in (MarkKind.CUSTOMER, MarkKind.DEFAULTED, MarkKind.FRAUD)
        )
        found[circle] = Circle(len(members), *fared)
    return found


@settings(max_examples=150, deadline=None)
@given(tie_rows, mark_rows)
def test_a_population_is_told_as_each_of_its_people(ties: TieRows, marks: list[tuple[int, MarkKind, int]]) -> None:
    start, end = (np.array([row[place] for row in ties if row[0] != row[1]], dtype=np.int64) for place in (0, 1))
    standing = standings(start, end, people=PEOPLE)
    many = graph.features(graph.ties_of(ties), graph.marks_of(marks), people=PEOPLE, on=ON).to_dicts()
    for person in range(PEOPLE):
        alone = social.features(around(person, ties, marks, standing), on=date.fromordinal(ON))
        assert many[person] == alone, person


def test_where_people_stand_is_what_networkx_says() -> None:
    rng = np.random.default_rng(4)
    start, end = rng.integers(0, 60, 300), rng.integers(0, 60, 300)
    found = standings(start, end, people=60)
    net = nx.Graph((int(a), int(b)) for a, b in zip(start, end, strict=True) if a != b)
    net.add_nodes_from(range(60))
    cores, central = nx.core_number(net), nx.pagerank(net, tol=1e-10)
    assert found.core.tolist() == [cores[one] for one in range(60)]
    ranks = [sum(central[other] < central[one] - 1e-9 for other in range(60)) * 10_000 // 60 for one in range(60)]
    assert np.abs(found.rank - np.array(ranks)).max() <= 2 * 10_000 // 60
    again = standings(start, end, people=60)
    assert (again.circle == found.circle).all()


def test_circles_that_hardly_touch_are_told_apart() -> None:
    groups = [range(place * 12, place * 12 + 12) for place in range(3)]
    pairs = [(a, b) for group in groups for a in group for b in group if a < b] + [(0, 12), (13, 24)]
    start, end = (np.array(column) for column in zip(*pairs, strict=True))
    circle = standings(start, end, people=37).circle
    assert [len(set(circle[list(group)].tolist())) for group in groups] == [1, 1, 1]
    assert len(set(circle.tolist())) == 4, "three circles, and somebody who knows nobody"
    assert standings(start[:0], end[:0], people=3).core.tolist() == [0, 0, 0]
