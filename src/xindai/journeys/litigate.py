"""A claim on its way to a court: what is known of it, the letter that asks first, and the papers that prove it."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from importlib import resources
from typing import Any

from xindai.base import audit
from xindai.base.clock import SHANGHAI, local_time
from xindai.base.db import Tx
from xindai.journeys import contact, contract
from xindai.journeys.parts import parts
from xindai.lending.contracts import queries as contracted
from xindai.lending.contracts.model import Contract
from xindai.lending.life.model import Status as LoanStatus
from xindai.lending.loans import queries as lent
from xindai.onboarding.identity import queries as people
from xindai.onboarding.notices import operations as notices
from xindai.onboarding.notices import queries as told
from xindai.payments.orders import queries as ordered
from xindai.postloan.contacts import operations as contacts
from xindai.postloan.contacts import queries as contacted
from xindai.postloan.contacts.model import About, Asked, Channel, ContactId, Hand, Outcome, Whom
from xindai.postloan.legal import operations as legal
from xindai.postloan.legal import queries as litigated
from xindai.postloan.legal.model import Case, CaseId, CaseMoved, Claim, Status
from xindai.postloan.legal.package import Paper, archive, table
from xindai.values.money import Money, decimal_text
from xindai.values.refusal import Kind, Refusal

MOST = 5000
PAID = {
    "settled_on": "日期",
    "kind": "方向",
    "amount": "金额（元）",
    "rail": "通道",
    "bank_reference": "银行流水号",
    "id": "编号",
}
TOLD = {"at": "时间", "topic": "事项", "way": "渠道", "status": "状态", "read_at": "阅读时间"}
CONTACTED = {"at": "时间", "channel": "方式", "whom": "对象", "hand": "经办", "outcome": "结果", "note": "备注"}


class PapersMissing(Refusal):
    """Without a contract there is nothing to prove a claim by."""

    kind = Kind.CONFLICT
    code = "papers_missing"
    en = "There is no signed contract for this loan."
    zh = "该贷款没有已签署的合同。"


def claim_of(tx: Tx, loan_id: str) -> Claim:
    """What is known of the claim of a loan today. Refuses: LoanMissing."""
    view = lent.view(tx, loan_id)
    loan, state = view.loan, view.state
    days = owed = 0
    last_due_on = tx.on
    if state is not None:
        last_due_on = max((line.due_on for line in state.lines), default=tx.on)
        days, owed = state.overdue_days, state.due
        if loan.status is LoanStatus.CHARGED_OFF:
            days, _ = lent.lateness(tx, loan.person_id, soon=0)
            owed = state.figures.off_balance
    return litigated.claim(
        tx, person_id=loan.person_id, loan_id=loan_id, overdue_days=days, owed=owed, last_due_on=last_due_on
    )


def propose(tx: Tx, *, case_id: CaseId, loan_id: str, by: str) -> Case:
    """Propose to enforce a loan. Refuses: LoanMissing, NotEnforceable, CaseOpen."""
    person_id = lent.person_of(tx, loan_id)
    return legal.propose(tx, case_id=case_id, person_id=person_id, loan_id=loan_id, claim=claim_of(tx, loan_id), by=by)


def demand(tx: Tx, *, case_id: str, by: str) -> Case:
    """A second person agrees, and the letter goes, where the gate lets it. Refuses: CaseMissing, CaseMoved, SamePerson, NotEnforceable, NotPermitted."""
    before = litigated.get(tx, case_id)
    one = legal.demand(tx, case_id=case_id, claim=claim_of(tx, before.loan_id), by=by)
    contact_id = ContactId.derived(one.id)
    if before.status is not Status.DEMANDED:
        words = "".join(_letter(tx, one)["paragraphs"])
        asked = Asked(Channel.LETTER, Whom.DEBTOR, About.ARREARS, Hand.STAFF, words=f"【{parts().lender}】{words}")
        contact.permit(tx, contact_id=contact_id, person_id=one.person_id, asked=asked, by=by)
        contacts.end(tx, contact_id=contact_id, outcome=Outcome.SENT, note=one.id)
        _tell(tx, one)
    return one


def _tell(tx: Tx, one: Case) -> None:
    """That a letter is on its way; by the gate, like every text about arrears."""
    assert one.claimed is not None
    assert one.pay_by is not None
    facts = {
        "reference": lent.view(tx, one.loan_id).loan.reference,
        "amount": _yuan(one.claimed),
        "days": str(claim_of(tx, one.loan_id).overdue_days),
        "due_on": one.pay_by.isoformat(),
        "day": tx.on.isoformat(),
    }
    topic = parts().topics["legal_demand"]
    notices.write(tx, person_id=one.person_id, topic=topic, key=f"legal|{one.id}", facts=facts)


def letter(tx: Tx, case_id: str) -> bytes:
    """The letter of demand as a PDF. Refuses: CaseMissing, CaseMoved, FontMissing."""
    one = litigated.get(tx, case_id)
    if one.demanded_on is None:
        raise CaseMoved(status=one.status.value, field="case")
    template = resources.files("xindai.postloan.legal").joinpath("demand.typ").read_text(encoding="utf-8")
    return parts().paper.pdf(template, _letter(tx, one), at=_midnight(one.demanded_on))


def package(case_id: str, *, statement: bytes, reason: str, by: str) -> bytes:
    """All that proves a claim as one archive; that it was made, why, and its hash are noted.

    Refuses: CaseMissing, CaseMoved, PapersMissing, ContractUnready, FontMissing.
    """
    with parts().db.transaction() as tx:
        one = litigated.get(tx, case_id)
        signed = _contracts(tx, one)
        if not signed:
            raise PapersMissing(field="loan")
        demanded = letter(tx, case_id)
        papers = [Paper("05-催告函.pdf", "催告函", demanded), *_records(tx, one)]
    files = [(one_, contract.file_of(one_.id, person_id=None)) for one_ in signed]
    contracts = [
        Paper(f"02-合同-{one_.reference}.pdf", "借款合同（电子签名，含综合融资成本明示表）", content)
        for one_, content in files
    ]
    proofs = [
        Paper(f"03-签署证据-{one_.reference}.json", "签署过程与签名核验", _proof(one_.evidence, content))
        for one_, content in files
    ]
    with parts().db.transaction() as tx:
        whose = _whose(tx, one)
        made = archive(
            [whose, *contracts, *proofs, Paper("04-对账单.pdf", "贷款对账单", statement), *papers],
            case=one.id,
            at=local_time(tx.at),
            sign=parts().signer.sign,
            public_key=parts().signer.public_key,
        )
        facts = {"case": one.id, "reason": reason, "sha256": hashlib.sha256(made).hexdigest()}
        audit.note(tx, actor=by, action="legal_package_made", subject=one.person_id, facts=facts)
    return made


def _contracts(tx: Tx, one: Case) -> list[Contract]:
    """The contracts of the loan; of a draw, those of its line as well."""
    line_id = lent.view(tx, one.loan_id).loan.line_id
    return [
        each
        for each in contracted.of_person(tx, parts().ring, one.person_id)
        if each.loan_id == one.loan_id or (line_id is not None and each.line_id == line_id)
    ]


def _letter(tx: Tx, one: Case) -> dict[str, Any]:
    person = people.known(tx, parts().ring, one.person_id)
    loan = lent.view(tx, one.loan_id).loan
    assert one.claimed is not None
    assert one.demanded_on is not None
    assert one.pay_by is not None
    assert loan.terms is not None
    owed, due = _yuan(one.claimed), _day(one.pay_by)
    return {
        "title": "催告函",
        "lender": parts().lender,
        "number": one.id,
        "made": f"编号 {loan.reference}",
        "to": f"{person.name.reveal() if person.name else ''}：",
        "paragraphs": [
            f"您于 {_day(loan.terms.disbursed_on)} 向我方借款 {_yuan(loan.principal)} 元（编号 {loan.reference}）。",
            f"截至 {_day(one.demanded_on)}，其中 {owed} 元到期未还。请于 {due} 前付清上述款项。",
            "如一时难以付清，请在该日前与我们联系，可申请展期、分期还款或减免；申请处理期间我们暂停催收。",
            "逾期未付清也未与我们协商的，我们将依法通过调解、仲裁或诉讼解决，由此产生的费用以裁决为准。",
            "如您对欠款有异议，请提出，我们将在十五日内书面答复，答复前不采取进一步措施。",
        ],
        "sums": [["借款本金", f"{_yuan(loan.principal)} 元"], ["到期未还", f"{owed} 元"], ["请于此日前付清", due]],
        "on": _day(one.demanded_on),
    }


def _records(tx: Tx, one: Case) -> list[Paper]:
    payments = [
        {
            "settled_on": each.settled_on,
            "kind": "放款" if each.direction.value == "pay_out" else "还款",
            "amount": decimal_text(each.amount.minor, each.amount.currency),
            "rail": each.rail,
            "bank_reference": each.bank_reference,
            "id": each.id,
        }
        for each in ordered.of_loan(tx, one.loan_id)
        if each.settled_on is not None
    ]
    sent = [
        {"at": each.at, "topic": each.topic, "way": each.way, "status": each.status, "read_at": each.read_at}
        for each in told.page(tx, one.person_id, after=None, most=MOST)
    ]
    contacts_ = [
        {
            "at": each.at,
            "channel": each.channel,
            "whom": each.whom,
            "hand": each.hand,
            "outcome": each.outcome,
            "note": each.note,
        }
        for each in contacted.contacts(tx, one.person_id, most=MOST)
    ]
    return [
        Paper("06-收付记录.csv", "放款与还款的银行记录", table(payments, PAID)),
        Paper("07-通知记录.csv", "通知及送达、阅读时间", table(sent, TOLD)),
        Paper("08-联系记录.csv", "催收联系记录", table(contacts_, CONTACTED)),
    ]


def _whose(tx: Tx, one: Case) -> Paper:
    person = people.known(tx, parts().ring, one.person_id)
    text = [
        "当事人信息",
        f"债权人：{parts().lender}",
        f"债务人：{person.name.reveal() if person.name else ''}",
        f"证件号码：{person.id_number.reveal() if person.id_number else ''}",
        f"手机号码：{person.phone.reveal()}",
        f"请求金额：{_yuan(one.claimed) if one.claimed else ''} 元",
    ]
    return Paper("01-当事人.txt", "当事人信息", "\r\n".join(text).encode("utf-8-sig"))


def _proof(evidence: dict[str, Any], content: bytes) -> bytes:
    marks = [
        {
            "field": one.field,
            "by": one.by,
            "at": one.at.isoformat() if one.at else None,
            "intact": one.intact,
            "trusted": one.trusted,
            "covers_all": one.covers_all,
            "stamped_at": one.stamped_at.isoformat() if one.stamped_at else None,
        }
        for one in parts().sealer.verify(content)
    ]
    found = {"evidence": evidence, "signatures": marks, "sha256": hashlib.sha256(content).hexdigest()}
    return json.dumps(found, ensure_ascii=False, indent=1, default=str).encode()


def _yuan(amount: Money) -> str:
    return decimal_text(amount.minor, amount.currency)


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
