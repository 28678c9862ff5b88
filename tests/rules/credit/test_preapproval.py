"""A population is judged as each of its people would be, to the same numbers."""

import json
from datetime import date
from importlib import resources
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from xindai.credit import scoring
from xindai.credit.decision import assessment, many
from xindai.credit.decision.preapproval import TOLD, Invitation
from xindai.credit.features.registry import CONSENTED, Source
from xindai.credit.strategies import graph as strategy
from xindai.credit.strategies.model import Outcome
from xindai.onboarding.application.model import ApplicationFile
from xindai.products.catalogue.model import Product
from xindai.products.catalogue.starter import BUSINESS, CONSUMER
from xindai.values.refusal import Refusal
from xindai_lab import reports
from xindai_sandbox import population

ON = date(2026, 3, 1)
SHIPPED = resources.files("xindai.credit")
SCORECARD, FRAUD = (
    scoring.parse(json.loads(SHIPPED.joinpath(f"models/{name}/scorecard.json").read_text("utf-8")))
    for name in ("starter", "fraud")
)
OF_BUSINESSES = scoring.parse(json.loads(SHIPPED.joinpath("models/business/scorecard.json").read_text("utf-8")))
CARDS = scoring.Cards(SCORECARD, FRAUD, OF_BUSINESSES)
STRATEGY = strategy.load("consumer", SHIPPED.joinpath("strategies/consumer.json").read_text("utf-8"))
INVITATION = Invitation(CONSUMER, 12, CARDS, STRATEGY, ON)


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    lives = list(population.lives(8, 700, on=ON))
    return reports.features(lives).with_columns(
        person=pl.int_range(pl.len()).cast(pl.String),
        monthly_income=pl.Series([round(float(one["monthly_income"])) for one in lives]),
        age=pl.Series([one["age"] for one in lives]),
        open_loans=pl.int_range(pl.len()) % 7 // 6,
    )


def alone(row: dict[str, Any], *, product: Product = CONSUMER) -> dict[str, Any]:
    """What a single assessment says of the same person, who asks for the most there is."""
    features = {name: value for name, value in row.items() if name.split("_", 1)[0] in (*CONSENTED, "business")}
    answered = {Source.BUREAU} | {
        source
        for source in CONSENTED
        if any(features[name] is not None for name in features if name.startswith(source))
    }
    file = ApplicationFile(
        "app", "per", product.ref, product.most.minor, 12, "rent", row["monthly_income"] * 100, row["age"], "proven", ON,
        yearly_revenue=row["yearly_revenue"] * 100 if "yearly_revenue" in row else None,
    )  # fmt: skip
    judged = assessment.of_features(
        file, features, answered=answered, product=product, cards=CARDS, open_loans=row.get("open_loans", 0)
    )
    outcome, verdicts, _ = assessment.judge(STRATEGY, judged.inputs)
    return {
        "person": row["person"],
        "outcome": outcome.value,
        "limit": judged.limit.minor if outcome is Outcome.APPROVE else 0,
        "rate_bps": judged.price.rate_bps,
        "score": judged.score.score,
        "pd_ppm": judged.score.pd_ppm,
        "grade": judged.score.grade,
        "failed": " ".join(one.rule for one in verdicts if not one.passed),
    }


def test_a_population_is_judged_as_each_person_alone(people: pl.DataFrame) -> None:
    told = INVITATION.sent_to(people)
    assert told.schema == pl.Schema(TOLD)
    assert told.to_dicts() == [alone(row) for row in people.to_dicts()]
    assert set(told["outcome"]) >= {"approve", "decline"}


