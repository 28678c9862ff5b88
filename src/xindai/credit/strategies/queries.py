"""Questions about versions of strategies."""

from __future__ import annotations

from xindai.base.db import Row, Tx
from xindai.credit.strategies.model import Case, CaseId, Outcome, Role, Status, StrategyMissing, Version, dealt


def version(tx: Tx, ref: str, *, lock: bool = False) -> Version:
    """One version. Refuses StrategyMissing."""
    name, _, number = ref.partition("@")
    row = tx.row(
        "SELECT * FROM strategy_version WHERE name = :name AND version = :version"
        + (" FOR NO KEY UPDATE" if lock else ""),
        name=name,
        version=int(number) if number.isdigit() and len(number) < 9 else 1 if not number else 0,
    )
    if row is None:
        raise StrategyMissing(field="strategy")
    return _version(row)


def versions(tx: Tx, *, name: str | None = None) -> list[Version]:
    """All versions, by name, the newest first."""
    rows = tx.rows(
        "SELECT * FROM strategy_version WHERE CAST(:name AS text) IS NULL OR name = :name ORDER BY name, version DESC",
        name=name,
    )
    return [_version(row) for row in rows]


def chosen(tx: Tx, name: str, *, key: str) -> tuple[Version, list[Version]]:
    """(the live version that decides on what `key` names, the live shadows). Refuses StrategyMissing."""
    rows = tx.rows(
        "SELECT * FROM strategy_version WHERE name = :name AND status = 'approved' AND effective_from <= :today"
        " ORDER BY version",
        name=name,
        today=tx.on,
    )
    live = [_version(row) for row in rows]
    return dealt(live, key), [one for one in live if one.role is Role.SHADOW]


def shadow_counts(tx: Tx, ref: str) -> list[tuple[str, str, int]]:
    """(what a shadow said, what was decided, how often)."""
    rows = tx.rows(
        "SELECT outcome, decided, count(*) AS n FROM shadow_decision WHERE strategy = :ref GROUP BY 1, 2 ORDER BY 1, 2",
        ref=ref,
    )
    return [(row["outcome"], row["decided"], row["n"]) for row in rows]


def cases(tx: Tx, name: str) -> list[Case]:
    """The test cases of a strategy, oldest first."""
    rows = tx.rows("SELECT * FROM strategy_case WHERE name = :name AND removed_by IS NULL ORDER BY id", name=name)
    return [
        Case(CaseId(row["id"]), row["name"], row["title"], row["inputs"], Outcome(row["expected"]), row["made_by"])
        for row in rows
    ]


def _version(row: Row) -> Version:
    return Version(
        name=row["name"],
        version=row["version"],
        graph=row["graph"],
        hash=row["hash"],
        rules=tuple(row["rules"]),
        role=Role(row["role"]),
        share=row["share"],
        status=Status(row["status"]),
        effective_from=row["effective_from"],
        proposed_by=row["proposed_by"],
        decided_by=row["decided_by"],
    )
