"""Questions about agreements."""

from __future__ import annotations

from collections.abc import Sequence

from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx, array
from xindai.payments.agreements.model import Agreement, AgreementId, AgreementMissing, Status
from xindai.values.masked import Secret

_WANTED = (
    "unnest(CAST(:people AS text[])) AS wanted (id) JOIN person p ON p.id = wanted.id"
    " JOIN debit_agreement a ON a.person_id = p.id"
)
_HOLDS = "a.status = 'active' AND p.card_index = a.card_index"


def get(tx: Tx, agreement_id: str, *, person_id: str) -> Agreement:
    """One of a person's agreements. Refuses AgreementMissing."""
    row = tx.row(
        "SELECT * FROM debit_agreement WHERE id = :id AND person_id = :person FOR NO KEY UPDATE",
        id=agreement_id,
        person=person_id,
    )
    if row is None:
        raise AgreementMissing(field="agreement")
    return _agreement(row)


def of_person(tx: Tx, person_id: str, *, rail: str | None = None) -> list[Agreement]:
    """Those that were made and not ended, with one rail or with all, by rail; of another card, they hold no more."""
    rows = tx.rows(
        "SELECT * FROM debit_agreement WHERE status = 'active' AND person_id = :person"
        " AND (CAST(:rail AS text) IS NULL OR rail = :rail) ORDER BY rail FOR NO KEY UPDATE",
        person=person_id,
        rail=rail,
    )
    return [_agreement(row) for row in rows]


def rails_of(tx: Tx, person_id: str) -> list[str]:
    """The rails that may debit the card the person has now."""
    rows = tx.rows(
        f"SELECT a.rail FROM debit_agreement a JOIN person p ON p.id = a.person_id WHERE {_HOLDS} AND p.id = :person",
        person=person_id,
    )
    return [row["rail"] for row in rows]


def holders(tx: Tx, people: Sequence[str], *, rail: str) -> set[str]:
    """Which of these people have an agreement with a rail that holds now."""
    rows = tx.rows(
        f"SELECT a.person_id FROM {_WANTED} WHERE {_HOLDS} AND a.rail = :rail",
        rail=rail,
        people=array(people),
    )
    return {row["person_id"] for row in rows}


def numbers(tx: Tx, ring: KeyRing, people: Sequence[str], *, rail: str) -> dict[str, Secret]:
    """What a rail calls the agreements of people that hold now, by person."""
    rows = tx.rows(
        f"SELECT a.id, a.person_id, a.number FROM {_WANTED} WHERE {_HOLDS} AND a.rail = :rail",
        rail=rail,
        people=array(people),
    )
    return {row["person_id"]: Secret(ring.unseal(bytes(row["number"]), place(row["id"]))) for row in rows}


def place(agreement_id: str) -> str:
    """Where its number is sealed."""
    return f"debit_agreement.number|{agreement_id}"


def _agreement(row: Row) -> Agreement:
    return Agreement(AgreementId(row["id"]), row["person_id"], row["rail"], Status(row["status"]), row["at"])
