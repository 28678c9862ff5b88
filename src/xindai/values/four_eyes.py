"""Whoever proposes does not decide."""

from __future__ import annotations

from xindai.values.refusal import Kind, Refusal


class SamePerson(Refusal):
    """Four eyes, not two."""

    kind = Kind.FORBIDDEN
    code = "same_person"
    en = "Whoever proposed this cannot decide on it."
    zh = "提出人不能审批本人提出的事项。"


def second_person(*, proposed_by: str, by: str) -> None:
    """Refuses SamePerson."""
    if by == proposed_by:
        raise SamePerson
