"""Rows of loans, of their facts, and of where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from xindai.base.db import Row, Tx, array
from xindai.lending.ledger.model import Account
from xindai.lending.life.model import FIGURE_NAMES, Fact, FactKind, Figures, Run, Standing, Status
from xindai.lending.loans.model import Loan, LoanId, LoanMissing, Moved
from xindai.products import documents
from xindai.products.terms import Part, Prepayment
from xindai.values.money import Money

_FIGURES = ", ".join(FIGURE_NAMES)
_STANDING = (
    "interest_since, interest_base, interest_step, interest_per, penalty_since, penalty_base, penalty_step, penalty_per,"
    " changes_on"
)
_COLUMNS = ", ".join(f"s.{name}" for name in f"on_day, {_FIGURES}, {_STANDING}".replace(",", "").split())
_LOANS = (
    "SELECT l.id, l.reference, l.offer_id, l.line_id, l.person_id, l.product, l.principal AS lent, l.annual_rate, l.months, l.status,"
    f" l.terms, {_COLUMNS} FROM loan l LEFT JOIN loan_standing s ON s.loan_id = l.id"
)
ACCRUAL_LOCK = 6001
"""Taken by whoever posts a loan, shared, and by the accrual of a day, alone: each sees the other's work whole."""

GROWN_INTEREST = (
    "coalesce(run_borne(s.interest_base, s.interest_step, s.interest_per, {day} - s.interest_since)"
    " - run_borne(s.interest_base, s.interest_step, s.interest_per, s.on_day - s.interest_since), 0)"
)
GROWN_PENALTY = (
    "coalesce(runs_borne(s.penalty_base, s.penalty_step, s.penalty_per, {day} - s.penalty_since)"
    " - runs_borne(s.penalty_base, s.penalty_step, s.penalty_per, s.on_day - s.penalty_since), 0)"
)

_DAY = "greatest(s.on_day, coalesce(CAST(:through AS date), s.on_day))"
_NOW = {
    "interest": "greatest(0, g.interest - g.unearned + g.grown)",
    "unearned": "greatest(0, g.unearned - g.interest - g.grown)",
    "earned_interest": "g.earned_interest + g.grown",
    "penalty": "g.penalty + g.late",
    "earned_penalty": "g.earned_penalty + g.late",
}
_FIGURES_NOW = ", ".join(f"{_NOW.get(name, 'g.' + name)} AS {name}" for name in FIGURE_NAMES)
CARRIED = (
    f"SELECT g.loan_id, {_FIGURES_NOW} FROM (SELECT s.*, {GROWN_INTEREST.format(day=_DAY)} AS grown,"
    f" CASE WHEN s.penalty_per IS NULL THEN 0 ELSE {GROWN_PENALTY.format(day=_DAY)} END AS late FROM loan_standing s) g"
)
"""The figures of each loan as the ledger carries it at the end of the day `through`."""


def add(tx: Tx, loan: Loan, *, against: Account = Account.CASH) -> bool:
    """Keep a new loan, paid out of the account `against`; false if it, or one of its offer, is kept already."""
    return bool(
        tx.run(
            "INSERT INTO loan (id, reference, offer_id, line_id, person_id, product, principal, annual_rate, months,"
            " status, paid_out_of, at) VALUES (:id, :reference, :offer, :line, :person, :product, :principal, :rate, :months,"
            " :status, :against, :at) ON CONFLICT DO NOTHING",
            id=loan.id,
            reference=loan.reference,
            offer=loan.offer_id,
            line=loan.line_id,
            person=loan.person_id,
            product=loan.product,
            principal=loan.principal.minor,
            rate=loan.annual_rate,
            months=loan.months,
            status=loan.status.value,
            against=against.value,
            at=tx.at,
        )
    )


def load(tx: Tx, loan_id: str) -> Loan:
    """One loan with its facts. Refuses LoanMissing."""
    found = load_many(tx, [loan_id])
    if not found:
        raise LoanMissing(field="loan")
    return found[0]


