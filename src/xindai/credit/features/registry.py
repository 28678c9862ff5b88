"""What a feature is: declared once, with name, meaning, unit, window, expected direction of risk, and source.

The source is also the consent that it needs, but for what the contract itself needs: accounts with us, and the business
that asks; how a form was filled in is part of behaviour. Features are whole numbers (yuan, months, days, counts, basis
points) or missing, so no float lies between a source and a score. The prefix of a name is its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where features are read from; those of `CONSENTED` need a consent."""

    BUREAU = "bureau"
    BEHAVIOUR = "behaviour"
    SOCIAL = "social"
    SESSION = "session"
    BUSINESS = "business"
    ACCOUNT = "account"


ASKED = (Source.BUREAU, Source.BEHAVIOUR, Source.SOCIAL)
"""The sources that are asked for an application."""
CONSENTED = (*ASKED, Source.SESSION)
"""Those, and what our own app counts while the form is filled in."""
SCOPES = {Source.SESSION: Source.BEHAVIOUR.value}
"""The consents that do not bear the name of their source."""


def scope_of(source: Source) -> str:
    """The consent without which a source of `CONSENTED` is not read."""
    return SCOPES.get(source, source.value)


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
