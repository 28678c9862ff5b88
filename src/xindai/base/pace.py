"""How often one caller may ask: each has a bucket that fills evenly and holds so many (a token bucket).

Kept in the memory of one process: several API processes each count for themselves. Callers are named by hashes, the idle ones forgotten first.
"""

from __future__ import annotations

import hashlib
import math
from collections import OrderedDict
from dataclasses import dataclass

MOST_CALLERS = 100_000
_ROUNDING = 1e-6
SEVERAL = 10
"""From one address, so many times as much as one session: households, offices and networks share one."""


@dataclass(slots=True)
class _Bucket:
    held: float
    at: float


class Pace:
    """So many requests a minute for each caller, and half a minute's worth of them at once."""

    def __init__(self, a_minute: int, *, most_callers: int = MOST_CALLERS) -> None:
        self.rate = a_minute / 60
        self.at_once = max(1.0, a_minute / 2)
        self._most = most_callers
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, caller: str, *, at: float) -> int:
        """Whether a request may go on at this second: 0, and it is counted, or in how many whole seconds to ask again."""
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = _Bucket(self.at_once, at)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(caller)
        bucket.held = min(self.at_once, bucket.held + max(0.0, at - bucket.at) * self.rate)
        bucket.at = max(at, bucket.at)
        if bucket.held < 1 - _ROUNDING:
            return math.ceil((1 - bucket.held) / self.rate)
        bucket.held -= 1
        return 0


class Paces:
    """One pace for sessions and a wider one for addresses: a token that nobody gave out has no session to be counted by."""

    def __init__(self, a_minute: int, *, proxies: int) -> None:
        self.proxies = proxies
        self._sessions, self._addresses = Pace(a_minute), Pace(a_minute * SEVERAL)

    def wait(self, *, token: str | None, address: str | None, at: float) -> int:
        """0, or in how many seconds whoever asks may ask again."""
        waits = 0
        if address is not None:
            waits = self._addresses.wait(_named(address), at=at)
        if waits == 0 and token is not None:
            waits = self._sessions.wait(_named(token), at=at)
        return waits


def _named(caller: str) -> str:
    return hashlib.sha256(caller.encode("utf-8", "surrogatepass")).hexdigest()[:24]
