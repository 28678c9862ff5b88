"""Counting features: behaviour of 100,000 people, ties of a million, one applicant."""

import random
from datetime import date

import numpy as np
import polars as pl

from benchmarks.result import Result, seconds
from xindai.credit.features import behaviour, social
from xindai.credit.graph.standing import Standings, standings
from xindai.credit.sources import events
from xindai.credit.sources.ties import MarkKind, Neighbourhood, TieKind
from xindai_lab import graph
from xindai_sandbox import population, society

ON = date(2026, 3, 1)
EVENTS, OF = 5_000_000, 100_000
PEOPLE, TIES = 1_000_000, 5_000_000
PEERS_PEOPLE = 1_000


def run() -> list[Result]:
    return [*_behaviour(), *_social(), *_one()]


def _behaviour() -> list[Result]:
    rng, on = np.random.default_rng(1), events.day_number(ON)
    names = pl.Series([f"p{number}" for number in range(OF)])
    told = pl.DataFrame(
        {
            "person": names.gather(rng.integers(0, OF, EVENTS)),
            "day": pl.Series(on - rng.integers(1, 365, EVENTS), dtype=pl.Int32),
            "minute": pl.Series(rng.integers(0, 1440, EVENTS), dtype=pl.Int32),
            "sort": pl.Series(rng.integers(0, len(events.SORTS), EVENTS), dtype=pl.Int32),
            "amount": rng.integers(100, 500_00, EVENTS),
            "party": pl.Series([f"t{number}" for number in range(500)]).gather(rng.integers(0, 500, EVENTS)),
        }
    )
    asked = pl.DataFrame({"person": names, "on": pl.Series([on] * OF, dtype=pl.Int32)})
    ours = seconds(lambda: behaviour.features(told, asked), times=2)
    window = pl.col("day") >= on - 90
    plain = [
        pl.when(window & (pl.col("sort") == place)).then(pl.col("amount")).otherwise(0).sum().alias(f"{kind}_{category}")
        for place, (kind, category) in enumerate(events.SORTS)
    ]  # fmt: skip
    bare = seconds(lambda: told.group_by("person").agg(plain), times=2)
    return [
        Result(
            f"{len(behaviour.FEATURES)} behaviour features of {OF:,} people over {EVENTS:,} events", ours, "s",
            f"bare Polars, {len(plain)} sums", bare, at_most=1,
        )
    ]  # fmt: skip


