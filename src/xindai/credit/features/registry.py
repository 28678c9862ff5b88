"""What a feature is: declared once, with name, meaning, unit, window, expected direction of risk, and source.

The source is also the consent that it needs, but for accounts with us: those are known from the contract. Features are whole numbers (yuan, months, days, counts, basis points) or missing, so no float lies between a source and a
score. The prefix of a name is its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where features are read from; all but accounts with us are others, and the consent scope of the same name allows it."""

    BUREAU = "bureau"
    BEHAVIOUR = "behaviour"
    SOCIAL = "social"
    ACCOUNT = "account"


ASKED = (Source.BUREAU, Source.BEHAVIOUR, Source.SOCIAL)
"""The sources that are asked for an application."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One declared feature. `risk` is the expected direction: +1 when a higher value means more risk, 0 when it is open.

    `window` is how many days it looks back, none for all that is known.
    """

    name: str
    en: str
    zh: str
    unit: str
    risk: int
    window: int | None = None

    @property
    def source(self) -> Source:
        """Where it is read from."""
        return Source(self.name.split("_", 1)[0])
