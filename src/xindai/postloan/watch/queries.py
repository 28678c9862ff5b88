"""Questions about looks at lines, and how the accounts of their people went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from xindai.base.db import Row, Tx, array
from xindai.credit.features.account import History
from xindai.lending.line import queries as lined
from xindai.lending.line.model import Line
from xindai.lending.line.queries import OnDay
from xindai.lending.pay_later import queries as billed
from xindai.payments.orders import queries as ordered
from xindai.postloan.watch.model import LineReview, ReviewId, Verdict
from xindai.postloan.watch.signals import Call, Signal

LOOKS_BACK = timedelta(days=750)


def without_look(tx: Tx, line_ids: Sequence[str], *, on: date) -> list[str]:
    """Those of these lines that were not looked at on the day `on` yet, in their order."""
    rows = tx.rows(
        "SELECT line_id FROM line_review WHERE line_id = ANY(CAST(:ids AS text[])) AND on_day = :on",
        ids=array(line_ids),
        on=on,
    )
    done = {row["line_id"] for row in rows}
    return [line_id for line_id in line_ids if line_id not in done]


def get(tx: Tx, review_id: str) -> LineReview | None:
    """One look, or none."""
    row = tx.row("SELECT * FROM line_review WHERE id = :id", id=review_id)
    return _review(row) if row else None


def of_line(tx: Tx, line_id: str, *, most: int = 24) -> list[LineReview]:
    """The looks at a line, the latest first."""
    rows = tx.rows(
        "SELECT * FROM line_review WHERE line_id = :line ORDER BY on_day DESC LIMIT :most", line=line_id, most=most
    )
    return [_review(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Heard:
    """A signal as it was kept, with the sum that it led to and what that asked for."""

    key: str
    person_id: str
    signal: Signal
    strength: float
    call: Call
    at: datetime


def signals(tx: Tx, person_id: str, *, since: date) -> list[Signal]:
    """What was seen of a person from a day on, oldest first; what others told under a consent that is gone says nothing more."""
    gone = {
        row["id"]
        for row in tx.rows(
            "SELECT id FROM consent_grant WHERE person_id = :person AND withdrawn_at IS NOT NULL", person=person_id
        )
    }
    found = reversed(heard(tx, person_id, since=since))
    return [one.signal for one in found if one.signal.subject not in gone]


def heard(tx: Tx, person_id: str, *, since: date, most: int = 500) -> list[Heard]:
    """The same with what each led to, newest first."""
    rows = tx.rows(
        "SELECT * FROM watch_signal WHERE person_id = :person AND on_day >= :since AND kind <> '' ORDER BY at DESC, key LIMIT :most",
        person=person_id,
        since=since,
        most=most,
    )
    return [_heard(row) for row in rows]


def calls(tx: Tx, *, after: str | None, most: int) -> list[Heard]:
    """The latest signals that asked for a look or a freeze, newest first, beyond the one with the key `after`."""
    rows = tx.rows(
        "SELECT * FROM watch_signal WHERE call <> 'nothing' AND kind <> '' AND (CAST(:after AS text) IS NULL"
        " OR (at, key) < (SELECT at, key FROM watch_signal WHERE key = :after)) ORDER BY at DESC, key DESC LIMIT :most",
        after=after,
        most=most,
    )
    return [_heard(row) for row in rows]


def turns(tx: Tx, *, after: str, most: int) -> list[str]:
    """Up to `most` people whose turn has come by today, beyond one of them."""
    rows = tx.rows(
        "SELECT person_id FROM watch_turn WHERE next_on <= :on AND person_id > :after ORDER BY person_id LIMIT :most",
        on=tx.on,
        after=after,
        most=most,
    )
    return [row["person_id"] for row in rows]


@dataclass(frozen=True, slots=True)
class Told:
    """What others told of a person on a day, as the figures that are kept, and which signals those were."""

    on: date
    features: dict[str, int | None]
    signals: list[str]


def told_of(tx: Tx, person_id: str) -> list[Told]:
    """All that others have told of a person while they owed us, the latest first."""
    rows = tx.rows(
        "SELECT on_day, features, signals FROM watch_told WHERE person_id = :person ORDER BY on_day DESC",
        person=person_id,
    )
    return [Told(row["on_day"], row["features"], row["signals"]) for row in rows]


def frozen_for_warnings(tx: Tx, *, by: str, after: str, most: int) -> list[tuple[str, str, date]]:
    """(line, person, since when) of frozen lines whose last freeze was for warnings."""
    rows = tx.rows(
        "SELECT l.id, l.person_id, c.on_day FROM credit_line l JOIN LATERAL (SELECT actor, on_day FROM credit_line_change"
        " WHERE line_id = l.id AND what = 'status' ORDER BY number DESC LIMIT 1) c ON c.actor = :by"
        " WHERE l.status = 'frozen' AND l.id > :after ORDER BY l.id LIMIT :most",
        by=by,
        after=after,
        most=most,
    )
    return [(row["id"], row["person_id"], row["on_day"]) for row in rows]


def _heard(row: Row) -> Heard:
    signal = Signal(row["kind"], row["on_day"], row["subject"])
    return Heard(row["key"], row["person_id"], signal, row["strength_after"], Call(row["call"]), row["at"])


def histories(tx: Tx, lines: Sequence[Line], *, on: date) -> dict[str, History]:
    """How the accounts of each line's person went up to the evening of `on`, by line."""
    ids = [line.id for line in lines]
    since = on - LOOKS_BACK
    used = _by([*lined.drawn(tx, ids, since=since, on=on), *billed.bought(tx, ids, since=since, on=on)])
    whose = _accounts(tx, sorted({line.person_id for line in lines}), on=on)
    return {
        line.id: replace(
            whose[line.person_id], limit=line.limit.minor, owed=line.used.minor, used=used.get(line.id, ())
        )
        for line in lines
    }