def _social() -> list[Result]:
    rng, on = np.random.default_rng(2), ON.toordinal()
    start = rng.integers(0, PEOPLE, TIES)
    end = np.where(rng.random(TIES) < 0.7, start // 24 * 24 + rng.integers(0, 24, TIES), rng.integers(0, PEOPLE, TIES))
    end = np.minimum(end, PEOPLE - 1)
    ties = graph.Ties(
        start, end, rng.integers(0, len(TieKind), TIES), on - rng.integers(1, 2000, TIES), on - rng.integers(1, 200, TIES),
        rng.integers(0, 60, TIES), rng.integers(0, 60, TIES), rng.integers(0, 30, TIES), rng.integers(0, 14, TIES),
        rng.integers(0, 20, TIES),
    )  # fmt: skip
    customers = rng.choice(PEOPLE, PEOPLE // 4, replace=False)
    bad = customers[rng.random(len(customers)) < 0.08]
    person = np.concatenate([customers, bad])
    kind = np.concatenate(
        [np.full(len(customers), graph.MARKS[MarkKind.CUSTOMER]), np.full(len(bad), graph.MARKS[MarkKind.DEFAULTED])]
    )
    marks = graph.Marks(person, kind, on - rng.integers(1, 700, len(person)))
    found: list[Standings] = []
    whole = seconds(lambda: found.append(standings(ties.start, ties.end, people=PEOPLE)), times=1)
    stands = found[0]
    ours = seconds(lambda: graph.features(ties, marks, people=PEOPLE, on=on, standing=stands), times=1)
    results = [
        Result(f"{len(social.FEATURES)} social features of {PEOPLE:,} people and {TIES:,} ties", ours, "s", at_most=10),
        *_standing_beside(ties, whole),
    ]
    for name, rates in (("NetworkX", _networkx), ("igraph", _igraph)):
        peer = rates(ties, set(bad.tolist()), set(customers.tolist()))
        if peer:
            said = f"{name}, default rates of two hops"
            results.append(Result("people a second, all social features", PEOPLE / ours, "1/s", said, peer))
    return results


def _standing_beside(ties: graph.Ties, whole: float) -> list[Result]:
    """Where everybody stands, beside the same three questions to igraph, and of a tenth of the people to NetworkX."""
    what = f"k-core, centrality and circles of {PEOPLE:,} people and {TIES:,} ties"
    try:
        import igraph
        import networkx as nx
    except ImportError:
        return [Result(what, whole, "s")]
    apart = ties.start != ties.end
    pairs = np.column_stack([ties.start[apart], ties.end[apart]])

    def theirs() -> None:
        net = igraph.Graph(n=PEOPLE, edges=pairs, directed=False).simplify()
        net.coreness()
        net.pagerank(directed=False)
        net.community_multilevel()

    some = pairs[(pairs < PEOPLE // 10).all(axis=1)]
    found: list[Standings] = []

    def plain() -> None:
        net = nx.Graph()
        net.add_nodes_from(range(PEOPLE // 10))
        net.add_edges_from(some.tolist())
        nx.core_number(net)
        nx.pagerank(net)
        nx.community.louvain_communities(net, seed=1)

    few = seconds(lambda: found.append(standings(some[:, 0], some[:, 1], people=PEOPLE // 10)), times=1)
    return [
        Result(what, whole, "s", "igraph", seconds(theirs, times=1)),
        Result(
            f"the same of {PEOPLE // 10:,} people and {len(some):,} ties", few, "s", "NetworkX", seconds(plain, times=1)
        ),
    ]


def _igraph(ties: graph.Ties, bad: set[int], customers: set[int]) -> float | None:
    """The same of igraph."""
    try:
        import igraph
    except ImportError:
        return None
    of = igraph.Graph(n=PEOPLE, edges=np.column_stack([ties.start, ties.end]), directed=True)
    asked = range(PEERS_PEOPLE)

    def rates() -> None:
        near = of.neighborhood(asked, order=1, mode="out", mindist=1)
        far = of.neighborhood(asked, order=2, mode="out", mindist=2)
        for hops in zip(near, far, strict=True):
            for hop in map(set, hops):
                len(hop & bad) / max(1, len(hop & customers))

    return len(asked) / seconds(rates, times=2)


def _networkx(ties: graph.Ties, bad: set[int], customers: set[int]) -> float | None:
    """People a second whose default rates at one and two hops a plain graph library gives."""
    try:
        import networkx as nx
    except ImportError:
        return None
    of = nx.DiGraph()
    of.add_edges_from(zip(ties.start.tolist(), ties.end.tolist(), strict=True))
    asked = [one for one in range(PEERS_PEOPLE) if one in of]

    def rates() -> None:
        for one in asked:
            near = set(of.successors(one)) - {one}
            far = {end for node in near for end in of.successors(node)} - near - {one}
            for hop in (near, far):
                len(hop & bad) / max(1, len(hop & customers))

    return len(asked) / seconds(rates, times=2)


def _one() -> list[Result]:
    lives = [life for life in population.lives(3, 600, on=ON) if life["around"] and life["events"]]
    arounds: list[Neighbourhood] = [social_around(life) for life in lives]
    told = [events.parse(life) for life in lives]
    ties = seconds(lambda: [social.features(around, on=ON) for around in arounds]) / len(lives)
    counted = seconds(lambda: [behaviour.of_person(one, on=ON) for one in told[:50]]) / 50
    habits = {"seed": str(random.Random(1).random()), "risk": 0.0, "income": 8000.0}
    read = seconds(lambda: events.parse({"events": society.events(habits, ON)}))
    return [
        Result("social features of one applicant, two hops", ties * 1e6, "µs", at_most=1000),
        Result(f"behaviour features of one applicant, {len(told[0])} events", counted * 1e3, "ms"),
        Result("a year of events made up and read", read * 1e3, "ms"),
    ]


def social_around(life: dict[str, object]) -> Neighbourhood:
    from xindai.credit.sources import ties

    return ties.around_of(life["around"])
