"""What is done on pay-later lines. Every verb holds the line, so that purchases, refunds and billing take turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from xindai.base import audit
from xindai.base.db import Tx
from xindai.base.events import Event, publish
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger.model import Account
from xindai.lending.life.model import LIVING, Fact, FactId, FactKind
from xindai.lending.line import operations as lines
from xindai.lending.line import queries as lined
from xindai.lending.line.model import Line
from xindai.lending.loans import operations as loans
from xindai.lending.loans import queries as lent
from xindai.lending.loans.model import LoanId
from xindai.lending.pay_later import billing, postings, queries
from xindai.lending.pay_later.model import (
    MOVES,
    Merchant,
    Purchase,
    PurchaseId,
    RefundId,
    Statement,
    StatementId,
    Status,
)
from xindai.products.catalogue.model import Cycle, Product
from xindai.values.money import Money
from xindai.values.rate import rate


def buy(
    tx: Tx,
    *,
    purchase_id: PurchaseId,
    line_id: str,
    person_id: str,
    product: Product,
    merchant: Merchant,
    amount: Money,
    what: str,
) -> Purchase:
    """A purchase on the line, owed to the merchant from now on; the same id again is the same purchase.

    Refuses: LineMissing, NotDrawable, OverLimit, Invalid, MerchantClosed.
    """
    lined.get(tx, line_id, person_id=person_id)
    line = lined.locked(tx, line_id)
    if not tx.value("SELECT 1 FROM purchase WHERE id = :id", id=purchase_id):
        merchant.check_sells()
        line.check_purchase(product, amount, on=tx.on)
        tx.run(
            "INSERT INTO purchase (id, line_id, merchant_id, what, amount, on_day, at)"
            " VALUES (:id, :line, :merchant, :what, :amount, :on, :at)",
            id=purchase_id,
            line=line_id,
            merchant=merchant.id,
            what=what,
            amount=amount.minor,
            on=tx.on,
            at=tx.at,
        )
        lines.add_unbilled(tx, line_id=line_id, minor=amount.minor)
        ledger.post(tx, [postings.for_purchase(purchase_id, amount=amount.minor, currency=amount.currency, on=tx.on)])
        publish(tx, Event("purchased", line_id, {"person": person_id, "purchase": purchase_id}))
    return queries.purchase(tx, purchase_id)


def refund(tx: Tx, *, refund_id: RefundId, purchase_id: str, amount: Money, reason: str, by: str) -> Purchase:
    """The merchant gives money back: it repays the loan of the purchase, and else is taken off the next statement.

    The same id again changes nothing. Refuses: PurchaseMissing, Invalid, RefundTooLarge.
    """
    lined.locked(tx, queries.purchase(tx, purchase_id).line_id)
    purchase = queries.purchase(tx, purchase_id)
    if tx.value("SELECT 1 FROM purchase_refund WHERE id = :id", id=refund_id):
        return purchase
    purchase.check_refund(amount)
    to_loan = _repaid_by(tx, purchase, amount.minor)
    tx.run(
        "INSERT INTO purchase_refund (id, purchase_id, amount, to_loan, reason, actor, on_day, at)"
        " VALUES (:id, :purchase, :amount, :to_loan, :reason, :actor, :on, :at)",
        id=refund_id,
        purchase=purchase_id,
        amount=amount.minor,
        to_loan=to_loan,
        reason=reason,
        actor=by,
        on=tx.on,
        at=tx.at,
    )
    if to_loan:
        assert purchase.loan_id is not None
        fact = Fact(refund_id, FactKind.PREPAYMENT, tx.on, to_loan)
        loans.record(tx, loan_id=purchase.loan_id, fact=fact, against=Account.MERCHANTS)
    unbilled = amount.minor - to_loan
    lines.add_unbilled(tx, line_id=purchase.line_id, minor=-unbilled)
    cause = f"{refund_id}|unbilled"
    ledger.post(tx, [postings.for_refund(cause, unbilled=unbilled, currency=amount.currency, on=tx.on)])
    audit.note(tx, actor=by, action="purchase_refunded", subject=purchase_id, facts={"refund": refund_id})
    publish(tx, Event("purchase_refunded", purchase.line_id, {"purchase": purchase_id, "amount": amount.minor}))
    return queries.purchase(tx, purchase_id)


def convert_purchase(
    tx: Tx, *, loan_id: LoanId, purchase_id: str, person_id: str, product: Product, months: int
) -> LoanId:
    """Turn a purchase that is not billed into instalments at the line's rate, the first due with the next statement.

    The same loan id again is the same conversion. Refuses: PurchaseMissing, PurchaseBilled, OutsideProduct, Invalid.
    """
    line = lined.locked(tx, queries.purchase(tx, purchase_id, person_id=person_id).line_id)
    purchase = queries.purchase(tx, purchase_id)
    if purchase.loan_id == loan_id:
        return loan_id
    purchase.check_convertible()
    product.check_conversion(months)
    cycle = _cycle(product)
    terms = product.terms(
        principal=purchase.left, annual_rate=rate(line.annual_rate), months=months, disbursed_on=tx.on
    )
    terms = replace(terms, first_due_on=cycle.due_on(cycle.closes_on(tx.on)))
    loans.take_over(
        tx,
        loan_id=loan_id,
        line_id=line.id,
        person_id=line.person_id,
        product=product,
        terms=terms,
        against=Account.PURCHASES,
    )
    tx.run("UPDATE purchase SET loan_id = :loan WHERE id = :id", loan=loan_id, id=purchase_id)
    tx.run("UPDATE purchase_refund SET loan_id = :loan WHERE purchase_id = :id", loan=loan_id, id=purchase_id)
    lines.add_unbilled(tx, line_id=line.id, minor=-purchase.left.minor)
    publish(tx, Event("purchase_converted", line.id, {"purchase": purchase_id, "loan": loan_id}))
    return loan_id


def convert_statement(
    tx: Tx, *, fact_id: FactId, statement_id: str, person_id: str, product: Product, months: int
) -> Statement:
    """Turn what is new in a statement into instalments at the line's rate, the first due with the next statement.

    The same fact id again is the same conversion. Refuses: StatementMissing, StatementDecided, Invalid.
    """
    line = lined.locked(tx, queries.statement(tx, statement_id, person_id=person_id).line_id)
    statement = queries.statement(tx, statement_id)
    if statement.loan_id and lent.has_fact(tx, statement.loan_id, fact_id):
        return statement
    loan_id = statement.check_convertible()
    product.check_conversion(months)
    _put_off(tx, statement, loan_id, fact_id=fact_id, line=line, cycle=_cycle(product), installments=months)
    return _moved(tx, statement, Status.CONVERTED)


def bill(tx: Tx, *, line_id: str, product: Product) -> Statement | None:
    """Close the cycle that ends with today: what is new becomes a loan; none if nothing is owed by then. Twice is once."""
    line = lined.locked(tx, line_id)
    cycle, on = _cycle(product), tx.on
    known = next((one for one in queries.statements(tx, line_id) if one.closed_on == on), None)
    if known is not None:
        return known
    statement_id = StatementId.derived(line.id, on.isoformat())
    due_on = cycle.due_on(on)
    purchased, refunded, loan_id = _take_over_new(tx, line, product, statement_id)
    owed = queries.owed(tx, line_id, by=due_on, on=on)
    total = sum(one.total for one in owed)
    if not total:
        return None
    least = billing.least(_with_new(owed, loan_id), cycle)
    tx.run(
        "INSERT INTO line_statement (id, line_id, number, closed_on, due_on, purchased, refunded, total, least, loan_id,"
        " status, at) SELECT :id, :line, count(*) + 1, :on, :due, :purchased, :refunded, :total, :least, :loan, :status, :at"
        " FROM line_statement WHERE line_id = :line",
        id=statement_id,
        line=line_id,
        on=on,
        due=due_on,
        purchased=purchased,
        refunded=refunded,
        total=total,
        least=least,
        loan=loan_id,
        status=Status.BILLED,
        at=tx.at,
    )
    publish(tx, Event("statement_billed", line_id, {"person": line.person_id, "statement": statement_id}))
    return queries.statement(tx, statement_id)


def decide(tx: Tx, *, statement_id: str, product: Product) -> Statement:
    """What becomes of a statement at the end of the day it falls due, or, if it was missed, of its days of grace.

    If the least was paid, the rest is owed until the next statement; if not, the late fee is charged. Twice is once.
    """
    line = lined.locked(tx, queries.statement(tx, statement_id).line_id)
    statement = queries.statement(tx, statement_id)
    if not _is_to_decide(tx, statement, product):
        return statement
    total, least = statement.total.minor, statement.least.minor
    left = queries.left_of(tx, statement, on=tx.on)
    outcome = billing.decided(total=total, least=least, left=left)
    if outcome is Status.REVOLVED:
        for one in queries.owed(tx, line.id, by=statement.due_on, on=statement.due_on):
            if one.revolves:
                fact_id = FactId.derived(statement.id, one.loan_id)
                _put_off(tx, statement, one.loan_id, fact_id=fact_id, line=line, cycle=_cycle(product), installments=1)
    elif outcome is Status.MISSED and statement.status is Status.MISSED:
        outcome = Status.CHARGED
        _charge_late(tx, statement, line, product, lacking=left - (total - least), left=left)
    return statement if outcome is statement.status else _moved(tx, statement, outcome)


def _take_over_new(tx: Tx, line: Line, product: Product, statement_id: StatementId) -> tuple[int, int, LoanId | None]:
    """(bought, given back, the loan) of what is new in a cycle; nothing is new while more was given back than bought."""
    purchased = int(
        tx.value(
            "SELECT coalesce(sum(amount), 0) FROM purchase WHERE line_id = :line AND loan_id IS NULL", line=line.id
        )
    )
    new = line.unbilled.minor
    if new <= 0:
        return 0, 0, None
    loan_id = LoanId.derived(statement_id)
    terms = product.billed_terms(
        principal=Money(new),
        annual_rate=rate(line.annual_rate),
        billed_on=tx.on,
        due_on=_cycle(product).due_on(tx.on),
    )
    loans.take_over(
        tx,
        loan_id=loan_id,
        line_id=line.id,
        person_id=line.person_id,
        product=product,
        terms=terms,
        against=Account.PURCHASES,
    )
    tx.run("UPDATE purchase SET loan_id = :loan WHERE line_id = :line AND loan_id IS NULL", loan=loan_id, line=line.id)
    tx.run(
        "UPDATE purchase_refund r SET loan_id = :loan FROM purchase p WHERE p.id = r.purchase_id AND p.line_id = :line"
        " AND r.loan_id IS NULL AND r.to_loan < r.amount",
        loan=loan_id,
        line=line.id,
    )
    lines.add_unbilled(tx, line_id=line.id, minor=-new)
    return purchased, purchased - new, loan_id


def _with_new(owed: list[billing.Owed], loan_id: LoanId | None) -> list[billing.Owed]:
    """The loan of the statement that is being made may be owed longer, as those of earlier ones."""
    return [replace(one, revolves=True) if one.loan_id == loan_id else one for one in owed]


def _is_to_decide(tx: Tx, statement: Statement, product: Product) -> bool:
    if statement.status is Status.BILLED:
        return statement.due_on <= tx.on
    grace_over = statement.due_on + timedelta(days=product.grace_days)
    return statement.status is Status.MISSED and grace_over <= tx.on


def _put_off(
    tx: Tx, statement: Statement, loan_id: str, *, fact_id: FactId, line: Line, cycle: Cycle, installments: int
) -> None:
    """What a loan still owes falls due anew with the next statement, at the line's rate from today."""
    following = cycle.due_on(cycle.closes_on(statement.closed_on + timedelta(days=1)))
    fact = Fact(
        id=fact_id,
        kind=FactKind.RESCHEDULE,
        on=tx.on,
        rate=rate(line.annual_rate),
        installments=installments,
        first_due_on=following,
    )
    loans.record(tx, loan_id=loan_id, fact=fact)


