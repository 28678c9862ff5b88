"""Papers in the database: sealed, bound to their place, moved to new keys; nothing in a stolen dump."""

import pytest

from store.consents import given
from xindai.base import crypto
from xindai.base.clock import new_id
from xindai.base.crypto import KeyRing
from xindai.base.db import Database
from xindai.onboarding.consent.model import Scope
from xindai.onboarding.documents import operations as documents
from xindai.onboarding.documents import queries as papers
from xindai.onboarding.documents.model import (
    CorrectionId,
    DocumentId,
    DocumentMissing,
    Field,
    Kind,
    Page,
    Prepared,
    Reading,
    Status,
)
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity.model import PersonId
from xindai.values.masked import Phone

PICTURE = b"\xff\xd8\xff the face of " + "李秀英".encode()
PREPARED = Prepared((Page(PICTURE, 900, 600), Page(b"\xff\xd8\xff two", 90, 60)), "small 李秀英".encode(), 300, 5, 140)
READING = Reading({"name": Field("李秀英", 9900), "id_number": Field("330106199003078526", 9900)}, (), "own")


@pytest.fixture
def document_id(database: Database, ring: KeyRing) -> DocumentId:
    made = new_id(DocumentId)
    with database.transaction() as tx:
        person_id = identity.welcome(tx, ring, phone=Phone("13900000001"), person_id=new_id(PersonId))
        for _ in range(2):  # twice is once
            documents.keep(
                tx,
                ring,
                document_id=made,
                grant=given(tx, person_id, Scope.DOCUMENTS),
                kind=Kind.ID_CARD_FRONT,
                upload_hash=b"hash",
                prepared=PREPARED,
            )
    return made


def test_a_paper_is_kept_read_once_and_set_right(database: Database, ring: KeyRing, document_id: DocumentId) -> None:
    with database.transaction() as tx:
        assert papers.get(tx, ring, document_id).status is Status.RECEIVED
        assert papers.prepared(tx, ring, document_id) == PREPARED
        read = documents.keep_reading(tx, ring, document_id=document_id, reading=READING)
        assert (read.status, read.fields) == (Status.READ, READING.fields)
        later = documents.keep_reading(tx, ring, document_id=document_id, reading=Reading({}, ("dark",), "other"))
        assert later == read
        correction = new_id(CorrectionId)
        for _ in range(2):
            changed = documents.correct(
                tx,
                ring,
                correction_id=correction,
                document_id=document_id,
                person_id=read.person_id,
                name="name",
                value="李秀瑛",
            )
        assert changed.fields["name"] == Field("李秀英", 9900, "李秀瑛")
        assert tx.value("SELECT count(*) FROM document_correction") == 1


def test_a_new_key_opens_what_an_old_one_sealed(database: Database, ring: KeyRing, document_id: DocumentId) -> None:
    with database.transaction() as tx:
        documents.keep_reading(tx, ring, document_id=document_id, reading=READING)
    assert crypto.rotate(database, ring) >= 4
    newer = crypto.load_ring(ring.folder)  # type: ignore[arg-type]
    only_new = KeyRing({newer.newest: newer.keys[newer.newest]}, newer.index_key)
    with database.transaction() as tx:
        assert papers.prepared(tx, only_new, document_id) == PREPARED
        assert papers.get(tx, only_new, document_id).fields == READING.fields


def test_a_stolen_dump_shows_neither_picture_nor_name(
    database: Database, ring: KeyRing, document_id: DocumentId
) -> None:
    with database.transaction() as tx:
        document = documents.keep_reading(tx, ring, document_id=document_id, reading=READING)
        documents.correct(
            tx,
            ring,
            correction_id=new_id(CorrectionId),
            document_id=document_id,
            person_id=document.person_id,
            name="name",
            value="李秀瑛",
        )
        for table in ("person", "document", "document_page", "document_correction", "audit_note", "consent_grant"):
            dump = b"".join(
                bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                for row in tx.rows(f"SELECT * FROM {table}")
                for cell in row.values()
            )
            assert len(dump) > 50
            for secret in ("李秀", "330106199003078526", "13900000001"):
                assert secret.encode() not in dump, table
            assert b"\xff\xd8\xff" not in dump


def test_a_deleted_paper_leaves_nothing_but_that_it_was_there(
    database: Database, ring: KeyRing, document_id: DocumentId
) -> None:
    with database.transaction() as tx:
        document = documents.keep_reading(tx, ring, document_id=document_id, reading=READING)
        assert documents.delete_all(tx, ring, person_id=document.person_id) == 1
        assert documents.delete_all(tx, ring, person_id=document.person_id) == 0
        assert tx.value("SELECT count(*) FROM document_page") == 0
        assert papers.get(tx, ring, document_id).status is Status.DELETED
        with pytest.raises(DocumentMissing):
            papers.prepared(tx, ring, document_id)
        with pytest.raises(DocumentMissing):
            papers.get(tx, ring, document_id, person_id="per_other")
