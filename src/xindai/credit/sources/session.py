"""How somebody filled in the form of our own app: how long, how it was typed, on what; it comes with the application."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

MOST = 1_000_000
A_DAY = 24 * 60
COUNTS = ("seconds", "typed", "taken_back", "pastes", "leaves", "reading_seconds", "corrections", "refusals")


class Sign(StrEnum):
    """What a phone in a hand does not show: an emulator, a program that types, a debugger."""

    EMULATOR = "emulator"
    AUTOMATION = "automation"
    DEBUGGER = "debugger"


@dataclass(frozen=True, slots=True)
class Session:
    """One filling-in, as the app counted it; it is told by the applicant's own phone and is believed as little as they are.

    `seconds` with the form before one's eyes, of which `reading_seconds` on the words of consents; characters typed and
    taken back; pastes; how often the app was left; how many fields read from papers were changed by hand; how often the form
    was refused. `minute` of the day, local, at which it was handed in, is our own clock's.
    """

    seconds: int
    typed: int
    taken_back: int
    pastes: int
    leaves: int
    reading_seconds: int
    corrections: int
    refusals: int
    minute: int
    signs: frozenset[Sign] = field(default=frozenset())

    def __post_init__(self) -> None:
        assert all(0 <= getattr(self, name) <= MOST for name in COUNTS)
        assert 0 <= self.minute < A_DAY

    def document(self) -> dict[str, Any]:
        """As it is kept, sealed."""
        return {**asdict(self), "signs": sorted(self.signs)}


def of_document(document: dict[str, Any]) -> Session:
    """What was kept, again."""
    return Session(**{**document, "signs": frozenset(Sign(one) for one in document["signs"])})
