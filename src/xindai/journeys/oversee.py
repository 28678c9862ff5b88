"""What is watched over each evening, and more of it at the end of a month; what is wrong becomes an alarm with an owner.

Each evening: money against its scenarios, customers against lists that have changed, ratings, what is late. At the end of a month:
the rules of law and the models. Cut off, it is run again: alerts, alarms and ratings are written once; a look
at the rules is kept as another look.
"""

from __future__ import annotations

from datetime import date, timedelta

from xindai.base.db import Tx
from xindai.book.returns import queries as returned
from xindai.credit.models import queries as models
from xindai.credit.models.model import Use
from xindai.governance.alarms import operations as alarms
from xindai.governance.alarms.model import What
from xindai.governance.compliance import operations as compliance
from xindai.governance.laundering import operations as laundering
from xindai.governance.laundering import queries as watched
from xindai.governance.laundering.model import Alert, Kind
from xindai.governance.model_risk import monitor, outcomes
from xindai.governance.model_risk import queries as judged
from xindai.governance.model_risk.monitor import Finding
from xindai.governance.model_risk.outcomes import Judged
from xindai.governance.model_risk.stability import stability
from xindai.governance.rights import queries as asked
from xindai.governance.rights.model import Status
from xindai.journeys import history, litigate, prove, watch
from xindai.journeys.parts import parts
from xindai.lending.line import operations as lining
from xindai.lending.line import queries as lines
from xindai.lending.line.model import Status as LineStatus
from xindai.onboarding.identity import queries as people
from xindai.onboarding.identity.model import PersonId
from xindai.onboarding.screening import operations as screening
from xindai.onboarding.screening import queries as screened
from xindai.onboarding.screening.model import Finding as Listed
from xindai.onboarding.screening.model import ScreeningId
from xindai.postloan.legal import queries as litigated
from xindai.postloan.legal.model import WATCHED

CHUNK = 200
BY = "close_day"
LOOKED_BACK = timedelta(days=90)
JUDGED_WITHIN = timedelta(days=366)
MOST_JUDGED = 20_000
HEARD, HEARD_BEFORE = timedelta(days=2), timedelta(days=30)
"""What sources answered today and so many days before is held against the four weeks before that."""
MOST_LATE = 500
MOST_NAMED = 20
OLD_MONTHS = 28
"""Months after its agreed end from which a claim may be near the end of its three years."""


def oversee(on: date) -> int:
    """Watch over the day `on` that ends; how many alerts against money laundering are new."""
    with parts().db.transaction() as tx:
        new = laundering.look(tx, parts().scenarios, on=on)
        _late(tx)
        for version in models.unreadable(tx):
            alarms.sound(tx, What.UNREADABLE, version.ref, {"hash": version.hash})
        for one in monitor.silent(judged.answered(tx, since=on - HEARD_BEFORE), since=on - HEARD):
            alarms.sound(tx, What.SILENT, one.subject, dict(one.facts))
    new += _hold_against_lists()
    watch.ease()
    _rate(on)
    if (on + timedelta(days=1)).day == 1:
        _look_at_trail()
        _look_at_old_claims()
        look_at_rules()
        look_at_models()
    return new


def look_at_rules() -> list[str]:
    """Hold every rule of law against the tables; those that are broken."""
    with parts().db.transaction() as tx:
        found = compliance.prove(tx, by=BY, seconds=parts().reading_seconds)
        broken = [one for one in found if not one.holds]
        for one in broken:
            alarms.sound(tx, What.RULE, one.rule, {"broken": one.broken, "counted": one.counted})
    return [one.rule for one in broken]


def look_at_models() -> list[Finding]:
    """Hold those who were judged lately, and what became of them, against what each model knows; what is wrong."""
    with parts().db.snapshot() as tx:
        since, year = tx.on - LOOKED_BACK, tx.on - JUDGED_WITHIN
        found: list[tuple[Use, Finding]] = []
        for use in Use:
            documents = models.documents(tx, use, models.judging(tx, use).number)
            moved = stability(documents["scorecard"], judged.judged(tx, use.value, since=since, most=MOST_JUDGED))
            found += [(use, one) for one in monitor.shifted(moved, trained=int(documents["card"].get("rows", 0)))]
        desk = judged.overrides(tx, since=since)
        ripe_until = history.ripe_until(tx.on)
    found += [(Use.APPLICATION, one) for one in monitor.overridden(desk)]
    everybody = history.judged(since=year, most=MOST_JUDGED)
    for use in (Use.APPLICATION, Use.BUSINESS):
        past = [one for one in everybody if one.of_business is (use is Use.BUSINESS)]
        found += [(use, one) for one in _fared(past, since=since, ripe_until=ripe_until)]
    with parts().db.transaction() as tx:
        for use, one in found:
            alarms.sound(tx, What(one.what), f"{use.value}|{one.subject}", dict(one.facts))
    return [one for _, one in found]


