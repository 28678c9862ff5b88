"""Asking several providers of one kind in an order: the next one where the one before is silent, and none that is known to be.

A provider that failed several times in a row is left alone for a while and then tried with one question (a circuit breaker); what
each answer costs is counted. It is what lets a provider be added by one file: see `docs/providers.md`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from xindai.base.http import ProviderFault
from xindai.base.log import PROVIDER_COST, PROVIDER_OPEN, log

FAULTS = 5
"""So many faults in a row, and a provider is left alone."""
REST_SECONDS = 30.0


class Named(Protocol):
    """Every provider has a name, and a price in fen for an answer."""

    @property
    def name(self) -> str:
        """Under which it is counted and its answers are kept."""

    @property
    def fen(self) -> int:
        """What an answer costs, in fen."""


Provider = TypeVar("Provider", bound=Named)
Answer = TypeVar("Answer")


@dataclass
class _Health:
    faults: int = 0
    rests_until: float = 0.0


class Breakers:
    """Who of several is known to be silent, and left alone for a while; one for each process.

    `now` is seconds that only grow.
    """

    def __init__(self, what: str, *, now: Callable[[], float] = time.monotonic) -> None:
        self._what, self._now = what, now
        self._health: dict[str, _Health] = {}
        self._turn = threading.Lock()

    def rests(self, name: str) -> bool:
        """Whether it failed so often that it is left alone now."""
        with self._turn:
            health = self._health.get(name, _Health())
            return health.faults >= FAULTS and self._now() < health.rests_until

    def may_be_asked(self, name: str) -> bool:
        """Whether it may; of one that has rested, one question tries it, and others wait for its answer."""
        with self._turn:
            health = self._health.setdefault(name, _Health())
            if health.faults < FAULTS:
                return True
            if self._now() < health.rests_until:
                return False
            health.rests_until = self._now() + REST_SECONDS
            return True

    def failed(self, name: str) -> None:
        """It did not answer."""
        with self._turn:
            health = self._health.setdefault(name, _Health())
            health.faults += 1
            if health.faults >= FAULTS:
                health.rests_until = self._now() + REST_SECONDS
                PROVIDER_OPEN.labels(self._what, name).set(1)

    def answered(self, name: str, *, fen: int) -> None:
        """It did, and that costs so much."""
        with self._turn:
            self._health[name] = _Health()
        PROVIDER_OPEN.labels(self._what, name).set(0)
        PROVIDER_COST.labels(self._what, name).inc(fen)


@dataclass
class Order(Generic[Provider]):
    """Providers in the order in which they are asked; one for each process. `now` is seconds that only grow."""

    what: str
    providers: Sequence[Provider]
    now: Callable[[], float] = time.monotonic
    _breakers: Breakers = field(init=False)

    def __post_init__(self) -> None:
        self._breakers = Breakers(self.what, now=self.now)

    def ask(self, do: Callable[[Provider], Answer | None]) -> tuple[str, Answer] | None:
        """(who answered, the answer) of the first one that has one; nothing where all have none.

        Raises ProviderFault where somebody was silent and nobody answered.
        """
        silent: ProviderFault | None = None
        for provider in self.providers:
            if not self._breakers.may_be_asked(provider.name):
                silent = silent or ProviderFault(f"{provider.name} is left alone")
                continue
            try:
                found = do(provider)
            except ProviderFault as fault:
                log.warning("provider_silent", what=self.what, provider=provider.name, why=str(fault))
                self._breakers.failed(provider.name)
                silent = fault
                continue
            self._breakers.answered(provider.name, fen=provider.fen)
            if found is not None:
                return provider.name, found
        if silent is not None:
            raise silent
        return None
