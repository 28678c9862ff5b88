"""Cases with agencies: what the gate of contacts and the loans know is brought to the agency's room, and people are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from xindai.base.db import Tx
from xindai.journeys.parts import parts
from xindai.lending.loans import queries as lent
from xindai.onboarding.notices import operations as notices
from xindai.postloan.agencies import operations as agencies
from xindai.postloan.agencies import queries as placed
from xindai.postloan.agencies.model import Agency, AgencyStatus, Placement, PlacementId, Status
from xindai.postloan.cases import queries as cased
from xindai.postloan.contacts import queries as contacted
from xindai.postloan.hardship import queries as helped

TOPIC = "placed_with_agency"


def place(placement_id: PlacementId, *, case_id: str, code: str, by: str) -> Placement:
    """Place a case, and tell its person who will ask them from now on. Refuses: CaseMissing, AgencyMissing, NotPlaceable."""
    with parts().db.transaction() as tx:
        person_id = cased.get(tx, case_id).person_id
        barred = (
            any(one.lifted_on is None for one in contacted.stops(tx, person_id))
            or any(one.answered_on is None for one in contacted.disputes(tx, person_id))
            or helped.is_open(tx, person_id)
        )
        one = agencies.place(tx, placement_id=placement_id, case_id=case_id, code=code, barred=barred, by=by)
        facts = {"day": tx.on.isoformat(), "reference": placed.agency(tx, code).name}
        notices.write(tx, person_id=person_id, topic=parts().topics[TOPIC], key=f"placement|{one.id}", facts=facts)
        return one


def recall(placement_id: str, *, why: str, by: str) -> Placement:
    """Take a case back. Twice is once. Refuses: PlacementMissing."""
    with parts().db.transaction() as tx:
        one = placed.placement(tx, placement_id, lock=True)
        if one.status is Status.RECALLED:
            return one
        return agencies.end(tx, one, Status.RECALLED, why=why, by=by, received=_received(tx))


def give_back(case_id: str, *, code: str, why: str, by: str) -> Placement:
    """An agency gives a case back. Refuses: PlacementMissing."""
    with parts().db.transaction() as tx:
        one = placed.placed(tx, case_id, with_=code)
        return agencies.end(tx, one, Status.GIVEN_BACK, why=why, by=by, received=_received(tx))


def decide(code: str, to: AgencyStatus, *, by: str) -> Agency:
    """On an agency's contract. Refuses: AgencyMissing, AgencyMoved, SamePerson."""
    with parts().db.transaction() as tx:
        return agencies.decide(tx, code=code, to=to, by=by, received=_received(tx))


def evening() -> int:
    """What came in is reckoned, and what is over comes back; how many cases."""
    with parts().db.transaction("close day: agencies") as tx:
        return agencies.evening(tx, received=_received(tx))


def _received(tx: Tx) -> Callable[[str, date], int]:
    return lambda person_id, since: lent.received(tx, person_id, since=since)
