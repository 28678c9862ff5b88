"""A whole installation for a test: database, sandbox world, worker and API as processes, on free ports."""

import atexit
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from xindai.base.settings import Settings
from xindai.edges.cli import up
from xindai.edges.cli.nursery import Nursery, is_possible
from xindai_sandbox.client import Addresses, addresses

NO_READER = "http://127.0.0.1:9"


@contextmanager
def installed(home: Path, *, reads: bool = False, is_first: bool = False, **environment: str) -> Iterator[Addresses]:
    """An installation, and where it is reached."""
    with watched(home, reads=reads, is_first=is_first, **environment) as (where, _):
        yield where


@contextmanager
def watched(
    home: Path, *, reads: bool = False, is_first: bool = False, **environment: str
) -> Iterator[tuple[Addresses, up.Processes]]:
    """Started and ready, watched and restarted like the real thing, stopped at the end; with a reader where it `reads`.

    Money moves by the house bank unless XINDAI_RAILS says otherwise, and nobody has to read for long. A home that is not there is a
    copy of one that was started once, unless this `is_first`.
    """
    if not is_first and not home.exists():
        subprocess.run(["cp", "-a", _begun(), home], check=True)
    environment.setdefault("XINDAI_RAILS", "house")
    environment.setdefault("XINDAI_READING_SECONDS", "0")
    if not reads:
        environment["XINDAI_READER_URL"] = NO_READER
    kept = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    stop = threading.Event()
    try:
        lent = None if "XINDAI_CRASH_LOG" in environment else _nursery()
        with up.running(Settings(port=0, home=home), demo=True, lent=lent) as (_, children):
            if "XINDAI_CRASH_LOG" in environment:
                children.settled_after = 0.0  # they are meant to die
            watcher = threading.Thread(target=_watch, args=(children, stop), daemon=True)
            watcher.start()
            yield addresses(home), children
            stop.set()
            watcher.join(10)
    finally:
        stop.set()
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@cache
def _begun() -> Path:
    """The home of an installation that was started once and stopped: with its database, its keys and its demo members of staff."""
    home = Path(tempfile.mkdtemp(prefix="xindai-begun-")) / "var"
    atexit.register(shutil.rmtree, home.parent, ignore_errors=True)
    with watched(home, is_first=True):
        pass
    return home


@cache
def _nursery() -> Nursery | None:
    """One for all installations of these tests: each process is told its own world when it is forked."""
    if not is_possible():
        return None
    folder = Path(tempfile.mkdtemp(prefix="xindai-nursery-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Nursery(up.NURSERY, {"XINDAI_SANDBOX": "1", "PROMETHEUS_MULTIPROC_DIR": str(folder)}, folder / "nursery.log")


def _watch(children: up.Processes, stop: threading.Event) -> None:
    while not stop.wait(0.05):
        children.watch()
