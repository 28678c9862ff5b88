"""Applying the starter scorecard, and the decision graph."""

import json
from datetime import date
from importlib import resources

import polars as pl

from benchmarks.result import Result, seconds
from xindai.credit import scoring
from xindai.credit.decision import assessment, many
from xindai.credit.decision.preapproval import Invitation
from xindai.credit.features import bureau
from xindai.credit.sources import report as reports
from xindai.credit.strategies import graph as strategy
from xindai.onboarding.application.model import ApplicationFile
from xindai.products.catalogue.starter import CONSUMER
from xindai_lab import bulk
from xindai_sandbox import population

ON = date(2026, 3, 1)


def run() -> list[Result]:
    folder = resources.files("xindai.credit")
    document = json.loads(folder.joinpath("models/starter/scorecard.json").read_text())
    card = scoring.parse(document)
    fraud = scoring.parse(json.loads(folder.joinpath("models/fraud/scorecard.json").read_text()))
    cards = scoring.Cards(card, fraud)
    graph = strategy.load("consumer", folder.joinpath("strategies/consumer.json").read_text())
    read_reports = [reports.parse(one.report) for one in population.people(1, 500, on=ON)]
    rows = [bureau.features(report, on=ON) for report in read_reports]
    table = pl.DataFrame(rows * 400)
    file = ApplicationFile("app", "per", CONSUMER.code, 600_000, 12, "rent", 900_000, 30, "proven", ON)

    def decide() -> None:
        for report in read_reports:
            judged = assessment.assess(file, assessment.Known(report), product=CONSUMER, cards=cards, open_loans=0)
            graph.judge(judged.inputs)

    one = seconds(lambda: [card.score(row) for row in rows])
    in_bulk = seconds(lambda: bulk.score(document, table), times=3)
    plain = seconds(lambda: many.score(card, table), times=3)
    people = table.with_columns(
        person=pl.int_range(pl.len()).cast(pl.String),
        age=pl.lit(30),
        monthly_income=6_000 + pl.int_range(pl.len()) % 90 * 100,
    )
    invited = seconds(lambda: Invitation(CONSUMER, 12, cards, graph, ON).sent_to(people), times=1)
    read = seconds(lambda: [bureau.features(report, on=ON) for report in read_reports])
    return [
        *_peers(table.head(len(rows)), one / len(rows), len(table) / in_bulk),
        Result(
            f"scorecard of {len(card.characteristics)} characteristics in bulk, no reasons",
            len(table) / plain,
            "rows/s",
            at_least=2_000_000,
        ),
        Result(f"pre-approval of {len(people):,} people, scored, priced, decided", len(people) / invited, "1/s"),
        Result("features of one report", read / len(rows) * 1e6, "µs"),
        Result("assessment and decision graph with trace", seconds(decide) / len(read_reports) * 1e3, "ms"),
    ]


def _peers(features: pl.DataFrame, one: float, many: float) -> list[Result]:
    """The same features through scikit-learn and LightGBM as they come, for one applicant and in bulk; they give no reasons."""
    import lightgbm
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    values = features.fill_null(0).to_numpy().astype(float)
    values = (values - values.mean(axis=0)) / (values.std(axis=0) + 1)
    bad = (np.arange(len(values)) % 7 == 0).astype(int)
    bulk_values = np.tile(values, (400, 1))
    plain = LogisticRegression(max_iter=500).fit(values, bad)
    boosted = lightgbm.train(
        {"objective": "binary", "verbose": -1, "num_threads": 2}, lightgbm.Dataset(values, bad), num_boost_round=100
    )
    results = []
    for name, predict in (("scikit-learn, logistic", plain.predict_proba), ("LightGBM, 100 trees", boosted.predict)):
        single = seconds(lambda predict=predict: [predict(values[:1]) for _ in range(200)]) / 200
        whole = len(bulk_values) / seconds(lambda predict=predict: predict(bulk_values), times=3)
        results += [
            Result("scorecard with reasons, one applicant", one * 1e6, "µs", name, single * 1e6, at_most=50),
            Result("scorecard with reasons, in bulk", many, "rows/s", name, whole),
        ]
    return results
