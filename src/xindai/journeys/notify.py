"""From what happened to what its person hears: written once, sent by the first way that takes it, followed until it arrives."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from xindai.base.clock import local_time
from xindai.base.db import Tx
from xindai.base.http import ProviderFault
from xindai.base.log import log
from xindai.journeys import contact
from xindai.journeys.parts import parts
from xindai.onboarding.identity import queries as people
from xindai.onboarding.notices import operations as notices
from xindai.onboarding.notices import queries as noticed
from xindai.onboarding.notices import timing
from xindai.onboarding.notices.model import Kind, Notice, NoticeId, NoticeMissing, Preferences, Topic, Way
from xindai.outside.sms import Delivered, Reply
from xindai.postloan.contacts import operations as contacts
from xindai.postloan.contacts.model import Outcome
from xindai.postloan.contacts.operations import Permit
from xindai.values.masked import Phone, Secret

AT_ONCE = 50
IN_FLIGHT = 8
"""Messages that are under way to a provider at the same time: one that takes its time to answer holds up no morning."""
_sending = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="sending")


def tell(person_id: str, topic: str, *, key: str, facts: Mapping[str, Any]) -> NoticeId | None:
    """Tell somebody something once; the message follows within a second, or in the morning."""
    with parts().db.transaction("notice: written") as tx:
        said = {**facts, "day": local_time(tx.at).date().isoformat()}
        return notices.write(tx, person_id=person_id, topic=parts().topics[topic], key=key, facts=said)


def send_some() -> int:
    """Send what may go now, a few at once; how many were taken up."""
    with parts().db.transaction("notice: leased") as tx:
        leased = notices.lease(tx, most=AT_ONCE)
    list(_sending.map(_try_to_send, leased))
    return len(leased)


def _try_to_send(notice: Notice) -> None:
    try:
        _send(notice)
    except ProviderFault as fault:
        log.warning("notice_unsent", notice=notice.id, why=str(fault))
        with parts().db.transaction("notice: unsent") as tx:
            notices.unsent(tx, notice_id=notice.id, why="no_answer")


def send_forever(stop: threading.Event, *, pause: float = 0.3, pulls_every: float = 3.0) -> None:
    """Send, and ask those who do not call back, until `stop` is set."""
    pulled = time.monotonic()
    while not stop.is_set():
        try:
            taken = send_some()
            if time.monotonic() - pulled > pulls_every:
                pulled = time.monotonic()
                pull()
        except Exception as error:  # noqa: BLE001 - the database may be restarting
            log.warning("sending_paused", why=repr(error))
            taken = 0
        if not taken:
            stop.wait(pause)


def pull() -> int:
    """Ask for receipts and answers where they are told only to who asks; how many there were."""
    count = 0
    for sender in parts().world.texts.providers:
        try:
            words = sender.pull()
        except ProviderFault as fault:
            log.warning("receipts_not_pulled", provider=sender.name, why=str(fault))
            continue
        for word in words:
            _take(word)
        count += len(words)
    return count


def heard(headers: Mapping[str, str], body: bytes) -> None:
    """What the text message provider tells: that one arrived or did not, or what somebody answered. Refuses: NoticeUnproven."""
    _take(parts().world.sms.read_notice(headers, body))


def _take(word: Delivered | Reply) -> None:
    if isinstance(word, Reply):
        _take_reply(word)
    else:
        _take_report(word)


@dataclass(frozen=True, slots=True)
class _Reach:
    """How somebody is reached just now; `permit` is that of a contact about what they owe."""

    preferences: Preferences
    phone: Phone
    openid: Secret | None
    permit: Permit | None


def _send(notice: Notice) -> None:
    """By the ways that are left, in their order. Raises ProviderFault where the last of them gave no answer."""
    topic = parts().topics[notice.topic]
    reach = _reach(notice, topic)
    if reach is None:
        return
    for way in ways_left(topic, notice.way):
        if way is Way.WECHAT and _by_wechat(notice, topic, reach):
            return
        if way is Way.SMS:
            _by_sms(notice, topic, reach)
            return
    with parts().db.transaction("notice: no way") as tx:
        notices.give_up(tx, notice_id=notice.id, why="no_way_open")
        _end(tx, reach.permit, Outcome.FAILED)


def _reach(notice: Notice, topic: Topic) -> _Reach | None:
    """Everything that is read before a message goes, at one moment; none where it may not go."""
    with parts().db.transaction("notice: permitted") as tx:
        preferences = noticed.preferences(tx, notice.person_id)
        permit = None
        if topic.kind is Kind.REMINDER:
            words = parts().signature + topic.said(preferences.language, notice.facts)[1]
            permit = contact.permit_text(tx, notice, words)
            if permit is None:
                return None
        phone = people.person(tx, parts().ring, notice.person_id).phone
        return _Reach(preferences, phone, people.openid_of(tx, parts().ring, notice.person_id), permit)


def ways_left(topic: Topic, gone: Way | None) -> tuple[Way, ...]:
    """The ways after the one by which it went."""
    return topic.ways if gone is None else topic.ways[topic.ways.index(gone) + 1 :]


def _by_wechat(notice: Notice, topic: Topic, reach: _Reach) -> bool:
    """Whether WeChat took it: its person has an account, has allowed one more message, and has not blocked us since."""
    template = parts().wechat_templates.get(topic.template or "")
    if template is None or topic.template is None or reach.openid is None:
        return False
    with parts().db.transaction("notice: subscription used") as tx:
        if not notices.spend(tx, person_id=notice.person_id, template=topic.template):
            return False
    title, _ = topic.said(reach.preferences.language, notice.facts)
    facts = {**notice.facts, "title": title}
    said = {field: str(facts[fact]) for fact, field in topic.fields if fact in facts}
    try:
        taken = parts().world.wechat.tell(reach.openid, template=template, said=said)
    except ProviderFault as fault:
        log.warning("wechat_message_unsent", notice=notice.id, why=str(fault))
        return False
    if taken:
        _sent(notice, Way.WECHAT, reach)
    return taken


def _by_sms(notice: Notice, topic: Topic, reach: _Reach) -> None:
    """Raises ProviderFault."""
    phone, language = reach.phone, reach.preferences.language
    _, text = topic.said(language, notice.facts)
    way_out = parts().way_out[language] if topic.kind is Kind.MARKETING else ""
    words, named = f"{parts().signature}{text}{way_out}", f"{notice.topic}.{language}"
    taken = parts().world.texts.ask(
        lambda sender: sender.send_text(message_id=notice.id, phone=phone, text=words, named=named)
    )
    if taken is None:
        raise ProviderFault(f"nobody may send {named}")
    _sent(notice, Way.SMS, reach)


def _sent(notice: Notice, way: Way, reach: _Reach) -> None:
    with parts().db.transaction("notice: sent") as tx:
        notices.sent(tx, notice_id=notice.id, way=way)
        _end(tx, reach.permit, Outcome.SENT)


def _end(tx: Tx, permit: Permit | None, outcome: Outcome) -> None:
    if permit is not None:
        contacts.end(tx, contact_id=permit.contact_id, outcome=outcome)


def _take_report(word: Delivered) -> None:
    """Reports of messages that are no notices of ours, such as codes, are nobody's."""
    with parts().db.transaction("notice: reported") as tx:
        try:
            notice = noticed.notice(tx, word.message_id)
        except NoticeMissing:
            return
        others = bool(ways_left(parts().topics[notice.topic], Way.SMS))
        notices.report(tx, notice_id=notice.id, way=Way.SMS, delivered=word.delivered, why=word.reason, others=others)


def _take_reply(word: Reply) -> None:
    if not timing.is_opt_out(word.text):
        return
    with parts().db.transaction("notice: opted out") as tx:
        person_id = people.of_phone(tx, parts().ring, word.phone)
        if person_id is not None:
            known = noticed.preferences(tx, person_id)
            wanted = Preferences(known.language, marketing=False)
            notices.prefer(tx, person_id=person_id, preferences=wanted, by="reply")
