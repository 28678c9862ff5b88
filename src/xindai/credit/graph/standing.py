"""Where people stand in the whole net of ties: how deep in its core, how central, in which circle (by NetworKit).

Two hops are seen live; this takes everybody, so it is refreshed from time to time and looked up. Direction and kind of ties do
not count here, only who is tied to whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
BPS = 10_000
TOLERANCE = 1e-8
FINEST = 20
"""How fine circles are sought at most. At one, Louvain swallows small circles of a large net (Fortunato and Barthelemy 2007);
too fine, it tears small nets apart."""


@dataclass(frozen=True)
class Standings:
    """By person number, as NumPy arrays: k-core number, share of people who are less central in basis points, circle."""

    core: Array
    rank: Array
    circle: Array


def standings(start: Array, end: Array, *, people: int) -> Standings:
    """Of people numbered from zero, tied from `start` to `end`. Circles are Louvain's, by size the largest first.

    PageRank for centrality; equals stand equal. The same ties give the same answer.
    """
    import networkit  # a second to import, and only the weekly look needs it

    networkit.setSeed(1, useThreadId=False)
    networkit.setNumberOfThreads(1)
    low, high = np.minimum(start, end), np.maximum(start, end)
    pairs = np.unique(low[low != high].astype(np.int64) * people + high[low != high])
    net = networkit.GraphFromCoo((pairs // max(1, people), pairs % max(1, people)), n=people, directed=False)
    if not len(pairs):
        nothing = np.zeros(people, np.int64)
        return Standings(nothing, nothing, np.arange(people))
    core = networkit.centrality.CoreDecomposition(net).run().scores()
    central = np.asarray(networkit.centrality.PageRank(net, tol=TOLERANCE).run().scores())
    ties_each = 2 * len(pairs) / people
    fineness = min(FINEST, max(1, 2 * len(pairs) / (10 * ties_each**2)))
    found = networkit.community.PLM(net, refine=False, gamma=fineness).run().getPartition().getVector()
    return Standings(np.asarray(core).astype(np.int64), _ranked(central, people), _by_size(np.asarray(found)))


def together(ties: Iterable[tuple[str, str]], *, least: int) -> list[list[str]]:
    """Those who hang together by ties, in groups of at least so many; the largest first, each by name."""
    import networkit

    nodes, start, end = numbered(list(ties))
    if not nodes:
        return []
    net = networkit.GraphFromCoo((start, end), n=len(nodes), directed=False)
    groups = networkit.components.ConnectedComponents(net).run().getComponents()
    found = [sorted(nodes[place] for place in group) for group in groups if len(group) >= least]
    return sorted(found, key=lambda group: (-len(group), group[0]))


def _ranked(central: Array, people: int) -> Array:
    rounded = np.round(central / central.max(), 9)
    ranks: Array = np.searchsorted(np.sort(rounded), rounded, side="left") * BPS // people
    return ranks


def _by_size(labels: Array) -> Array:
    """Circles numbered anew, the largest first; of equals the one whose first member has the lower number."""
    _, first, place, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    return number[place]


def numbered(ties: Sequence[tuple[str, str]]) -> tuple[list[str], Array, Array]:
    """(nodes by number, from, to) of ties between nodes."""
    names = sorted({node for tie in ties for node in tie})
    number = {node: place for place, node in enumerate(names)}
    places = np.array([(number[start], number[end]) for start, end in ties], dtype=np.int64).reshape(-1, 2)
    return names, places[:, 0], places[:, 1]
