"""How people stand with us, and the rows that end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from xindai.base.db import Tx, array
from xindai.governance.rights.holdings import Aged
from xindai.governance.rights.retention import Standing

STANDING = """
SELECT p.id, greatest(p.at::date,
    (SELECT max(greatest(a.at::date, d.on_day, CASE WHEN o.status = 'open' THEN o.expires_on END)) FROM application a
       LEFT JOIN decision d ON d.application_id = a.id LEFT JOIN offer o ON o.application_id = a.id
     WHERE a.person_id = p.id),
    (SELECT max(greatest(l.at::date, f.recorded_on)) FROM loan l LEFT JOIN loan_fact f ON f.loan_id = l.id
     WHERE l.person_id = p.id),
    (SELECT max(CASE WHEN c.status = 'closed' THEN coalesce(h.on_day, c.opened_on) ELSE c.expires_on END) FROM credit_line c
       LEFT JOIN credit_line_change h ON h.line_id = c.id AND h.what = 'status' WHERE c.person_id = p.id),
    (SELECT max(coalesce(settled_on, value_on)) FROM payment WHERE person_id = p.id),
    (SELECT max(ended_on) FROM hardship_request WHERE person_id = p.id),
    (SELECT max(ended_on) FROM legal_case WHERE person_id = p.id),
    (SELECT max(ended_on) FROM aml_case WHERE person_id = p.id),
    (SELECT max(answered_on) FROM contact_dispute WHERE person_id = p.id)
  ) AS ended_on,
  EXISTS (SELECT 1 FROM loan l WHERE l.person_id = p.id AND l.disbursed_on IS NOT NULL)
  OR EXISTS (SELECT 1 FROM aml_case WHERE person_id = p.id)
  OR EXISTS (SELECT 1 FROM social_mark WHERE person_id = p.id AND kind = 'fraud') AS owed,
  array_remove(ARRAY[
    CASE WHEN EXISTS (SELECT 1 FROM application WHERE person_id = p.id
      AND status IN ('draft', 'submitted', 'in_review', 'offered')) THEN 'application' END,
    CASE WHEN EXISTS (SELECT 1 FROM loan WHERE person_id = p.id
      AND status NOT IN ('closed', 'cancelled', 'sold')) THEN 'loan' END,
    CASE WHEN EXISTS (SELECT 1 FROM credit_line c WHERE person_id = p.id AND (unbilled <> 0 OR (status <> 'closed'
      AND expires_on >= :on AND NOT :asked))) THEN 'line' END,
    CASE WHEN EXISTS (SELECT 1 FROM payment WHERE person_id = p.id
      AND status IN ('held', 'created', 'submitted', 'unknown', 'accepted')) THEN 'payment' END,
    CASE WHEN EXISTS (SELECT 1 FROM receipt r JOIN loan l ON l.id = r.loan_id
      WHERE l.person_id = p.id AND r.status IN ('came', 'held', 'going_back'))
      OR EXISTS (SELECT 1 FROM receipt r JOIN virtual_account v ON v.number = r.account
      WHERE v.person_id = p.id AND r.status = 'held') THEN 'receipt' END,
    CASE WHEN EXISTS (SELECT 1 FROM loan l JOIN loan_standing s ON s.loan_id = l.id
      WHERE l.person_id = p.id AND s.overpaid > 0) THEN 'overpaid' END,
    CASE WHEN EXISTS (SELECT 1 FROM contact_dispute WHERE person_id = p.id AND answered_on IS NULL) THEN 'dispute' END,
    CASE WHEN EXISTS (SELECT 1 FROM hardship_request WHERE person_id = p.id
      AND status IN ('asked', 'proposed', 'offered')) THEN 'hardship' END,
    CASE WHEN EXISTS (SELECT 1 FROM legal_case WHERE person_id = p.id AND status <> 'closed') THEN 'legal_case' END,
    CASE WHEN EXISTS (SELECT 1 FROM bureau_record WHERE person_id = p.id
      AND status IN ('prepared', 'refused')) THEN 'bureau_record' END,
    CASE WHEN EXISTS (SELECT 1 FROM duplicate WHERE (known_id = p.id OR newcomer_id = p.id)
      AND status IN ('found', 'proposed')) THEN 'duplicate' END,
    CASE WHEN EXISTS (SELECT 1 FROM rights_request WHERE person_id = p.id AND status = 'asked'
      AND kind NOT IN ('deletion', 'closing')) THEN 'request' END,
    CASE WHEN EXISTS (SELECT 1 FROM aml_case WHERE person_id = p.id AND status IN ('open', 'proposed')) THEN 'by_law' END
  ], NULL) AS open
  , p.erased
FROM person p WHERE p.id = ANY(CAST(:people AS text[])) ORDER BY p.id
"""
"""What is open with people, since when nothing was, and whether they ever owed or were suspected of anything.

Who `asked` to be erased is not kept by a line they do not use.
"""


def standings(tx: Tx, people: Sequence[str], *, asked: bool = False) -> list[Standing]:
    """How these people stand."""
    if not people:
        return []  # the question is long enough that asking it about nobody costs milliseconds
    rows = tx.rows(STANDING, people=array(people), on=tx.on, asked=asked)
    return [
        Standing(row["id"], tuple(row["open"]), row["owed"], row["ended_on"], frozenset(row["erased"])) for row in rows
    ]


def to_look_at(tx: Tx, *, on: date, most: int) -> list[str]:
    """Up to `most` people whose turn it is to be looked at."""
    rows = tx.rows(
        "SELECT id FROM person WHERE look_on <= :on ORDER BY look_on, id LIMIT :most",
        on=on,
        most=most,
    )
    return [row["id"] for row in rows]


def merged_into(tx: Tx, person_id: str) -> list[str]:
    """Who turned out to be this person, and is nobody any more."""
    return [row["id"] for row in tx.rows("SELECT id FROM person WHERE merged_into = :person", person=person_id)]


def hold(tx: Tx, people: Sequence[str]) -> list[str]:
    """Those of these people with whom nothing new begins until this transaction ends, for no row can refer to them; not those at whom somebody is."""
    rows = tx.rows(
        "SELECT id FROM person WHERE id = ANY(CAST(:people AS text[])) ORDER BY id FOR UPDATE SKIP LOCKED",
        people=array(people),
    )
    return [row["id"] for row in rows]


def look_again(tx: Tx, turns: Sequence[tuple[Standing, Collection[str], date | None]]) -> None:
    """Write down what of people has ended, and when it is whose turn next; never again for whom nothing is left to end."""
    rows = [{"id": one.person_id, "erased": array(sorted(gone)), "on": on} for one, gone, on in turns]
    tx.run_many("UPDATE person SET look_on = :on, erased = CAST(:erased AS text[]) WHERE id = :id", rows)


def forget(tx: Tx, people: Sequence[str]) -> None:
    """Who these people were is not known any more."""
    tx.run(
        "UPDATE person SET forgotten_on = coalesce(forgotten_on, :on) WHERE id = ANY(CAST(:people AS text[]))",
        on=tx.on,
        people=array(people),
    )


def grown_old(tx: Tx, table: str, aged: Aged, *, most: int) -> int:
    """Delete up to `most` rows that have grown old; how many."""
    now = "clock_timestamp()" if aged.real else "CAST(:at AS timestamptz)"
    values = {} if aged.real else {"at": tx.at}
    return tx.run(
        f"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table}"
        f" WHERE {aged.by} < {now} - make_interval(days => :days) LIMIT :most))",
        days=aged.days,
        most=most,
        **values,
    )
