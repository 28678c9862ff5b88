"""Contacts with those who owe: permitted at the moment they are made, by the one gate, whoever makes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from xindai.base.db import Tx
from xindai.journeys.parts import parts
from xindai.lending.loans import queries as lent
from xindai.onboarding.notices import operations as notices
from xindai.onboarding.notices.model import Notice
from xindai.postloan.contacts import operations as contacts
from xindai.postloan.contacts.model import (
    About,
    Asked,
    Bar,
    Channel,
    ContactEnded,
    ContactId,
    Hand,
    NotPermitted,
    Standing,
    Verdict,
    Whom,
)
from xindai.postloan.contacts.operations import Permit
from xindai.postloan.hardship import queries as hardship

SOON = 3
"""Days within which something falls due that somebody may be reminded of."""


def permit(
    tx: Tx, *, contact_id: ContactId, person_id: str, asked: Asked, by: str, with_agency: bool = False
) -> Permit:
    """A contact, permitted by all that is known at this moment; `with_agency`, where an agency asks that has the case.

    Refuses: NotPermitted.
    """
    standing = replace(_standing(tx, person_id), with_agency=with_agency)
    return contacts.permit(tx, contact_id=contact_id, person_id=person_id, asked=asked, by=by, standing=standing)


def allowed(tx: Tx, person_id: str) -> dict[tuple[Channel, Whom], Verdict]:
    """What could be done about a person's arrears just now, and what bars it."""
    ways = [(channel, Whom.DEBTOR, About.ARREARS) for channel in Channel]
    ways.append((Channel.CALL, Whom.NAMED, About.WHEREABOUTS))
    wanted = [Asked(channel, whom, about, Hand.STAFF, words="【】", recorded=True) for channel, whom, about in ways]
    verdicts = contacts.judged(tx, person_id, wanted, standing=_standing(tx, person_id))
    return {(one.channel, one.whom): verdict for one, verdict in zip(wanted, verdicts, strict=True)}


def _standing(tx: Tx, person_id: str) -> Standing:
    days, is_due = lent.lateness(tx, person_id, soon=SOON)
    return Standing(days, is_due, asked_for_help=hardship.is_open(tx, person_id))


def permit_text(tx: Tx, notice: Notice, words: str) -> Permit | None:
    """The permit of a notice about what somebody owes, once; none where it may not go: it waits for their hours, or goes no further."""
    about = About.ARREARS if int(notice.facts.get("days", "0")) > 0 else About.DUE
    asked = Asked(Channel.TEXT, Whom.DEBTOR, about, Hand.PLAN, words=words)
    try:
        return permit(
            tx, contact_id=ContactId.derived(notice.id), person_id=notice.person_id, asked=asked, by=notice.topic
        )
    except ContactEnded:
        notices.give_up(tx, notice_id=notice.id, why="contact_ended")
        return None
    except NotPermitted as refusal:
        verdict = refusal.verdict
    if verdict.bars == {Bar.HOURS} and verdict.again_at is not None:
        notices.postpone(tx, notice_id=notice.id, to=verdict.again_at)
    else:
        notices.give_up(tx, notice_id=notice.id, why=f"barred_{min(verdict.bars)}")
    return None


def agree_on_hours(person_id: str, *, earliest: time, latest: time) -> None:
    """Within which hours a person wants to be contacted about what they owe."""
    with parts().db.transaction("contact hours") as tx:
        contacts.agree_on_hours(tx, person_id=person_id, earliest=earliest, latest=latest)
