"""What travels through more than one desk's door."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from xindai.postloan.contacts.model import Contact


class ContactOut(BaseModel):
    """One contact with somebody who owes: how, whom, about what, by whose hand, and what became of it."""

    id: str
    channel: str
    whom: str
    about: str
    hand: str
    by: str
    at: datetime
    outcome: str
    note: str | None

    @classmethod
    def of(cls, one: Contact) -> ContactOut:
        """As it was written down."""
        return cls(
            id=one.id,
            channel=one.channel.value,
            whom=one.whom.value,
            about=one.about.value,
            hand=one.hand.value,
            by=one.by,
            at=one.at,
            outcome=one.outcome.value,
            note=one.note,
        )
