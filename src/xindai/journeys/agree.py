"""An agreement that a rail may debit somebody's card: asked for, proven by the rail's own code, taken back."""

from __future__ import annotations

from xindai.base.http import ProviderFault
from xindai.base.log import log
from xindai.journeys.parts import parts
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import Scope
from xindai.onboarding.identity import queries as people
from xindai.outside.rails import RailSilent
from xindai.payments.agreements import operations as agreements
from xindai.payments.agreements import queries as agreed
from xindai.payments.agreements.model import Agreement, AgreementId, NoSuchRail, Status
from xindai.values.masked import Secret
from xindai.values.refusal import Kind, Refusal


class CardNotBelieved(Refusal):
    """The rail does not find name, ID number, phone and card to belong together."""

    kind = Kind.CONFLICT
    code = "card_not_believed"
    en = "The bank does not recognise this card as yours with the phone number it knows."
    zh = "银行核验未通过：银行卡、姓名、证件号与预留手机号不一致。"


def ask(person_id: str, *, agreement_id: AgreementId) -> Agreement:
    """Have the rail send a code to the person; the same id again is the same agreement.

    Refuses: NoSuchRail, NoCard, ConsentMissing, CardNotBelieved, RailSilent.
    """
    rail = parts().world.rails.by_agreement()
    if rail is None:
        raise NoSuchRail
    with parts().db.transaction("agreement asked") as tx:
        one = agreements.ask(tx, agreement_id=agreement_id, person_id=person_id, rail=rail.facts.name)
        grant = allowed.required(tx, person_id=person_id, scope=Scope.IDENTITY)
        person = people.person(tx, parts().ring, person_id)
    if one.status is not Status.ASKED:
        return one
    try:
        believed = rail.ask_for_agreement(grant, person, agreement_id=one.id)
    except ProviderFault as fault:
        log.warning("no_agreement", rail=one.rail, why=str(fault))
        raise RailSilent from None
    if not believed:
        raise CardNotBelieved(field="card_number")
    return one


def confirm(person_id: str, agreement_id: str, code: Secret) -> Agreement:
    """The person types the code that the rail sent them. Twice is once.

    Refuses: AgreementMissing, AgreementEnded, CodeWrong, RailSilent.
    """
    with parts().db.transaction() as tx:
        one = agreed.get(tx, agreement_id, person_id=person_id)
    one.may_be_made()
    if one.status is Status.ACTIVE:
        return one
    rail = parts().world.rails.by_agreement()
    if rail is None or rail.facts.name != one.rail:
        raise NoSuchRail
    try:
        number = rail.confirm_agreement(one.id, code)
    except ProviderFault as fault:
        log.warning("no_agreement", rail=one.rail, why=str(fault))
        raise RailSilent from None
    with parts().db.transaction("agreement made") as tx:
        return agreements.make(tx, parts().ring, agreement_id=one.id, person_id=person_id, number=number)


def take_back(person_id: str, agreement_id: str) -> Agreement:
    """From now on nobody debits by it; the rail is told, and where it is silent it just is not asked any more. Twice is once.

    Refuses: AgreementMissing.
    """
    with parts().db.transaction("agreement taken back") as tx:
        one = agreements.end(tx, agreement_id=agreement_id, person_id=person_id)
    rail = parts().world.rails.by_agreement()
    if rail is not None and rail.facts.name == one.rail:
        try:
            rail.end_agreement(one.id)
        except ProviderFault as fault:
            log.warning("agreement_not_ended_there", rail=one.rail, why=str(fault))
    return one