def test_businesses_are_judged_by_their_own_card_and_bound_by_their_revenue() -> None:
    lives = list(population.lives(9, 500, on=ON, businesses=True))
    asking = reports.features(lives).with_columns(
        person=pl.int_range(pl.len()).cast(pl.String),
        monthly_income=pl.Series([round(float(one["monthly_income"])) for one in lives]),
        age=pl.Series([one["age"] for one in lives]),
        yearly_revenue=pl.Series([one["business"]["yearly_revenue"] // 100 for one in lives]),
    )
    invitation = Invitation(BUSINESS, 12, CARDS, STRATEGY, ON)
    told = invitation.sent_to(asking)
    assert told.to_dicts() == [alone(row, product=BUSINESS) for row in asking.to_dicts()]
    assert "approve" in told["outcome"]
    assert told["pd_ppm"].to_list() == many.score(OF_BUSINESSES, asking)["pd_ppm"].to_list()
    taken = told.join(asking.select("person", "yearly_revenue"), on="person").filter(pl.col("outcome") == "approve")
    assert (taken["limit"] <= taken["yearly_revenue"] * 100 // 5).all(), "no more than a fifth of what it takes"
    with pytest.raises(Refusal):
        invitation.sent_to(asking.drop("yearly_revenue"))


def test_columns_that_are_not_there_are_missing(people: pl.DataFrame) -> None:
    few = people.drop(name for name in people.columns if name.startswith(("social_", "behaviour_")))
    whole = people.with_columns(
        pl.lit(None, pl.Int64).alias(name) for name in people.columns if name not in few.columns
    )
    assert INVITATION.sent_to(few).equals(INVITATION.sent_to(whole))


def test_somebody_of_whom_no_bureau_tells_is_not_approved(people: pl.DataFrame) -> None:
    silent = people.with_columns(
        pl.lit(None, pl.Int64).alias(name) for name in people.columns if name.startswith("bureau_")
    )
    assert "approve" not in INVITATION.sent_to(silent)["outcome"]


def test_a_strategy_that_reads_features_gets_them(people: pl.DataFrame) -> None:
    text = SHIPPED.joinpath("strategies/consumer.json").read_text("utf-8")
    reading = strategy.load("reading", text.replace("public_records == 0", "features.bureau_education > 2"))
    assert reading.reads_features
    assert not STRATEGY.reads_features
    told = Invitation(CONSUMER, 12, CARDS, reading, ON).sent_to(people.head(60))
    fails = ["no_public_record" in failed.split() for failed in told["failed"]]
    assert fails == [not (level or 0) > 2 for level in people["bureau_education"].head(60)]


@given(some.lists(some.integers(-40_000_000, 40_000_000), min_size=1, max_size=50))
def test_many_scores_are_the_very_numbers_of_one(logits: list[int]) -> None:
    card = scoring.Scorecard("t", "h", 0, (
        scoring.Characteristic("x", "x", "x", (), {str(one): place for place, one in enumerate(dict.fromkeys(logits))},
                               tuple(dict.fromkeys(logits)), 0, 0, 0),
    ))  # fmt: skip
    found = many.score(card, pl.DataFrame({"x": [str(one) for one in logits]}))
    for logit, row in zip(logits, found.to_dicts(), strict=True):
        one = card.score({"x": str(logit)})
        assert row == {"score": one.score, "pd_ppm": one.pd_ppm, "grade": one.grade}


@given(some.lists(some.one_of(some.none(), some.floats(), some.integers(-10, 10)), min_size=1, max_size=30))
def test_every_value_falls_into_the_bin_it_falls_into_alone(values: list[float | None]) -> None:
    (one,) = (each for each in SCORECARD.characteristics if each.name == "bureau_education")
    column = pl.Series("bureau_education", values, dtype=pl.Float64, strict=False)
    told = pl.DataFrame([column]).select(many.part(one, pl.DataFrame([column]))).to_series().to_list()
    assert told == [one.part(value) for value in column.to_list()]


@pytest.mark.parametrize(
    "change",
    [
        {"person": None},
        {"age": None},
        {"monthly_income": [1.5, 2.0]},
        {"monthly_income": [1, None]},
        {"age": ["a", "b"]},
    ],
)
def test_a_table_that_is_none_is_refused(change: dict[str, Any]) -> None:
    columns = {"person": ["a", "b"], "monthly_income": [9000, 8000], "age": [30, 40], "bureau_loans": [1, 2], **change}
    table = pl.DataFrame({name: values for name, values in columns.items() if values is not None})
    with pytest.raises(Refusal):
        INVITATION.sent_to(table)


def test_what_is_no_term_of_the_product_is_refused(people: pl.DataFrame) -> None:
    with pytest.raises(Refusal):
        Invitation(CONSUMER, 7, CARDS, STRATEGY, ON).sent_to(people)
    with pytest.raises(Refusal):
        INVITATION.sent_to(people.drop(name for name in people.columns if name.startswith("bureau_")))
    assert INVITATION.sent_to(people.clear()).schema == pl.Schema(TOLD)
