"""The only place that puts the pieces together: the API, the worker, the command."""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Any

import uvicorn
from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import ValidationError

from xindai import journeys, shipped
from xindai.access.members import operations as members
from xindai.base import clock, crypto, db, embedded, events, workflow
from xindai.base.anchors import Anchors
from xindai.base.db import Database
from xindai.base.log import log, registry
from xindai.base.pace import Paces
from xindai.base.paper import Paper
from xindai.base.seal import Sealer
from xindai.base.settings import Settings
from xindai.credit.models import operations as models
from xindai.credit.strategies import operations as strategies
from xindai.edges.cli import commands, nursery, processes, up
from xindai.governance.compliance import model as laws
from xindai.governance.laundering import model as laundering
from xindai.governance.rights import assessments, holdings
from xindai.journeys import notify, reactions
from xindai.journeys.parts import Parts, give
from xindai.onboarding.consent import operations as consents
from xindai.onboarding.notices.model import parse_topics
from xindai.onboarding.screening import names
from xindai.outside import world
from xindai.postloan.collections import model as plans
from xindai.postloan.watch import signals
from xindai.products.catalogue import operations as catalogue
from xindai.values.masked import Secret

VERSION = "0.1.0"
HEARTBEAT_SECONDS = 5.0
REQUESTS_A_MINUTE = 300


def assemble(settings: Settings, *, url: str) -> Parts:
    """The pieces of one process, on a database that is up to date."""
    if settings.law is not None:
        shipped.enact(settings.law)
    database = Database(url)
    said = json.loads(shipped.text("onboarding", "notices/texts.json"))
    topics = parse_topics(said)
    signer = crypto.load_signer(settings.keys)
    held = holdings.parse(json.loads(shipped.text("governance", "rights/holdings.json")))
    parts = Parts(
        db=database,
        ring=crypto.load_ring(settings.keys, crypto.Cipher[settings.cipher], under=shipped.wrappings(settings)),
        signer=signer,
        anchors=Anchors(settings.home / "anchors" / "audit.jsonl", signer),
        world=world.connect(
            world.Where(
                world=settings.world_url,
                wechat=settings.wechat_url,
                reader=settings.reader_url,
                scanner=settings.scanner,
                tencent=settings.tencent_url,
                four_elements=_names(settings.four_elements),
                readers=_names(settings.readers),
                codes=_names(settings.codes),
                texts=_names(settings.texts),
                text_templates=_pairs(settings.text_templates),
                faces=_names(settings.faces),
                rails=_names(settings.rails),
                wechat_pay=settings.wechat_pay_url,
                keys=settings.keys,
                lender=settings.lender,
                account=settings.account,
                now=lambda: _now(database),
                ours=settings.our_url,
            ),
            world.provider_keys(settings.keys),
        ),
        paper=Paper(settings.fonts),
        sealer=Sealer(settings.keys / "contracts", lender=settings.lender, stamps=settings.timestamp_url),
        clauses=json.loads(shipped.text("lending", "contracts/clauses.json")),
        topics=topics,
        plans=plans.parse(json.loads(shipped.text("postloan", "collections/plans.json")), topics=list(topics)),
        laws=laws.parse(json.loads(shipped.text("governance", "compliance/rules.json"))),
        scenarios=laundering.parse(json.loads(shipped.text("governance", "laundering/scenarios.json"))),
        holdings=held,
        processings=assessments.parse(json.loads(shipped.text("governance", "rights/processings.json")), held=held),
        warnings=signals.parse(json.loads(shipped.text("postloan", "watch/signals.json"))),
        signature=str(said["signature"]),
        way_out=dict(said["opt_out"]),
        wechat_templates=_pairs(settings.wechat_templates),
        lender=settings.lender,
        sandbox=settings.sandbox,
        proxies=settings.proxies,
        our_url=settings.our_url,
        reading_seconds=settings.reading_seconds,
    )
    give(parts)
    return parts


def _now(database: Database) -> datetime:
    """The instant by our clock, which the sandbox may have moved."""
    with database.snapshot() as tx:
        return tx.at


