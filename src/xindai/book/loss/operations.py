"""Ageing the book at the end of a day, and setting aside what its classes ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from xindai.base import audit, clock
from xindai.base.db import Tx
from xindai.book.loss import floors, postings, queries
from xindai.book.loss.floors import Cause, Floor, FloorId, JudgementOpen, Status
from xindai.book.loss.model import Aged, AssetClass, asset_class, beyond_rule, late_from, set_aside
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger import queries as books
from xindai.lending.ledger.model import Account
from xindai.lending.life.shares import shares
from xindai.lending.loans import queries as loans
from xindai.postloan.hardship import queries as helped
from xindai.products.catalogue.model import Product

BAD_FROM = 91
"""So many days late is at least substandard (R-BOOK-01)."""


class ExpectedStage(Protocol):
    """A stage of expected credit loss, as whoever computes it hands it over; the loss in minor units."""

    @property
    def number(self) -> int:
        """One, two or three."""

    @property
    def loans(self) -> int:
        """How many."""

    @property
    def principal(self) -> int:
        """Of all of them."""

    @property
    def loss(self) -> float:
        """Expected."""


def age(tx: Tx, *, on: date, co_lent: Sequence[Product]) -> list[Aged]:
    """Keep the book by product and lateness as it stands on the day `on`, and post what the allowance lacks. Twice is once.

    `co_lent` are all products that were ever lent with partners: of those, only our share is ours to lose.
    """
    known = queries.aged(tx, on=on)
    if known:
        return known
    ours = {product.ref: shares(product)[-1] for product in co_lent}
    _move_floors(tx, on=on)
    buckets = late_from(on)
    by_days = [asset_class(days, on=on) for days in (0, *buckets)]
    lower = queries.floored(tx, on=on, late_from=buckets, by_days=by_days)
    found = []
    for product, since, its_class, count, principal in floors.split(
        loans.by_lateness(tx, on=on, late_from=buckets), lower, on=on
    ):
        own = ours[product].part(principal) if product in ours else principal
        found.append(Aged(product, since, its_class, count, principal, own, set_aside(own, its_class, on=on)))
    tx.run_many(
        "INSERT INTO portfolio_day (on_day, product, late_from, class, loans, principal, own, allowance)"
        " VALUES (:on, :product, :late_from, :class, :loans, :principal, :own, :allowance)",
        [
            {
                "on": on,
                "product": one.product,
                "late_from": one.late_from,
                "class": one.asset_class,
                "loans": one.loans,
                "principal": one.principal,
                "own": one.own,
                "allowance": one.allowance,
            }
            for one in found
        ],
    )
    change = sum(one.allowance for one in found) + books.balance(tx, Account.LOSS_ALLOWANCE, on=on)
    ledger.post(tx, [postings.for_allowance(change, on=on, currency="CNY")])
    return found


def expect(tx: Tx, stages: Sequence[ExpectedStage], *, lgd: float, on: date) -> int:
    """Keep what the three stages of a month's last evening expect, and set aside what that asks for beyond the rule; how much.

    Twice is once. The book of the day is aged already.
    """
    month = on.replace(day=1)
    known = queries.expected(tx, month=month)
    if known is not None:
        return int(known["beyond"])
    aged = queries.aged(tx, on=on)
    lost = sum(one.loss for one in stages)
    by_rule = sum(one.allowance for one in aged)
    principal, own = sum(one.principal for one in aged), sum(one.own for one in aged)
    beyond = beyond_rule(lost, principal=principal, own=own, by_rule=by_rule)
    tx.run(
        "INSERT INTO expected_loss_month (month, loss_given_default, stages, expected, by_rule, beyond, at)"
        " VALUES (:month, :lgd, CAST(:stages AS jsonb), :expected, :by_rule, :beyond, :at)",
        month=month,
        lgd=lgd,
        stages=[
            {"number": one.number, "loans": one.loans, "principal": one.principal, "loss": one.loss} for one in stages
        ],
        expected=round(lost),
        by_rule=by_rule,
        beyond=beyond,
        at=tx.at,
    )
    change = beyond + books.balance(tx, Account.EXPECTED_LOSS_ALLOWANCE, on=on)
    ledger.post(tx, [postings.for_expected_loss(change, on=on, currency="CNY")])
    return beyond


def judge(tx: Tx, *, floor_id: FloorId, loan_id: str, at_least: AssetClass, reason: str, by: str) -> Floor:
    """Somebody judges a loan to be at least of a class, or, with normal, that nothing but its days speaks; a second person decides.

    The same id again is the same. Refuses: LoanMissing, JudgementOpen, Invalid.
    """
    loans.person_of(tx, loan_id)
    known = queries.floors_of(tx, loan_id)
    if any(one.id == floor_id for one in known):
        return queries.floor(tx, floor_id)
    if any(one.status is Status.PROPOSED for one in known):
        raise JudgementOpen(field="class")
    _insert(tx, floor_id, loan_id, Cause.JUDGEMENT, at_least, Status.PROPOSED, floors.checked_reason(reason), by=by)
    audit.note(tx, actor=by, action="class_judgement_proposed", subject=loan_id, facts={"class": at_least.value})
    return queries.floor(tx, floor_id)


def decide(tx: Tx, *, floor_id: str, to: Status, by: str) -> Floor:
    """A second person's word on a judgement; it takes the place of the one that stood. Twice is once.

    Refuses: FloorMissing, JudgementMoved, SamePerson.
    """
    one = queries.floor(tx, floor_id, lock=True)
    if one.status is to and one.decided_by == by:
        return one
    event = one.decide(to, by=by)
    if to is Status.STANDING:
        tx.run(
            "UPDATE class_floor SET status = 'ended', ended_on = :on WHERE loan_id = :loan AND cause = 'judgement' AND status = 'standing'",
            on=tx.on,
            loan=one.loan_id,
        )
    is_none = to is Status.STANDING and one.at_least is AssetClass.NORMAL
    tx.run(
        "UPDATE class_floor SET status = :to, decided_by = :by, ended_on = CASE WHEN :ended THEN CAST(:on AS date) END WHERE id = :id",
        to=(Status.ENDED if is_none else to).value,
        by=by,
        ended=is_none,
        on=tx.on,
        id=floor_id,
    )
    facts = {"class": one.at_least.value, "judgement": floor_id}
    audit.note(tx, actor=by, action=event, subject=one.loan_id, facts=facts)
    return queries.floor(tx, floor_id)


def _move_floors(tx: Tx, *, on: date) -> None:
    """Floors of loans that turned bad or were restructured with this day begin; those that have been clean for long enough end."""
    for loan_id in queries.turned_bad(tx, on=on, days=BAD_FROM):
        _begin(tx, loan_id, Cause.WAS_BAD, AssetClass.SUBSTANDARD)
    for loan_id in helped.agreed_on(tx, on=on):
        again = any(one.status is Status.STANDING for one in queries.floors_of(tx, loan_id))
        _begin(tx, loan_id, Cause.RESTRUCTURED, AssetClass.SUBSTANDARD if again else AssetClass.SPECIAL_MENTION)
    for one, loan_status, days in queries.standing(tx):
        if loan_status not in {"current", "overdue"}:
            _end(tx, one)
        elif days > 0 and one.clean_since is not None:
            tx.run("UPDATE class_floor SET clean_since = NULL WHERE id = :id", id=one.id)
        elif days == 0 and one.clean_since is None:
            tx.run("UPDATE class_floor SET clean_since = :on WHERE id = :id", on=on, id=one.id)
        else:
            ends_on = one.ends_on()
            if ends_on is not None and ends_on <= on:
                _end(tx, one)


def _begin(tx: Tx, loan_id: str, cause: Cause, at_least: AssetClass) -> None:
    """A floor stands from today; a lower one takes the place of one of the same cause, and begins its time anew."""
    standing = [one for one in queries.floors_of(tx, loan_id) if one.cause is cause and one.status is Status.STANDING]
    for one in standing:
        if one.since == tx.on:
            return
        _end(tx, one)
    at_least = floors.worse(at_least, standing[0].at_least) if standing else at_least
    _insert(tx, clock.new_id(FloorId), loan_id, cause, at_least, Status.STANDING)


def _insert(
    tx: Tx,
    floor_id: FloorId,
    loan_id: str,
    cause: Cause,
    at_least: AssetClass,
    status: Status,
    reason: str = "",
    *,
    by: str | None = None,
) -> None:
    tx.run(
        "INSERT INTO class_floor (id, loan_id, cause, class, status, since, reason, proposed_by, at)"
        " VALUES (:id, :loan, :cause, :class, :status, :on, :reason, :by, :at) ON CONFLICT (id) DO NOTHING",
        id=floor_id,
        loan=loan_id,
        cause=cause.value,
        status=status.value,
        on=tx.on,
        reason=reason,
        by=by,
        at=tx.at,
        **{"class": at_least.value},
    )


def _end(tx: Tx, one: Floor) -> None:
    tx.run("UPDATE class_floor SET status = 'ended', ended_on = :on WHERE id = :id", on=tx.on, id=one.id)
