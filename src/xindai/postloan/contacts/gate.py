"""Whether somebody may be contacted now. Pure; every rule by itself, and all of them asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from xindai.postloan.contacts.model import About, Asked, Bar, Channel, Hand, Known, Rules, StopKind, Verdict, Whom

UNHEARD_OF = (
    "坐牢", "判刑", "抓你", "报警抓", "上门闹", "全家", "通知你单位", "通知村委", "曝光", "爆通讯录", "黑社会", "弄死", "杀",
    "骗子", "无赖", "公安机关", "法院已立案", "拘留", "arrest", "jail", "your family will",
)  # fmt: skip
"""Threats, insults, and authority that nobody here has (R-COLL-04)."""
_SILENCING = frozenset({StopKind.DECEASED, StopKind.MINOR})
"""Of whom not even an answer is due."""


def judge(asked: Asked, known: Known, rules: Rules) -> Verdict:
    """All that bars a contact now."""
    bars = frozenset(_bars(asked, known, rules))
    return Verdict(bars, _next_hour(known, rules) if Bar.HOURS in bars else None)


def _bars(asked: Asked, known: Known, rules: Rules) -> Iterator[Bar]:
    yield from _of_the_moment(asked, known, rules)
    yield from _of_the_debt(asked, known)
    yield from _of_the_manner(asked, known)
    if asked.whom is Whom.NAMED:
        yield from _of_third_parties(asked, known, rules)
    elif asked.about is About.WHEREABOUTS:
        yield Bar.NAMED_DEBT


def _of_the_moment(asked: Asked, known: Known, rules: Rules) -> Iterator[Bar]:
    earliest, latest = known.agreed or (rules.earliest, rules.latest)
    if asked.channel is not Channel.LETTER and not earliest <= known.at.time() < latest:
        yield Bar.HOURS
    if asked.about is About.ASKED:
        return  # who asks for an answer gets one
    if known.so_far.attempts >= rules.attempts_a_day:
        yield Bar.ATTEMPTS
    if asked.channel is Channel.CALL and known.so_far.connected >= rules.connected_a_day:
        yield Bar.CALLS
    if asked.channel is Channel.TEXT and known.so_far.texts >= rules.texts_a_day:
        yield Bar.TEXTS


def _of_the_debt(asked: Asked, known: Known) -> Iterator[Bar]:
    if known.stops & _SILENCING or (known.stops and asked.about is not About.ASKED):
        yield Bar.STOPPED
    if known.disputed and asked.about in {About.ARREARS, About.WHEREABOUTS}:
        yield Bar.DISPUTED
    if known.asked_for_help and asked.about in {About.ARREARS, About.WHEREABOUTS}:
        yield Bar.HELP
    is_late = known.overdue_days > 0
    if (asked.about in {About.ARREARS, About.WHEREABOUTS} and not is_late) or (
        asked.about is About.DUE and not known.is_due
    ):
        yield Bar.NOTHING_OWED


def _of_the_manner(asked: Asked, known: Known) -> Iterator[Bar]:
    if asked.channel in {Channel.CALL, Channel.VISIT} and not asked.recorded:
        yield Bar.UNRECORDED
    if asked.channel in {Channel.TEXT, Channel.LETTER}:
        if not asked.words.startswith("【"):
            yield Bar.UNSIGNED
        if any(word in asked.words.lower() for word in UNHEARD_OF):
            yield Bar.WORDING
    if asked.hand is Hand.AGENCY and not known.with_agency:
        yield Bar.UNASSIGNED


def _of_third_parties(asked: Asked, known: Known, rules: Rules) -> Iterator[Bar]:
    if asked.about is not About.WHEREABOUTS:
        yield Bar.NAMED_DEBT
    if asked.channel is not Channel.CALL:
        yield Bar.NAMED_CHANNEL
    if known.unreached_days < rules.unreached_days:
        yield Bar.NAMED_EARLY
    if known.so_far.named >= rules.named_a_day:
        yield Bar.NAMED_OFTEN
    if known.named_asked_to_stop:
        yield Bar.NAMED_STOP


def _next_hour(known: Known, rules: Rules) -> datetime:
    """When their hours begin next."""
    earliest, _ = known.agreed or (rules.earliest, rules.latest)
    day = known.at.date() if known.at.time() < earliest else known.at.date() + timedelta(days=1)
    return datetime.combine(day, earliest, tzinfo=known.at.tzinfo)
