"""Questions about requests by right, and the copy of all that we hold of somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx, array
from xindai.book.reporting import queries as reported
from xindai.credit.decision import queries as decided
from xindai.governance.rights import _store
from xindai.governance.rights.model import Request, RequestId, RequestMissing, Right, Status, plain
from xindai.governance.rights.retention import Standing
from xindai.lending.contracts import queries as contracts
from xindai.lending.line import queries as lines
from xindai.lending.loans import queries as loans
from xindai.onboarding.application import queries as asked
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.documents import queries as papers
from xindai.onboarding.identity import queries as people
from xindai.onboarding.notices import queries as told
from xindai.onboarding.proof import queries as proofs
from xindai.payments.orders import queries as payments
from xindai.postloan.contacts import queries as contacted
from xindai.postloan.hardship import queries as helped
from xindai.postloan.legal import queries as litigated
from xindai.postloan.watch import queries as watched

MOST = 1000
LOOKED = (
    "document_seen",
    "contract_read",
    "number_shown",
    "rights_request_read",
    "person_revealed",
    "legal_package_made",
    "claim_handed_over",
)
"""Under which names it is noted that a member of staff has seen something of a person's in the clear."""


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody of ours saw something: when, in which role, what, and why if they had to say."""

    at: datetime
    role: str
    what: str
    reason: str | None


def get(tx: Tx, ring: KeyRing, request_id: str, *, person_id: str | None = None, lock: bool = False) -> Request:
    """One request, of that person if one is given. Refuses RequestMissing."""
    row = tx.row("SELECT * FROM rights_request WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=request_id)
    if row is None or (person_id is not None and row["person_id"] != person_id):
        raise RequestMissing(field="request")
    return _request(ring, row)


def of_person(tx: Tx, ring: KeyRing, person_id: str) -> list[Request]:
    """All of a person, newest first."""
    rows = tx.rows("SELECT * FROM rights_request WHERE person_id = :person ORDER BY id DESC", person=person_id)
    return [_request(ring, row) for row in rows]


def page(
    tx: Tx, ring: KeyRing, *, after: str | None, most: int, status: Status | None = None, late_on: date | None = None
) -> list[Request]:
    """Up to `most` requests, newest first, older than `after`; with `late_on` those whose deadline had passed that day."""
    rows = tx.rows(
        "SELECT * FROM rights_request WHERE (CAST(:after AS text) IS NULL OR id < :after)"
        " AND (CAST(:status AS text) IS NULL OR status = :status)"
        " AND (CAST(:late AS date) IS NULL OR (status = 'asked' AND answer_by < :late)) ORDER BY id DESC LIMIT :most",
        after=after,
        status=status.value if status else None,
        late=late_on,
        most=most,
    )
    return [_request(ring, row) for row in rows]


def to_carry_out(tx: Tx, *, before: date) -> list[tuple[str, str]]:
    """(request, person) of deletions and closings that were granted before a day and are not carried out, the oldest first."""
    rows = tx.rows(
        "SELECT id, person_id FROM rights_request WHERE status = 'granted' AND kind IN ('deletion', 'closing')"
        " AND carried_out_on IS NULL AND ended_on < :before ORDER BY id",
        before=before,
    )
    return [(row["id"], row["person_id"]) for row in rows]


def standing(tx: Tx, person_id: str) -> Standing:
    """How somebody stands who asks to be erased."""
    return _store.standings(tx, [person_id], asked=True)[0]


def copy(tx: Tx, ring: KeyRing, person_id: str) -> dict[str, Any]:
    """All that we hold of a person as one document that machines read (PIPL 45), names and numbers in full.

    Left out: the pictures of papers, what watch lists, fraud marks and cases against money laundering say (the law forbids to tell), and keys.
    """
    grants = allowed.history(tx, person_id)
    applications = asked.page(tx, person_id=person_id, most=MOST)
    owed = loans.of_person(tx, person_id)
    document = {
        "person": people.person(tx, ring, person_id),
        "proofs": proofs.of_person(tx, person_id),
        "consents": [
            {"grant": one, "used": [_use(note) for note in audit.under_grant(tx, one.grant.id)]} for one in grants
        ],
        "papers": [
            {"kind": one.kind, "status": one.status, "at": one.at, "fields": one.fields}
            for one in papers.of_person(tx, ring, person_id)
        ],
        "emergency_contacts": asked.contacts_of(tx, ring, person_id),
        "applications": [
            {
                "application": one,
                "business": asked.business(tx, ring, one.id),
                "decision": _decision(tx, one.id),
                "offer": decided.offer_of_application(tx, one.id),
            }
            for one in applications
        ],
        "loans": [{"loan": one, "payments": payments.of_loan(tx, one.loan.id)} for one in owed],
        "lines": lines.of_person(tx, person_id),
        "contracts": [
            {"id": one.id, "reference": one.reference, "signed_at": one.signed_at}
            for one in contracts.of_person(tx, ring, person_id)
        ],
        "notices": told.page(tx, person_id, after=None, most=MOST),
        "contacts": contacted.contacts(tx, person_id, most=MOST),
        "disputes": contacted.disputes(tx, person_id),
        "requests_for_help": helped.of_person(tx, person_id),
        "told_to_the_bureau": reported.of_person(tx, person_id),
        "told_by_others": watched.told_of(tx, person_id),
        "legal_cases": litigated.of_person(tx, person_id),
        "requests_by_right": of_person(tx, ring, person_id),
        "made_at": tx.at,
    }
    found: dict[str, Any] = plain(document)
    return found


def looks(tx: Tx, ring: KeyRing, person_id: str) -> list[Look]:
    """Who of ours saw what of a person in the clear, newest first."""
    own = [person_id, *(one.id for one in papers.of_person(tx, ring, person_id))]
    own += [one.id for one in contracts.of_person(tx, ring, person_id)]
    rows = tx.rows(
        "SELECT a.at, s.role, a.action, a.facts ->> 'reason' AS reason FROM audit_note a"
        " JOIN staff_member s ON s.name = a.actor WHERE a.subject = ANY(:own) AND a.action = ANY(:looked)"
        " ORDER BY a.at DESC LIMIT :most",
        own=array(own),
        looked=array(LOOKED),
        most=MOST,
    )
    return [Look(row["at"], row["role"], row["action"], row["reason"]) for row in rows]


def _use(note: audit.Note) -> dict[str, Any]:
    return {"at": note.at, "by": note.actor, "what": note.action}


def _decision(tx: Tx, application_id: str) -> dict[str, Any] | None:
    """What was decided, by which rules and reasons; not what tells of fraud."""
    one = decided.of_application(tx, application_id)
    if one is None:
        return None
    return {
        "outcome": one.outcome,
        "on": one.on,
        "rules": [{"rule": verdict.rule, "passed": verdict.passed} for verdict in one.verdicts],
        "score": one.result.get("score"),
        "grade": one.result.get("grade"),
        "reasons": one.result.get("reasons", []),
    }


def _request(ring: KeyRing, row: Row) -> Request:
    answer = ring.unseal(row["answer"], f"rights_request.answer|{row['id']}") if row["answer"] is not None else None
    return Request(
        RequestId(row["id"]),
        row["person_id"],
        Right(row["kind"]),
        ring.unseal(row["words"], f"rights_request.words|{row['id']}"),
        Status(row["status"]),
        row["asked_on"],
        row["answer_by"],
        answer,
        row["answered_by"],
        row["ended_on"],
        row["carried_out_on"],
    )
