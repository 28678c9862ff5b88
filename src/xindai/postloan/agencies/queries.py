"""Questions about agencies, their cases and what they earned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xindai.base.db import Row, Tx
from xindai.postloan.agencies.model import (
    Agency,
    AgencyMissing,
    AgencyStatus,
    Placement,
    PlacementId,
    PlacementMissing,
    Status,
)


def agency(tx: Tx, code: str, *, lock: bool = False) -> Agency:
    """One agency. Refuses: AgencyMissing."""
    row = tx.row("SELECT * FROM agency WHERE code = :code" + (" FOR NO KEY UPDATE" if lock else ""), code=code)
    if row is None:
        raise AgencyMissing(field="agency")
    return _agency(row)


def agencies(tx: Tx, *, living_on: date | None = None) -> list[Agency]:
    """All agencies, or those that may have cases on a day, by name."""
    return [
        one
        for one in map(_agency, tx.rows("SELECT * FROM agency ORDER BY name"))
        if living_on is None or one.lives(living_on)
    ]


def agency_of(tx: Tx, member: str) -> str:
    """For which agency somebody works. Refuses: AgencyMissing."""
    code = tx.value("SELECT agency FROM staff_member WHERE name = :name", name=member)
    if code is None:
        raise AgencyMissing(field="agency")
    return str(code)


def placement(tx: Tx, placement_id: str, *, lock: bool = False) -> Placement:
    """One placement. Refuses: PlacementMissing."""
    row = tx.row(
        "SELECT * FROM agency_placement WHERE id = :id" + (" FOR NO KEY UPDATE" if lock else ""), id=placement_id
    )
    if row is None:
        raise PlacementMissing(field="placement")
    return _placement(row)


def of_case(tx: Tx, case_id: str) -> list[Placement]:
    """All placements of a case, the latest first."""
    return [
        _placement(row)
        for row in tx.rows("SELECT * FROM agency_placement WHERE case_id = :case ORDER BY id DESC", case=case_id)
    ]


def placed(tx: Tx, case_id: str, *, with_: str) -> Placement:
    """The placement of a case that is with that agency now. Refuses: PlacementMissing."""
    found = next((one for one in of_case(tx, case_id) if one.status is Status.PLACED and one.agency == with_), None)
    if found is None:
        raise PlacementMissing(field="case")
    return found


def living(tx: Tx) -> list[Placement]:
    """All that are with agencies."""
    return [_placement(row) for row in tx.rows("SELECT * FROM agency_placement WHERE status = 'placed' ORDER BY id")]


def work_list(tx: Tx, code: str, *, after: str | None, most: int) -> list[Placement]:
    """Up to `most` of an agency's cases, those that end first leading."""
    rows = tx.rows(
        "SELECT * FROM agency_placement WHERE agency = :agency AND status = 'placed' AND (CAST(:after AS text) IS NULL"
        " OR (recall_on, id) > (SELECT recall_on, id FROM agency_placement WHERE id = :after)) ORDER BY recall_on, id LIMIT :most",
        agency=code,
        after=after,
        most=most,
    )
    return [_placement(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Record:
    """How an agency does: cases it had and has, what was owed on them, what came in, what it earned, contacts, complaints."""

    cases: int
    placed: int
    owed: int
    received: int
    commission: int
    contacts: int
    connected: int
    disputes: int


def record(tx: Tx, code: str) -> Record:
    """All of an agency's work with us so far; minor units."""
    row = tx.row(
        "SELECT count(*) AS cases, count(*) FILTER (WHERE status = 'placed') AS placed, coalesce(sum(owed), 0) AS owed,"
        " coalesce(sum(received), 0) AS received, coalesce(sum(commission), 0) AS commission,"
        " (SELECT count(*) FROM contact c JOIN staff_member m ON m.name = c.made_by AND m.agency = :code WHERE c.hand = 'agency') AS contacts,"
        " (SELECT count(*) FROM contact c JOIN staff_member m ON m.name = c.made_by AND m.agency = :code"
        " WHERE c.hand = 'agency' AND c.outcome = 'connected') AS connected,"
        " (SELECT count(DISTINCT d.id) FROM contact_dispute d JOIN agency_placement p ON p.person_id = d.person_id"
        " AND p.agency = :code AND d.opened_on BETWEEN p.placed_on AND coalesce(p.ended_on, d.opened_on)) AS disputes"
        " FROM agency_placement WHERE agency = :code",
        code=code,
    )
    assert row is not None
    return Record(**{name: int(value) for name, value in row.items()})


@dataclass(frozen=True, slots=True)
class Inspection:
    """What somebody of ours found when they looked at an agency's work."""

    on: date
    by: str
    found: str


def inspections(tx: Tx, code: str) -> list[Inspection]:
    """The latest first."""
    rows = tx.rows(
        "SELECT on_day, made_by, found FROM agency_inspection WHERE agency = :code ORDER BY on_day DESC, id DESC",
        code=code,
    )
    return [Inspection(row["on_day"], row["made_by"], row["found"]) for row in rows]


def balances(tx: Tx) -> dict[str, int]:
    """What the accounts must show by commissions, in minor units."""
    earned = int(tx.value("SELECT coalesce(sum(commission), 0) FROM agency_placement"))
    return {"collection_costs": earned, "collection_payable": -earned}


def _agency(row: Row) -> Agency:
    return Agency(
        row["code"],
        row["name"],
        row["licence"],
        row["commission_bps"],
        row["most_cases"],
        row["valid_until"],
        AgencyStatus(row["status"]),
        row["proposed_by"],
        row["decided_by"],
    )


def _placement(row: Row) -> Placement:
    return Placement(
        id=PlacementId(row["id"]),
        case_id=row["case_id"],
        person_id=row["person_id"],
        agency=row["agency"],
        status=Status(row["status"]),
        placed_on=row["placed_on"],
        recall_on=row["recall_on"],
        placed_by=row["placed_by"],
        owed=int(row["owed"]),
        commission_bps=row["commission_bps"],
        received=int(row["received"]),
        commission=int(row["commission"]),
        ended_on=row["ended_on"],
        why=row["why"],
    )
