"""Lines are looked at once a month, others are asked about who owes us and allows it, and a person takes the higher limit that a look has offered."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial

from xindai.base.db import Tx
from xindai.base.events import Event
from xindai.base.http import ProviderFault
from xindai.base.log import log
from xindai.credit.decision import queries as decided
from xindai.credit.features import behaviour
from xindai.credit.features import bureau as bureau_features
from xindai.credit.graph import queries as graph
from xindai.credit.models import queries as models
from xindai.credit.sources.events import Event as Deed
from xindai.credit.sources.report import together
from xindai.credit.sources.ties import MarkKind
from xindai.journeys.parts import parts
from xindai.lending.line import queries as lined
from xindai.lending.line.model import Line
from xindai.lending.loans import queries as lent
from xindai.onboarding.consent import queries as allowed
from xindai.onboarding.consent.model import Grant, Scope
from xindai.onboarding.identity import queries as subjects
from xindai.onboarding.identity.model import Person
from xindai.outside.bureau import Reason
from xindai.postloan.watch import operations as watching
from xindai.postloan.watch import queries as watched
from xindai.postloan.watch.model import RaiseMissing
from xindai.products.catalogue import queries as catalogue
from xindai.products.catalogue.model import Product, ProductUnknown
from xindai.values import money

CHUNK = 100
YOUNG = timedelta(days=14)
"""So long a line is left alone at first."""


def look(on: date) -> int:
    """Look at the lines whose turn is the evening of `on`, once a month on the day they were opened; how many.

    Cut off, it goes on with those that are left.
    """
    looked_at, after = 0, ""
    while True:
        with parts().db.transaction("close day: lines looked at") as tx:
            ids = lined.opened_on_day(tx, day=on.day, by=on - YOUNG, after=after, most=CHUNK)
            if not ids:
                return looked_at
            found = [lined.locked(tx, line_id) for line_id in watched.without_look(tx, ids, on=on)]
            histories = watched.histories(tx, found, on=on)
            late = lent.days_late(tx, [line.person_id for line in found], on=on)
            for line in found:
                watching.look(
                    tx,
                    line,
                    product=_looked_at_as(tx, line.product),
                    history=histories[line.id],
                    late_now=late.get(line.person_id, 0),
                    income_bound=_income_bound(tx, line),
                    card=models.behaviour(tx),
                )
        looked_at += len(found)
        if len(ids) < CHUNK:
            return looked_at
        after = ids[-1]


BEGINS = frozenset({"loan_disbursed", "line_opened"})
"""Events from which on others are asked about somebody, once a month, if they allow it."""
AT_ONCE = 16


def ask() -> int:
    """Ask the bureaus and the behaviour provider about those whose turn it is and who allow it; how many have told.

    Cut off, it goes on with those that are left; where a provider is silent, it is asked again the next evening.
    """
    answered, after = 0, ""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="watching") as asking:
        while True:
            with parts().db.transaction("close day: turns found") as tx:
                people = watched.turns(tx, after=after, most=CHUNK)
                if not people:
                    return answered
                living = lent.owing(tx, people) | lined.holding(tx, people)
                grants = allowed.granting(tx, sorted(living), Scope.WATCHING)
                persons = [subjects.person(tx, parts().ring, grant.person_id) for grant in grants]
                on = tx.on
            heard = list(asking.map(partial(_told_of, on), grants, persons))
            told = {grant.person_id: one for grant, one in zip(grants, heard, strict=True) if one is not None}
            lived = behaviour.of_people({person_id: events for person_id, (events, _) in told.items()}, on=on)
            silent = {grant.person_id for grant in grants} - told.keys()
            with parts().db.transaction("close day: watched") as tx:
                for grant in grants:
                    if grant.person_id in told and allowed.held(tx, grant):
                        features = {**lived[grant.person_id], **told[grant.person_id][1]}
                        watching.told(tx, parts().warnings, grant=grant, features=features)
                        answered += 1
                watching.pass_turn(tx, sorted(living - silent), ended=set(people) - living)
            if len(people) < CHUNK:
                return answered
            after = people[-1]


def _told_of(on: date, grant: Grant, person: Person) -> tuple[Sequence[Deed], dict[str, int | None]] | None:
    """What others tell of a person as of a day: events, and the features of the bureaus; none where one of them is silent."""
    world = parts().world
    try:
        told = world.behaviour.pull(grant, person, Reason.POST_LOAN, until=on)
        reports = []
        for bureau in world.bureaus:
            reports.append(bureau.pull(grant, person, Reason.POST_LOAN).report)
            if reports[-1].has_file:
                break
    except ProviderFault as fault:
        log.warning("source_unanswered", who="watching", person=grant.person_id, why=str(fault))
        return None
    report = together(reports)
    return told.events, bureau_features.features(report, on=on) if report is not None else {}


def find_rings() -> int:
    """Those who share a device or an address with many others are watched; how many that is."""
    found = 0
    with parts().db.transaction("close day: rings found") as tx:
        for ring in graph.rings(tx, least=RING):
            for person_id in ring:
                key = f"shared_things|{tx.on:%Y-%m}|{person_id}"
                watching.hear(tx, parts().warnings, key=key, person_id=person_id, kind="shared_things", subject="many")
                found += 1
    return found


RING = 5
"""So many people over shared things are no household."""
MOST_TIED = 200
SIGNALS = {
    "loan_fell_overdue": "loan_fell_overdue",
    "loan_charged_off": "loan_charged_off",
    "payment_failed": "payment_failed",
    "payment_reversed": "payment_reversed",
    "hardship_asked": "hardship_asked",
    "new_device": "new_device",
}
"""Events that are signals, and of which kind."""
UNREACHED = frozenset({"no_answer", "failed", "wrong_person"})


def signal_of(event: Event) -> str | None:
    """Which kind of signal an event is, if it is one."""
    if event.kind == "contact_ended" and event.facts["outcome"] in UNREACHED:
        return "unreachable"
    return SIGNALS.get(event.kind)


def hear(event: Event, *, kind: str, person_id: str) -> None:
    """A signal that came as an event: what it asks for is done at once. The same event again changes nothing."""
    with parts().db.transaction() as tx:
        watching.hear(
            tx, parts().warnings, key=f"event|{event.id}", person_id=person_id, kind=kind, subject=event.subject
        )


def marked(tx: Tx, person_id: str, *, kind: MarkKind, cause: str) -> None:
    """Somebody was marked: a signal of theirs where it is fraud or lateness that stays, and of those who are tied to them."""
    if kind is MarkKind.FRAUD:
        watching.hear(
            tx, parts().warnings, key=f"fraud|{cause}|{person_id}", person_id=person_id, kind="fraud", subject=cause
        )
    if kind is MarkKind.OVERDUE:
        watching.hear(
            tx, parts().warnings, key=f"late|{cause}|{tx.on}", person_id=person_id, kind="stays_late", subject=cause
        )
    near = {MarkKind.FRAUD: "near_fraud", MarkKind.DEFAULTED: "near_default"}.get(kind)
    if near is not None:
        for other in graph.tied_to(tx, person_id, most=MOST_TIED):
            watching.hear(
                tx, parts().warnings, key=f"{near}|{cause}|{other}", person_id=other, kind=near, subject="somebody"
            )


def ease() -> int:
    """Open lines again whose warnings have faded; how many."""
    opened, after = 0, ""
    while True:
        with parts().db.transaction() as tx:
            some, after = watching.ease(tx, parts().warnings, after=after, most=CHUNK)
        opened += some
        if not after:
            return opened


def accept_raise(review_id: str, person_id: str) -> Line:
    """The person's yes to a higher limit. Refuses: RaiseMissing, RaiseGone."""
    with parts().db.transaction("accept raise") as tx:
        review = watched.get(tx, review_id)
        if review is None:
            raise RaiseMissing(field="review")
        product = catalogue.lendable(tx, lined.get(tx, review.line_id).product)
        return watching.accept_raise(tx, review_id=review_id, person_id=person_id, product=product)


def _looked_at_as(tx: Tx, ref: str) -> Product:
    """A line's product as the law lets it be lent today; what nobody may be lent any more is looked at as it was agreed, and the evening goes on."""
    try:
        return catalogue.lendable(tx, ref)
    except ProductUnknown:
        return catalogue.sold_as(tx, ref)


def _income_bound(tx: Tx, line: Line) -> int:
    """What the income that the line was given on bears, in minor units."""
    decision = decided.get(tx, decided.offer(tx, line.offer_id).decision_id)
    bounds = decision.result["limit_bounds"]
    return min(money.parse(bounds[name]).minor for name in ("income", "debts", "exposure", "revenue") if name in bounds)
