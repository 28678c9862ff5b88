"""Questions about products."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from xindai.base.db import Row, Tx
from xindai.products.catalogue.documents import product_of
from xindai.products.catalogue.model import Product, ProductUnknown, Status


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a product and what became of it."""

    product: Product
    status: Status
    effective_from: date
    proposed_by: str
    decided_by: str | None


def on_sale(tx: Tx, code: str) -> Product:
    """The version of a product that is sold today, as today's law lets it be: the latest in force, unless withdrawn. Refuses ProductUnknown."""
    row = tx.row(
        "SELECT * FROM product_version WHERE code = :code AND status IN ('approved', 'withdrawn') AND effective_from <= :today"
        " ORDER BY effective_from DESC, version DESC LIMIT 1",
        code=code,
        today=tx.on,
    )
    if row is None or Status(row["status"]) is Status.WITHDRAWN:
        raise ProductUnknown(field="product")
    return _product(row).under_law_of(tx.on)


def all_on_sale(tx: Tx) -> list[Product]:
    """Everything that is sold today, as today's law lets it be, by code."""
    rows = tx.rows(
        "SELECT DISTINCT ON (code) * FROM product_version WHERE status IN ('approved', 'withdrawn')"
        " AND effective_from <= :today"
        " ORDER BY code, effective_from DESC, version DESC",
        today=tx.on,
    )
    standing = [_product(row) for row in rows if Status(row["status"]) is not Status.WITHDRAWN]
    sold = []
    for product in standing:
        with suppress(ProductUnknown):
            sold.append(product.under_law_of(tx.on))
    return sold


def lendable(tx: Tx, ref: str, *, on: date | None = None) -> Product:
    """The version that somebody asked for, as the law of today (or of a day) lets it be lent. Refuses ProductUnknown."""
    return sold_as(tx, ref).under_law_of(on or tx.on)


def sold_as(tx: Tx, ref: str) -> Product:
    """The version that something was sold under, as it was agreed. Refuses ProductUnknown."""
    code, _, version = ref.partition("@")
    row = tx.row(
        "SELECT * FROM product_version WHERE code = :code AND version = :version",
        code=code,
        version=int(version or 1),
    )
    if row is None:
        raise ProductUnknown(field="product")
    return _product(row)


def co_lent(tx: Tx) -> list[Product]:
    """All versions that were ever lent with partners, by code and version."""
    rows = tx.rows(
        "SELECT * FROM product_version WHERE status IN ('approved', 'withdrawn')"
        " AND jsonb_array_length(coalesce(document -> 'partners', '[]')) > 0 ORDER BY code, version"
    )
    return [_product(row) for row in rows]


def versions(tx: Tx, *, code: str | None = None) -> list[Version]:
    """All versions, by code, the newest first."""
    rows = tx.rows(
        "SELECT * FROM product_version WHERE CAST(:code AS text) IS NULL OR code = :code ORDER BY code, version DESC",
        code=code,
    )
    return [_version(row) for row in rows]


def version(tx: Tx, ref: str, *, lock: bool = False) -> Version:
    """One version with what became of it. Refuses ProductUnknown."""
    code, _, number = ref.partition("@")
    row = tx.row(
        "SELECT * FROM product_version WHERE code = :code AND version = :version"
        + (" FOR NO KEY UPDATE" if lock else ""),
        code=code,
        version=int(number) if number.isdigit() and len(number) < 9 else 0,
    )
    if row is None:
        raise ProductUnknown(field="product")
    return _version(row)


def _version(row: Row) -> Version:
    return Version(_product(row), Status(row["status"]), row["effective_from"], row["proposed_by"], row["decided_by"])


def _product(row: Row) -> Product:
    return product_of(row["code"], row["version"], row["document"])
