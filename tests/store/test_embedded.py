"""The embedded server: shared, stopped with its last user, never in the way, never on the network."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import sqlalchemy

from xindai.base import embedded

USER = """
import sys, sqlalchemy
from pathlib import Path
from xindai.base import embedded
url = embedded.attach(Path(sys.argv[1]))
with sqlalchemy.create_engine(url).begin() as connection:
    connection.execute(sqlalchemy.text(sys.argv[2]))
with sqlalchemy.create_engine(url).connect() as connection:
    print(connection.execute(sqlalchemy.text("SELECT count(*) FROM kept")).scalar(), flush=True)
sys.stdin.read()
"""


def user(home: Path, sql: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", USER, str(home), sql],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def postmaster(home: Path) -> int | None:
    try:
        pid = int((home / "postgres" / "postmaster.pid").read_text().split("\n")[0])
        process = psutil.Process(pid)
        return pid if process.status() != psutil.STATUS_ZOMBIE else None
    except (FileNotFoundError, psutil.NoSuchProcess, ValueError):
        return None


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


CREATE = "CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)"


def test_two_processes_share_it_and_it_stops_with_the_last(tmp_path: Path) -> None:
    first = user(tmp_path, CREATE)
    assert said(first) == "1"
    second = user(tmp_path, CREATE)
    assert said(second) == "2"
    first.communicate()
    assert postmaster(tmp_path) is not None
    second.communicate()
    until(lambda: postmaster(tmp_path) is None)


def test_killing_everything_leaves_no_orphan_and_loses_nothing(tmp_path: Path) -> None:
    for expected in ("1", "2", "3"):
        process = user(tmp_path, CREATE)
        assert said(process) == expected
        pid = postmaster(tmp_path)
        assert pid is not None
        process.kill()
        process.wait()
        if expected == "2":
            os.kill(pid, signal.SIGKILL)
        until(lambda: postmaster(tmp_path) is None)


def test_a_server_killed_under_its_user_starts_again_with_all_that_was_committed(tmp_path: Path) -> None:
    first = user(tmp_path, CREATE)
    assert said(first) == "1"
    pid = postmaster(tmp_path)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: postmaster(tmp_path) is None)
    second = user(tmp_path, CREATE)
    assert said(second) == "2"
    first.communicate()
    second.communicate()
    until(lambda: postmaster(tmp_path) is None)


def test_a_pid_that_now_belongs_to_somebody_else_does_not_stand_in_the_way(tmp_path: Path) -> None:
    first = user(tmp_path, CREATE)
    assert said(first) == "1"
    first.communicate()
    until(lambda: postmaster(tmp_path) is None)
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n1\n5432\n\n\n\nready\n")
    second = user(tmp_path, CREATE)
    assert said(second) == "2"
    second.communicate()
    until(lambda: postmaster(tmp_path) is None)


def test_it_is_never_reachable_over_tcp(server: str) -> None:
    with sqlalchemy.create_engine(server).connect() as connection:
        assert connection.execute(sqlalchemy.text("SHOW listen_addresses")).scalar() == ""
        assert connection.execute(sqlalchemy.text("SHOW unix_socket_permissions")).scalar() == "0700"


def test_a_folder_that_is_no_database_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "holiday.jpg").write_text("x")
    with pytest.raises(embedded.DatabaseUnusable) as refused:
        embedded.attach(tmp_path)
    assert "\n" not in refused.value.sentence()


def test_a_broken_database_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    process = user(tmp_path, CREATE)
    assert said(process) == "1"
    process.communicate()
    until(lambda: postmaster(tmp_path) is None)
    (tmp_path / "postgres" / "global" / "pg_control").unlink()
    with pytest.raises(embedded.DatabaseUnusable) as refused:
        embedded.attach(tmp_path)
    assert "\n" not in refused.value.sentence()
    assert refused.value.code == "database_unusable"


def test_a_home_that_cannot_be_a_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(embedded.DatabaseUnusable):
        embedded.attach(tmp_path / "file" / "var")
