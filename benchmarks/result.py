"""One line of the table."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """A measurement; with a peer, `ratio` is ours over theirs. An aim is held against two cores with the embedded database."""

    name: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.peer_value if self.peer_value else None

    @property
    def is_reached(self) -> bool | None:
        if self.at_least is not None:
            return self.value >= self.at_least
        return None if self.at_most is None else self.value <= self.at_most

    @property
    def aim(self) -> str:
        if self.is_reached is None:
            return ""
        bound = f"≥ {self.at_least:,.4g}" if self.at_least is not None else f"≤ {self.at_most:,.4g}"
        return f"{bound} {'reached' if self.is_reached else 'missed'}"

    def document(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "is_reached": self.is_reached}


def seconds(do: Callable[[], object], *, times: int = 5) -> float:
    """The best of several runs."""
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        do()
        best = min(best, time.perf_counter() - began)
    return best
