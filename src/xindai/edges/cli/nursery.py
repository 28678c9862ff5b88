"""One process that has loaded the house; workers and APIs are forked from it: they are there at once, and share what is loaded.

It has no threads, no connections and no secrets, so what is forked from it begins clean. It is asked by lines of JSON and answers with
the id of what it has forked. Whoever is forked holds the reading end of a pipe to its keeper as its standard input, as every child does:
when the keeper is gone, however it went, they go too, and the nursery with them.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import traceback
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path

LIFE = "XINDAI_LIFE"
"""Names the pipe whose end tells that the keeper is gone."""


def is_possible() -> bool:
    """Whether processes can be forked and watched here; elsewhere each of them loads for itself."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def rear(kinds: Mapping[str, Callable[[], None]]) -> None:
    """Fork what is asked for until nobody is there to ask; `kinds` are the processes by name."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who is gone leaves nothing behind
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    life = int(os.environ.pop(LIFE))
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            _live(asked["what"], kinds, asked["environment"], Path(asked["log"]), life)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _live(
    what: str, kinds: Mapping[str, Callable[[], None]], environment: dict[str, str], log: Path, life: int
) -> None:
    code = 1
    try:
        with contextlib.suppress(
            OSError
        ):  # by this `ps` and `top` know it; where it cannot be written, it lives all the same
            Path("/proc/self/comm").write_text(f"xindai-{what}", encoding="utf-8")
        for number in (signal.SIGCHLD, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        words = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        for of, to in ((life, 0), (words, 1), (words, 2)):
            os.dup2(of, to)
        os.close(words)
        os.close(life)
        os.environ.clear()
        os.environ.update(environment)
        kinds[what]()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever it is, nothing of it may go on in the nursery's name
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


class Forked:
    """A process that the nursery has forked for us; it is watched like a child of ours."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.stdin = None
        self._handle: int | None = None
        with contextlib.suppress(ProcessLookupError):  # it is gone already
            self._handle = os.pidfd_open(pid)
            weakref.finalize(self, os.close, self._handle)

    def poll(self) -> int | None:
        """Nothing while it lives; what it ended with only the nursery would know."""
        return None if self._lives(0.0) else -1

    def send_signal(self, number: int) -> None:
        """To it, and to nobody who has its number after it."""
        if self._handle is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """End it now."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended. Raises subprocess.TimeoutExpired."""
        if self._lives(timeout):
            raise subprocess.TimeoutExpired([str(self.pid)], timeout or 0.0)
        return -1

    def _lives(self, timeout: float | None) -> bool:
        if self._handle is None:
            return False
        look = select.poll()
        look.register(self._handle, select.POLLIN)
        return not look.poll(None if timeout is None else timeout * 1000)


class NurseryGone(Exception):
    """It ended before it answered."""


class Nursery:
    """The keeper's side: begun once, and again if it is gone."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        self._command = command
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self._one_asks = threading.Lock()
        self._life_read, life_write = os.pipe()
        self._life = contextlib.ExitStack()
        for end in (self._life_read, life_write):
            self._life.callback(os.close, end)

    @property
    def pid(self) -> int | None:
        """Its own id, once it was begun."""
        return self._process.pid if self._process is not None else None

    def begin(self) -> None:
        """Let it load meanwhile."""
        if self._process is not None and self._process.poll() is None:
            return
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                self._command,
                env={**os.environ, **self._environment, LIFE: str(self._life_read)},
                pass_fds=[self._life_read],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def fork(self, what: str, environment: Mapping[str, str], log: Path) -> Forked:
        """A process of a kind in this environment, its words going to its log. Raises NurseryGone where it cannot load."""
        with self._one_asks:
            for _ in range(2):
                self.begin()
                pid = self._ask(json.dumps({"what": what, "environment": dict(environment), "log": str(log)}))
                if pid is not None:
                    return Forked(pid)
            raise NurseryGone(str(self._log))

    def _ask(self, line: str) -> int | None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            self._process.kill()
            self._process.wait()
        return int(answer) if answer else None

    def end(self) -> None:
        """No more of them, and an end to those there are; it is not begun again."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        self._life.close()
