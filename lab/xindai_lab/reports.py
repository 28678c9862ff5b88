"""Past credit reports as a table of features, by the very code that serves: `python -m xindai_lab.reports FILE --out DIR`.

The file has one JSON document a line: `{"report": ..., "will_default": true}`, as the sandbox's population writes them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from xindai.credit.features import bureau
from xindai.credit.features import report as reports
from xindai_lab import table, training

TARGET = "bad"


def features(documents: Iterable[tuple[Any, bool]]) -> pl.DataFrame:
    """A row per (report document, bad) with every bureau feature, as of the day the report was issued."""
    rows = []
    for document, bad in documents:
        report = reports.parse(document)
        rows.append({**bureau.features(report, on=report.issued_on), TARGET: int(bad)})
    names = [feature.name for feature in bureau.FEATURES]
    return pl.DataFrame(rows, schema={**dict.fromkeys(names, pl.Int64), TARGET: pl.Int8})


def train(documents: Iterable[tuple[Any, bool]], folder: Path, *, name: str) -> training.Trained:
    """Train on reports and write the model folder."""
    sample = table.sample(features(documents), target=TARGET)
    trained = training.train(sample, name=name, labels=bureau.LABELS)
    training.save(trained, folder, target=TARGET, source=f"{name}, {date.today().isoformat()}")  # noqa: DTZ011
    return trained


def main() -> None:
    """Train from a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="starter")
    options = parser.parse_args()
    with options.file.open(encoding="utf-8") as file:
        people = [json.loads(line) for line in file]
    trained = train([(one["report"], one["will_default"]) for one in people], options.out, name=options.name)
    print(json.dumps(trained.report["models"]))  # noqa: T201 - this is a command


if __name__ == "__main__":
    main()
