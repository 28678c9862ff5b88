"""What may still be lent to somebody: by the law, by capital, and by what those owe who ask for the same business."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from fractions import Fraction

import pytest
import sqlalchemy
from hypothesis import given
from hypothesis import strategies as st

from xindai.base.db import Database, Tx
from xindai.book.capital import operations as capital
from xindai.book.capital import queries
from xindai.book.capital.model import Bounds, Exposure, ExposureTooHigh, headroom
from xindai.products.catalogue import operations as catalogue
from xindai.products.catalogue.starter import STARTER
from xindai.values.money import Money

BUSINESS = next(one for one in STARTER if one.code == "business_instalment")
CONSUMER = next(one for one in STARTER if one.code == "consumer_instalment")
SUMS = st.integers(0, 10**12)


def asks(tx: Tx, person: str, business: bytes | None) -> None:
    tx.run(
        "INSERT INTO application (id, reference, person_id, product, amount, months, purpose, monthly_income, status, business_index, at)"
        " VALUES (:id, :id, :person, 'x', 1, 1, 'stock', 1, 'withdrawn', :business, :at)",
        id=f"app_{person}",
        person=person,
        business=business,
        at=tx.at,
    )


def owes(tx: Tx, person: str, minor: int, *, product: str) -> None:
    tx.run(
        "INSERT INTO loan (id, reference, offer_id, person_id, product, principal, annual_rate, months, status, at)"
        " VALUES (:id, :id, :id, :person, :product, :minor, '0.1', 3, 'awaiting_pay_out', :at)",
        id=f"loan_{person}_{product}",
        person=person,
        product=product,
        minor=minor,
        at=tx.at,
    )


def test_whoever_asks_for_one_business_is_bounded_together(owned: Database) -> None:
    with owned.transaction() as tx:
        tx.run("SET LOCAL session_replication_role = replica")
        catalogue.stock(tx)
        for person, business in (("ada", b"one"), ("bo", b"one"), ("cy", b"other"), ("di", None)):
            asks(tx, person, business)
        owes(tx, "ada", 60_000_00, product=BUSINESS.ref)
        owes(tx, "cy", 90_000_00, product=BUSINESS.ref)
        owes(tx, "di", 70_000_00, product=CONSUMER.ref)
        left = {one: queries.headroom_of(tx, one, BUSINESS) for one in ("ada", "bo", "cy", "di")}
        by_law = 10_000_000_00
        assert left == {"ada": by_law - 60_000_00, "bo": by_law, "cy": by_law - 90_000_00, "di": by_law}
        tx.run(
            "INSERT INTO capital_statement (id, as_of, net_assets, borrowed, issued, source, status, proposed_by, proposed_on, decided_by)"
            " VALUES ('cap_1', :on, 100000000, 0, 0, 'ours', 'approved', 'a', :on, 'b')",
            on=tx.on,
        )  # a million: 100,000 for one, 150,000 for a group
        left = {one: queries.headroom_of(tx, one, BUSINESS) for one in ("ada", "bo", "cy", "di", "new")}
        assert left == {"ada": 40_000_00, "bo": 90_000_00, "cy": 10_000_00, "di": 30_000_00, "new": 100_000_00}
        owes(tx, "bo", 90_000_00, product=BUSINESS.ref)
        assert [queries.headroom_of(tx, one, BUSINESS) for one in ("ada", "bo")] == [0, 0], "one pot for both"
        stated = queries.in_force(tx, on=tx.on)
        assert stated is not None
        (group,) = [one for one in queries.burdens(tx, stated, on=tx.on) if one.name == "group"]
        assert (group.part, group.most, group.holds, group.of) == (150_000_00, 150_000_00, True, "2 × ada")
        assert queries.in_force(tx, on=date(2020, 1, 1)) is None, "not before its day"


def test_two_owners_who_draw_at_once_do_not_pass_their_bound_together(owned: Database) -> None:
    with owned.transaction() as tx:
        tx.run("SET LOCAL session_replication_role = replica")
        catalogue.stock(tx)
        for person in ("ada", "bo"):
            asks(tx, person, b"one")
        tx.run(
            "INSERT INTO capital_statement (id, as_of, net_assets, borrowed, issued, source, status, proposed_by, proposed_on, decided_by)"
            " VALUES ('cap_1', :on, 100000000, 0, 0, 'ours', 'approved', 'a', :on, 'b')",
            on=tx.on,
        )

    def lent(person: str, meanwhile: Callable[[], object]) -> None:
        with owned.transaction() as tx:
            tx.run("SET LOCAL session_replication_role = replica")
            capital.refuse_beyond(tx, person_id=person, product=BUSINESS, amount=Money(90_000_00))
            owes(tx, person, 90_000_00, product=BUSINESS.ref)
            meanwhile()

    def somebody_waits() -> None:
        engine = sqlalchemy.create_engine(owned.engine.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as watching:
            waiting = sqlalchemy.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            while not watching.execute(waiting).scalar():
                pass
        engine.dispose()

    with ThreadPoolExecutor(1) as pool:
        other: list[Future[None]] = []

        def meanwhile() -> None:
            other.append(pool.submit(lent, "bo", lambda: None))
            somebody_waits()

        lent("ada", meanwhile)
        with pytest.raises(ExposureTooHigh) as refused:
            other[0].result()
    assert "60000.00" in refused.value.sentence("en")


@given(alike=SUMS, more=SUMS, others=SUMS, net=st.none() | SUMS, further=SUMS)
def test_whoever_owes_more_has_no_more_left_and_capital_only_tightens(
    alike: int, more: int, others: int, net: int | None, further: int
) -> None:
    bounds = Bounds(20_000_000, Fraction(1, 10), Fraction(15, 100))
    owed = Exposure(alike, alike + more, alike + more + others)
    left = headroom(owed, bounds, net_assets=net)
    assert left <= headroom(owed, bounds, net_assets=None) == 20_000_000 - alike
    deeper = Exposure(alike + further, alike + more + further, alike + more + others + further)
    assert headroom(deeper, bounds, net_assets=net) == left - further
    if net is not None:
        assert left <= headroom(owed, bounds, net_assets=net + further)


@pytest.mark.parametrize(("lent", "left"), [(0, 20_000_000), (20_000_000, 0), (20_000_001, -1)])
def test_nothing_is_left_at_the_laws_own_sum(lent: int, left: int) -> None:
    bounds = Bounds(20_000_000, Fraction(1, 10), Fraction(15, 100))
    assert headroom(Exposure(lent, lent, lent), bounds, net_assets=None) == left
