"""Each door to a provider, tried with the grant of another scope, and of another person: no call leaves."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from xindai.base.http import SignedClient
from xindai.onboarding.consent.model import Grant, GrantId, Scope
from xindai.onboarding.documents.model import Kind, Page, Prepared
from xindai.onboarding.identity.model import Person, PersonId, Proof
from xindai.outside.behaviour import Behaviour
from xindai.outside.bureau import CENTRAL, MARKET, Bureau, Reason
from xindai.outside.kyc import HouseFourElements
from xindai.outside.reading import Opener, OwnReader
from xindai.outside.social import Social
from xindai.outside.tencent import Account, TencentFaces, TencentFourElements, TencentReader
from xindai.values.masked import CardNumber, IdNumber, PersonName, Phone, Secret

AT = datetime(2026, 6, 1, tzinfo=UTC)
PERSON = Person(
    PersonId("per_1"),
    Phone("13900000001"),
    PersonName("李秀英"),
    IdNumber("330106199003078526"),
    CardNumber("6217000000000012348"),
    Proof.UNPROVEN,
)
PAPER = Prepared((Page(b"", 1, 1),), b"", 0, 0, 0)
ACCOUNT = Account("id", "key", endpoint="http://127.0.0.1:1")


class Untouched(SignedClient):
    """A wire that nothing may be put on."""

    def __init__(self) -> None:
        super().__init__("nobody", "http://127.0.0.1:1", key_id="", secret="")

    def call(self, *_: Any, **__: Any) -> tuple[int, Any]:
        pytest.fail("a call left without a grant")


WIRE = Untouched()
DOORS = {
    "central bureau": (Scope.BUREAU, lambda grant: Bureau(WIRE, CENTRAL).pull(grant, PERSON, Reason.LOAN_APPROVAL)),
    "market bureau": (Scope.BUREAU, lambda grant: Bureau(WIRE, MARKET).pull(grant, PERSON, Reason.LOAN_APPROVAL)),
    "central bureau, once lent": (
        Scope.WATCHING,
        lambda grant: Bureau(WIRE, CENTRAL).pull(grant, PERSON, Reason.POST_LOAN),
    ),
    "behaviour": (
        Scope.BEHAVIOUR,
        lambda grant: Behaviour(WIRE).pull(grant, PERSON, Reason.LOAN_APPROVAL, until=AT.date()),
    ),
    "behaviour, once lent": (
        Scope.WATCHING,
        lambda grant: Behaviour(WIRE).pull(grant, PERSON, Reason.POST_LOAN, until=AT.date()),
    ),
    "social": (Scope.SOCIAL, lambda grant: Social(WIRE).pull(grant, PERSON, until=date(2026, 6, 1))),
    "four elements": (Scope.IDENTITY, lambda grant: HouseFourElements(WIRE).check(grant, PERSON)),
    "opener": (Scope.DOCUMENTS, lambda grant: Opener(WIRE).prepare(grant, b"")),
    "own reader": (Scope.DOCUMENTS, lambda grant: OwnReader(WIRE).read(grant, Kind.BANK_CARD, PAPER)),
    "tencent four elements": (Scope.IDENTITY, lambda grant: TencentFourElements(ACCOUNT).check(grant, PERSON)),
    "tencent face begun": (Scope.FACE, lambda grant: TencentFaces(ACCOUNT).begin(grant, PERSON, return_url="")),
    "tencent face result": (Scope.FACE, lambda grant: TencentFaces(ACCOUNT).result(grant, PERSON, Secret("t"))),
    "tencent reader": (Scope.DOCUMENTS, lambda grant: TencentReader(ACCOUNT).read(grant, Kind.BANK_CARD, PAPER)),
}


def grant(scope: Scope, person_id: str = "per_1") -> Grant:
    return Grant(GrantId("grant_1"), person_id, scope, AT, AT)


@pytest.mark.parametrize("door", DOORS)
def test_no_call_leaves_under_the_grant_of_another_scope(door: str) -> None:
    right, ask = DOORS[door]
    for scope in Scope:
        if scope is not right:
            with pytest.raises(AssertionError):
                ask(grant(scope))


@pytest.mark.parametrize("door", [door for door in DOORS if "reader" not in door and door != "opener"])
def test_no_call_leaves_under_the_grant_of_another_person(door: str) -> None:
    right, ask = DOORS[door]
    with pytest.raises(AssertionError):
        ask(grant(right, "per_other"))
