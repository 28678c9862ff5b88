"""Features: declared once, blind to the day of the decision and what follows, the same on every engine."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from xindai.credit.features import EVERY, FEATURES, behaviour, business, session, social
from xindai.credit.features.registry import CONSENTED, Source, scope_of
from xindai.credit.sources import events, ties
from xindai.credit.sources.events import CATEGORIES, Event
from xindai.credit.sources.session import Session, Sign
from xindai.credit.sources.ties import MarkKind, Neighbourhood, Tie, TieKind
from xindai.onboarding.consent.model import Scope
from xindai.values.refusal import Refusal
from xindai_sandbox import society

ON = date(2026, 3, 1)
MIDNIGHT = datetime.fromisoformat("2026-03-01T00:00")
sorts = [(kind, category) for kind, categories in CATEGORIES.items() for category in categories]
happened = some.lists(
    some.builds(
        lambda minutes, sort, amount, party: Event(
            MIDNIGHT - timedelta(minutes=minutes),
            *sort,
            amount,
            party,
        ),
        some.integers(-5_000, 560_000),
        some.sampled_from(sorts),
        some.integers(0, 5_000_00),
        some.sampled_from(["", "a", "b", "c"]),
    ),
    max_size=60,
)


def test_every_feature_is_declared_once_in_both_languages_with_a_source_that_is_a_consent() -> None:
    names = [feature.name for feature in EVERY]
    assert len(names) == len(set(names))
    by_source = {source: sum(feature.source is source for feature in FEATURES) for source in CONSENTED}
    assert by_source[Source.BUREAU] >= 60
    assert by_source[Source.BEHAVIOUR] >= 60
    assert by_source[Source.SOCIAL] >= 49
    assert by_source[Source.SESSION] >= 12
    for feature in EVERY:
        assert feature.source not in CONSENTED or Scope(scope_of(feature.source))
        assert feature.en
        assert any("一" <= character <= "鿿" for character in feature.zh), feature.name
        assert feature.risk in {-1, 0, 1}
        assert feature.unit in {"count", "yuan", "bps", "days", "months", "level", "flag", "seconds", "ms"}


@settings(max_examples=60, deadline=None)
@given(happened)
def test_behaviour_is_blind_to_the_day_of_the_decision_and_what_follows(found: list[Event]) -> None:
    before = [one for one in found if one.at.date() < ON]
    assert behaviour.of_person(found, on=ON) == behaviour.of_person(before, on=ON)
    a_year = [one for one in before if (ON - one.at.date()).days <= 365]
    assert behaviour.of_person(before, on=ON) == behaviour.of_person(a_year, on=ON)
    if not a_year:
        assert set(behaviour.of_person(found, on=ON).values()) == {None}


@settings(max_examples=60, deadline=None)
@given(happened)
def test_behaviour_counts_what_a_plain_loop_counts(found: list[Event]) -> None:
    told = behaviour.of_person(found, on=ON)

    def within(days: int, kind: str, *categories: str) -> list[Event]:
        return [
            one for one in found
            if 1 <= (ON - one.at.date()).days <= days and one.kind == kind and (not categories or one.category in categories)
        ]  # fmt: skip

    if told["behaviour_last_days_ago"] is None:
        return
    spent = sum(one.amount for one in within(90, "spend"))
    night = sum(one.amount for one in within(90, "spend") if one.at.hour < 6)
    weekend = sum(one.amount for one in within(90, "spend") if one.at.weekday() >= 5)
    assert told["behaviour_spends_90d"] == len(within(90, "spend"))
    assert told["behaviour_spent_90d"] == spent // 100
    assert told["behaviour_night_share_90d"] == (night * 10_000 // spent if spent else None)
    assert told["behaviour_weekend_share_90d"] == (weekend * 10_000 // spent if spent else None)
    assert told["behaviour_merchants_90d"] == len({one.party for one in within(90, "spend")} - {""})
    assert told["behaviour_lenders_asked_30d"] == len({one.party for one in within(30, "apply")} - {""})
    assert told["behaviour_salary_times_365d"] == len(within(365, "income", "salary"))
    late = [(ON - one.at.date()).days for one in within(365, "repay", "late")]
    assert told["behaviour_repaid_late_days_ago"] == min(late, default=None)
    days = {one.at.date() for one in found if 1 <= (ON - one.at.date()).days <= 30}
    assert told["behaviour_active_days_30d"] == len(days)


def test_one_applicant_and_a_population_are_counted_alike() -> None:
    rng = random.Random(4)
    people = [(f"p{n}", _events(rng)) for n in range(80)]
    people += [("nothing", ()), ("once", people[0][1][:1])]
    days = [ON - timedelta(days=n) for n in range(len(people))]
    asked = pl.DataFrame(
        {"person": [name for name, _ in people], "on": [events.day_number(day) for day in days]},
        schema={"person": pl.String, "on": pl.Int32},
    )
    told = events.table(people)
    assert len(told) > behaviour.FEW
    for many in (behaviour.features(told, asked), behaviour.features(told.lazy(), asked.lazy()).collect()):
        rows = {row.pop("person"): row for row in many.to_dicts()}
        for (name, found), day in zip(people, days, strict=True):
            assert rows[name] == behaviour.of_person(found, on=day)


def _events(rng: random.Random) -> tuple[Event, ...]:
    habits = {"seed": str(rng.random()), "risk": rng.gauss(0, 1), "income": 8000.0}
    return events.parse({"events": society.events(habits, ON)})


@pytest.mark.parametrize(
    "change",
    [{"kind": "magic"}, {"category": "magic"}, {"amount": "-1.00"}, {"amount": 5}, {"at": "yesterday"}, {"party": 7},
     {"party": "x" * 65}],
)  # fmt: skip
def test_events_that_are_not_as_agreed_are_refused_whole(change: dict[str, object]) -> None:
    plain = {"at": "2026-02-11T23:40", "kind": "spend", "category": "food", "amount": "38.50", "party": "food_7"}
    assert len(events.parse({"events": [plain]})) == 1
    with pytest.raises(Refusal):
        events.parse({"events": [plain, {**plain, **change}]})
    for broken in (None, [], {}, {"events": 5}, {"events": [None]}, {"events": [plain] * 20_001}):
        with pytest.raises(Refusal):
            events.parse(broken)


def tied(
    to: str,
    kind: TieKind = TieKind.FRIEND,
    since: date = date(2024, 1, 1),
    sent: int = 4,
    received: int = 2,
    weeks: int = 0,
    likes: int = 0,
) -> Tie:
    return Tie(to, kind, since, date(2026, 2, 20), sent, received, 3, weeks, likes)


def test_a_net_for_looking_at_names_nobody_and_keeps_those_with_a_mark() -> None:
    marks = {"d": [(MarkKind.FRAUD, date(2025, 1, 1)), (MarkKind.CUSTOMER, date(2024, 1, 1))]}
    beyond = {"b": [("a", TieKind.FRIEND), ("d", TieKind.FRIEND), ("e", TieKind.GROUP)], "c": [("b", TieKind.FAMILY)]}
    around = Neighbourhood("a", (tied("b"), tied("c", TieKind.FAMILY)), beyond, marks)
    whole = ties.net(around, most=10)
    assert whole.nodes == (
        (0, 0, ()), (1, 1, ()), (2, 1, ()), (3, 2, (MarkKind.CUSTOMER, MarkKind.FRAUD)), (4, 2, ()),
    )  # fmt: skip
    assert set(whole.links) == {
        (0, 1, TieKind.FRIEND), (0, 2, TieKind.FAMILY), (1, 3, TieKind.FRIEND), (1, 4, TieKind.GROUP), (1, 2, TieKind.FAMILY),
    }  # fmt: skip
    assert whole.left_out == 0
    some_of_it = ties.net(around, most=4)
    assert some_of_it.nodes == whole.nodes[:4]
    assert some_of_it.left_out == 1
    assert all(one < 4 and other < 4 for one, other, _ in some_of_it.links)


def test_ties_tell_how_neighbours_have_fared_up_to_the_day_before() -> None:
    marks = {
        "b": [(MarkKind.CUSTOMER, date(2025, 1, 1)), (MarkKind.DEFAULTED, date(2025, 9, 1))],
        "c": [(MarkKind.CUSTOMER, date(2025, 1, 1)), (MarkKind.FRAUD, ON)],
        "d": [(MarkKind.FRAUD, date(2025, 1, 1))],
    }
    beyond = {"b": [("a", TieKind.FRIEND), ("d", TieKind.FRIEND)], "c": [("b", TieKind.FRIEND)]}
    around = Neighbourhood("a", (tied("b"), tied("c", TieKind.FAMILY)), beyond, marks)
    told = social.features(around, on=ON)
    assert (told["social_ties"], told["social_two_hops"], told["social_family"]) == (2, 1, 1)
    assert (told["social_defaulted_1"], told["social_default_rate_1"]) == (1, 5_000)
    assert (told["social_fraud_1"], told["social_hops_to_fraud"]) == (0, 2)
    assert social.features(around, on=ON + timedelta(days=1))["social_fraud_1"] == 1
    assert (told["social_clustering"], told["social_named_back"]) == (10_000, 5_000)
    age = (ON - date(2025, 9, 1)).days
    assert told["social_default_faded_1"] == (730 - age) * 10_000 // (2 * 730)
    assert told["social_reciprocity_90d"] == 5_000
    assert set(social.features(Neighbourhood("a", (), {}, marks), on=ON).values()) == {None}


def test_ties_tell_how_regularly_people_hear_of_each_other_and_who_likes_whose_posts() -> None:
    silent = tied("d", sent=0, received=0, weeks=0, likes=0)
    around = Neighbourhood("a", (tied("b", weeks=13, likes=7), tied("c", weeks=2), silent), {}, {})
    told = social.features(around, on=ON)
    assert told["social_regularity_90d"] == (13 + 2) * 10_000 // (2 * 13)
    assert (told["social_regular_90d"], told["social_likes_90d"], told["social_liked_90d"]) == (1, 7, 1)
    with pytest.raises(Refusal):
        ties.parse({"ties": [{"to": "b", "kind": "friend", "since": "2025-01-01", "weeks": 14}]})


def test_what_is_known_around_somebody_is_kept_as_it_was() -> None:
    around = Neighbourhood(
        "a", (tied("b"), Tie("c", TieKind.DEVICE, ON, None, 0, 0, 0)), {"b": [("a", TieKind.GROUP)]},
        {"b": [(MarkKind.PAID, ON)]},
    )  # fmt: skip
    assert ties.around_of(ties.around_document(around)) == around


@pytest.mark.parametrize(
    "change", [{"kind": "magic"}, {"to": ""}, {"to": 5}, {"since": "x"}, {"sent": -1}, {"sent": True}, {"sent": 1.5}]
)
def test_ties_that_are_not_as_agreed_are_refused_whole(change: dict[str, object]) -> None:
    plain = {"to": "n_1", "kind": "friend", "since": "2021-05-02", "last": None, "sent": 1, "received": 1, "days": 1}
    assert len(ties.parse({"ties": [plain]})) == 1
    with pytest.raises(Refusal):
        ties.parse({"ties": [{**plain, **change}]})
    for broken in (None, {}, {"ties": 5}, {"ties": [plain] * 5_001}):
        with pytest.raises(Refusal):
            ties.parse(broken)


def filled(**changes: object) -> Session:
    plain = {
        "seconds": 180, "typed": 60, "taken_back": 6, "pastes": 1, "leaves": 2, "reading_seconds": 20, "corrections": 1,
        "refusals": 0, "minute": 600,
    }  # fmt: skip
    return Session(**{**plain, **changes})  # type: ignore[arg-type]


def test_how_a_form_was_filled_in_is_told_without_what_was_typed() -> None:
    told = session.of_session(filled(signs=frozenset({Sign.EMULATOR})))
    assert set(told) == {feature.name for feature in session.FEATURES}
    assert (told["session_pace"], told["session_taken_back_share"]) == (3_000, 1_000)
    assert (told["session_emulator"], told["session_automation"], told["session_at_night"]) == (1, 0, 0)
    assert session.of_session(filled(minute=359))["session_at_night"] == 1
    photographed = session.of_session(filled(typed=0, taken_back=0))
    assert (photographed["session_pace"], photographed["session_taken_back_share"]) == (None, None)
    with pytest.raises(AssertionError):
        filled(seconds=-1)


def test_sessions_of_many_are_told_as_each_alone_on_either_engine() -> None:
    rng = random.Random(4)
    many = {
        f"p{number}": filled(seconds=rng.randint(0, 900), typed=rng.randint(0, 90), minute=rng.randrange(1440))
        for number in range(50)
    }
    whole = session.features(session.table(many)).rows_by_key("person", named=True, unique=True)
    lazily = session.features(session.table(many).lazy()).collect().rows_by_key("person", named=True, unique=True)
    for person, one in many.items():
        assert whole[person] == lazily[person] == session.of_session(one)


def test_a_business_is_held_against_what_was_seen_of_its_receipts() -> None:
    asking = business.Business(
        months=40, yearly_revenue=1_000_000_00, asked=150_000_00, owners_income=120_000_00, is_individual=True,
        is_representative=True, owners=1, own_share_bps=10_000, receipts=620_000_00,
    )  # fmt: skip
    told = business.of_business(asking)
    assert set(told) == {feature.name for feature in business.FEATURES}
    assert (told["business_receipts_of_revenue"], told["business_asked_of_revenue"]) == (6_200, 1_500)
    assert business.of_business(replace(asking, receipts=None))["business_receipts_of_revenue"] is None
    assert business.of_business(replace(asking, asked=10**12))["business_asked_of_revenue"] == 100_000
    assert business.of_business(replace(asking, yearly_revenue=0))["business_asked_of_revenue"] is None
    seen = {
        "at": "2026-02-10T10:00",
        "kind": "income",
        "category": "business",
        "amount": "620.50",
        "party": "customer_1",
    }
    owner = behaviour.of_person(events.parse({"events": [seen]}), on=ON)
    assert (owner["behaviour_business_365d"], owner["behaviour_business_times_90d"]) == (620, 1)
    assert owner["behaviour_business_share_90d"] == 10_000
