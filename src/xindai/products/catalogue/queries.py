"""Questions about products."""

from __future__ import annotations

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
    """The version of a product that is sold today: the latest in force, unless withdrawn. Refuses ProductUnknown."""
    row = tx.row(
        "SELECT * FROM product_version WHERE code = :code AND status IN ('approved', 'withdrawn') AND effective_from <= :today"
        " ORDER BY effective_from DESC, version DESC LIMIT 1",
        code=code,
        today=tx.on,
    )
    if row is None or Status(row["status"]) is Status.WITHDRAWN:
        raise ProductUnknown(field="product")
    return _product(row)


def all_on_sale(tx: Tx) -> list[Product]:
    """Everything that is sold today, by code."""
    rows = tx.rows(
        "SELECT DISTINCT ON (code) * FROM product_version WHERE status IN ('approved', 'withdrawn')"
        " AND effective_from <= :today"
        " ORDER BY code, effective_from DESC, version DESC",
        today=tx.on,
    )
    return [_product(row) for row in rows if Status(row["status"]) is not Status.WITHDRAWN]


def sold_as(tx: Tx, ref: str) -> Product:
    """The version that something was sold under. Refuses ProductUnknown."""
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
