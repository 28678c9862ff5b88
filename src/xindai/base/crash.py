"""Points at which a test may pull the plug: `XINDAI_CRASH_LOG` names a file, and each point not in it kills us once.

Unset, as in every real run, a point costs one comparison.
"""

from __future__ import annotations

import fcntl
import os
import signal
from pathlib import Path

_LOG = os.environ.get("XINDAI_CRASH_LOG")


def point(name: str) -> None:
    """Die here by SIGKILL, if a test asked for it and this point has not been died at before."""
    if _LOG is None:
        return
    with Path(_LOG).open("a+", encoding="utf-8") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        log.seek(0)
        if name in log.read().split("\n"):
            return
        log.write(name + "\n")
        log.flush()
        os.fsync(log.fileno())
    os.kill(os.getpid(), signal.SIGKILL)
