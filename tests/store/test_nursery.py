"""What is forked is watched like a child: it lives, ends, goes with its keeper, and a nursery that is gone is begun again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from xindai.edges.cli.nursery import Nursery, NurseryGone, is_possible

pytestmark = pytest.mark.skipif(not is_possible(), reason="processes cannot be watched here")
NURSERY = """
import os, sys, time
from xindai.edges.cli import nursery
def waits():
    print(os.environ["NAME"], flush=True)
    while os.read(0, 1):
        pass
nursery.rear({"waits": waits, "ends": lambda: sys.exit(3), "breaks": lambda: 1 / 0})
"""


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    one = Nursery([sys.executable, "-c", NURSERY], {}, tmp_path / "nursery.log")
    yield one
    one.end()


def test_what_is_forked_lives_in_a_world_of_its_own_until_it_is_ended(nursery: Nursery, tmp_path: Path) -> None:
    logs = [tmp_path / f"{name}.log" for name in ("one", "other")]
    one, other = (nursery.fork("waits", {"NAME": name}, tmp_path / f"{name}.log") for name in ("one", "other"))
    while not all(log.exists() and log.read_text() for log in logs):
        assert one.poll() is other.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        one.wait(0.0)
    assert os.getsid(one.pid) == one.pid
    one.send_signal(signal.SIGTERM)
    with ThreadPoolExecutor(4) as watchers:
        assert list(watchers.map(one.wait, [20] * 4)) == [-1] * 4, "whoever watches sees it"
    assert (one.poll(), other.poll()) == (-1, None)
    one.kill()  # whoever has its number now is left alone
    assert [log.read_text() for log in logs] == ["one\n", "other\n"]
    other.kill()
    other.wait(20)


def test_what_ends_by_itself_or_breaks_is_gone_and_says_why(nursery: Nursery, tmp_path: Path) -> None:
    log = tmp_path / "log"
    for what in ("ends", "breaks"):
        nursery.fork(what, {}, log).wait(20)
    assert "ZeroDivisionError" in log.read_text()


def test_a_nursery_that_was_killed_is_begun_again_and_its_young_live_on(nursery: Nursery, tmp_path: Path) -> None:
    one = nursery.fork("waits", {"NAME": "one"}, tmp_path / "one.log")
    assert nursery.pid is not None
    os.kill(nursery.pid, signal.SIGKILL)
    other = nursery.fork("waits", {"NAME": "other"}, tmp_path / "other.log")
    assert one.poll() is other.poll() is None
    nursery.end()
    for each in (one, other):
        each.wait(20)


def test_a_nursery_that_cannot_load_is_told(tmp_path: Path) -> None:
    broken = Nursery([sys.executable, "-c", "raise SystemExit('no such house')"], {}, tmp_path / "nursery.log")
    with pytest.raises(NurseryGone):
        broken.fork("waits", {}, tmp_path / "log")
    broken.end()
    assert "no such house" in (tmp_path / "nursery.log").read_text()
