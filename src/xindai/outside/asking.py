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


@dataclass
class Order(Generic[Provider]):
    """Providers in the order in which they are asked; one for each process. `now` is seconds that only grow."""

    what: str
    providers: Sequence[Provider]
    now: Callable[[], float] = time.monotonic
    _health: dict[str, _Health] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, do: Callable[[Provider], Answer | None]) -> tuple[str, Answer] | None:
        """(who answered, the answer) of the first one that has one; nothing where all have none.

        Raises ProviderFault where somebody was silent and nobody answered.
        """
        silent: ProviderFault | None = None
        for provider in self.providers:
            if not self._may_be_asked(provider.name):
                silent = silent or ProviderFault(f"{provider.name} is left alone")
                continue
            try:
                found = do(provider)
            except ProviderFault as fault:
                log.warning("provider_silent", what=self.what, provider=provider.name, why=str(fault))
                self._failed(provider.name)
                silent = fault
                continue
            self._answered(provider)
            if found is not None:
                return provider.name, found
        if silent is not None:
            raise silent
        return None

    def _may_be_asked(self, name: str) -> bool:
        with self._turn:
            health = self._health.setdefault(name, _Health())
            if health.faults < FAULTS:
                return True
            if self.now() < health.rests_until:
                return False
            health.rests_until = self.now() + REST_SECONDS  # this question tries it; others wait for its answer
            return True

    def _failed(self, name: str) -> None:
        with self._turn:
            health = self._health.setdefault(name, _Health())
            health.faults += 1
            if health.faults >= FAULTS:
                health.rests_until = self.now() + REST_SECONDS
                PROVIDER_OPEN.labels(self.what, name).set(1)

    def _answered(self, provider: Provider) -> None:
        with self._turn:
            self._health[provider.name] = _Health()
        PROVIDER_OPEN.labels(self.what, provider.name).set(0)
        PROVIDER_COST.labels(self.what, provider.name).inc(provider.fen)
