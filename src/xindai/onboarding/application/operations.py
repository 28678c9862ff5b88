"""What is done to applications."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.onboarding.application import business as businesses
from xindai.onboarding.application import claiming, queries
from xindai.onboarding.application import form as filling
from xindai.onboarding.application.business import Business, Told
from xindai.onboarding.application.claiming import Typed
from xindai.onboarding.application.form import Draft
from xindai.onboarding.application.model import (
    Application,
    ApplicationFile,
    ApplicationId,
    ApplicationOpen,
    Asked,
    Status,
    contacts_document,
)
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import NEEDED, Grant, Scope
from xindai.onboarding.documents import queries as papers
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity import queries as people
from xindai.onboarding.proof import operations as proofs
from xindai.onboarding.proof import queries as proven
from xindai.onboarding.proof.model import Level, level
from xindai.onboarding.screening import operations as screening
from xindai.products.catalogue.model import Audience
from xindai.values import ids
from xindai.values.masked import PersonName


def draft(
    tx: Tx, ring: KeyRing, *, application_id: ApplicationId, person_id: str, asked: Asked, typed: Typed
) -> Application:
    """A new application, checked against the product; the same id again is the same application.

    What was not typed is taken from the person's papers. Refuses: OutsideProduct, ApplicationOpen, IdentityTaken,
    StepUpNeeded, StudentsNotServed, AgeNotServed, RegionNotServed, ContactUnfit, and what `claiming.claim` and `business.asking` refuse.
    """
    asked.check()
    tx.run("SELECT 1 FROM person WHERE id = :person FOR NO KEY UPDATE", person=person_id)
    standing = queries.open_application(tx, person_id)
    if standing is not None and standing.id == application_id:
        return standing
    if standing is not None:
        raise ApplicationOpen
    read = papers.newest_read(tx, ring, person_id)
    claimed = claiming.claim(typed, read, on=tx.on)
    asked.check_applicant(claimed.id_number, people.person(tx, ring, person_id).phone, on=tx.on)
    if identity.claim(tx, ring, person_id=person_id, claim=claimed, again=not _proven_lately(tx, person_id)):
        publish(tx, Event("card_changed", person_id, {"person": person_id}))
        proofs.refuse_stale(tx, person_id=person_id)
    proofs.keep_papers(tx, person_id=person_id, claim=claimed, papers=read)
    business = None
    if asked.product.audience is Audience.BUSINESS:
        business = businesses.asking(asked.business or Told(), read, applicant=claimed.name, on=tx.on)
    tx.run(
        "INSERT INTO application (id, reference, person_id, product, amount, months, purpose, monthly_income, business,"
        " business_index, contacts, status, at) VALUES (:id, :reference, :person, :product, :amount, :months, :purpose, :income, :business,"
        " :index, :contacts, 'draft', :at)",
        business=_sealed(ring, application_id, "business", business.document() if business else None),
        index=ring.blind_index(business.uscc, "business") if business else None,
        contacts=_sealed(ring, application_id, "contacts", contacts_document(asked.contacts) or None),
        id=application_id,
        reference=ids.reference(application_id),
        person=person_id,
        product=asked.product.ref,
        amount=asked.amount.minor,
        months=asked.months,
        purpose=asked.purpose.value,
        income=asked.monthly_income.minor,
        at=tx.at,
    )
    forget_form(tx, person_id=person_id)
    return queries.get(tx, application_id)


def save_form(tx: Tx, ring: KeyRing, *, person_id: str, expects: int, form: dict[str, Any], device: str) -> Draft:
    """Keep a half-filled form, sealed, for a month. Refuses: DraftConflict."""
    tx.run("SELECT 1 FROM person WHERE id = :person FOR NO KEY UPDATE", person=person_id)
    before = queries.form(tx, ring, person_id)
    draft = filling.saved(before, expects=expects, form=form, device=device, at=tx.at)
    tx.run(
        "INSERT INTO application_draft (person_id, version, device, form, saved_at, expires_at)"
        " VALUES (:person, :version, :device, :form, :at, :expires) ON CONFLICT (person_id) DO UPDATE SET"
        " version = :version, device = :device, form = :form, saved_at = :at, expires_at = :expires",
        person=person_id,
        version=draft.version,
        device=draft.device,
        form=ring.seal(json.dumps(dict(draft.form), ensure_ascii=False), f"application_draft.form|{person_id}"),
        at=draft.saved_at,
        expires=draft.expires_at,
    )
    return draft


def forget_form(tx: Tx, *, person_id: str) -> None:
    """Throw a half-filled form away."""
    tx.run("DELETE FROM application_draft WHERE person_id = :person", person=person_id)


def forget_old_forms(tx: Tx) -> int:
    """Throw away what was saved too long ago; how many."""
    return tx.run("DELETE FROM application_draft WHERE expires_at <= :at", at=tx.at)


def _sealed(ring: KeyRing, application_id: str, column: str, document: Any) -> bytes | None:
    if document is None:
        return None
    return ring.seal(json.dumps(document, ensure_ascii=False), f"application.{column}|{application_id}")


def _proven_lately(tx: Tx, person_id: str) -> bool:
    return level(proven.of_person(tx, person_id), at=tx.at) >= Level.ELEMENTS


def submit(tx: Tx, *, application_id: str, person_id: str) -> Application:
    """Hand the application in; the needed consents must stand. Twice is once. Refuses: ConsentMissing, ApplicationMoved."""
    application = queries.get(tx, application_id, person_id=person_id, lock=True)
    for scope in NEEDED:
        allowed.required(tx, person_id=person_id, scope=scope)
    if application.status is not Status.DRAFT:
        return application
    return move(tx, application_id=application_id, to=Status.SUBMITTED, actor=person_id)


def reopen(tx: Tx, *, application_id: str, person_id: str) -> Application:
    """A declined application is looked at again, by a person. Refuses: ApplicationMissing, ApplicationOpen, ApplicationMoved."""
    tx.run("SELECT 1 FROM person WHERE id = :person FOR NO KEY UPDATE", person=person_id)
    queries.get(tx, application_id, person_id=person_id, lock=True)
    standing = queries.open_application(tx, person_id)
    if standing is not None and standing.id != application_id:
        raise ApplicationOpen
    return move(tx, application_id=application_id, to=Status.IN_REVIEW, actor=person_id)


def withdraw(tx: Tx, *, application_id: str, person_id: str) -> Application:
    """Take the application back. Refuses: ApplicationMissing, ApplicationMoved."""
    queries.get(tx, application_id, person_id=person_id, lock=True)
    return move(tx, application_id=application_id, to=Status.WITHDRAWN, actor=person_id)


def hand_over(tx: Tx, ring: KeyRing, *, application_id: str) -> tuple[ApplicationFile, list[Grant]]:
    """(the file for credit, stored as handed over; the grants that stand). The same again gives the same file."""
    application, kept = queries.with_file(tx, application_id)
    grants = allowed.granted(tx, application.person_id)
    if kept is not None:
        return kept, grants
    person = people.person(tx, ring, application.person_id)
    assert person.id_number is not None
    business = queries.business(tx, ring, application_id) if application.is_for_business else None
    handed = ApplicationFile(
        application_id=application.id,
        person_id=application.person_id,
        product=application.product,
        amount=application.amount.minor,
        months=application.months,
        purpose=application.purpose.value,
        monthly_income=application.monthly_income.minor,
        age=person.id_number.age(tx.on),
        identity=person.proof.value,
        on=tx.on,
        business_months=business.months(tx.on) if business else None,
        yearly_revenue=business.yearly_revenue.minor if business else None,
        phone=person.phone_status.value,
        watch=screening.screen(tx, ring, person=person, about=application.id).word,
        automated=any(grant.scope is Scope.AUTOMATED_DECISION for grant in grants),
        **_standing_in(business, person.name),
    )
    tx.run(
        "UPDATE application SET file = CAST(:file AS jsonb) WHERE id = :id", file=handed.document(), id=application_id
    )
    return handed, grants


def _standing_in(business: Business | None, applicant: PersonName | None) -> dict[str, Any]:
    """What the applicant is in the business that asks, as the file says it."""
    if business is None or applicant is None:
        return {}
    return {
        "is_individual_business": business.is_individual,
        "is_representative": business.legal_representative == applicant,
        "owners": max(1, len(business.owners)),
        "own_share_bps": business.share_bps(applicant),
    }


def move(tx: Tx, *, application_id: str, to: Status, actor: str) -> Application:
    """Move along the table and tell. Refuses: ApplicationMissing, ApplicationMoved."""
    application = queries.get(tx, application_id, lock=True)
    event = application.move(to)
    if event is not None:
        tx.run("UPDATE application SET status = :to WHERE id = :id", to=to.value, id=application_id)
        publish(tx, Event(event, application_id, {"person": application.person_id}))
        audit.note(tx, actor=actor, action=event, subject=application_id)
    return replace(application, status=to)