def _charge_late(tx: Tx, statement: Statement, line: Line, product: Product, *, lacking: int, left: int) -> None:
    late = queries.owed(tx, line.id, by=statement.due_on, on=tx.on)
    fee = product.late_fee(lacking, owed=left, annual_rate=rate(line.annual_rate))
    if fee and late:
        loan_id = statement.loan_id if any(one.loan_id == statement.loan_id for one in late) else late[0].loan_id
        assert loan_id is not None
        fact = Fact(FactId.derived(statement.id, "late"), FactKind.FEE, tx.on, fee)
        loans.record(tx, loan_id=loan_id, fact=fact)


def _moved(tx: Tx, statement: Statement, to: Status) -> Statement:
    event = MOVES[statement.status][to]
    tx.run("UPDATE line_statement SET status = :to WHERE id = :id", to=to, id=statement.id)
    publish(tx, Event(event, statement.line_id, {"statement": statement.id}))
    return queries.statement(tx, statement.id)


def _repaid_by(tx: Tx, purchase: Purchase, amount: int) -> int:
    """What of a refund repays the loan of its purchase: no more than settles it, nothing once it has ended."""
    if purchase.loan_id is None:
        return 0
    state = lent.states(tx, [purchase.loan_id], on=tx.on)[purchase.loan_id]
    return min(amount, state.payoff) if state.status in LIVING else 0


def _cycle(product: Product) -> Cycle:
    assert product.cycle is not None, product.ref
    return product.cycle
