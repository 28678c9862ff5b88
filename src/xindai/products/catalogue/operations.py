"""Proposing products and deciding on them: two people, and a day from which a version is sold."""

from __future__ import annotations

from datetime import date
from functools import partial

from xindai.base import audit
from xindai.base.db import Tx
from xindai.products.catalogue import queries
from xindai.products.catalogue.documents import product_document
from xindai.products.catalogue.model import Product, ProductUnfit, Status, decided
from xindai.products.catalogue.queries import Version
from xindai.products.catalogue.starter import STARTER
from xindai.values import law

_EVER = date(2020, 1, 1)


def stock(tx: Tx) -> None:
    """Put what an installation begins with on sale, if nothing is there yet."""
    if tx.value("SELECT 1 FROM product_version LIMIT 1"):
        return
    for product in STARTER:
        people = ("starter", "operator")
        _add(tx, product, status=Status.APPROVED, effective_from=_EVER, people=people, request=product.ref)


def next_version(tx: Tx, code: str) -> int:
    """The number that a new version of a product gets."""
    tx.run("SELECT pg_advisory_xact_lock(hashtext(:code))", code=code)
    return int(tx.value("SELECT coalesce(max(version), 0) + 1 FROM product_version WHERE code = :code", code=code))


def propose(tx: Tx, *, product: Product, effective_from: date, by: str, request: str) -> Version:
    """A new version, to be decided on by somebody else; the same request again is the same version.

    Refuses ProductUnfit where the law of the day from which it is sold does not let it be.
    """
    known = tx.row("SELECT code, version FROM product_version WHERE request = :request", request=request)
    if known is not None:
        return queries.version(tx, f"{known['code']}@{known['version']}")
    for fits, why in product.sellable(partial(law.on, day=effective_from)):
        if not fits:
            raise ProductUnfit(why=why)
    _add(tx, product, status=Status.PROPOSED, effective_from=effective_from, people=(by, None), request=request)
    audit.note(tx, actor=by, action="product_proposed", subject=product.ref)
    return queries.version(tx, product.ref)


def decide(tx: Tx, *, ref: str, to: Status, by: str) -> Version:
    """Approve, reject or withdraw what somebody else proposed; twice is once.

    Refuses: ProductUnknown, ProductDecided, SamePerson.
    """
    before = queries.version(tx, ref, lock=True)
    if before.status is to and before.decided_by == by:
        return before
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


def _add(
    tx: Tx, product: Product, *, status: Status, effective_from: date, people: tuple[str, str | None], request: str
) -> None:
    by, decided_by = people
    tx.run(
        "INSERT INTO product_version (code, version, document, status, effective_from, proposed_by, decided_by, request,"
        " at) VALUES (:code, :version, CAST(:document AS jsonb), :status, :effective, :by, :decided, :request, :at)",
        code=product.code,
        version=product.version,
        document=product_document(product),
        status=status,
        effective=effective_from,
        by=by,
        decided=decided_by,
        request=request,
        at=tx.at,
    )
