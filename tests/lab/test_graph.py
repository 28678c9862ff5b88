"""Social features of a population by sparse matrices are those of each person one by one."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as some

from xindai.credit.features import social
from xindai.credit.features.ties import MarkKind, Neighbourhood, Tie, TieKind
from xindai_lab import graph

PEOPLE, ON = 9, date(2026, 3, 1).toordinal()
number = some.integers(0, PEOPLE - 1)
day = some.integers(ON - 800, ON + 20)
tie_rows = some.lists(
    some.tuples(
        number, number, some.sampled_from(TieKind), day, some.one_of(some.just(graph.NEVER), day), some.integers(0, 30),
        some.integers(0, 30), some.integers(0, 30),
    ),
    max_size=45, unique_by=lambda row: row[:3],
)  # fmt: skip
mark_rows = some.lists(some.tuples(number, some.sampled_from(MarkKind), day), max_size=20)
TieRows = list[tuple[int, int, TieKind, int, int, int, int, int]]


def around(person: int, ties: TieRows, marks: list[tuple[int, MarkKind, int]]) -> Neighbourhood:
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
    return Neighbourhood(str(person), own, beyond, known)


@settings(max_examples=150, deadline=None)
@given(tie_rows, mark_rows)
def test_a_population_is_told_as_each_of_its_people(ties: TieRows, marks: list[tuple[int, MarkKind, int]]) -> None:
    many = graph.features(graph.ties_of(ties), graph.marks_of(marks), people=PEOPLE, on=ON).to_dicts()
    for person in range(PEOPLE):
        assert many[person] == social.features(around(person, ties, marks), on=date.fromordinal(ON)), person
