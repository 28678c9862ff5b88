"""What follows from what happened: the complete list of our feedback loops. Here, the person is told, and marked."""

from __future__ import annotations

from xindai.base.events import Event
from xindai.credit.features.ties import MarkKind
from xindai.credit.graph import operations as graph
from xindai.journeys.parts import parts
from xindai.onboarding.identity import queries as people

TEXTS = {
    "new_device": "【信贷】您的账号在一台新设备上登录。如非本人操作，请立即在小程序内退出该设备并联系我们。",
    "offer_made": "【信贷】您的贷款申请已通过，请在 7 天内打开小程序查看额度、年化利率与还款计划并确认。",
    "application_declined": "【信贷】很抱歉，您的贷款申请未通过。您可在小程序内查看原因，并可要求人工复核。",
    "application_sent_to_review": "【信贷】您的贷款申请已转人工审核，结果将以短信通知。",
    "loan_disbursed": "【信贷】您的贷款已发放至您的银行卡，请按还款计划按时还款。",
    "loan_cancelled": "【信贷】放款未成功或已被收款行退回，本次贷款已取消，不产生任何费用；如需用款，请核对银行卡后重新申请。",
    "loan_closed": "【信贷】您的贷款已结清，感谢您的信任。结清证明可在小程序内下载。",
    "line_limit_changed": "【信贷】您的额度已调整，可在小程序内查看原因；已用部分不受影响，如有异议可申请人工复核。",
    "line_frozen": "【信贷】您的额度已暂停使用，可在小程序内查看原因；已借部分按原约定还款，如有异议可申请人工复核。",
    "line_unfrozen": "【信贷】您的额度已恢复使用。",
    "loan_recovered": "【信贷】您的欠款已全部清偿。",
}


MARKS = {
    "loan_disbursed": MarkKind.CUSTOMER,
    "loan_closed": MarkKind.PAID,
    "application_declined": MarkKind.REFUSED,
}
"""What becomes of people with us, and tells something of those tied to them; close of day adds who is late."""


def react(event: Event) -> None:
    """One event, at least once, in order per subject: the ids of mark and message make a second time harmless."""
    if event.kind in MARKS:
        with parts().db.transaction() as tx:
            person = event.facts["person"]
            graph.mark(tx, person_ids=[person], kind=MARKS[event.kind], on=tx.on, cause=event.subject)
    text = TEXTS.get(event.kind)
    if text is None:
        return
    with parts().db.transaction() as tx:
        phone = people.person(tx, parts().ring, event.facts["person"]).phone
    parts().world.sms.send(message_id=f"event-{event.id}", phone=phone, text=text)
