"""Who answered about those who were judged, and how often people judged otherwise, as the tables have it."""

from datetime import date, timedelta

from xindai.base.db import Database, Tx
from xindai.governance.model_risk import monitor, queries
from xindai.governance.model_risk.outcomes import Answered, Overrides

BEGAN = date(2026, 1, 1)


def decide(tx: Tx, name: str, on: date, outcome: str = "approve", *, silent: tuple[str, ...] = ()) -> None:
    answered = ", ".join(
        f'"{source}_answered": {str(source not in silent).lower()}' for source in ("bureau", "behaviour", "social")
    )
    tx.run(
        "INSERT INTO decision (id, application_id, outcome, strategy, strategy_hash, model_hash, inputs, verdicts, result, trace,"
        " on_day, at) VALUES (:name, :name, :outcome, 's', '', '', CAST(:inputs AS jsonb), '[]', '{}', '[]', :on, now())",
        name=name,
        outcome=outcome,
        inputs="{" + answered + "}",
        on=on,
    )


def look_at(tx: Tx, name: str, status: str) -> None:
    tx.run(
        "INSERT INTO review (id, application_id, decision_id, asked_by, asked_on, status, decided_by, at)"
        " VALUES (:id, :name, :name, 'applicant', current_date, :status, :by, now())",
        id=f"{name}|{status}",
        name=name,
        status=status,
        by="demo" if status in {"approved", "declined"} else None,
    )


def test_a_source_that_falls_silent_is_seen_in_what_was_decided(owned: Database) -> None:
    since = BEGAN + timedelta(days=28)
    with owned.transaction() as tx:
        tx.run("SET LOCAL session_replication_role = replica")  # decisions without their applications
        for number in range(310):
            on = BEGAN + timedelta(days=number // 10)
            decide(tx, f"d{number}", on, silent=("social",) if on >= since else ("behaviour",) if number % 2 else ())
        days = queries.answered(tx, since=BEGAN)
        assert days[0] == Answered(BEGAN, 10, {"bureau": 10, "behaviour": 5, "social": 10})
        (found,) = monitor.silent(days, since=since)
        assert (found.subject, found.facts["answered"], found.facts["judged"]) == ("social", 0, 30)
        assert len(queries.answered(tx, since=since)) == 3


def test_an_override_is_a_declined_one_whom_people_let_in(owned: Database) -> None:
    with owned.transaction() as tx:
        tx.run("SET LOCAL session_replication_role = replica")
        for name, outcome in (("a", "decline"), ("b", "decline"), ("c", "decline"), ("d", "review"), ("e", "approve")):
            decide(tx, name, BEGAN, outcome)
        decide(tx, "old", BEGAN - timedelta(days=1), "decline")
        for name, status in (("a", "declined"), ("a", "approved"), ("b", "waiting"), ("d", "approved"), ("old", "approved")):  # fmt: skip
            look_at(tx, name, status)
        assert queries.overrides(tx, since=BEGAN) == Overrides(declined=3, looked_at=2, let_in=1)
