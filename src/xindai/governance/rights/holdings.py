"""What is held, column by column: its class, what it is for, on which basis, how long, and what ends it (PIPL 51, 55; JR/T 0171-2020).

C3 are credentials and what proves a living face; C2 identity, account, loan and what others told; C1 is for inner use; the rest says
nothing of a person. A column that is not declared here breaks the build.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CLASSES = ("C3", "C2", "C1", "none")


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


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its group, the class of each column, and which columns are sensitive (PIPL 28)."""

    name: str
    group: Group
    columns: Mapping[str, str]
    sensitive: frozenset[str]


def parse(document: Mapping[str, Any]) -> dict[str, Table]:
    """The tables of a JSON document, by name; a column that is declared twice is a mistake of ours."""
    groups = {name: Group(name=name, **told) for name, told in document["groups"].items()}
    return {name: _table(name, groups[one["group"]], one) for name, one in document["tables"].items()}


def _table(name: str, group: Group, told: Mapping[str, str]) -> Table:
    columns: dict[str, str] = {}
    for one in CLASSES:
        for column in told.get(one, "").split():
            assert column not in columns, f"{name}.{column} is declared twice"
            columns[column] = one
    sensitive = frozenset(told.get("sensitive", "").split())
    assert sensitive <= set(columns), name
    return Table(name, group, columns, sensitive)


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
            f"Basis: {group.basis_en} ({group.basis_zh}). Kept: {group.kept_en} ({group.kept_zh}). Ended: {group.ends_by}.",
            "",
            "| table | C3 | C2 | C1 | sensitive |",
            "|---|---|---|---|---|",
        ]
        for one in tables.values():
            if one.group.name == group.name:
                cells = [", ".join(c for c, kind in one.columns.items() if kind == each) for each in CLASSES[:3]]
                lines.append(f"| `{one.name}` | {' | '.join(cells)} | {', '.join(sorted(one.sensitive))} |")
        lines.append("")
    nobody = ", ".join(f"`{one.name}`" for one in tables.values() if one.group.name == "own")
    return "\n".join([*lines, f"No personal data: {nobody}.", ""])
