"""Nouns of collection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xindai.values import ids


class ReminderId(ids.Id):
    """Names a reminder; it is the SMS provider's idempotency key."""

    prefix = "rem"


class Stage(StrEnum):
    """Arrears by age: M0 before and on the due day, M1 up to 30 days late, and so on."""

    M0 = "M0"
    M1 = "M1"
    M2 = "M2"
    M3 = "M3"
    M4 = "M4+"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One message to one person about one loan on one day."""

    id: ReminderId
    loan_id: str
    person_id: str
    stage: Stage
    on: date
    text: str
