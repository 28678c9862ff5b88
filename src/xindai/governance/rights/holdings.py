"""What is held, column by column: its class, what it is for, on which basis, how long, and what ends it (PIPL 19, 47, 51, 55; JR/T 0171-2020).

C3 are credentials and what proves a living face; C2 identity, account, loan and what others told; C1 is for inner use; the rest says
nothing of a person. A column that is not declared here breaks the build; and what is declared to end is what the evening ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CLASSES = ("C3", "C2", "C1", "none")
_OWN = "person_id = ANY(:people)"


@dataclass(frozen=True, slots=True)
class Terms:
    """After how many days a group ends: for whom nothing was `never` owed or suspected, or after the business with a person has `ended`.

    Who asks for it is not made to wait, where `asked` names how they stand.
    """

    never: int
    ended: int
    asked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Aged:
    """Rows that end by themselves, so many days after the moment in a column; `real` where that is real time in a sandbox, too."""

    by: str
    days: int
    real: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What some tables are for, on which basis, how long that is kept, and what ends it today."""

    name: str
    zh: str
    en: str
    basis_zh: str
    basis_en: str
    kept_zh: str
    kept_en: str
    ends_by: str
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its group, the class of each column, which columns are sensitive (PIPL 28), whose its rows are, and how they end.

    `ends` is "row" where rows go, "stays" where they name nobody by themselves, "with ..." another table; `blank` is what stands
    in columns afterwards, where rows stay and the columns do not.
    """

    name: str
    group: Group
    columns: Mapping[str, str]
    sensitive: frozenset[str]
    whose: str = _OWN
    ends: str | None = None
    blank: Mapping[str, Any] | None = None
    aged: Aged | None = None


def parse(document: Mapping[str, Any]) -> dict[str, Table]:
    """The tables of a JSON document, by name; a column that is declared twice is a mistake of ours."""
    groups = {name: _group(name, told) for name, told in document["groups"].items()}
    return {name: _table(name, groups[one["group"]], one) for name, one in document["tables"].items()}


def _group(name: str, told: Mapping[str, Any]) -> Group:
    terms = told.get("terms")
    kept = Terms(terms["never"], terms["ended"], frozenset(terms["asked"])) if terms else None
    return Group(name=name, **{**told, "terms": kept})


def _table(name: str, group: Group, told: Mapping[str, Any]) -> Table:
    columns: dict[str, str] = {}
    for one in CLASSES:
        for column in told.get(one, "").split():
            assert column not in columns, f"{name}.{column} is declared twice"
            columns[column] = one
    sensitive = frozenset(told.get("sensitive", "").split())
    blank, aged = told.get("blank"), Aged(**told["aged"]) if "aged" in told else None
    assert {*sensitive, *(blank or ()), *((aged.by,) if aged else ())} <= set(columns), name
    return Table(name, group, columns, sensitive, told.get("whose", _OWN), told.get("ends"), blank, aged)


def ends(group: Group) -> list[str]:
    """What ends a group, in words."""
    told = [group.ends_by] if group.ends_by else []
    if group.terms is not None:
        told.append(
            f"each evening ({group.terms.never} days where nothing was ever owed, {group.terms.ended} after the business)"
        )
        at_once = {"never": "who never owed anything", "ended": "who owes nothing any more"}
        if group.terms.asked:
            told.append(f"asked for by {' or '.join(at_once[one] for one in at_once if one in group.terms.asked)}")
    return told


def becomes(one: Table) -> str:
    """What becomes of a table's rows, in words."""
    told = []
    if one.ends == "row":
        told.append("deleted")
    elif one.ends is not None:
        told.append({"stays": "stays, naming nobody"}.get(one.ends, f"deleted {one.ends}"))
    if one.blank is not None:
        told.append(f"emptied: {', '.join(one.blank)}")
    if one.aged is not None:
        told.append(f"deleted {one.aged.days} days after `{one.aged.by}`")
    return "; ".join(told)


def page(tables: Mapping[str, Table]) -> str:
    """The map as a document for people."""
    lines = [
        "# Data map 数据清单",
        "",
        "Drawn from `src/xindai/governance/rights/holdings.json`, which is held against the database by a test: a column that is not declared",
        "breaks the build. C3 are credentials, C2 what is personal and financial, C1 for inner use; *sensitive* by PIPL 28.",
        "",
    ]
    for group in {one.group.name: one.group for one in tables.values() if one.group.name != "own"}.values():
        lines += [
            f"## {group.en} · {group.zh}",
            "",
            f"Basis: {group.basis_en} ({group.basis_zh}). Kept: {group.kept_en} ({group.kept_zh}). Ended: {'; '.join(ends(group))}.",
            "",
            "| table | C3 | C2 | C1 | sensitive | what becomes of it |",
            "|---|---|---|---|---|---|",
        ]
        for one in tables.values():
            if one.group.name == group.name:
                cells = [", ".join(c for c, kind in one.columns.items() if kind == each) for each in CLASSES[:3]]
                lines.append(
                    f"| `{one.name}` | {' | '.join(cells)} | {', '.join(sorted(one.sensitive))} | {becomes(one)} |"
                )
        lines.append("")
    nobody = ", ".join(f"`{one.name}`" for one in tables.values() if one.group.name == "own")
    return "\n".join([*lines, f"No personal data: {nobody}.", ""])
