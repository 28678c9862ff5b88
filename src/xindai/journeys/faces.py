"""A look into the camera: begun at a provider, looked at there, its result asked for; the token proves nothing by itself."""

from __future__ import annotations

from xindai.base.db import Tx
from xindai.base.http import ProviderFault
from xindai.base.log import log
from xindai.journeys.parts import parts
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import ConsentMissing, Grant, Scope
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Person
from xindai.onboarding.proof import operations as proofs
from xindai.onboarding.proof import queries as proven
from xindai.onboarding.proof.model import FaceCheck, FaceCheckId, FaceStatus, NotClaimed
from xindai.outside.kyc import Looked
from xindai.values.refusal import Kind, Refusal

ENDS = {Looked.PASSED: FaceStatus.PASSED, Looked.FAILED: FaceStatus.FAILED}


class FaceSilent(Refusal):
    """Nobody compares faces just now."""

    kind = Kind.UNREADY
    code = "face_check_unavailable"
    en = "Face checks cannot be made just now; you can prove yourself by phone code and bank card instead."
    zh = "人脸核验暂不可用，您可改用短信验证码与银行卡核验。"


def begin(person_id: str, *, check_id: FaceCheckId) -> FaceCheck:
    """Begin a look into the camera; the same id again is the same look.

    Refuses: ConsentMissing, NotClaimed, TooManyFaceChecks, FaceSilent.
    """
    with parts().db.transaction() as tx:
        grant, person = _asking(tx, person_id)
        proofs.refuse_many_faces(tx, person_id=person_id)
    back = f"{parts().our_url}/#/onboarding/face?check={check_id}"
    try:
        found = parts().world.faces.ask(lambda provider: provider.begin(grant, person, return_url=back))
    except ProviderFault as fault:
        log.warning("no_face_check", why=str(fault))
        raise FaceSilent from None
    if found is None:
        raise FaceSilent
    provider, begun = found
    with parts().db.transaction("face check begun") as tx:
        if not allowed.held(tx, grant):
            raise ConsentMissing(scope=grant.scope.value, field="consents")
        return proofs.begin_face(
            tx, parts().ring, check_id=check_id, grant=grant, provider=provider, token=begun.token, url=begun.url
        )


def result(person_id: str, check_id: str) -> FaceCheck:
    """What became of a look into the camera; while it is under way, it stays begun.

    Refuses: FaceCheckMissing, ConsentMissing, FaceSilent.
    """
    with parts().db.transaction() as tx:
        check = proven.face_check(tx, parts().ring, check_id, person_id=person_id)
        if check.status is not FaceStatus.BEGUN:
            return check
        over = check.is_over(at=tx.at)
        grant, person = _asking(tx, person_id)
    to = FaceStatus.EXPIRED if over else _ended(check, grant, person)
    if to is None:
        return check
    with parts().db.transaction("face check ended") as tx:
        return proofs.end_face(tx, parts().ring, check_id=check_id, person_id=person_id, to=to)


def _asking(tx: Tx, person_id: str) -> tuple[Grant, Person]:
    grant = allowed.required(tx, person_id=person_id, scope=Scope.FACE)
    person = people.person(tx, parts().ring, person_id)
    if person.name is None or person.id_number is None:
        raise NotClaimed
    return grant, person


def _ended(check: FaceCheck, grant: Grant, person: Person) -> FaceStatus | None:
    provider = next((one for one in parts().world.faces.providers if one.name == check.provider), None)
    if provider is None:
        return FaceStatus.EXPIRED
    try:
        return ENDS.get(provider.result(grant, person, check.token))
    except ProviderFault as fault:
        log.warning("face_result_unknown", check=check.id, why=str(fault))
        raise FaceSilent from None
