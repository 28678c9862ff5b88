"""`xindai up`: from nothing to a running product, and back to nothing on Ctrl-C."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from xindai.base import crypto, embedded
from xindai.base.settings import Settings
from xindai.edges.cli import processes
from xindai.edges.cli.nursery import Nursery, is_possible
from xindai.edges.cli.processes import Child, Processes, module
from xindai.outside import wechat_pay
from xindai.outside.world import provider_keys

STORY = "story.txt"
USUAL_PROCESSES = 2
"""The database is asked whether it takes more."""
DEMO_TEMPLATES = "application_result=tmpl-result,loan_status=tmpl-loan,repayment=tmpl-repayment"
DEMO_READS = 3
DEMO_RAILS = "house,iso20022,agreement_pay,wechat_pay"
"""Seconds for which a statement of cost stays in the demo."""


@dataclass(frozen=True)
class Installation:
    """Where a running installation is found: kept in `run/installation.json` for the commands that come later."""

    home: Path
    api_url: str
    world_url: str
    sandbox: bool

    def save(self) -> None:
        """Write it down."""
        body = {"api_url": self.api_url, "world_url": self.world_url, "sandbox": self.sandbox}
        crypto.write_secret(self.home / "run" / "installation.json", json.dumps(body))


def installation(home: Path) -> Installation | None:
    """The installation that was last started in `home`, if one was."""
    try:
        body = json.loads((home / "run" / "installation.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return Installation(home, body["api_url"], body["world_url"], body["sandbox"])


@contextmanager
def running(settings: Settings, *, demo: bool, lent: Nursery | None = None) -> Iterator[tuple[Installation, Processes]]:
    """Everything started and ready; everything stopped afterwards. Refuses what keeps it from starting, in one line.

    A nursery that is `lent` was begun for several installations, and lives on.
    """
    home = settings.home.resolve()
    port = settings.port or processes.free_port()
    processes.prepare_home(home)
    processes.refuse_busy_port(settings.host, port)
    provider_keys(home / "keys")
    if demo:
        wechat_pay.merchant(home / "keys")  # its sandbox is to know it
    said = settings.model_fields_set
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    world_url = f"http://127.0.0.1:{processes.free_port()}" if demo else settings.world_url
    found = Installation(home, f"http://{host}:{port}", world_url, demo)
    metrics = home / "run" / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir()
    environment = {
        "PORT": str(port),
        "HOST": settings.host,
        "XINDAI_APIS": str(settings.apis),
        "XINDAI_HOME": str(home),
        "XINDAI_WORLD_URL": world_url,
        "XINDAI_WECHAT_URL": f"{world_url}/wechat" if demo else settings.wechat_url,
        "XINDAI_TENCENT_URL": world_url if demo else settings.tencent_url,
        "XINDAI_FACES": "tencent" if demo else settings.faces,
        "XINDAI_WECHAT_TEMPLATES": DEMO_TEMPLATES if demo else settings.wechat_templates,
        "XINDAI_READING_SECONDS": str(
            settings.reading_seconds if "reading_seconds" in said or not demo else DEMO_READS
        ),
        "XINDAI_RAILS": settings.rails if "rails" in said or not demo else DEMO_RAILS,
        "XINDAI_WECHAT_PAY_URL": world_url if demo else settings.wechat_pay_url,
        "XINDAI_SANDBOX": "1" if demo else "0",
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),  # glibc: many threads, little memory
    }
    running_now = Processes(keep=None if settings.database_url else lambda: embedded.revive(home))
    reader_url = _reader_url()
    environment["XINDAI_READER_URL"] = reader_url
    nursery = lent or _nursery(home, environment)
    try:
        environment |= _addresses(settings, home)
        reader = reader_child(home, reader_url) if _reads_itself() else None
        if reader is not None:
            running_now.begin(reader)
        if demo:
            running_now.start(world_child(home, world_url, found.api_url))
        ready_url = f"{found.api_url}/health/ready"
        running_now.start(_child("worker", "worker-0", home, environment, nursery))
        running_now.start(_child("api", "api", home, environment, nursery, ready_url=ready_url))
        if settings.apis + settings.workers > USUAL_PROCESSES:
            processes.refuse_too_many(settings.apis + settings.workers, environment["DATABASE_URL"])
        for number in range(1, settings.workers):
            running_now.start(_child("worker", f"worker-{number}", home, environment, nursery))
        for number in range(1, settings.apis):
            running_now.start(_child("api", f"api-{number}", home, environment, nursery, ready_url=ready_url))
        if reader is not None:
            running_now.await_ready(reader)
        found.save()
        yield found, running_now
    finally:
        running_now.stop()
        if nursery is not None and nursery is not lent:
            nursery.end()
        if settings.database_url is None:
            embedded.release(home)


def _addresses(settings: Settings, home: Path) -> dict[str, str]:
    """The database as who works in it, and as who owns it where that is somebody else."""
    if settings.database_url is None:
        owner = embedded.attach(home)
        return {"DATABASE_URL": embedded.for_application(owner), "XINDAI_OWNER_DATABASE_URL": owner}
    owners = {"XINDAI_OWNER_DATABASE_URL": settings.owner_database_url} if settings.owner_database_url else {}
    return {"DATABASE_URL": settings.database_url, **owners}


def world_child(home: Path, world_url: str, api_url: str) -> Child:
    """The sandbox world as a process; it knows nothing of ours but its keys."""
    command = module(
        "xindai_sandbox.server",
        "--port",
        world_url.rsplit(":", 1)[1],
        "--home",
        str(home / "sandbox"),
        "--keys",
        str(home / "keys" / "providers.json"),
        "--calls-back",
        api_url,
        "--with-parent",
    )
    return Child("sandbox", command, {}, home / "logs" / "sandbox.log", ready_url=f"{world_url}/health/ready")


def _reads_itself() -> bool:
    """Whether no other reader is named, and the parts that open and read pictures are installed (`xindai[ocr]`)."""
    parts = ("rapidocr", "onnxruntime", "pillow_heif", "pypdfium2")
    return not os.environ.get("XINDAI_READER_URL") and all(find_spec(part) for part in parts)


def _reader_url() -> str:
    return os.environ.get("XINDAI_READER_URL") or f"http://127.0.0.1:{processes.free_port()}"


def reader_child(home: Path, reader_url: str) -> Child:
    """The reader as a process: pictures are opened there, apart from data."""
    command = module(
        "xindai_reader.server",
        "--port",
        reader_url.rsplit(":", 1)[1],
        "--keys",
        str(home / "keys" / "providers.json"),
        "--with-parent",
    )
    return Child("reader", command, {}, home / "logs" / "reader.log", ready_url=f"{reader_url}/health/ready")


NURSERY = module("xindai.start", "serve-nursery")


def _nursery(home: Path, environment: dict[str, str]) -> Nursery | None:
    """Whom workers and API are forked from, loading while the database starts; nobody where that cannot be."""
    if not is_possible():
        return None
    nursery = Nursery(NURSERY, dict(environment), home / "logs" / "nursery.log")
    nursery.begin()
    return nursery


def _child(
    what: str, name: str, home: Path, environment: dict[str, str], nursery: Nursery | None, ready_url: str | None = None
) -> Child:
    return Child(
        name,
        module("xindai.start", f"serve-{what}"),
        {**environment, "XINDAI_EXECUTOR": name},
        home / "logs" / f"{name}.log",
        ready_url=ready_url,
        nursery=nursery,
        what=what,
    )


def up(settings: Settings, *, demo: bool, console: Console) -> None:
    """Serve until Ctrl-C. In the demo, a loan's whole life is walked through the public doors first."""
    stop = threading.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda *_: stop.set())
    with running(settings, demo=demo) as (found, children):
        if demo and not stop.is_set():
            _tell_the_story(found, console)
        _say_where(found, console)
        while not stop.wait(0.5):
            children.watch()
        console.print("Stopping …")


