"""Who is asking at the borrower's door, and that asking twice does once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from xindai.base import door
from xindai.base.repeat import Seed
from xindai.journeys.parts import parts
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Session

DOOR = "borrower"


def who(authorization: str | None) -> str:
    """The person whose session it is. Refuses NotLoggedIn."""
    with parts().db.transaction() as tx:
        return people.holder(tx, door=DOOR, token=door.token(authorization), device=_device())


def session(authorization: str | None) -> Session:
    """The session that the request comes in. Refuses NotLoggedIn."""
    with parts().db.transaction() as tx:
        return people.session(tx, door=DOOR, token=door.token(authorization), device=_device())


def _device() -> bytes | None:
    return people.device_index(parts().ring, door.device())


def repeatable(
    person_id: str, what: str, key: str | None, request: dict[str, Any], do: Callable[[Seed], BaseModel]
) -> JSONResponse:
    """A key belongs to one person; the route is part of the request, so one key cannot open two."""
    return door.repeatable(
        parts().db, parts().ring, door=f"{DOOR}|{person_id}", key=key, request={"route": what, "body": request}, do=do
    )
