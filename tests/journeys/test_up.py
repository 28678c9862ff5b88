"""`xindai up`: what keeps it from starting is one line; Ctrl-C leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import httpx
import psutil
import pytest

from installations import watched
from xindai.base import embedded
from xindai.edges.cli import processes
from xindai.edges.cli.nursery import Forked


def up(home: Path, port: int, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "xindai.main", "up", "--no-demo"], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "XINDAI_HOME": str(home), "PORT": str(port), **environment},
    )  # fmt: skip


def refused(home: Path, port: int, **environment: str) -> str:
    process = up(home, port, **environment)
    _, words = process.communicate(timeout=60)
    assert process.returncode == 1
    assert words.count("\n") == 1, words
    return words


def ours(home: Path) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        command = " ".join(process.info["cmdline"] or [])
        if str(home) in command and process.info["status"] != psutil.STATUS_ZOMBIE and "pytest" not in command:
            found.append(command)
    return found


def test_a_busy_port_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "port_busy" in refused(tmp_path / "var", taken.getsockname()[1])


def test_a_home_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    assert "home_unusable" in refused(tmp_path / "var", processes.free_port())


def test_a_broken_database_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "var" / "postgres").mkdir(parents=True)
    (tmp_path / "var" / "postgres" / "PG_VERSION").write_text("18\n")
    assert "database_unusable" in refused(tmp_path / "var", processes.free_port())


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 2**20))
    with pytest.raises(embedded.DatabaseUnusable, match="of disk are free"):
        embedded.attach(tmp_path)


def test_more_processes_than_the_database_takes_are_one_line(tmp_path: Path) -> None:
    assert "too_many_processes" in refused(tmp_path / "var", processes.free_port(), XINDAI_APIS="12")
    assert ours(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "said"), [("XINDAI_APIS", "0"), ("XINDAI_WORKERS", "many"), ("XINDAI_REQUESTS_A_MINUTE", "-1")]
)
def test_a_setting_that_cannot_be_read_is_one_line(tmp_path: Path, name: str, said: str) -> None:
    assert refused(tmp_path / "var", processes.free_port(), **{name: said}).startswith(f"setting_invalid: {name}: ")


def test_several_processes_share_the_port_and_one_that_dies_is_not_missed(tmp_path: Path) -> None:
    with watched(tmp_path / "var", XINDAI_APIS="2", XINDAI_WORKERS="2") as (where, children):
        assert [child.name for child in children.children] == ["sandbox", "worker-0", "api", "worker-1", "api-1"]
        port = int(where.api.rsplit(":", 1)[1])
        for number in range(2):
            both = listening(children, port)
            both[number].send_signal(signal.SIGKILL)
            both[number].wait(10)
            assert {httpx.get(f"{where.api}/health/ready", trust_env=False).status_code for _ in range(5)} == {200}
        listening(children, port)


def listening(children: processes.Processes, port: int) -> list[Forked]:
    """The two APIs, once both listen."""
    deadline = time.monotonic() + 30
    while True:
        found = [child.process for child in children.children if child.what == "api"]
        if all(isinstance(one, Forked) and port in ports(one.pid) for one in found):
            return found
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ports(pid: int) -> set[int]:
    try:
        return {one.laddr.port for one in psutil.Process(pid).net_connections() if one.status == psutil.CONN_LISTEN}
    except psutil.NoSuchProcess:
        return set()


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_it_leaves_no_process_behind(tmp_path: Path, blow: signal.Signals) -> None:
    home, port = (tmp_path / "var").resolve(), processes.free_port()
    process = up(home, port)
    deadline = time.monotonic() + 60
    while True:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).status_code == 200:
                break
        except httpx.HTTPError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert httpx.post(f"http://127.0.0.1:{port}/v1/sandbox/clock/advance", json={}, trust_env=False).status_code == 404
    process.send_signal(blow)
    process.communicate(timeout=60)
    if blow is signal.SIGINT:
        assert process.returncode == 0
        assert ours(home) == []
    while ours(home):
        assert time.monotonic() < deadline + 30, ours(home)
        time.sleep(0.05)
