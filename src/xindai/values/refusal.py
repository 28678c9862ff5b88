"""An expected *no*: a kind, a stable code, and a sentence fit to show in both languages."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What sort of no it is; an edge turns each kind into its own status."""

    INVALID = "invalid"
    MISSING = "missing"
    CONFLICT = "conflict"
    FORBIDDEN = "forbidden"
    UNREADY = "unready"
    UNPROVEN = "unproven"


class Refusal(Exception):
    """Raised where the rule is known, shown where the person is. Subclasses fill the class attributes.

    `en` and `zh` are format strings over the keyword arguments given to the constructor.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "refused"
    en: ClassVar[str] = "This cannot be done."
    zh: ClassVar[str] = "无法办理。"

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        self.field = field
        self.facts = facts
        super().__init__(self.sentence())

    def sentence(self, language: str = "en") -> str:
        """The sentence to show, in `zh` or else English."""
        template = self.zh if language == "zh" else self.en
        return template.format(field=self.field or "", **self.facts)


class Invalid(Refusal):
    """A value that cannot be read as what it should be."""

    kind = Kind.INVALID
    code = "invalid_value"
    en = "{what}"
    zh = "输入有误：{what}"

    def __init__(self, what: str, *, field: str | None = None) -> None:
        super().__init__(field=field, what=what)
