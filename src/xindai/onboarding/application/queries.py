"""Questions about applications."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx
from xindai.onboarding.application.business import Business, Owner
from xindai.onboarding.application.form import Draft
from xindai.onboarding.application.model import (
    Application,
    ApplicationFile,
    ApplicationId,
    ApplicationMissing,
    Contact,
    Purpose,
    Relation,
    Status,
)
from xindai.values.masked import PersonName, Phone
from xindai.values.money import Money


def get(tx: Tx, application_id: str, *, person_id: str | None = None, lock: bool = False) -> Application:
    """One application, of that person if one is given. Refuses: ApplicationMissing."""
    row = tx.row("SELECT * FROM application WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=application_id)
    if row is None or (person_id is not None and row["person_id"] != person_id):
        raise ApplicationMissing(field="application")
    return _application(row)


def open_application(tx: Tx, person_id: str) -> Application | None:
    """The person's application that has not ended."""
    row = tx.row(
        "SELECT * FROM application WHERE person_id = :person AND status IN ('draft', 'submitted', 'in_review', 'offered')",
        person=person_id,
    )
    return _application(row) if row else None


def page(
    tx: Tx,
    *,
    person_id: str | None = None,
    status: Status | None = None,
    reference: str | None = None,
    after: str | None = None,
    most: int = 50,
) -> list[Application]:
    """Up to `most` applications, newest first, older than `after`; of a person, in a state, by what people call it."""
    rows = tx.rows(
        "SELECT * FROM application WHERE (CAST(:person AS text) IS NULL OR person_id = :person)"
        " AND (CAST(:status AS text) IS NULL OR status = :status)"
        " AND (CAST(:reference AS text) IS NULL OR reference = :reference)"
        " AND (CAST(:after AS text) IS NULL OR id < :after) ORDER BY id DESC LIMIT :most",
        person=person_id,
        status=status.value if status else None,
        reference=reference,
        after=after,
        most=most,
    )
    return [_application(row) for row in rows]


def with_file(tx: Tx, application_id: str) -> tuple[Application, ApplicationFile | None]:
    """One application, locked, and the file as it was handed over, if it was. Refuses: ApplicationMissing."""
    row = tx.row("SELECT * FROM application WHERE id = :id FOR NO KEY UPDATE", id=application_id)
    if row is None:
        raise ApplicationMissing(field="application")
    return _application(row), _file(row["file"])


def _file(document: dict[str, Any] | None) -> ApplicationFile | None:
    return ApplicationFile(**{**document, "on": date.fromisoformat(document["on"])}) if document else None


def form(tx: Tx, ring: KeyRing, person_id: str) -> Draft | None:
    """The half-filled form of a person, unless it was saved too long ago."""
    row = tx.row(
        "SELECT * FROM application_draft WHERE person_id = :person AND expires_at > :at", person=person_id, at=tx.at
    )
    if row is None:
        return None
    told = json.loads(ring.unseal(bytes(row["form"]), f"application_draft.form|{person_id}"))
    return Draft(row["version"], row["device"], told, row["saved_at"], row["expires_at"])


def business(tx: Tx, ring: KeyRing, application_id: str) -> Business | None:
    """The business that an application is for, if it is for one."""
    sealed = tx.value("SELECT business FROM application WHERE id = :id", id=application_id)
    if sealed is None:
        return None
    told = json.loads(ring.unseal(bytes(sealed), f"application.business|{application_id}"))
    return Business(
        told["uscc"],
        told["name"],
        PersonName(told["legal_representative"]),
        date.fromisoformat(told["founded_on"]),
        Money(told["yearly_revenue"]),
        tuple(Owner(PersonName(name), share) for name, share in told["owners"]),
    )


def contacts_of(tx: Tx, ring: KeyRing, person_id: str) -> tuple[Contact, ...]:
    """Whom a person named in their last application that names anybody, to be asked where they are."""
    row = tx.row(
        "SELECT id, contacts FROM application WHERE person_id = :person AND contacts IS NOT NULL ORDER BY id DESC LIMIT 1",
        person=person_id,
    )
    if row is None:
        return ()
    told = json.loads(ring.unseal(bytes(row["contacts"]), f"application.contacts|{row['id']}"))
    return tuple(Contact(PersonName(one["name"]), Phone(one["phone"]), Relation(one["relation"])) for one in told)


def _application(row: Row) -> Application:
    return Application(
        id=ApplicationId(row["id"]),
        reference=row["reference"],
        person_id=row["person_id"],
        product=row["product"],
        amount=Money(row["amount"]),
        months=row["months"],
        purpose=Purpose(row["purpose"]),
        monthly_income=Money(row["monthly_income"]),
        status=Status(row["status"]),
        is_for_business=row["business"] is not None,
    )
