"""Ties rest on a grant: whichever of keeping and taking back comes first, none is left without one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from store.consents import given
from xindai.base.clock import new_id
from xindai.base.crypto import KeyRing
from xindai.base.db import Database
from xindai.credit.graph import operations as graph
from xindai.credit.graph import queries as tied
from xindai.credit.sources.ties import MarkKind, Tie, TieKind
from xindai.onboarding.consent import operations as consents
from xindai.onboarding.consent import queries as allowed_now
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity.model import CodeId, PersonId
from xindai.values.masked import Phone

ON = date(2026, 1, 1)


def allowed(database: Database, ring: KeyRing, phone_number: str) -> Grant:
    """Somebody who lets us read ties."""
    with database.transaction() as tx:
        code_id, phone = new_id(CodeId), Phone(phone_number)
        code = identity.begin_code(tx, ring, code_id=code_id, phone=phone)
        person_id = identity.prove_phone(tx, ring, code_id=code_id, phone=phone, code=code, person_id=new_id(PersonId))
        assert person_id is not None
        return given(tx, person_id, Scope.SOCIAL)


@pytest.fixture
def grant(database: Database, ring: KeyRing) -> Grant:
    return allowed(database, ring, "13900000001")


def keep(database: Database, grant: Grant) -> bool:
    with database.transaction() as tx:
        holds = allowed_now.held(tx, grant)
        if holds:
            tie = Tie("n_other", TieKind.FRIEND, ON, None, 1, 1, 1)
            graph.keep_ties(tx, grant=grant, node="n_own", ties=[tie, tie])
        return holds


def take_back(database: Database, grant: Grant) -> None:
    with database.transaction() as tx:
        consents.withdraw(tx, person_id=grant.person_id, scope=Scope.SOCIAL)
        graph.forget(tx, person_id=grant.person_id)


def nodes(database: Database) -> int:
    with database.transaction() as tx:
        return int(tx.value("SELECT count(*) FROM social_node")) + int(tx.value("SELECT count(*) FROM social_tie"))


def test_ties_are_kept_once_and_go_with_their_grant(database: Database, grant: Grant) -> None:
    assert keep(database, grant)
    assert keep(database, grant)
    assert nodes(database) == 2
    take_back(database, grant)
    assert nodes(database) == 0
    assert not keep(database, grant)
    assert nodes(database) == 0


@pytest.mark.parametrize("keeping_first", [True, False])
def test_a_grant_taken_back_at_the_same_moment_leaves_no_tie(
    database: Database, grant: Grant, *, keeping_first: bool
) -> None:
    inside, go = threading.Event(), threading.Event()

    def first() -> None:
        with database.transaction() as tx:
            if keeping_first:
                assert allowed_now.held(tx, grant)
                graph.keep_ties(tx, grant=grant, node="n_own", ties=[])
            else:
                consents.withdraw(tx, person_id=grant.person_id, scope=Scope.SOCIAL)
                graph.forget(tx, person_id=grant.person_id)
            inside.set()
            assert go.wait(20)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first)
        assert inside.wait(20)
        other = pool.submit((take_back if keeping_first else keep), database, grant)
        go.set()
        one.result(20)
        other.result(20)
    assert nodes(database) == 0


def test_marks_are_seen_through_nodes_that_stand(database: Database, grant: Grant) -> None:
    keep(database, grant)
    with database.transaction() as tx:
        for _ in range(2):
            graph.mark(tx, person_ids=[grant.person_id], kind=MarkKind.DEFAULTED, on=ON, cause="loan_1")
        tie = Tie("n_own", TieKind.FRIEND, ON, None, 0, 0, 0)
        odd = Tie('x"}{,\\', TieKind.FRIEND, ON, None, 0, 0, 0)
        around = tied.around(tx, node="n_asks", ties=[tie, odd])
    assert around.marks == {"n_own": [(MarkKind.DEFAULTED, ON)]}
    assert around.beyond == {"n_own": [("n_other", TieKind.FRIEND)]}
    take_back(database, grant)
    with database.transaction() as tx:
        assert tied.around(tx, node="n_asks", ties=[tie]).marks == {}


def test_where_people_stand_is_looked_up_and_goes_with_their_consent(database: Database, ring: KeyRing) -> None:
    """Two circles of four; one of the first defaulted. Of an applicant the own past is not held against them."""
    grants = [allowed(database, ring, f"1390000010{number}") for number in range(8)]

    def friends(number: int) -> list[Tie]:
        first = number // 4 * 4
        others = [f"n_{one}" for one in range(first, first + 4) if one != number]
        return [Tie(to, TieKind.FRIEND, ON, None, 1, 1, 1) for to in others]

    with database.transaction() as tx:
        assert graph.look_at_whole(tx) == 0
        for number, grant in enumerate(grants):
            graph.keep_ties(tx, grant=grant, node=f"n_{number}", ties=friends(number))
        people = [grant.person_id for grant in grants]
        early = tx.on.replace(year=tx.on.year - 1)
        graph.mark(tx, person_ids=people, kind=MarkKind.CUSTOMER, on=early, cause="a loan")
        graph.mark(tx, person_ids=people[:1], kind=MarkKind.DEFAULTED, on=early, cause="a loan")
        graph.mark(tx, person_ids=people[1:2], kind=MarkKind.DEFAULTED, on=tx.on, cause="a loan")
        assert graph.look_at_whole(tx) == 8
        assert graph.look_at_whole(tx) == 8, "again is the same"
    with database.transaction() as tx:
        seen = {number: tied.around(tx, node=f"n_{number}", ties=friends(number)) for number in (0, 1, 7)}
        newcomer = tied.around(tx, node="n_new", ties=friends(2))
    for number, defaulted, customers in ((0, 0, 3), (1, 1, 3), (7, 0, 3)):
        assert {one.core for one in seen[number].standing.values()} == {3}
        (circle,) = seen[number].circles.values()
        assert (circle.size, circle.customers, circle.defaulted, circle.fraud) == (4, customers, defaulted, 0)
    (circle,) = newcomer.circles.values()
    assert (circle.customers, circle.defaulted) == (4, 1), "what became of somebody today counts from tomorrow"
    take_back(database, grants[0])
    with database.transaction() as tx:
        assert "n_0" not in tied.around(tx, node="n_1", ties=friends(1)).standing
