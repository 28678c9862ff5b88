"""What is done about lists and who is on them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from xindai.base import audit
from xindai.base.crypto import KeyRing
from xindai.base.db import Tx
from xindai.onboarding.identity.model import Person
from xindai.onboarding.screening import queries
from xindai.onboarding.screening.model import Entry, EntryId, EntryMissing, Finding, Hit, ScreeningId, judge, worst
from xindai.values.ids import Id


def enter(tx: Tx, ring: KeyRing, *, entries: Sequence[Entry], source: str, by: str) -> None:
    """Put people on a list; the same id again is the same entry."""
    for entry in entries:
        document = {
            "names": list(entry.names),
            "born_on": entry.born_on.isoformat() if entry.born_on else None,
            "id_number": entry.id_number,
        }
        tx.run(
            "INSERT INTO watch_entry (id, list, document, source, added_by, at)"
            " VALUES (:id, :list, :document, :source, :by, :at) ON CONFLICT (id) DO NOTHING",
            id=entry.id,
            list=entry.list.value,
            document=ring.seal(json.dumps(document, ensure_ascii=False), f"watch_entry.document|{entry.id}"),
            source=source,
            by=by,
            at=tx.at,
        )
        audit.note(
            tx,
            actor=by,
            action="watch_entry_added",
            subject=entry.id,
            facts={"list": entry.list.value, "source": source},
        )
    _changed(tx)


def remove(tx: Tx, *, entry_id: str, reason: str, by: str) -> None:
    """Take somebody off a list; that they were on it stays. Twice is once. Refuses: EntryMissing."""
    if tx.value("SELECT 1 FROM watch_entry WHERE id = :id", id=entry_id) is None:
        raise EntryMissing(field="entry")
    gone = tx.run(
        "UPDATE watch_entry SET removed_at = :at WHERE id = :id AND removed_at IS NULL", at=tx.at, id=entry_id
    )
    if gone:
        audit.note(tx, actor=by, action="watch_entry_removed", subject=entry_id, facts={"reason": reason})
        _changed(tx)


def screen(tx: Tx, ring: KeyRing, *, person: Person, about: Id) -> Finding:
    """Look for a person on every list; what was found is kept, once for what it is about.

    That nothing was found stands in the application's file.
    """
    assert person.name is not None
    assert person.id_number is not None
    name, number, born_on = person.name.reveal(), person.id_number.reveal(), person.id_number.born_on
    version, index = queries.index(tx, ring)
    hits = []
    for entry, name_bps in index.candidates(name, number):
        finding = judge(entry, name_bps=name_bps, id_number=number, born_on=born_on)
        if finding is not Finding.CLEAR:
            hits.append(Hit(EntryId(entry.id), entry.list, name_bps, finding))
    found = worst(hits)
    if not hits:
        return found
    kept = tx.run(
        "INSERT INTO screening (id, person_id, about, finding, hits, lists_version, at)"
        " VALUES (:id, :person, :about, :finding, CAST(:hits AS jsonb), :version, :at) ON CONFLICT (id) DO NOTHING",
        id=ScreeningId.derived(about),
        person=person.id,
        about=about,
        finding=found.word,
        hits=[
            {"entry": hit.entry_id, "list": hit.list.value, "name_bps": hit.name_bps, "finding": hit.finding.word}
            for hit in hits
        ],
        version=version,
        at=tx.at,
    )
    if kept:
        audit.note(tx, actor="screening", action=f"screened_{found.word}", subject=about, facts={"hits": len(hits)})
    return found


def _changed(tx: Tx) -> None:
    tx.run("UPDATE watch_state SET version = gen_random_uuid()")
