"""The door of the providers: signed call-backs."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from xindai.base import door
from xindai.journeys import notify, pay
from xindai.outside import agreement_pay, bank, iso20022, wechat_pay

router = APIRouter(responses=door.PROBLEMS, tags=["providers"])


@router.post("/v1/callbacks/bank", status_code=204)
async def bank_notice(request: Request) -> Response:
    """The bank says what became of an order; the wire is `contracts/bank.md`."""
    body = await request.body()
    await run_in_threadpool(pay.notice, bank.NAME, dict(request.headers), body)
    return Response(status_code=204)


@router.post("/v1/callbacks/iso20022", status_code=204)
async def iso_notice(request: Request) -> Response:
    """A bank notifies of what it booked (camt.054); the wire is `contracts/iso20022.md`."""
    body = await request.body()
    await run_in_threadpool(pay.notice, iso20022.NAME, dict(request.headers), body)
    return Response(status_code=204)


@router.post("/v1/callbacks/agreement-pay", status_code=204)
async def agreement_pay_notice(request: Request) -> Response:
    """The gateway says what became of a debit; the wire is `contracts/agreement-pay.md`."""
    body = await request.body()
    await run_in_threadpool(pay.notice, agreement_pay.NAME, dict(request.headers), body)
    return Response(status_code=204)


@router.post("/v1/callbacks/wechat-pay", status_code=204)
async def wechat_pay_notice(request: Request) -> Response:
    """WeChat Pay tells of a payment, refund or transfer; the wire is the vendor's."""
    body = await request.body()
    await run_in_threadpool(pay.notice, wechat_pay.NAME, dict(request.headers), body)
    return Response(status_code=204)


@router.post("/v1/callbacks/sms", status_code=204)
async def sms_notice(request: Request) -> Response:
    """Whether a message arrived, or what somebody answered; the wire is `contracts/sms.md`."""
    body = await request.body()
    await run_in_threadpool(notify.heard, dict(request.headers), body)
    return Response(status_code=204)