def histories_of(tx: Tx, people: Sequence[str], *, on: date) -> dict[str, History]:
    """The same of people, whatever they borrowed on: what they were lent and not repaid stands for line and use."""
    lent = lined.lent(tx, people)
    whose = _accounts(tx, people, on=on)
    return {
        person: replace(one, limit=lent.get(person, (0, 0))[0], owed=lent.get(person, (0, 0))[1])
        for person, one in whose.items()
    }


def _accounts(tx: Tx, people: Sequence[str], *, on: date) -> dict[str, History]:
    since = on - LOOKS_BACK
    had = lined.borrowed(tx, people, on=on)
    late = _by(lined.late_months(tx, people, since=since, on=on))
    repaid = _by(lined.repayments(tx, people, since=since, on=on))
    failed = _by(ordered.failed_collections(tx, people, since=since, on=on))

    def history(person: str) -> History:
        loans = had.get(person)
        return History(
            on=on,
            since=loans.since if loans else None,
            loans=loans.loans if loans else 0,
            open=loans.open if loans else 0,
            charged_off=loans.charged_off if loans else 0,
            limit=0,
            owed=0,
            late=late.get(person, ()),
            repaid=repaid.get(person, ()),
            failed=tuple(day for day, _ in failed.get(person, ())),
            used=(),
        )

    return {person: history(person) for person in people}


def _by(found: Sequence[OnDay]) -> dict[str, tuple[tuple[date, int], ...]]:
    days: dict[str, list[tuple[date, int]]] = {}
    for one in found:
        days.setdefault(one.of, []).append((one.day, one.n))
    return {of: tuple(sorted(all_)) for of, all_ in days.items()}


def _review(row: Row) -> LineReview:
    return LineReview(
        id=ReviewId(row["id"]),
        line_id=row["line_id"],
        on=row["on_day"],
        score=row["score"],
        pd_ppm=row["pd_ppm"],
        grade=row["grade"],
        model_hash=row["model_hash"],
        features=row["features"],
        reasons=row["reasons"],
        verdict=Verdict(row["verdict"]),
        rule=row["rule"],
        limit_before=row["limit_before"],
        limit_after=row["limit_after"],
    )
