"""Durable workflows on DBOS: a journey survives `kill -9` and goes on at the step that was cut off.

A step may run twice (cut off after its effect, before its answer was kept), so every step is idempotent. Arguments and
answers are plain JSON. A process that dies for good is inherited by whichever process next sees its heartbeat missing.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import psycopg
from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID, WorkflowHandle
from dbos import error as dbos_error
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from xindai.base import crash
from xindai.base.db import Away, Database, Tx
from xindai.base.log import log

P = ParamSpec("P")
R = TypeVar("R")

CONTRACT = "1"
"""Journeys begun under one contract are finished by any code of the same; raise it when the steps of one change that nobody begins again."""

_SILENCE = "20 seconds"


def ended(said: str) -> Exception:
    """The error that ended a journey, from what was kept of it: the database was away, or else what it said."""
    return Away(said) if "OperationalError" in said else RuntimeError(said)


class _Json(Serializer):
    """DBOS keeps what we give it as JSON text, never as pickles."""

    def name(self) -> str:
        return "xindai_json"

    def serialize(self, data: Any) -> str:
        if isinstance(data, BaseException):
            return json.dumps({"!error": f"{type(data).__name__}: {data}"})
        return json.dumps(data, ensure_ascii=False)

    def deserialize(self, serialized_data: str) -> Any:
        data = json.loads(serialized_data)
        if isinstance(data, dict) and "!error" in data:
            return ended(str(data["!error"]))
        return data


@event.listens_for(Engine, "handle_error")
def _away(context: ExceptionContext) -> None:
    """A database whose socket or name is gone just now is away, as one that refuses is: DBOS waits for it, and no journey is dropped."""
    if isinstance(context.original_exception, psycopg.OperationalError) and context.connection is None:
        context.is_disconnect = True


QUEUE = "journeys"
_POOL = 12
MOST_CONNECTIONS = _POOL + 1
"""Of one process, for its journeys: the pool, and what listens."""
_AT_ONCE, _LOOKS_EVERY, _ASKS_EVERY = 16, 0.1, 0.05
"""Journeys that a worker has under way at most; seconds between two looks for queued ones, and for the answer of one."""


def journey(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a durable workflow. It may only think, wait, and call `step`."""
    return DBOS.workflow(name=name)


