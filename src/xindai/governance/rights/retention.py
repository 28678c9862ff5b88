"""When what is held of somebody ends: how they stand, which groups are over, and when to look again. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xindai.governance.rights.holdings import Group, Table
from xindai.values.refusal import Kind, Refusal

LOOK_AGAIN = timedelta(days=30)
"""How often somebody is looked at. No term is shorter: so whoever comes back and leaves is seen before their new term runs out."""
OPEN = {
    "application": ("an application", "进件"),
    "loan": ("a loan", "未结清借款"),
    "line": ("a credit line", "授信额度"),
    "payment": ("a payment under way", "处理中的收付款"),
    "receipt": ("money to be assigned", "待认领来款"),
    "overpaid": ("money to be given back", "待退款项"),
    "dispute": ("a dispute", "异议"),
    "hardship": ("a request for help", "困难申请"),
    "legal_case": ("a legal case", "法律程序"),
    "bureau_record": ("a report to the credit bureau", "待报送征信记录"),
    "duplicate": ("a doubt who it is", "疑似重复客户"),
    "request": ("another request", "其他权利请求"),
    "by_law": ("what the law asks to keep", "依法须保留的事项"),
}
"""What may be open with somebody, in words."""


class ErasureTooEarly(Refusal):
    """Something with this person is not at its end (PIPL 47: deleted is what is not needed any more)."""

    kind = Kind.CONFLICT
    code = "erasure_too_early"
    en = "This cannot be erased yet; still open: {open}."
    zh = "尚有未了结的事项：{open_zh}，暂不能删除。"


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands with us: what is `open`, whether anything was ever `owed` or suspected, when the last of it ended.

    `erased` are the groups that had ended by the last look.
    """

    person_id: str
    open: tuple[str, ...]
    owed: bool
    ended_on: date
    erased: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """By which of the terms they are kept."""
        return "ended" if self.owed else "never"

    def refuse_open(self) -> None:
        """Refuses: ErasureTooEarly, while anything is open."""
        if self.open:
            en, zh = zip(*(OPEN[one] for one in self.open), strict=True)
            raise ErasureTooEarly(open=", ".join(en), open_zh="、".join(zh), field="granted")


def over(one: Standing, groups: Mapping[str, Group], *, on: date, asked: bool = False) -> set[str]:
    """The groups of whose terms a day is the last, or a later one; and those that need not wait, where the person `asked`."""
    if one.open:
        return set()
    return {
        name
        for name, group in groups.items()
        if (ends_on := _ends_on(one, group)) is not None
        and (ends_on <= on or (asked and group.terms is not None and one.kind in group.terms.asked))
    }


def look_again_on(one: Standing, groups: Mapping[str, Group], *, on: date) -> date | None:
    """The next look: when a term runs out, or after thirty days; none where all have."""
    terms = [ends_on for group in groups.values() if (ends_on := _ends_on(one, group)) is not None]
    if not one.open and all(ends_on <= on for ends_on in terms):
        return None
    return min([on + LOOK_AGAIN, *(ends_on for ends_on in terms if ends_on > on)])


def _ends_on(one: Standing, group: Group) -> date | None:
    if group.terms is None:
        return None
    return one.ended_on + timedelta(days=group.terms.ended if one.owed else group.terms.never)


def groups_of(tables: Mapping[str, Table]) -> dict[str, Group]:
    """All groups of a map, by name."""
    return {one.group.name: one.group for one in tables.values()}


def erasing(tables: Mapping[str, Table], groups: Collection[str]) -> list[tuple[str, dict[str, Any]]]:
    """The statements that end these groups for `:people`, with their values: first what is theirs by way of another table."""
    ended = [one for one in tables.values() if one.group.name in groups]
    found: list[tuple[str, dict[str, Any]]] = []
    for one in sorted(ended, key=lambda one: "SELECT" not in one.whose):
        whose = one.whose.replace(":people", "CAST(:people AS text[])")
        if one.ends == "row":
            found.append((f"DELETE FROM {one.name} WHERE {whose}", {}))
        if one.blank is not None:
            sets = ", ".join(f"{column} = {_cast(column, value)}" for column, value in one.blank.items())
            found.append((f"UPDATE {one.name} SET {sets} WHERE {whose}", dict(one.blank)))
    return found


def _cast(column: str, value: Any) -> str:
    return f"CAST(:{column} AS jsonb)" if isinstance(value, dict | list) else f":{column}"
