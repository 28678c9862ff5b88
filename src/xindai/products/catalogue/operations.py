"""Proposing products and deciding on them: two people, and a day from which a version is sold."""

from __future__ import annotations

from datetime import date

from xindai.base import audit
from xindai.base.db import Tx
from xindai.products.catalogue import queries
from xindai.products.catalogue.documents import product_document
from xindai.products.catalogue.model import STARTER, Product, Status, decided
from xindai.products.catalogue.queries import Version


def stock(tx: Tx) -> None:
    """Put what an installation begins with on sale, if nothing is there yet."""
    if tx.value("SELECT 1 FROM product_version LIMIT 1"):
        return
    for product in STARTER:
        _add(tx, product, status=Status.APPROVED, effective_from=date(2020, 1, 1), by="starter", decided_by="operator")


def next_version(tx: Tx, code: str) -> int:
    """The number that a new version of a product gets."""
    tx.run("SELECT pg_advisory_xact_lock(hashtext(:code))", code=code)
    return int(tx.value("SELECT coalesce(max(version), 0) + 1 FROM product_version WHERE code = :code", code=code))


def propose(tx: Tx, *, product: Product, effective_from: date, by: str) -> Version:
    """A new version, to be decided on by somebody else."""
    _add(tx, product, status=Status.PROPOSED, effective_from=effective_from, by=by, decided_by=None)
    audit.note(tx, actor=by, action="product_proposed", subject=product.ref)
    return queries.version(tx, product.ref)


def decide(tx: Tx, *, ref: str, to: Status, by: str) -> Version:
    """Approve, reject or withdraw what somebody else proposed. Refuses: ProductUnknown, ProductDecided, SameProposer."""
    before = queries.version(tx, ref, lock=True)
    event = decided(before.status, to, proposed_by=before.proposed_by, by=by)
    tx.run(
        "UPDATE product_version SET status = :to, decided_by = :by WHERE code = :code AND version = :version",
        to=to,
        by=by,
        code=before.product.code,
        version=before.product.version,
    )
    audit.note(tx, actor=by, action=event, subject=ref)
    return queries.version(tx, ref)


def _add(tx: Tx, product: Product, *, status: Status, effective_from: date, by: str, decided_by: str | None) -> None:
    tx.run(
        "INSERT INTO product_version (code, version, document, status, effective_from, proposed_by, decided_by, at)"
        " VALUES (:code, :version, CAST(:document AS jsonb), :status, :effective, :by, :decided, :at)",
        code=product.code,
        version=product.version,
        document=product_document(product),
        status=status,
        effective=effective_from,
        by=by,
        decided=decided_by,
        at=tx.at,
    )
