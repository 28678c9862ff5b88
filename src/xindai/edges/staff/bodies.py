"""What travels through more than one desk's door."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from xindai.base.door import Body, MoneyBody
from xindai.postloan.cases.model import Promise
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


class PromiseOut(BaseModel):
    """A promise to pay, and what came of it."""

    id: str
    amount: MoneyBody
    by: date
    status: str
    made_on: date
    received: MoneyBody

    @classmethod
    def of(cls, one: Promise) -> PromiseOut:
        """As it stands."""
        return cls(
            id=one.id,
            amount=MoneyBody.of(one.amount.minor),
            by=one.by,
            status=one.status.value,
            made_on=one.made_on,
            received=MoneyBody.of(one.received.minor),
        )


class PermitOut(BaseModel):
    """That the contact may be made now and once; `reach` is the number to call, `say_first` what is said first."""

    contact_id: str
    reach: str | None
    say_first: str


class OutcomeIn(Body):
    """What became of a contact, and when to call again."""

    outcome: Literal["connected", "no_answer", "wrong_person", "failed", "asked_to_stop", "sent"]
    note: str = Field("", max_length=1000)
    call_again_on: date | None = None


class PromiseIn(Body):
    """What somebody promises to pay, and by when."""

    amount: MoneyBody
    by: date
