"""Contracts with agencies; cases placed, recalled and given back; commissions booked as money comes in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from xindai.base import audit
from xindai.base.db import Tx
from xindai.lending.ledger import operations as ledger
from xindai.lending.ledger.model import Account, Entry
from xindai.postloan.agencies import queries
from xindai.postloan.agencies.model import (
    LASTS,
    Agency,
    AgencyStatus,
    NotPlaceable,
    Placement,
    PlacementId,
    Status,
    checked,
    commission,
    why_not,
)
from xindai.postloan.cases import queries as cased
from xindai.values.refusal import Invalid

Received = Callable[[str, date], int]
"""(person, since when) -> what came of them from then on and was not taken back, in minor units."""


def propose(tx: Tx, agency: Agency) -> Agency:
    """A contract with an agency, for somebody else to approve; a code that is known is proposed anew. Refuses: Invalid, AgencyMoved."""
    checked(
        agency.code,
        commission_bps=agency.commission_bps,
        most_cases=agency.most_cases,
        valid_until=agency.valid_until,
        on=tx.on,
    )
    tx.run(
        "INSERT INTO agency (code, name, licence, commission_bps, most_cases, valid_until, status, proposed_by, at)"
        " VALUES (:code, :name, :licence, :bps, :most, :until, 'proposed', :by, :at) ON CONFLICT (code) DO UPDATE SET"
        " name = :name, licence = :licence, commission_bps = :bps, most_cases = :most, valid_until = :until,"
        " status = 'proposed', proposed_by = :by, decided_by = NULL WHERE agency.status IN ('rejected', 'ended')",
        code=agency.code,
        name=agency.name,
        licence=agency.licence,
        bps=agency.commission_bps,
        most=agency.most_cases,
        until=agency.valid_until,
        by=agency.proposed_by,
        at=tx.at,
    )
    audit.note(tx, actor=agency.proposed_by, action="agency_proposed", subject=agency.code)
    return queries.agency(tx, agency.code)


def decide(tx: Tx, *, code: str, to: AgencyStatus, by: str, received: Received) -> Agency:
    """A second person's word, or the end of a contract: whatever an agency has comes back then. Twice is once.

    Refuses: AgencyMissing, AgencyMoved, SamePerson.
    """
    one = queries.agency(tx, code, lock=True)
    if one.status is to:
        return one
    event = one.decide(to, by=by)
    tx.run("UPDATE agency SET status = :to, decided_by = :by WHERE code = :code", to=to.value, by=by, code=code)
    audit.note(tx, actor=by, action=event, subject=code)
    if to is AgencyStatus.ENDED:
        for placement in queries.living(tx):
            if placement.agency == code:
                end(tx, placement, Status.RECALLED, why="contract_ended", by=by, received=received)
    return queries.agency(tx, code)


def place(tx: Tx, *, placement_id: PlacementId, case_id: str, code: str, barred: bool, by: str) -> Placement:
    """A case goes to an agency for ninety days at most. The same id again is the same.

    Refuses: CaseMissing, AgencyMissing, NotPlaceable.
    """
    agency, case = queries.agency(tx, code, lock=True), cased.get(tx, case_id, lock=True)
    before = queries.of_case(tx, case_id)
    if any(one.id == placement_id for one in before):
        return queries.placement(tx, placement_id)
    why = why_not(
        agency,
        case,
        barred=barred,
        has=queries.record(tx, code).placed,
        is_placed=any(one.status is Status.PLACED for one in before),
        on=tx.on,
    )
    if why is not None:
        raise NotPlaceable(why=why, field="case")
    tx.run(
        "INSERT INTO agency_placement (id, case_id, person_id, agency, status, placed_on, recall_on, placed_by, owed,"
        " commission_bps, received, commission, why) VALUES (:id, :case, :person, :agency, 'placed', :on, :recall, :by,"
        " :owed, :bps, 0, 0, '')",
        id=placement_id,
        case=case_id,
        person=case.person_id,
        agency=code,
        on=tx.on,
        recall=min(tx.on + LASTS, agency.valid_until),
        by=by,
        owed=case.owed,
        bps=agency.commission_bps,
    )
    facts = {"case": case_id, "placement": placement_id, "agency": code}
    audit.note(tx, actor=by, action="case_placed", subject=case.person_id, facts=facts)
    return queries.placement(tx, placement_id)


def end(tx: Tx, one: Placement, to: Status, *, why: str, by: str, received: Received) -> Placement:
    """A case is with an agency no more; what came in to this day is reckoned. Refuses: PlacementMissing."""
    event = one.move(to)
    reckon(tx, one, received=received)
    tx.run(
        "UPDATE agency_placement SET status = :to, ended_on = :on, why = :why WHERE id = :id",
        to=to.value,
        on=tx.on,
        why=why,
        id=one.id,
    )
    facts = {"case": one.case_id, "placement": one.id, "agency": one.agency}
    audit.note(tx, actor=by, action=event, subject=one.person_id, facts=facts)
    return queries.placement(tx, one.id)


def reckon(tx: Tx, one: Placement, *, received: Received) -> int:
    """What came in of what was placed, and the commission on the whole of it: what that adds is booked; how much.

    More than was owed when it was placed is none of its work. What is taken back takes its commission with it, while the agency has the case.
    """
    came = min(one.owed, received(one.person_id, one.placed_on))
    earned = commission(came, one.commission_bps)
    if (came, earned) == (one.received, one.commission):
        return 0
    tx.run(
        "UPDATE agency_placement SET received = :came, commission = :earned, counted = counted + 1 WHERE id = :id",
        came=came,
        earned=earned,
        id=one.id,
    )
    more = earned - one.commission
    if more:
        count = tx.value("SELECT counted FROM agency_placement WHERE id = :id", id=one.id)
        lines = ((Account.COLLECTION_COSTS, more), (Account.COLLECTION_PAYABLE, -more))
        ledger.post(tx, [Entry(f"commission|{one.id}|{count}", "commission", tx.on, "CNY", lines)])
    return more


def evening(tx: Tx, *, received: Received) -> int:
    """What came in is reckoned; cases that are over, or have been away for long enough, come back. How many came back."""
    back = 0
    for one in queries.living(tx):
        case = cased.get(tx, one.case_id)
        if case.closed_on is not None:
            end(tx, one, Status.OVER, why="nothing_late", by="close_day", received=received)
        elif tx.on >= one.recall_on:
            end(tx, one, Status.RECALLED, why="time_is_up", by="close_day", received=received)
        else:
            reckon(tx, one, received=received)
            continue
        back += 1
    return back


def inspect(tx: Tx, *, code: str, found: str, by: str) -> None:
    """Somebody of ours has looked at an agency's work (R-COLL-06). Refuses: AgencyMissing, Invalid."""
    queries.agency(tx, code)
    if len(found.strip()) < 2:
        raise Invalid("An inspection says what was found.", field="found")
    tx.run(
        "INSERT INTO agency_inspection (agency, on_day, made_by, found, at) VALUES (:code, :on, :by, :found, :at)",
        code=code,
        on=tx.on,
        by=by,
        found=found.strip(),
        at=tx.at,
    )
    audit.note(tx, actor=by, action="agency_inspected", subject=code)