def _fared(past: list[Judged], *, since: date, ripe_until: date) -> list[Finding]:
    """What is wrong in how those fared who were judged by one card: too many bad, another share let in, a segment that moved, groups treated unevenly."""
    lately = [one for one in past if one.on >= since]
    wrong = monitor.miscalibrated(outcomes.by_grade(outcomes.ripe(past, until=ripe_until)))
    wrong += monitor.turned(outcomes.by_all(lately), outcomes.by_all([one for one in past if one.on < since]))
    wrong += monitor.segments_shifted(outcomes.segments(past, since=since))
    for group in (outcomes.by_age, outcomes.by_sex, outcomes.by_province):
        wrong += monitor.uneven(group(lately))
    return wrong


def _look_at_trail() -> None:
    _, _, found = prove.verify_trail()
    with parts().db.transaction() as tx:
        for what in sorted({one.what for one in found}):
            notes = [one.note_id for one in found if one.what == what]
            alarms.sound(tx, What.TRAIL, what, {"notes": notes[:MOST_NAMED], "count": len(notes)})


def _look_at_old_claims() -> None:
    """Claims that fall out of time within half a year, and that nobody has taken anywhere."""
    with parts().db.transaction() as tx:
        for loan_id in litigated.old_claims(tx, on=tx.on, months=OLD_MONTHS):
            claim = litigate.claim_of(tx, loan_id)
            if claim.owed > 0 and claim.limitation_on - WATCHED <= tx.on:
                alarms.sound(tx, What.OUT_OF_TIME, loan_id, {"limitation_on": claim.limitation_on.isoformat()})


def _late(tx: Tx) -> None:
    for case in watched.late(tx):
        alarms.sound(tx, What.AML_LATE, case.id, {"report_by": case.report_by.isoformat()})
    for request in asked.page(tx, parts().ring, after=None, most=MOST_LATE, status=Status.ASKED, late_on=tx.on):
        alarms.sound(tx, What.RIGHT_LATE, request.id, {"answer_by": request.answer_by.isoformat()})
    for one in returned.unreported(tx):
        if one.due_on < tx.on:
            alarms.sound(tx, What.RETURN_LATE, one.ref, {"due_on": one.due_on.isoformat()})


def _hold_against_lists() -> int:
    """Where the lists have changed, everybody who owes or may draw is held against them; how many alerts are new."""
    with parts().db.transaction() as tx:
        version = watched.lists_changed(tx)
    new, after = 0, ""
    while version is not None:
        with parts().db.transaction() as tx:
            ids = watched.customers(tx, after=after, most=CHUNK)
            new += sum(_hold_against(tx, person_id, version) for person_id in ids)
            if len(ids) < CHUNK:
                laundering.lists_looked_at(tx, version)
                return new
        after = ids[-1]
    return new


def _hold_against(tx: Tx, person_id: str, version: str) -> bool:
    """Look for a customer on the lists; a new hit is an alert, and who surely stands on one draws no more."""
    person = people.known(tx, parts().ring, person_id)
    if person.name is None or person.id_number is None:
        return False
    about = ScreeningId.derived(PersonId(person_id), version)
    finding = screening.screen(tx, parts().ring, person=person, about=about)
    if finding is Listed.CLEAR:
        return False
    if finding is Listed.SURE:
        for line in lines.of_person(tx, person_id):
            if line.status is LineStatus.OPEN:
                lining.move(tx, line_id=line.id, to=LineStatus.FROZEN, by="screening", reason="listed")
    hits = sorted(hit.entry_id for look in screened.looks(tx, about) for hit in look.hits)
    alert = Alert(f"listed|{person_id}|{','.join(hits)}", "listed", tx.on, {"finding": finding.word, "ids": hits})
    return laundering.raise_alert(tx, person_id=person_id, kind=Kind.SUSPICIOUS, alert=alert)


def _rate(on: date) -> None:
    while True:
        with parts().db.transaction() as tx:
            due = watched.ratings_due(tx, on=on, most=CHUNK)
            for person_id in due:
                laundering.rate(tx, person_id)
        if len(due) < CHUNK:
            return
