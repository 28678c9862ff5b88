"""Questions about statements of cost and contracts."""

from __future__ import annotations

import json

from xindai.base.crypto import KeyRing
from xindai.base.db import Row, Tx
from xindai.lending.contracts.model import (
    Asked,
    Contract,
    ContractId,
    ContractMissing,
    ContractUnready,
    Disclosure,
    DisclosureId,
    DisclosureMissing,
    Status,
    Subject,
)
from xindai.values.money import Money


def disclosure(tx: Tx, disclosure_id: str, *, person_id: str, lock: bool = False) -> Disclosure:
    """One statement of cost that a person was shown. Refuses DisclosureMissing."""
    row = tx.row(
        "SELECT * FROM disclosure WHERE id = :id AND person_id = :person" + (" FOR NO KEY UPDATE" if lock else ""),
        id=disclosure_id,
        person=person_id,
    )
    if row is None:
        raise DisclosureMissing(field="disclosure_id")
    return Disclosure(
        id=DisclosureId(row["id"]),
        person_id=row["person_id"],
        asked=Asked(Subject(row["subject"]), row["subject_id"], Money(row["amount"], row["currency"]), row["months"]),
        statement=json.loads(row["statement"]),
        status=Status(row["status"]),
        shown_on=row["shown_on"],
        shown_at=row["shown_at"],
        confirmed_at=row["confirmed_at"],
    )


def contract(tx: Tx, ring: KeyRing, contract_id: str, *, person_id: str | None = None) -> Contract:
    """One contract, of that person if one is given; not one whose time has passed. Refuses ContractMissing."""
    row = tx.row("SELECT * FROM contract WHERE id = :id AND document IS NOT NULL", id=contract_id)
    if row is None or person_id not in {None, row["person_id"]}:
        raise ContractMissing(field="contract")
    return _contract(ring, row)


def of_person(tx: Tx, ring: KeyRing, person_id: str, *, loan_id: str | None = None) -> list[Contract]:
    """A person's contracts, newest first; of one loan if one is given."""
    rows = tx.rows(
        "SELECT * FROM contract WHERE person_id = :person AND document IS NOT NULL AND (CAST(:loan AS text) IS NULL OR loan_id = :loan)"
        " ORDER BY id DESC",
        person=person_id,
        loan=loan_id,
    )
    return [_contract(ring, row) for row in rows]


def file_of(tx: Tx, ring: KeyRing, contract_id: str) -> bytes:
    """The PDF. Refuses: ContractMissing, ContractUnready."""
    row = tx.row("SELECT id, file FROM contract WHERE id = :id AND document IS NOT NULL", id=contract_id)
    if row is None:
        raise ContractMissing(field="contract")
    if row["file"] is None:
        raise ContractUnready
    return ring.unseal_bytes(bytes(row["file"]), f"contract.file|{contract_id}")


def by_file(tx: Tx, file_hash: str) -> str | None:
    """The reference of the contract whose document has this SHA-256, if it is one of ours."""
    found = tx.value("SELECT reference FROM contract WHERE file_hash = :hash", hash=file_hash)
    return str(found) if found else None


def _contract(ring: KeyRing, row: Row) -> Contract:
    return Contract(
        id=ContractId(row["id"]),
        reference=row["reference"],
        person_id=row["person_id"],
        disclosure_id=DisclosureId(row["disclosure_id"]),
        loan_id=row["loan_id"],
        line_id=row["line_id"],
        document=json.loads(ring.unseal(row["document"], f"contract.document|{row['id']}")),
        evidence=json.loads(ring.unseal(row["evidence"], f"contract.evidence|{row['id']}")),
        signature=row["signature"],
        public_key=row["public_key"],
        signed_at=row["signed_at"],
        file_hash=row["file_hash"],
    )
