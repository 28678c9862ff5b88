"""Nouns of contacts: by which channel, whom, about what; what bars them, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from xindai.values import ids, law
from xindai.values.refusal import Kind, Refusal


class ContactId(ids.Id):
    """Names a contact."""

    prefix = "con"


class StopId(ids.Id):
    """Names a stop."""

    prefix = "stp"


class DisputeId(ids.Id):
    """Names a dispute."""

    prefix = "dpt"


class Channel(StrEnum):
    """How somebody is contacted; a text is a text message or a WeChat message."""

    CALL = "call"
    TEXT = "text"
    LETTER = "letter"
    VISIT = "visit"


class Whom(StrEnum):
    """Who is contacted: who owes, or somebody they have named."""

    DEBTOR = "debtor"
    NAMED = "named"


class About(StrEnum):
    """What about: what falls due, what is late, where the debtor is, or because the debtor asked."""

    DUE = "due"
    ARREARS = "arrears"
    WHEREABOUTS = "whereabouts"
    ASKED = "asked"


class Hand(StrEnum):
    """Who contacts: a plan of ours, a member of staff, an agency."""

    PLAN = "plan"
    STAFF = "staff"
    AGENCY = "agency"


class Outcome(StrEnum):
    """What became of a contact; begun until somebody says."""

    BEGUN = "begun"
    SENT = "sent"
    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    WRONG_PERSON = "wrong_person"
    FAILED = "failed"
    ASKED_TO_STOP = "asked_to_stop"


class StopKind(StrEnum):
    """Why nobody contacts somebody about a debt any more (R-COLL-09)."""

    DECEASED = "deceased"
    INSOLVENT = "insolvent"
    MINOR = "minor"
    SERIOUSLY_ILL = "seriously_ill"
    IDENTITY_DISPUTED = "identity_disputed"
    STAYED_BY_COURT = "stayed_by_court"


class Bar(StrEnum):
    """What stands in the way of a contact."""

    HOURS = "hours"
    CALLS = "calls"
    ATTEMPTS = "attempts"
    TEXTS = "texts"
    NAMED_DEBT = "named_debt"
    NAMED_CHANNEL = "named_channel"
    NAMED_EARLY = "named_early"
    NAMED_OFTEN = "named_often"
    NAMED_STOP = "named_stop"
    WORDING = "wording"
    UNSIGNED = "unsigned"
    UNRECORDED = "unrecorded"
    UNASSIGNED = "unassigned"
    DISPUTED = "disputed"
    HELP = "help"
    STOPPED = "stopped"
    NOTHING_OWED = "nothing_owed"


SAID: dict[Bar, tuple[str, str, str]] = {
    Bar.HOURS: ("R-COLL-01", "not at this hour at their place", "不在允许联系的时段"),
    Bar.CALLS: ("R-COLL-02", "enough calls have reached them today", "当日接通次数已达上限"),
    Bar.ATTEMPTS: ("R-COLL-02", "enough has been tried today", "当日联系次数已达上限"),
    Bar.TEXTS: ("R-COLL-02", "they had a text today", "当日短信已发送"),
    Bar.NAMED_DEBT: ("R-COLL-03", "somebody named is not spoken to about a debt", "不得向联系人谈及债务"),
    Bar.NAMED_CHANNEL: ("R-COLL-03", "somebody named is only called", "仅可电话联系联系人"),
    Bar.NAMED_EARLY: ("R-COLL-03", "the debtor has not been out of reach for long enough", "债务人失联时间不足"),
    Bar.NAMED_OFTEN: ("R-COLL-03", "somebody named was called today", "当日已联系过联系人"),
    Bar.NAMED_STOP: ("R-COLL-03", "they asked not to be called again", "联系人已要求停止联系"),
    Bar.WORDING: ("R-COLL-04", "these words are not said to anybody", "用语不合规"),
    Bar.UNSIGNED: ("R-COLL-04", "it does not say first who is speaking", "未先表明身份"),
    Bar.UNRECORDED: ("R-COLL-05", "it is not recorded", "未录音录像"),
    Bar.UNASSIGNED: ("R-COLL-06", "the case is not with this agency", "案件未委托该机构"),
    Bar.DISPUTED: ("R-COLL-07", "a dispute about it is open", "争议处理期间暂停催收"),
    Bar.HELP: ("R-COLL-08", "their request for help is being looked at", "协商还款申请处理中"),
    Bar.STOPPED: ("R-COLL-09", "contacts have been stopped", "已停止催收"),
    Bar.NOTHING_OWED: ("R-COLL-03", "nothing is owed that this could be about", "无对应欠款"),
}
"""The rule a bar comes from, and what it says in English and Chinese."""


class NotPermitted(Refusal):
    """Something bars this contact now."""

    kind = Kind.CONFLICT
    code = "contact_not_permitted"
    en = "This contact is not permitted: {why}."
    zh = "当前不得联系：{why_zh}。"

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        bars = sorted(verdict.bars)
        super().__init__(
            why="; ".join(SAID[bar][1] for bar in bars), why_zh="；".join(SAID[bar][2] for bar in bars), bars=bars
        )


class ContactMissing(Refusal):
    """There is no such contact."""

    kind = Kind.MISSING
    code = "contact_not_found"
    en = "There is no such contact."
    zh = "没有该条联系记录。"


class ContactEnded(Refusal):
    """What became of it has been said."""

    kind = Kind.CONFLICT
    code = "contact_ended"
    en = "What became of this contact has been written down already."
    zh = "该条联系记录已登记结果。"


class StopMissing(Refusal):
    """There is no such stop."""

    kind = Kind.MISSING
    code = "stop_not_found"
    en = "There is no such stop."
    zh = "没有该停催记录。"


class DisputeMissing(Refusal):
    """There is no such dispute."""

    kind = Kind.MISSING
    code = "dispute_not_found"
    en = "There is no such dispute."
    zh = "没有该争议记录。"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rules allow (R-COLL-01, -02, -03); hours are those at the debtor's place."""

    earliest: time = time(8)
    latest: time = time(22)
    connected_a_day: int = 3
    attempts_a_day: int = 6
    texts_a_day: int = 1
    named_a_day: int = 1
    unreached_days: int = 3
    """Days of trying in vain before somebody named is asked."""

    @classmethod
    def on(cls, day: date) -> Rules:
        """Those of a day, by the figures of its law."""
        return cls(
            earliest=time(int(law.on("earliest_hour", day))),
            latest=time(int(law.on("latest_hour", day))),
            connected_a_day=int(law.on("calls_connected_a_day", day)),
            attempts_a_day=int(law.on("calls_tried_a_day", day)),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A contact that somebody wants to make; `words` of a text, `recorded` of a call or a visit."""

    channel: Channel
    whom: Whom
    about: About
    hand: Hand
    words: str = ""
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Today:
    """What was done today about one person, over all channels and hands."""

    attempts: int = 0
    connected: int = 0
    texts: int = 0
    named: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands, as others know it: lateness, what falls due, a request for help, who works on their case."""

    overdue_days: int
    is_due: bool
    asked_for_help: bool = False
    with_agency: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a debtor when somebody wants to contact them; `at` is the time at their place.

    `asked_for_help` whether a request for another plan is open. `agreed` are hours that they have asked for; `unreached_days` the days in a row on which they were called in vain; `is_due`
    whether something of theirs falls due soon.
    """

    at: datetime
    so_far: Today
    overdue_days: int
    is_due: bool
    agreed: tuple[time, time] | None = None
    unreached_days: int = 0
    stops: frozenset[StopKind] = frozenset()
    disputed: bool = False
    asked_for_help: bool = False
    named_asked_to_stop: bool = False
    with_agency: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What bars a contact now; nothing where it is allowed. `again_at` is when the hour alone would bar it no more."""

    bars: frozenset[Bar]
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact, as it was permitted and as it went."""

    id: ContactId
    person_id: str
    channel: Channel
    whom: Whom
    about: About
    hand: Hand
    by: str
    at: datetime
    outcome: Outcome
    note: str | None


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nobody contacts a person, since when, on whose word, and until when it stood."""

    id: StopId
    person_id: str
    kind: StopKind
    by: str
    note: str
    since: date
    lifted_on: date | None


@dataclass(frozen=True, slots=True)
class Dispute:
    """What a person disputes, by when it is answered (R-COLL-07), and what came of it."""

    id: DisputeId
    person_id: str
    what: str
    opened_on: date
    answer_by: date
    answered_on: date | None
    answer: str | None