def _tell_the_story(found: Installation, console: Console) -> None:
    story = found.home / "run" / STORY
    if story.exists():
        console.print(story.read_text(encoding="utf-8"), end="", highlight=False, markup=False)
        console.print("(told on the first start; remove var/ to see it lived again)\n", style="dim")
        return
    lines = []
    with subprocess.Popen(  # noqa: S603
        module("xindai_sandbox.scenarios", "one-loan", "--home", str(found.home)),
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as teller:
        assert teller.stdout is not None
        for line in teller.stdout:
            lines.append(line)
            console.print(line, end="", highlight=False, markup=False)
    if teller.returncode == 0:
        story.write_text("".join(lines), encoding="utf-8")


def _say_where(found: Installation, console: Console) -> None:
    console.print(f"Borrowers    {found.api_url}/   (the app; in the demo it shows the code that it would send)")
    console.print(f"Staff        {found.api_url}/console/   (names, passwords and one-time codes of the demo below)")
    console.print(f"API          {found.api_url}/v1/   (schema: {found.api_url}/openapi.json)")
    console.print(f"Health       {found.api_url}/health/ready   metrics: {found.api_url}/metrics")
    console.print(f"Contracts    {found.api_url}/verify   (whether one is whole)")
    if found.sandbox:
        console.print(
            f"World        {found.world_url}   (banks, bureaus, SMS, identity, behaviour, ties, WeChat, Tencent Cloud: made up)"
        )
        for name, role in DEMO_STAFF.items():
            password = demo_credentials(found.home, name)["password"]
            console.print(f"             name {name:<15} password {password}   role {role}")
        console.print(f"             one-time code: {_command()} staff-code [NAME]")
    console.print("\nCtrl-C stops everything.", style="bold")
    sys.stdout.flush()


def _command() -> str:
    """How this very command is called from here."""
    return os.path.relpath(Path(sys.executable).with_name("xindai"))


DEMO_STAFF = {
    "demo": "admin",
    "demo-officer": "officer",
    "demo-finance": "finance",
    "demo-collector": "collector",
    "demo-auditor": "auditor",
}
"""One of each role: some things need a second pair of eyes."""


def demo_credentials(home: Path, name: str = "demo") -> dict[str, Any]:
    """One of the demo members of staff, made up on first use."""
    import secrets

    path = home / "keys" / f"{name}.json"
    if not path.exists():
        fresh = {"name": name, "password": secrets.token_urlsafe(9), "totp_secret": secrets.token_hex(20)}
        crypto.write_secret(path, json.dumps(fresh), only_if_new=True)
    credentials: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return credentials


def simulate(settings: Settings, *, people: int, days: int, seed: int, as_json: bool, arguments: list[str]) -> int:
    """Live a population through a whole installation of its own; the exit code of the scenario."""
    with running(settings, demo=True) as (found, children):
        stop = threading.Event()
        threading.Thread(target=_watch, args=(children, stop), daemon=True).start()
        command = module(
            "xindai_sandbox.scenarios",
            "simulate",
            "--home",
            str(found.home),
            "--people",
            str(people),
            "--days",
            str(days),
            "--seed",
            str(seed),
            *(["--json"] if as_json else []),
            *arguments,
        )
        done = subprocess.run(command, check=False)  # noqa: S603
        stop.set()
    return done.returncode


def _watch(children: Processes, stop: threading.Event) -> None:
    while not stop.wait(0.5):
        children.watch()


def is_up(url: str) -> bool:
    """Whether something answers there."""
    try:
        return httpx.get(f"{url}/health/ready", timeout=1.0, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
