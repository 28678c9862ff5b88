"""The mailbox, what somebody wants to be told, and the WeChat messages they allow."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.base.repeat import Seed
from xindai.edges.borrower.asking import repeatable, who
from xindai.journeys.parts import parts
from xindai.onboarding.notices import operations as notices
from xindai.onboarding.notices import queries as noticed
from xindai.onboarding.notices.model import Notice, Preferences, TopicUnknown

router = APIRouter(prefix="/v1", responses=door.PROBLEMS, tags=["notices"])


class SaidOut(BaseModel):
    """Title and text in one language."""

    title: str
    text: str


class NoticeOut(BaseModel):
    """What somebody was told; `status` is what became of the message, if one went."""

    id: str
    topic: str
    kind: str
    zh: SaidOut
    en: SaidOut
    status: str
    way: str | None
    at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, one: Notice) -> NoticeOut:
        """In both languages."""
        topic = parts().topics[one.topic]
        zh, en = (topic.said(language, one.facts) for language in ("zh", "en"))
        return cls(
            id=one.id,
            topic=one.topic,
            kind=topic.kind.value,
            zh=SaidOut(title=zh[0], text=zh[1]),
            en=SaidOut(title=en[0], text=en[1]),
            status=one.status.value,
            way=one.way.value if one.way else None,
            at=one.at,
            read_at=one.read_at,
        )


class MailboxOut(BaseModel):
    """A page of notices, and how many in all have not been seen."""

    data: list[NoticeOut]
    next: str | None
    unread: int


class PreferencesBody(Body):
    """The language of messages, and whether offers may be sent: never unless asked for."""

    language: Literal["zh", "en"] = "zh"
    marketing: bool = False


class SubscriptionsIn(Body):
    """The templates for which WeChat's dialog was answered with yes, one message each."""

    templates: list[Annotated[str, Field(max_length=40)]] = Field(min_length=1, max_length=3)


class SubscriptionsOut(BaseModel):
    """How many WeChat messages of each template may still go."""

    left: dict[str, int]


@router.get("/notices")
def list_notices(
    authorization: door.Authorization = None, after: door.After = None, most: door.Most = 50
) -> MailboxOut:
    """Everything the person was told, newest first."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        found = noticed.page(tx, person_id, after=after, most=most + 1)
        unread = noticed.unread(tx, person_id)
    paged = door.page([NoticeOut.of(one) for one in found], [one.id for one in found], most)
    return MailboxOut(data=paged.data, next=paged.next, unread=unread)


@router.post("/notices/{notice_id}/readings", status_code=201, response_model=NoticeOut)
def read_notice(notice_id: str, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """The person has seen it."""
    person_id = who(authorization)

    def read(_: Seed) -> NoticeOut:
        with parts().db.transaction() as tx:
            return NoticeOut.of(notices.read(tx, notice_id=notice_id, person_id=person_id))

    return repeatable(person_id, f"readings|{notice_id}", key, {}, read)


@router.get("/notice-preferences")
def show_preferences(authorization: door.Authorization = None) -> PreferencesBody:
    """What the person wants."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        known = noticed.preferences(tx, person_id)
    return PreferencesBody.model_validate({"language": known.language, "marketing": known.marketing})


@router.put("/notice-preferences")
def set_preferences(body: PreferencesBody, authorization: door.Authorization = None) -> PreferencesBody:
    """What the person wants from now on; offers can be refused here, or by answering R to one."""
    person_id = who(authorization)
    with parts().db.transaction() as tx:
        wanted = Preferences(body.language, body.marketing)
        notices.prefer(tx, person_id=person_id, preferences=wanted, by=person_id)
    return body


@router.post("/wechat-subscriptions", status_code=201, response_model=SubscriptionsOut)
def subscribe(body: SubscriptionsIn, authorization: door.Authorization = None, key: door.Key = None) -> JSONResponse:
    """The person has said yes in WeChat's dialog (`wx.requestSubscribeMessage`). Refuses `topic_unknown`."""
    person_id = who(authorization)
    known = {topic.template for topic in parts().topics.values() if topic.template}

    def add(_: Seed) -> SubscriptionsOut:
        with parts().db.transaction() as tx:
            for template in body.templates:
                if template not in known:
                    raise TopicUnknown(topic=template, field="templates")
                notices.subscribe(tx, person_id=person_id, template=template)
            return SubscriptionsOut(left=noticed.subscriptions(tx, person_id))

    return repeatable(person_id, "wechat subscriptions", key, body.model_dump(), add)