def step(name: str, do: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run one idempotent step of the journey at hand and keep its JSON answer."""

    def counted() -> R:
        crash.point(f"{name}: before")
        answer = do(*args, **kwargs)
        crash.point(f"{name}: done, not kept")
        return answer

    return DBOS.run_step({"name": name}, counted)


def sleep(seconds: float) -> None:
    """Wait; a restart waits only for what is left."""
    DBOS.sleep(seconds)


def wait_for_word(topic: str, *, seconds: float) -> str | None:
    """Wait until `send_word` to this journey, or until `seconds` have gone."""
    word: str | None = DBOS.recv(topic, timeout_seconds=seconds)
    return word


def send_word(journey_id: str, topic: str, word: str, *, once: str) -> None:
    """Wake a waiting journey; the same `once` is heard once. A journey that is not there needs no waking."""
    try:
        DBOS.send(journey_id, word, topic=topic, idempotency_key=once)
    except dbos_error.DBOSNonExistentWorkflowError:
        log.info("no_such_journey", journey=journey_id, topic=topic)


def start(journey_id: str, do: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> WorkflowHandle[R]:
    """Start a journey here, now. The same id again gives the journey that is already under way or done."""
    with SetWorkflowID(journey_id):
        return DBOS.start_workflow(do, *args, **kwargs)


def enqueue(journey_id: str, do: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> WorkflowHandle[R]:
    """Let whichever worker is free run a journey."""
    with SetWorkflowID(journey_id):
        return DBOS.enqueue_workflow(QUEUE, do, *args, **kwargs)


def enqueue_again(journey_id: str, do: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> WorkflowHandle[R]:
    """The same, but where a journey of that name has failed, a new try of it: what stopped it may have been mended."""
    return enqueue(_next_try(journey_id), do, *args, **kwargs)


def start_again(journey_id: str, do: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> WorkflowHandle[R]:
    """The same from inside a journey, which runs it here, now."""
    return start(step("next try", _next_try, journey_id), do, *args, **kwargs)


def _next_try(journey_id: str) -> str:
    tries, name = 0, journey_id
    while (known := DBOS.get_workflow_status(name)) is not None and known.status == "ERROR":
        tries += 1
        name = f"{journey_id}|again {tries}"
    return name


def own_id() -> str:
    """The name of the journey at hand."""
    found = DBOS.workflow_id
    assert found is not None
    return found


def results(handles: Sequence[WorkflowHandle[R]]) -> list[R]:
    """Wait, inside a journey, for journeys it has begun; a restart waits only for those that are not done."""
    return [handle.get_result(polling_interval_sec=_ASKS_EVERY) for handle in handles]


def outcome(handle: WorkflowHandle[R], *, within: float) -> R:
    """The answer of a journey if it ends within that many seconds; else raises TimeoutError."""
    done = threading.Event()
    answer: list[R] = []
    failed: list[Exception] = []

    def look() -> None:
        try:
            answer.append(handle.get_result(polling_interval_sec=_ASKS_EVERY))
        except Exception as error:  # noqa: BLE001 - handed to the caller below
            failed.append(error)
        done.set()

    threading.Thread(target=look, daemon=True).start()
    if not done.wait(within):
        raise TimeoutError(handle.workflow_id)
    if failed:
        raise failed[0]
    return answer[0]


def launch(url: str, *, executor: str, works: bool) -> None:
    """Begin: recover this executor's journeys and, if it `works`, take queued ones."""
    logging.getLogger("dbos").setLevel(logging.ERROR)
    config: DBOSConfig = {
        "name": "xindai",
        "system_database_url": url,
        "executor_id": executor,
        "application_version": CONTRACT,
        "log_level": "ERROR",
        "serializer": _Json(),
        "enable_otlp": False,
        "db_engine_kwargs": {"pool_pre_ping": False},  # it tries again itself where a connection has died meanwhile
        "sys_db_pool_size": _POOL,
        "notification_listener_polling_interval_sec": 0.2,
    }
    DBOS(config=config)
    DBOS.listen_queues([QUEUE] if works else [])
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=_AT_ONCE, polling_interval_sec=_LOOKS_EVERY)


def stop() -> None:
    """Stop taking work; what is under way is left to recovery."""
    DBOS.destroy(workflow_completion_timeout_sec=0)


def beat(db: Database, executor: str, *, newest_key: int) -> list[str]:
    """Say that we live and by which key we seal, and inherit the journeys of executors that have been silent; their names."""
    with db.transaction() as tx:
        tx.run(
            "INSERT INTO executor (id, seen_at, newest_key) VALUES (:id, clock_timestamp(), :key)"
            " ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp(), newest_key = :key,"
            " knows_since = CASE WHEN executor.newest_key = :key THEN executor.knows_since ELSE clock_timestamp() END",
            id=executor,
            key=newest_key,
        )
        silent = [
            row["id"]
            for row in tx.rows(
                f"DELETE FROM executor WHERE seen_at < clock_timestamp() - interval '{_SILENCE}' RETURNING id"
            )
        ]
    if silent:
        DBOS._recover_pending_workflows(silent)  # noqa: SLF001 - the only door DBOS gives without its own server
        log.warning("inherited", executors=silent)
    return silent


def sealing_by_others(tx: Tx, *, newest: int, seconds: int) -> int:
    """How many living executors do not seal by that key, or not for so many seconds yet."""
    return int(
        tx.value(
            f"SELECT count(*) FROM executor WHERE seen_at > clock_timestamp() - interval '{_SILENCE}'"
            " AND (newest_key <> :newest OR knows_since > clock_timestamp() - make_interval(secs => :seconds))",
            newest=newest,
            seconds=seconds,
        )
    )