def load_many(tx: Tx, ids: Sequence[str]) -> list[Loan]:
    """Several loans, by id."""
    if not ids:
        return []
    rows = tx.rows(f"{_LOANS} WHERE l.id = ANY(:ids) ORDER BY l.id", ids=array(ids))
    facts = facts_of(tx, [row["id"] for row in rows])
    return [_loan(row, facts.get(row["id"], ())) for row in rows]


def take(tx: Tx, ids: Sequence[str]) -> tuple[list[Loan], date | None]:
    """(loans by id, the day at whose end the ledger carries all loans), ours alone until this transaction ends.

    They are locked first and read by a later statement: what one waited for would be read as it was before. The lock
    that accrual takes alone comes before any loan's, so that nobody waits in a circle.
    """
    with tx.together():
        tx.run(f"SELECT pg_advisory_xact_lock_shared({ACCRUAL_LOCK})")
        tx.run("SELECT 1 FROM loan WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE", ids=array(ids))
    return load_many(tx, ids), tx.value("SELECT through FROM accrual")


def take_one(tx: Tx, loan_id: str) -> tuple[Loan, date | None]:
    """The same of one loan. Refuses LoanMissing."""
    found, through = take(tx, [loan_id])
    if not found:
        raise LoanMissing(field="loan")
    return found[0], through


def facts_of(tx: Tx, ids: Sequence[str], *, known: date | None = None) -> dict[str, tuple[Fact, ...]]:
    """The facts of each loan in the order they were recorded, up to the end of the business day `known` if given."""
    found: dict[str, list[Fact]] = {}
    for row in tx.rows(
        "SELECT * FROM loan_fact WHERE loan_id = ANY(:ids) AND (CAST(:known AS date) IS NULL OR recorded_on <= :known)"
        " ORDER BY loan_id, number",
        ids=array(ids),
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
                rate=documents.rate_of(row["rate"]) if row["rate"] else None,
                until=row["until_day"],
                installments=row["installments"],
                first_due_on=row["first_due_on"],
            )
        )
    return {loan_id: tuple(facts) for loan_id, facts in found.items()}


def add_facts(tx: Tx, facts: Sequence[tuple[Loan, Fact]]) -> None:
    """Append one fact to each of several loans."""
    if not facts:
        return
    tx.run(
        "INSERT INTO loan_fact SELECT * FROM json_populate_recordset(NULL::loan_fact, CAST(:facts AS json))",
        facts=[
            {
                "id": fact.id,
                "loan_id": loan.id,
                "number": len(loan.facts) + 1,
                "kind": fact.kind.value,
                "on_day": fact.on.isoformat(),
                "amount": fact.amount,
                "part": fact.part,
                "prepayment": fact.prepayment,
                "reverses": fact.reverses,
                "rate": [fact.rate.numerator, fact.rate.denominator] if fact.rate else None,
                "until_day": _iso(fact.until),
                "installments": fact.installments,
                "first_due_on": _iso(fact.first_due_on),
                "recorded_on": tx.on.isoformat(),
                "at": tx.at.isoformat(),
            }
            for loan, fact in facts
        ],
    )


def pay_as_planned(tx: Tx, facts: Sequence[tuple[str, Fact]], *, cause: str, currency: str) -> set[str]:
    """Take today's repayments, one a loan, that pay exactly what comes next; the ids of those taken. No other is touched."""
    rows = tx.rows(
        "SELECT pay_as_planned(CAST(:ids AS text[]), CAST(:loans AS text[]), CAST(:amounts AS bigint[]), :today, :at,"
        " :cause, :currency) AS id",
        ids=array([fact.id for _, fact in facts]),
        loans=array([loan_id for loan_id, _ in facts]),
        amounts=array([fact.amount for _, fact in facts]),
        today=tx.on,
        at=tx.at,
        cause=cause,
        currency=currency,
    )
    return {row["id"] for row in rows}


def turn_as_planned(tx: Tx, on: date) -> int:
    """Let loans that are paid as planned begin the period after the one that ended the day before `on`; how many."""
    return int(tx.value("SELECT turn_as_planned(:on)", on=on))


