"""Failures to order: the next so many calls of an operation go wrong in a named way."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = {
    "delay": "the answer (or call-back) comes late, by `seconds`",
    "loss": "it is done, but the answer (or call-back) never comes",
    "lost_request": "it is not done, and no answer comes",
    "duplicate": "the call-back comes twice",
    "wrong_signature": "the answer (or call-back) is signed with another key",
    "server_error": "status 500, nothing done",
    "garbage": "a signed answer that is not JSON",
    "refuse": "it is done and fails (a bank that says no)",
}


@dataclass
class Failure:
    """One order for failure."""

    provider: str
    operation: str
    kind: str
    times: int
    seconds: float


class Failures:
    """The orders that are open."""

    def __init__(self) -> None:
        self._open: list[Failure] = []

    def order(self, failure: Failure) -> None:
        """From now on."""
        self._open.append(failure)

    def clear(self) -> None:
        """No more failures."""
        self._open.clear()

    def next(self, provider: str, operation: str) -> Failure | None:
        """The failure that this call meets, used up by one."""
        for failure in self._open:
            if failure.provider == provider and failure.operation == operation:
                failure.times -= 1
                if failure.times <= 0:
                    self._open.remove(failure)
                return failure
        return None
