"""Whoever proposes does not decide; and the life of what is proposed in versions."""

from __future__ import annotations

from enum import StrEnum

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


class VersionStatus(StrEnum):
    """Where a version of something stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


def version_moves(noun: str) -> dict[VersionStatus, dict[VersionStatus, str]]:
    """The moves of a version and the event that each leaves: decided on once, and taken back once."""
    return {
        VersionStatus.PROPOSED: {
            VersionStatus.APPROVED: f"{noun}_approved",
            VersionStatus.REJECTED: f"{noun}_rejected",
        },
        VersionStatus.APPROVED: {VersionStatus.WITHDRAWN: f"{noun}_withdrawn"},
        VersionStatus.REJECTED: {},
        VersionStatus.WITHDRAWN: {},
    }
