"""Questions about what the bureau was told, and what it is yet to be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xindai.base.db import Row, Tx, array
from xindai.book.reporting.model import TOPIC, Month, Sending, Told


def to_prepare(tx: Tx, *, month: date, after: str, most: int) -> list[str]:
    """Up to `most` loans of a kept month that have no record of it yet, beyond one of them."""
    rows = tx.rows(
        "SELECT m.loan_id FROM loan_month m WHERE m.month = :month AND m.loan_id > :after AND NOT EXISTS"
        " (SELECT 1 FROM bureau_record r WHERE r.loan_id = m.loan_id AND (r.month = m.month OR r.is_last))"
        " ORDER BY m.loan_id LIMIT :most",
        month=month,
        after=after,
        most=most,
    )
    return [row["loan_id"] for row in rows]


def told_ahead(tx: Tx, people: Sequence[str], keys: Sequence[str], *, since: date, by: date) -> dict[str, str]:
    """Notices that the bureau will be told of a loan, which went to these people by a day: the latest of each loan.

    Those under one of the `keys` count however old they are, others from the day `since` on.
    """
    rows = tx.rows(
        "SELECT DISTINCT ON (loan) split_part(key, '|', 2) AS loan, id FROM (SELECT key, id, sent_at,"
        " (sent_at AT TIME ZONE 'Asia/Shanghai')::date AS went FROM notice WHERE topic = :topic"
        " AND person_id = ANY(CAST(:people AS text[]))) n"
        " WHERE went <= :by AND (went >= :since OR key = ANY(CAST(:keys AS text[]))) ORDER BY loan, sent_at DESC",
        topic=TOPIC,
        people=array(people),
        keys=array(keys),
        since=since,
        by=by,
    )
    return {row["loan"]: row["id"] for row in rows}


def prepared(tx: Tx, *, month: date, after: str, most: int) -> list[Told]:
    """Up to `most` records of a month that wait to be sent, beyond that of one loan."""
    rows = tx.rows(
        "SELECT * FROM bureau_record WHERE month = :month AND status = 'prepared' AND loan_id > :after ORDER BY loan_id LIMIT :most",
        month=month,
        after=after,
        most=most,
    )
    return [_told(row) for row in rows]


def months(tx: Tx, *, after: date | None, most: int) -> list[Month]:
    """Up to `most` months, the latest first, older than `after`."""
    rows = tx.rows(
        "SELECT month, count(*) FILTER (WHERE status = 'held') AS held, count(*) FILTER (WHERE status = 'prepared') AS prepared,"
        " count(*) FILTER (WHERE status = 'accepted') AS accepted, count(*) FILTER (WHERE status = 'refused') AS refused,"
        " count(*) FILTER (WHERE is_negative) AS negative FROM bureau_record"
        " WHERE CAST(:after AS date) IS NULL OR month < :after GROUP BY month ORDER BY month DESC LIMIT :most",
        after=after,
        most=most,
    )
    return [
        Month(row["month"], row["held"], row["prepared"], row["accepted"], row["refused"], row["negative"])
        for row in rows
    ]


def records(tx: Tx, *, month: date, status: Sending | None, after: str, most: int) -> list[Told]:
    """Up to `most` records of a month by loan, of one status or of all, beyond that of one loan."""
    rows = tx.rows(
        "SELECT * FROM bureau_record WHERE month = :month AND loan_id > :after"
        " AND (CAST(:status AS text) IS NULL OR status = :status) ORDER BY loan_id LIMIT :most",
        month=month,
        status=status.value if status else None,
        after=after,
        most=most,
    )
    return [_told(row) for row in rows]


def of_loan(tx: Tx, loan_id: str) -> list[Told]:
    """What was told, or is yet to be told, of a loan; the latest month first."""
    return [
        _told(row)
        for row in tx.rows("SELECT * FROM bureau_record WHERE loan_id = :loan ORDER BY month DESC", loan=loan_id)
    ]


def of_person(tx: Tx, person_id: str) -> list[Told]:
    """The same of all loans of a person."""
    return [
        _told(row)
        for row in tx.rows(
            "SELECT * FROM bureau_record WHERE person_id = :person ORDER BY month DESC, loan_id", person=person_id
        )
    ]


def _told(row: Row) -> Told:
    return Told(
        row["month"],
        row["loan_id"],
        row["person_id"],
        row["record"],
        row["is_negative"],
        Sending(row["status"]),
        row["why"],
        row["notice_id"],
    )
