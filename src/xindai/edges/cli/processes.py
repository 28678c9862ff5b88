"""The processes of one installation: sandbox world, worker, API. They are started, watched, restarted, and stopped.

Each child holds the reading end of a pipe to us as its standard input: when we are gone, however we went, it goes too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from xindai.base import db, workflow
from xindai.edges.cli.nursery import Forked, Nursery, NurseryGone
from xindai.values.refusal import Kind, Refusal


class PortBusy(Refusal):
    """Somebody else listens there."""

    kind = Kind.UNREADY
    code = "port_busy"
    en = "Port {port} on {host} is in use; stop what uses it, or set PORT to another."
    zh = "{host} 的端口 {port} 已被占用，请停止占用程序或设置 PORT。"


class TooManyProcesses(Refusal):
    """The database would run out of connections under load."""

    kind = Kind.UNREADY
    code = "too_many_processes"
    en = "{processes} processes may open {needed} connections and the database takes {taken}: raise its max_connections, or lower XINDAI_APIS and XINDAI_WORKERS."
    zh = "{processes} 个进程最多需要 {needed} 个数据库连接，而数据库只接受 {taken} 个：请调高 max_connections，或减少 XINDAI_APIS 与 XINDAI_WORKERS。"


class HomeUnusable(Refusal):
    """The data folder cannot be used."""

    kind = Kind.UNREADY
    code = "home_unusable"
    en = "The folder {folder} cannot be used: {why}. Set XINDAI_HOME to a folder that can be written."
    zh = "目录 {folder} 不可用：{why}。请将 XINDAI_HOME 设为可写目录。"


class ChildBroken(Refusal):
    """A process of ours does not come up."""

    kind = Kind.UNREADY
    code = "process_failed"
    en = "The {name} process does not come up; its last words, in {log}: {words}"
    zh = "{name} 进程未能启动，日志 {log} 末行：{words}"


MOST_WORDS = 300
SETTLED_AFTER = 1.0
"""A process that dies sooner than this many seconds after its start is started again more slowly each time."""


def refuse_busy_port(host: str, port: int) -> None:
    """Refuses: PortBusy."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortBusy(host=host, port=port) from None


def refuse_too_many(processes: int, url: str) -> None:
    """One more is kept for commands. Refuses: TooManyProcesses."""
    needed = (processes + 1) * (db.MOST_CONNECTIONS + workflow.MOST_CONNECTIONS)
    taken = db.connections(url)
    if needed > taken:
        raise TooManyProcesses(processes=processes, needed=needed, taken=taken)


def free_port() -> int:
    """A port of the loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare_home(home: Path) -> None:
    """Make the data folder with its parts. Refuses: HomeUnusable."""
    try:
        for folder in (home, home / "keys", home / "logs", home / "run"):
            folder.mkdir(parents=True, exist_ok=True)
        probe = home / "run" / ".probe"
        probe.write_text("written", encoding="utf-8")
        probe.unlink()
        (home / "keys").chmod(0o700)
    except OSError as error:
        raise HomeUnusable(folder=home, why=error.strerror or str(error)) from None


@dataclass
class Child:
    """One process that we keep alive."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    ready_url: str | None = None
    nursery: Nursery | None = None
    """Who forks it, and not the command that starts it; `what` is what it is there."""
    what: str = ""
    process: subprocess.Popen[bytes] | Forked | None = None
    started_at: float = 0.0
    quick_deaths: int = 0

    def start(self) -> None:
        """Start it, its words going to its log."""
        self.started_at = time.monotonic()
        if self.nursery is not None:
            self.process = self._forked(self.nursery)
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                list(self.command),
                env={**os.environ, **self.environment},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _forked(self, nursery: Nursery) -> Forked:
        try:
            return nursery.fork(self.what, {**os.environ, **self.environment}, self.log)
        except NurseryGone as gone:
            raise ChildBroken(name=self.name, log=gone, words="—") from None

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self, *, patience: float) -> None:
        """Ask it to end, and make it."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


def _last_words(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "—"
    return next((line.strip()[:MOST_WORDS] for line in reversed(lines) if line.strip()), "—")


@dataclass
class Processes:
    """All children, in the order in which they start; `keep` sees to what is no child of ours and must be there for them."""

    children: list[Child] = field(default_factory=list)
    keep: Callable[[], object] | None = None
    settled_after: float = SETTLED_AFTER

    def begin(self, child: Child) -> None:
        """Start a child, and let it get ready meanwhile."""
        self.children.append(child)
        child.start()

    def start(self, child: Child) -> None:
        """Start a child and wait until it is ready. Refuses: ChildBroken."""
        self.begin(child)
        self.await_ready(child)

    def await_ready(self, child: Child, *, patience: float = 60.0) -> None:
        """Wait until a child is ready. Refuses: ChildBroken."""
        deadline = time.monotonic() + patience
        while child.ready_url:
            if not child.is_alive() or time.monotonic() > deadline:
                raise ChildBroken(name=child.name, log=child.log, words=_last_words(child.log))
            try:
                if httpx.get(child.ready_url, timeout=2.0, trust_env=False).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)

    def watch(self) -> None:
        """Start again what has died; slower each time it dies. What cannot be kept now is tried again at the next look."""
        if self.keep is not None:
            with contextlib.suppress(Refusal):
                self.keep()
        for child in self.children:
            if not child.is_alive():
                lived = time.monotonic() - child.started_at
                child.quick_deaths = child.quick_deaths + 1 if lived < self.settled_after else 0
                time.sleep(0 if child.quick_deaths < 3 else min(5.0, 0.1 * 2**child.quick_deaths))
                with contextlib.suppress(ChildBroken):
                    child.start()

    def stop(self) -> None:
        """Stop all, the last started first."""
        for child in reversed(self.children):
            child.stop(patience=8.0)
        self.children.clear()


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs one of our modules."""
    return [sys.executable, "-m", name, *arguments]
