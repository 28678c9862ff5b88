"""Rows of loans and their facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import RowMapping

from xindai.base.db import Tx
from xindai.lending.loans.model import Fact, FactKind, Figures, Loan, LoanId, LoanMissing, Status
from xindai.products.terms import InterestBy, Method, Part, Prepayment, Terms
from xindai.values.money import Money, Rounding
from xindai.values.period import Every, Unit
from xindai.values.rate import DayCount, Rate


def add(tx: Tx, loan: Loan) -> bool:
    """Keep a new loan; false if its offer has one."""
    return bool(
        tx.run(
            "INSERT INTO loan (id, reference, offer_id, person_id, product, principal, annual_rate, months, status, at)"
            " VALUES (:id, :reference, :offer, :person, :product, :principal, :rate, :months, :status, :at)"
            " ON CONFLICT (offer_id) DO NOTHING",
            id=loan.id,
            reference=loan.reference,
            offer=loan.offer_id,
            person=loan.person_id,
            product=loan.product,
            principal=loan.principal.minor,
            rate=loan.annual_rate,
            months=loan.months,
            status=loan.status.value,
            at=tx.at,
        )
    )


def load(tx: Tx, loan_id: str, *, lock: bool = False) -> Loan:
    """One loan with its facts. Refuses LoanMissing."""
    row = tx.row("SELECT * FROM loan WHERE id = :id" + (" FOR UPDATE" if lock else ""), id=loan_id)
    if row is None:
        raise LoanMissing(field="loan")
    return _loan(row, facts_of(tx, [loan_id]).get(loan_id, ()))


def load_many(tx: Tx, ids: Sequence[str], *, lock: bool = False) -> list[Loan]:
    """Several loans, by id."""
    rows = tx.rows(
        "SELECT * FROM loan WHERE id = ANY(:ids) ORDER BY id" + (" FOR UPDATE" if lock else ""), ids=_array(ids)
    )
    facts = facts_of(tx, [row["id"] for row in rows])
    return [_loan(row, facts.get(row["id"], ())) for row in rows]


def facts_of(tx: Tx, ids: Sequence[str], *, known: date | None = None) -> dict[str, tuple[Fact, ...]]:
    """The facts of each loan in the order they were recorded, up to the end of the business day `known` if given."""
    found: dict[str, list[Fact]] = {}
    for row in tx.rows(
        "SELECT * FROM loan_fact WHERE loan_id = ANY(:ids) AND (CAST(:known AS date) IS NULL OR recorded_on <= :known)"
        " ORDER BY loan_id, number",
        ids=_array(ids),
        known=known,
    ):
        found.setdefault(row["loan_id"], []).append(
            Fact(
                id=row["id"],
                kind=FactKind(row["kind"]),
                on=row["on_day"],
                amount=row["amount"],
                part=Part(row["part"]) if row["part"] else None,
                prepayment=Prepayment(row["prepayment"]) if row["prepayment"] else None,
                reverses=row["reverses"],
            )
        )
    return {loan_id: tuple(facts) for loan_id, facts in found.items()}


def add_fact(tx: Tx, loan: Loan, fact: Fact) -> None:
    """Append one fact."""
    tx.run(
        "INSERT INTO loan_fact (id, loan_id, number, kind, on_day, amount, part, prepayment, reverses,"
        " recorded_on, at) VALUES (:id, :loan, :number, :kind, :on, :amount, :part, :prepayment, :reverses, :today, :at)",
        id=fact.id,
        loan=loan.id,
        number=len(loan.facts) + 1,
        kind=fact.kind.value,
        on=fact.on,
        amount=fact.amount,
        part=fact.part,
        prepayment=fact.prepayment,
        reverses=fact.reverses,
        today=tx.on,
        at=tx.at,
    )


def keep(tx: Tx, rows: Iterable[dict[str, Any]]) -> None:
    """Write where loans stand now."""
    tx.run_many(
        "UPDATE loan SET status = :status, disbursed_on = :disbursed_on, terms = CAST(:terms AS jsonb),"
        " posted = CAST(:posted AS jsonb), posted_on = :posted_on, next_due_on = :next_due_on,"
        " overdue_days = :overdue_days WHERE id = :id",
        list(rows),
    )


def terms_document(terms: Terms) -> dict[str, Any]:
    """Terms as they are kept."""
    return {
        "principal": terms.principal.minor,
        "currency": terms.principal.currency,
        "rate": [terms.annual_rate.numerator, terms.annual_rate.denominator],
        "method": terms.method.value,
        "installments": terms.installments,
        "every": [terms.every.count, terms.every.unit.value],
        "disbursed_on": terms.disbursed_on.isoformat(),
        "day_count": terms.day_count.value,
        "interest_by": terms.interest_by.value,
        "rounding": terms.rounding.value,
        "multiple": terms.multiple,
        "first_due_on": terms.first_due_on.isoformat() if terms.first_due_on else None,
        "principal_grace": terms.principal_grace,
        "penalty": [terms.penalty_rate.numerator, terms.penalty_rate.denominator, terms.penalty_grace_days],
        "allocation": [part.value for part in terms.allocation],
        "prepayment": terms.prepayment.value,
    }


def terms_of(document: dict[str, Any]) -> Terms:
    """The terms again."""
    first = document["first_due_on"]
    up, down, grace_days = document["penalty"]
    return Terms(
        principal=Money(document["principal"], document["currency"]),
        annual_rate=Rate(*document["rate"]),
        method=Method(document["method"]),
        installments=document["installments"],
        every=Every(document["every"][0], Unit(document["every"][1])),
        disbursed_on=date.fromisoformat(document["disbursed_on"]),
        day_count=DayCount(document["day_count"]),
        interest_by=InterestBy(document["interest_by"]),
        rounding=Rounding(document["rounding"]),
        multiple=document["multiple"],
        first_due_on=date.fromisoformat(first) if first else None,
        principal_grace=document["principal_grace"],
        penalty_rate=Rate(up, down),
        penalty_grace_days=grace_days,
        allocation=tuple(Part(part) for part in document["allocation"]),
        prepayment=Prepayment(document["prepayment"]),
    )


def _loan(row: RowMapping, facts: tuple[Fact, ...]) -> Loan:
    return Loan(
        id=LoanId(row["id"]),
        reference=row["reference"],
        offer_id=row["offer_id"],
        person_id=row["person_id"],
        product=row["product"],
        principal=Money(row["principal"]),
        annual_rate=row["annual_rate"],
        months=row["months"],
        status=Status(row["status"]),
        terms=terms_of(row["terms"]) if row["terms"] else None,
        facts=facts,
        posted=Figures(**row["posted"]),
        posted_on=row["posted_on"],
    )


def _array(ids: Sequence[str]) -> str:
    """Ids as a PostgreSQL array literal; they hold no character that needs quoting."""
    return "{" + ",".join(ids) + "}"