def begin(tx: Tx, loan_id: str, *, terms: dict[str, Any], on: date) -> None:
    """Write the terms under which a loan lives from now on."""
    tx.run(
        "UPDATE loan SET terms = CAST(:terms AS jsonb), disbursed_on = :on WHERE id = :id",
        id=loan_id,
        terms=terms,
        on=on,
    )


def keep(tx: Tx, moved: Sequence[Moved]) -> None:
    """Write where loans stand now, and what is ahead of them."""
    _upsert(tx, "loan_standing", [_standing_row(one) for one in moved])
    _upsert(tx, "loan_ahead", [_ahead_row(one) for one in moved])
    tx.run_many(
        "UPDATE loan SET status = :status WHERE id = :id",
        [{"id": one.loan.id, "status": one.state.status} for one in moved if one.state.status is not one.loan.status],
    )


def _upsert(tx: Tx, table: str, rows: list[dict[str, Any]]) -> None:
    columns = ", ".join(rows[0])
    tx.run(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, CAST(:rows AS json))"
        f" ON CONFLICT (loan_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in rows[0])}",
        rows=rows,
    )


def _standing_row(one: Moved) -> dict[str, Any]:
    loan, state = one.loan, one.state
    interest = next((run for run in state.runs if run.part is Part.INTEREST), None)
    penalty = [run for run in state.runs if run.part is Part.PENALTY]
    return {
        "loan_id": loan.id,
        "on_day": state.on.isoformat(),
        **state.figures.as_dict(),
        "interest_since": interest.since.isoformat() if interest else None,
        "interest_base": interest.base if interest else None,
        "interest_step": interest.step if interest else None,
        "interest_per": interest.per if interest else None,
        "penalty_since": penalty[0].since.isoformat() if penalty else None,
        "penalty_base": [run.base for run in penalty] if penalty else None,
        "penalty_step": [run.step for run in penalty] if penalty else None,
        "penalty_per": penalty[0].per if penalty else None,
        "changes_on": _iso(state.changes_on),
        "next_due_on": _iso(state.next_due_on),
        "paid_ahead": 0,
        "turned": 0,
    }


def _ahead_row(one: Moved) -> dict[str, Any]:
    dues, turns = one.ahead
    return {
        "loan_id": one.loan.id,
        "due_on": [due.on.isoformat() for due in dues],
        "due_principal": [due.principal for due in dues],
        "due_interest": [due.interest for due in dues],
        "line_since": [turn.run.since.isoformat() for turn in turns],
        "line_until": [turn.until.isoformat() for turn in turns],
        "line_step": [turn.run.step for turn in turns],
        "line_per": [turn.run.per for turn in turns],
    }


def accrued_through(tx: Tx) -> date | None:
    """The day at whose end the ledger carries all loans; it stays that until this transaction ends."""
    tx.run(f"SELECT pg_advisory_xact_lock_shared({ACCRUAL_LOCK})")
    through: date | None = tx.value("SELECT through FROM accrual")
    return through


def _loan(row: Row, facts: tuple[Fact, ...]) -> Loan:
    return Loan(
        id=LoanId(row["id"]),
        reference=row["reference"],
        offer_id=row["offer_id"],
        line_id=row["line_id"],
        person_id=row["person_id"],
        product=row["product"],
        principal=Money(row["lent"]),
        annual_rate=row["annual_rate"],
        months=row["months"],
        status=Status(row["status"]),
        terms=documents.terms_of(row["terms"]) if row["terms"] else None,
        facts=facts,
        standing=_standing(row) if row["on_day"] else None,
    )


def _standing(row: Row) -> Standing:
    runs = []
    if row["interest_per"] is not None:
        line = (row["interest_since"], row["interest_base"], row["interest_step"], row["interest_per"])
        runs.append(Run(Part.INTEREST, *line))
    for base, step in zip(row["penalty_base"] or (), row["penalty_step"] or (), strict=True):
        runs.append(Run(Part.PENALTY, row["penalty_since"], base, step, row["penalty_per"]))
    figures = Figures(**{name: row[name] for name in FIGURE_NAMES})
    return Standing(row["on_day"], figures, tuple(runs), row["changes_on"])


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
