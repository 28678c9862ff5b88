"""Logging in, by phone or by WeChat; the sessions of a person, and ending them."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from xindai.base import door
from xindai.base.door import Body
from xindai.edges.borrower.asking import DOOR, session
from xindai.edges.repeating import RepeatableRoute
from xindai.journeys import log_in
from xindai.journeys.parts import parts
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import CODE_LIVES, CodeId, Device
from xindai.values.masked import Phone, Secret

router = APIRouter(prefix="/v1", responses=door.PROBLEMS, tags=["log-in"], route_class=RepeatableRoute)


class PhoneCodeIn(Body):
    """A phone that asks for a code."""

    phone: str


class PhoneCodeOut(BaseModel):
    """The code is under way."""

    id: str
    expires_in_seconds: int


class SessionIn(Body):
    """The code that came; `device` names where, as its owner would.

    `device_id` is what the app calls itself for good: the session then opens only to requests that say the same in
    `X-Device-Id`.
    """

    phone_code_id: str
    phone: str
    code: str
    device: str = Field("", max_length=100)
    device_id: str | None = Field(None, min_length=16, max_length=200)


class WechatSessionIn(Body):
    """The code of `wx.login`, and, where WeChat does not know the person here yet, that of the phone number button."""

    code: str = Field(max_length=200)
    phone_code: str | None = Field(None, max_length=200)
    device: str = Field("", max_length=100)
    device_id: str | None = Field(None, min_length=16, max_length=200)


class SessionOut(BaseModel):
    """A session; its token is told once."""

    token: str
    person_id: str


class OpenSessionOut(BaseModel):
    """A session that has not ended."""

    id: str
    device: str
    began_at: datetime
    ends_at: datetime
    is_this: bool


@router.post("/phone-codes", status_code=201)
def send_phone_code(body: PhoneCodeIn, request: Request) -> PhoneCodeOut:
    """Send a code to a phone."""
    source = door.source(request, proxies=parts().proxies)
    code_id = log_in.send_code(Phone.parse(body.phone), source=source)
    return PhoneCodeOut(id=code_id, expires_in_seconds=int(CODE_LIVES.total_seconds()))


@router.post("/sessions", status_code=201)
def begin_session(body: SessionIn) -> SessionOut:
    """Log in with the code that came."""
    person_id, token = log_in.log_in(
        code_id=CodeId.parse(body.phone_code_id, field="phone_code_id"),
        phone=Phone.parse(body.phone),
        code=Secret(body.code),
        device=_device(body),
    )
    return SessionOut(token=token.reveal(), person_id=person_id)


@router.post("/wechat/sessions", status_code=201)
def begin_wechat_session(body: WechatSessionIn) -> SessionOut:
    """Log in with WeChat. The first time the phone number's code comes with it (`phone_needed` says so)."""
    person_id, token = log_in.log_in_by_wechat(
        code=Secret(body.code), phone_code=Secret(body.phone_code) if body.phone_code else None, device=_device(body)
    )
    return SessionOut(token=token.reveal(), person_id=person_id)


@router.get("/sessions")
def list_sessions(authorization: door.Authorization = None) -> door.Page[OpenSessionOut]:
    """Where the person is logged in."""
    asking = session(authorization)
    with parts().db.transaction() as tx:
        found = people.sessions(tx, door=DOOR, holder=asking.holder)
    data = [
        OpenSessionOut(
            id=one.id,
            device=one.device,
            began_at=one.began_at,
            ends_at=one.ends_at,
            is_this=one.id == asking.id,
        )
        for one in found
    ]
    return door.Page[OpenSessionOut](data=data, next=None)


@router.delete("/sessions/current", status_code=204)
def end_session(authorization: door.Authorization = None) -> Response:
    """Log out."""
    with parts().db.transaction() as tx:
        identity.end_session(tx, token=door.token(authorization) or "")
    return Response(status_code=204)


@router.delete("/sessions/{session_id}", status_code=204)
def end_session_elsewhere(session_id: str, authorization: door.Authorization = None) -> Response:
    """End a session of the person, on whatever device it is."""
    asking = session(authorization)
    with parts().db.transaction() as tx:
        identity.end_session_of(tx, session_id=session_id, holder=asking.holder)
    return Response(status_code=204)


def _device(body: SessionIn | WechatSessionIn) -> Device:
    return Device(body.device, Secret(body.device_id) if body.device_id else None)
