"""What a receipt is, if that is plain: whose account, sent by whom, on which of their loans. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Owed:
    """A loan that may be paid: what is due on it (minor units), since when."""

    loan_id: str
    reference: str
    due: int
    next_due_on: date | None


@dataclass(frozen=True, slots=True)
class Match:
    """The loan, or why it is not plain which."""

    loan_id: str | None
    why: str | None


def match(*, owner: str | None, sender: str, remark: str, loans: Sequence[Owed]) -> Match:
    """The loan that money sent by `sender` to an account of `owner` is for; `loans` are the owner's that are not settled.

    The sender must bear the owner's name: money of others waits for a person to look. A loan named in the remark comes first,
    then the only one, then the one that alone has something due.
    """
    if owner is None:
        return Match(None, "account_unknown")
    if _plain(sender) != _plain(owner):
        return Match(None, "sender_differs")
    named = [one for one in loans if one.reference in remark]
    if len(named) == 1:
        return Match(named[0].loan_id, None)
    if not loans:
        return Match(None, "no_loan")
    if len(loans) == 1:
        return Match(loans[0].loan_id, None)
    due = [one for one in loans if one.due]
    return Match(due[0].loan_id, None) if len(due) == 1 else Match(None, "loan_unclear")


def _plain(name: str) -> str:
    return "".join(name.split()).replace("•", "·").casefold()
