"""Showing, confirming, signing, and keeping the document."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from xindai.base import audit
from xindai.base.crypto import KeyRing, Signer
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.contracts import queries
from xindai.lending.contracts.model import (
    MOVES,
    Asked,
    ContractId,
    CostAboveCap,
    Disclosure,
    DisclosureId,
    DisclosureNeeded,
    Status,
    hash_of,
    signed_text,
)
from xindai.values import ids


def show(tx: Tx, *, disclosure_id: DisclosureId, person_id: str, asked: Asked, statement: dict[str, Any]) -> Disclosure:
    """Keep what somebody is shown, word for word; the same id again is the same statement. Refuses CostAboveCap."""
    cost, cap = statement["annual_cost"], statement["annual_cost_cap"]
    if Decimal(cost) > Decimal(cap):
        raise CostAboveCap(cost=cost, cap=cap, field="amount")
    tx.run(
        "INSERT INTO disclosure (id, person_id, subject, subject_id, amount, currency, months, statement, status, shown_on,"
        " shown_at) VALUES (:id, :person, :subject, :of, :amount, :currency, :months, :statement, :status, :on, :at)"
        " ON CONFLICT (id) DO NOTHING",
        id=disclosure_id,
        person=person_id,
        subject=asked.subject.value,
        of=asked.subject_id,
        amount=asked.amount.minor,
        currency=asked.amount.currency,
        months=asked.months,
        statement=json.dumps(statement, ensure_ascii=False, sort_keys=True),
        status=Status.SHOWN.value,
        on=tx.on,
        at=tx.at,
    )
    return queries.disclosure(tx, disclosure_id, person_id=person_id)


def confirm(tx: Tx, *, disclosure_id: str, person_id: str, text_hash: str, least_seconds: int) -> Disclosure:
    """The person has read it; twice is once. Refuses: DisclosureMissing, TextDiffers, ReadTooFast, DisclosureStale."""
    one = queries.disclosure(tx, disclosure_id, person_id=person_id, lock=True)
    if one.confirmable(text_hash=text_hash, at=tx.at, on=tx.on, least_seconds=least_seconds):
        tx.run(
            "UPDATE disclosure SET status = :to, confirmed_at = :at WHERE id = :id",
            to=Status.CONFIRMED.value,
            at=tx.at,
            id=disclosure_id,
        )
        event = MOVES[one.status][Status.CONFIRMED]
        audit.note(tx, actor=person_id, action=event, subject=one.asked.subject_id, facts={"disclosure": one.id})
    return queries.disclosure(tx, disclosure_id, person_id=person_id)


def take(tx: Tx, *, disclosure_id: str | None, person_id: str, asked: Asked) -> Disclosure:
    """The confirmed statement of these very terms, under lock. Refuses: DisclosureNeeded, DisclosureStale, DisclosureMissing."""
    if disclosure_id is None:
        raise DisclosureNeeded(field="disclosure_id")
    one = queries.disclosure(tx, disclosure_id, person_id=person_id, lock=True)
    one.signable(asked, on=tx.on)
    return one


def sign(
    tx: Tx,
    ring: KeyRing,
    signer: Signer,
    *,
    disclosure: Disclosure,
    document: dict[str, Any],
    evidence: dict[str, Any],
    loan_id: str | None,
    line_id: str | None,
) -> ContractId:
    """Keep the contract that follows from a statement of cost, signed; its id follows from that of the statement."""
    contract_id = ContractId.derived(disclosure.id)
    tx.run(
        "INSERT INTO contract (id, reference, person_id, disclosure_id, loan_id, line_id, document, evidence, document_hash,"
        " signature, public_key, signed_on, signed_at) VALUES (:id, :reference, :person, :disclosure, :loan, :line,"
        " :document, :evidence, :hash, :signature, :key, :on, :at)",
        id=contract_id,
        reference=ids.reference(contract_id),
        person=disclosure.person_id,
        disclosure=disclosure.id,
        loan=loan_id,
        line=line_id,
        document=ring.seal(json.dumps(document, ensure_ascii=False), f"contract.document|{contract_id}"),
        evidence=ring.seal(json.dumps(evidence, ensure_ascii=False), f"contract.evidence|{contract_id}"),
        hash=hash_of(document),
        signature=signer.sign(signed_text(document, evidence)),
        key=signer.public_key,
        on=tx.on,
        at=tx.at,
    )
    tx.run("UPDATE disclosure SET status = :to WHERE id = :id", to=Status.SIGNED.value, id=disclosure.id)
    event = MOVES[disclosure.status][Status.SIGNED]
    facts = {"contract": contract_id, "disclosure": disclosure.id, "hash": hash_of(document)}
    audit.note(tx, actor=disclosure.person_id, action=event, subject=loan_id or line_id or contract_id, facts=facts)
    publish(tx, Event(event, contract_id, {"person": disclosure.person_id, "contract": contract_id}))
    return contract_id


def keep_file(tx: Tx, ring: KeyRing, *, contract_id: str, content: bytes, file_hash: str) -> None:
    """Keep the document that was typeset and sealed; the first one stays."""
    tx.run(
        "UPDATE contract SET file = :file, file_hash = :hash WHERE id = :id AND file_hash IS NULL",
        file=ring.seal_bytes(content, f"contract.file|{contract_id}"),
        hash=file_hash,
        id=contract_id,
    )