def _names(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def _pairs(text: str) -> dict[str, str]:
    return dict(one.split("=", 1) for one in _names(text) if "=" in one)


def application(*, with_sandbox: bool) -> FastAPI:
    """The API with all its doors; a worker, which has none, does not load them."""
    from xindai.edges import doors, pages

    app = FastAPI(
        title="Xindai",
        version=VERSION,
        summary="Small online loans, end to end.",
        docs_url=None,  # the usual page loads its script from somebody else's server; the schema itself is served
        redoc_url=None,
        description="Amounts are decimal texts, dates ISO, problems RFC 9457 with a stable `code`.",
    )
    doors.open_all(app, with_sandbox=with_sandbox)
    app.get("/health/live", tags=["health"])(_live)
    app.get("/health/ready", tags=["health"])(_ready)
    app.get("/metrics", tags=["health"], response_class=Response)(_metrics)
    pages.open_borrowers(app)
    pages.open_console(app)
    return app


def _live() -> dict[str, str]:
    """The process runs."""
    return {"status": "live"}


def _ready() -> dict[str, str]:
    """The database answers."""
    from xindai.journeys.parts import parts

    with parts().db.transaction() as tx:
        return {"status": "ready", "business_day": tx.on.isoformat()}


def _metrics() -> Response:
    """Counters of all our processes, in the Prometheus text format."""
    return Response(generate_latest(registry()), media_type=CONTENT_TYPE_LATEST)


def serve_nursery() -> None:
    """The process that API and workers are forked from: everything is loaded, nothing is open."""
    app = application(with_sandbox=Settings().sandbox)
    for route in app.routes:  # what belongs to them is put together when they are first asked
        route.matches({"type": "http", "method": "GET", "path": "/", "headers": []})
    _know_every_journey()
    names.readings("信")
    gc.freeze()
    nursery.rear({"api": partial(serve_api, app), "worker": serve_worker})


def serve_api(app: FastAPI | None = None) -> None:
    """The API process."""
    settings = Settings()
    url = _begin(settings, works=False)
    assert url
    threads = threading.Event()
    _keep_beating(settings, threads)
    serving = app or application(with_sandbox=settings.sandbox)
    said = settings.requests_a_minute
    if a_minute := said if said is not None else 0 if settings.sandbox else REQUESTS_A_MINUTE:
        serving.state.paces = Paces(a_minute, proxies=settings.proxies)
    config = uvicorn.Config(
        serving,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # whom a proxy speaks for is read in one place, door.source, and only from proxies of ours
        timeout_graceful_shutdown=5,
        timeout_keep_alive=30,
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[_shared_door(settings)] if settings.apis > 1 else None)
    threads.set()
    workflow.stop()


def _shared_door(settings: Settings) -> socket.socket:
    """One of several processes that listen at one port: the kernel gives each of them its share of the callers."""
    door = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind((settings.host, settings.port))
    return door


def serve_worker() -> None:
    """The worker process: queued journeys and the delivery of events."""
    settings = Settings()
    _begin(settings, works=True)
    from xindai.journeys.parts import parts

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _keep_beating(settings, stop)
    threading.Thread(target=events.deliver_forever, args=(parts().db, reactions.react, stop), daemon=True).start()
    threading.Thread(target=notify.send_forever, args=(stop,), daemon=True).start()
    while not stop.wait(1.0):
        pass
    workflow.stop()


def _begin(settings: Settings, *, works: bool) -> str:
    """Migrate, assemble, launch; end with whoever started us."""
    assert settings.database_url is not None, "processes are started by `xindai up`, or given DATABASE_URL"
    threading.Thread(target=_end_with_parent, daemon=True).start()
    db.migrate(settings.owner_database_url or settings.database_url)
    os.environ.pop("XINDAI_OWNER_DATABASE_URL", None)  # nobody is the owner from here on
    parts = assemble(settings, url=settings.database_url)
    with parts.db.transaction() as tx:
        tx.run("SELECT pg_advisory_xact_lock(72619)")
        catalogue.stock(tx)
        consents.stock(tx, shipped.consent_texts(settings.consents))
        for named in shipped.submissions(settings):
            models.stock(tx, named)
        strategies.stock(tx, name="consumer", text=shipped.text("credit", "strategies/consumer.json"))
    if settings.sandbox:
        _begin_sandbox(parts, settings)
    # The dictionary takes a third of a second, which neither this start nor the first applicant need wait for.
    threading.Thread(target=names.readings, args=("信",), daemon=True).start()
    _know_every_journey()
    workflow.launch(parts.db.url, executor=executor(settings), works=works)
    log.info("started", executor=executor(settings), works=works)
    return parts.db.url


def _know_every_journey() -> None:
    """Whoever takes journeys up goes on with any of them, whichever door began it."""
    for one in pkgutil.iter_modules(journeys.__path__):
        import_module(f"{journeys.__name__}.{one.name}")


def executor(settings: Settings) -> str:
    """The name under which this process owns journeys."""
    return f"{socket.gethostname()}|{settings.executor or os.getpid()}"


def _begin_sandbox(parts: Parts, settings: Settings) -> None:
    staff_ = {name: up.demo_credentials(settings.home, name) for name in up.DEMO_STAFF}
    with parts.db.transaction() as tx:
        tx.run("SELECT pg_advisory_xact_lock(72618)")
        clock.begin_sandbox(tx)
        for name, role in up.DEMO_STAFF.items():
            if not tx.value("SELECT 1 FROM staff_member WHERE name = :name", name=name):
                members.hire(
                    tx,
                    parts.ring,
                    name=name,
                    role=role,
                    password=Secret(staff_[name]["password"]),
                    totp_secret=Secret(staff_[name]["totp_secret"]),
                )


def _keep_beating(settings: Settings, stop: threading.Event) -> None:
    from xindai.journeys.parts import parts

    def beat() -> None:
        while not stop.is_set():
            try:
                workflow.beat(parts().db, executor(settings), newest_key=crypto.noticed(parts().ring).newest)
            except Exception as error:  # noqa: BLE001 - the database may be restarting; the next beat tells
                log.warning("heart_missed_a_beat", why=repr(error))
            stop.wait(HEARTBEAT_SECONDS)

    threading.Thread(target=beat, daemon=True).start()


def _end_with_parent() -> None:
    if not os.isatty(0):
        while os.read(0, 1024):
            pass
        os._exit(0)


@contextmanager
def house() -> Iterator[Parts]:
    """The installation, opened for one command; in the sandbox its world is started if it is not running."""
    settings = Settings()
    home = settings.home.resolve()
    processes.prepare_home(home)
    found = up.installation(home)
    owner = settings.owner_database_url or settings.database_url or embedded.attach(home)
    url = settings.database_url or embedded.for_application(owner)
    children = processes.Processes()
    try:
        db.migrate(owner)
        if found is not None and found.sandbox:
            settings = settings.model_copy(
                update={
                    "world_url": found.world_url,
                    "wechat_url": f"{found.world_url}/wechat",
                    "tencent_url": found.world_url,
                    "wechat_pay_url": found.world_url,
                    "rails": up.DEMO_RAILS,
                    "sandbox": True,
                }
            )
            world.provider_keys(settings.keys)  # a world of a newer version asks for keys of its own
            if not up.is_up(found.world_url):
                children.start(up.world_child(home, found.world_url, found.api_url))
        parts = assemble(settings, url=url)
        _know_every_journey()
        workflow.launch(parts.db.url, executor=f"{socket.gethostname()}|command-{os.getpid()}", works=True)
        yield parts
        workflow.stop()
        parts.db.close()
    finally:
        children.stop()
        if settings.database_url is None:
            embedded.release(home)


def schema() -> dict[str, Any]:
    """The OpenAPI document, sandbox doors included."""
    return application(with_sandbox=True).openapi()


def cli() -> None:
    """The command `xindai`."""
    if sys.argv[1:2] == ["serve-api"]:
        serve_api()
    elif sys.argv[1:2] == ["serve-worker"]:
        serve_worker()
    elif sys.argv[1:2] == ["serve-nursery"]:
        serve_nursery()
    else:
        try:
            commands.build(
                house, schema, (lambda name: shipped.strategy(name) if name == "consumer" else None, shipped.cards)
            )()
        except ValidationError as error:
            if error.title != Settings.__name__:
                raise
            first = error.errors()[0]
            name = Settings.model_fields[str(first["loc"][0])].alias
            sys.exit(f"setting_invalid: {name}: {first['msg']}")


if __name__ == "__main__":
    cli()
