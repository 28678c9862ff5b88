"""Who turns out to be somebody known leaves no papers behind: they were shown under a word that is taken back."""

from store.consents import given
from xindai.base.clock import new_id
from xindai.base.crypto import KeyRing
from xindai.base.db import Database
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import Scope
from xindai.onboarding.documents import operations as documents
from xindai.onboarding.documents import queries as papers
from xindai.onboarding.documents.model import DocumentId, Kind, Page, Prepared, Status
from xindai.onboarding.duplicates import operations as duplicates
from xindai.onboarding.duplicates import queries as pairs
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import Claim, PersonId
from xindai.values.masked import CardNumber, IdNumber, PersonName, Phone

CLAIM = Claim(PersonName("李秀英"), IdNumber("330106199003078526"), CardNumber("6217000000000012348"))
PAPER = Prepared((Page(b"picture", 9, 9),), b"small", 300, 0, 140)


def test_a_merge_takes_the_phone_and_forgets_the_papers(database: Database, ring: KeyRing) -> None:
    with database.transaction() as tx:
        known, newcomer = (
            identity.welcome(tx, ring, phone=Phone(number), person_id=new_id(PersonId))
            for number in ("13900000001", "13900000002")
        )
        identity.claim(tx, ring, person_id=known, claim=CLAIM)
        paper = documents.keep(
            tx,
            ring,
            document_id=new_id(DocumentId),
            grant=given(tx, newcomer, Scope.DOCUMENTS),
            kind=Kind.BANK_CARD,
            upload_hash=b"",
            prepared=PAPER,
        )
        for _ in range(2):
            duplicates.find(tx, ring, person_id=newcomer, id_number=CLAIM.id_number)
        (pair,) = pairs.page(tx, after=None, most=10)
        duplicates.propose(tx, duplicate_id=pair.id, reason="the same face", by="one")
        duplicates.merge(tx, ring, duplicate_id=pair.id, by="other")
        assert people.person(tx, ring, known).phone == Phone("13900000002")
        assert identity.welcome(tx, ring, phone=Phone("13900000002"), person_id=new_id(PersonId)) == known
        assert allowed.granted(tx, newcomer) == []
        assert papers.get(tx, ring, paper.id).status is Status.DELETED
