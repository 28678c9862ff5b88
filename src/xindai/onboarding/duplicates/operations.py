"""What is done about duplicates."""

from __future__ import annotations

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.onboarding.application import queries as asked
from xindai.onboarding.consent import operations as consents
from xindai.onboarding.consent.model import Scope
from xindai.onboarding.documents import operations as documents
from xindai.onboarding.duplicates import queries
from xindai.onboarding.duplicates.model import Duplicate, DuplicateId, HasAsked, Status
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import PersonId
from xindai.values.masked import IdNumber


def find(tx: Tx, ring: KeyRing, *, person_id: str, id_number: IdNumber) -> None:
    """Keep that a newcomer has named the ID number of somebody known here; twice is once."""
    known = people.of_id_number(tx, ring, id_number)
    if known is None or known == person_id:
        return
    duplicate_id = DuplicateId.derived(PersonId(person_id), known)
    added = tx.run(
        "INSERT INTO duplicate (id, known_id, newcomer_id, status, found_at) VALUES (:id, :known, :newcomer, 'found', :at)"
        " ON CONFLICT (id) DO NOTHING",
        id=duplicate_id,
        known=known,
        newcomer=person_id,
        at=tx.at,
    )
    if added:
        audit.note(tx, actor=person_id, action="duplicate_found", subject=duplicate_id, facts={"known": known})


def propose(tx: Tx, *, duplicate_id: str, reason: str, by: str) -> Duplicate:
    """Propose to merge. Refuses: DuplicateMissing, DuplicateMoved, HasAsked."""
    duplicate = queries.get(tx, duplicate_id, lock=True)
    event = duplicate.moved(Status.PROPOSED)
    _refuse_asked(tx, duplicate)
    return _write(tx, duplicate, Status.PROPOSED, event, by=by, reason=reason, proposed_by=by)


def dismiss(tx: Tx, *, duplicate_id: str, reason: str, by: str) -> Duplicate:
    """They are two. Refuses: DuplicateMissing, DuplicateMoved."""
    duplicate = queries.get(tx, duplicate_id, lock=True)
    event = duplicate.moved(Status.DISMISSED)
    return _write(tx, duplicate, Status.DISMISSED, event, by=by, reason=reason, decided_by=by)


def merge(tx: Tx, ring: KeyRing, *, duplicate_id: str, by: str) -> Duplicate:
    """They are one: the known person is reached by the newcomer's phone from now on; everybody is logged out.

    What the newcomer allowed is taken back, and their papers with it: the known person's own word counts. Refuses: DuplicateMissing,
    DuplicateMoved, SamePerson, HasAsked.
    """
    duplicate = queries.get(tx, duplicate_id, lock=True)
    event = duplicate.merged(by=by)
    _refuse_asked(tx, duplicate)
    for scope in Scope:
        consents.withdraw(tx, person_id=duplicate.newcomer_id, scope=scope)
    documents.delete_all(tx, ring, person_id=duplicate.newcomer_id)
    identity.take_over_phone(tx, ring, person_id=duplicate.known_id, from_id=duplicate.newcomer_id)
    return _write(tx, duplicate, Status.MERGED, event, by=by, reason=duplicate.reason, decided_by=by)


def _refuse_asked(tx: Tx, duplicate: Duplicate) -> None:
    if asked.page(tx, person_id=duplicate.newcomer_id, most=1):
        raise HasAsked


def _write(
    tx: Tx,
    duplicate: Duplicate,
    to: Status,
    event: str,
    *,
    by: str,
    reason: str | None,
    proposed_by: str | None = None,
    decided_by: str | None = None,
) -> Duplicate:
    tx.run(
        "UPDATE duplicate SET status = :to, reason = :reason, proposed_by = coalesce(:proposed, proposed_by),"
        " decided_by = coalesce(:decided, decided_by) WHERE id = :id",
        to=to.value,
        reason=reason,
        proposed=proposed_by,
        decided=decided_by,
        id=duplicate.id,
    )
    audit.note(
        tx,
        actor=by,
        action=event,
        subject=duplicate.id,
        facts={"known": duplicate.known_id, "newcomer": duplicate.newcomer_id, "reason": reason},
    )
    return queries.get(tx, duplicate.id)
