"""Applying the starter scorecard, and the decision graph."""

import json
from datetime import date
from importlib import resources

import polars as pl

from benchmarks.result import Result, seconds
from xindai.credit import scoring
from xindai.credit.decision import assessment
from xindai.credit.features import bureau
from xindai.credit.features import report as reports
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
    graph = strategy.load("consumer", folder.joinpath("strategies/consumer.json").read_text())
    read_reports = [reports.parse(one.report) for one in population.people(1, 500, on=ON)]
    rows = [bureau.features(report, on=ON) for report in read_reports]
    table = pl.DataFrame(rows * 400)
    file = ApplicationFile("app", "per", CONSUMER.code, 600_000, 12, "rent", 900_000, 30, "proven", ON)

    def decide() -> None:
        for report in read_reports:
            judged = assessment.assess(file, assessment.Known(report), product=CONSUMER, scorecard=card, open_loans=0)
            graph.judge(judged.inputs)

    one = seconds(lambda: [card.score(row) for row in rows])
    many = seconds(lambda: bulk.score(document, table), times=3)
    read = seconds(lambda: [bureau.features(report, on=ON) for report in read_reports])
    return [
        Result("features of one report", read / len(rows) * 1e6, "µs"),
        Result("scorecard, one applicant", one / len(rows) * 1e6, "µs"),
        Result("scorecard with reasons, in bulk", len(table) / many, "rows/s"),
        Result("assessment and decision graph with trace", seconds(decide) / len(read_reports) * 1e3, "ms"),
    ]
