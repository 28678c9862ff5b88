"""Ties rest on a grant: whichever of keeping and taking back comes first, none is left without one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from xindai.base.clock import new_id
from xindai.base.crypto import KeyRing
from xindai.base.db import Database
from xindai.credit.features.ties import MarkKind, Tie, TieKind
from xindai.credit.graph import operations as graph
from xindai.credit.graph import queries as tied
from xindai.onboarding import consent
from xindai.onboarding.consent import Grant, GrantId, Scope
from xindai.onboarding.identity import operations as identity
from xindai.onboarding.identity.model import CodeId, PersonId
from xindai.values.masked import Phone

ON = date(2026, 1, 1)


@pytest.fixture
def grant(database: Database, ring: KeyRing) -> Grant:
    with database.transaction() as tx:
        code_id, phone = new_id(CodeId), Phone("13900000001")
        code = identity.begin_code(tx, ring, code_id=code_id, phone=phone)
        person_id = identity.prove_phone(tx, ring, code_id=code_id, phone=phone, code=code, person_id=new_id(PersonId))
        assert person_id is not None
        consent.give(tx, grant_id=new_id(GrantId), person_id=person_id, scope=Scope.SOCIAL)
        found = consent.standing(tx, person_id=person_id, scope=Scope.SOCIAL)
    assert found is not None
    return found


def keep(database: Database, grant: Grant) -> bool:
    with database.transaction() as tx:
        holds = consent.held(tx, grant)
        if holds:
            tie = Tie("n_other", TieKind.FRIEND, ON, None, 1, 1, 1)
            graph.keep_ties(tx, grant=grant, node="n_own", ties=[tie, tie])
        return holds


def take_back(database: Database, grant: Grant) -> None:
    with database.transaction() as tx:
        consent.withdraw(tx, person_id=grant.person_id, scope=Scope.SOCIAL)
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
                assert consent.held(tx, grant)
                graph.keep_ties(tx, grant=grant, node="n_own", ties=[])
            else:
                consent.withdraw(tx, person_id=grant.person_id, scope=Scope.SOCIAL)
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
