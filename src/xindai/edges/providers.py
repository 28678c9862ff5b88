"""The door of the providers: signed call-backs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from xindai.base import door
from xindai.journeys import notify, pay
from xindai.outside import agreement_pay, bank, iso20022, sms, wechat_pay

router = APIRouter(responses=door.PROBLEMS, tags=["providers"])
RAILS = (
    (bank.NAME, bank.NOTICE_PATH, "The bank says what became of an order; the wire is `contracts/bank.md`."),
    (
        iso20022.NAME,
        iso20022.NOTICE_PATH,
        "A bank notifies of what it booked (camt.054); the wire is `contracts/iso20022.md`.",
    ),
    (
        agreement_pay.NAME,
        agreement_pay.NOTICE_PATH,
        "The gateway says what became of a debit; the wire is `contracts/agreement-pay.md`.",
    ),
    (
        wechat_pay.NAME,
        wechat_pay.NOTICE_PATH,
        "WeChat Pay tells of a payment, refund or transfer; the wire is the vendor's.",
    ),
)


def _of(rail: str) -> Callable[[Request], Awaitable[Response]]:
    """What takes the call-backs of a rail."""

    async def notice(request: Request) -> Response:
        body = await request.body()
        await run_in_threadpool(pay.notice, rail, dict(request.headers), body)
        return Response(status_code=204)

    return notice


for _rail, _path, _said in RAILS:
    router.add_api_route(
        _path, _of(_rail), methods=["POST"], status_code=204, name=f"{_rail}_notice", description=_said
    )


@router.post(sms.NOTICE_PATH, status_code=204)
async def sms_notice(request: Request) -> Response:
    """Whether a message arrived, or what somebody answered; the wire is `contracts/sms.md`."""
    body = await request.body()
    await run_in_threadpool(notify.heard, dict(request.headers), body)
    return Response(status_code=204)
