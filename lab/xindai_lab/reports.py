"""Past applications as a table of features, by the very code that serves: `python -m xindai_lab.reports FILE --out DIR`.

The file has one JSON document a line: `{"on", "report", "events", "around", "will_default"}`, as the sandbox's population
writes them with `--lives`; what somebody did not allow to be read is null.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from xindai.credit.features import LABELS, behaviour, bureau, events, social, ties
from xindai.credit.features import report as reports
from xindai.credit.features.registry import Source
from xindai_lab import measures, table, training

TARGET = "bad"
STEPS = ((Source.BUREAU,), (Source.BUREAU, Source.BEHAVIOUR), (Source.BUREAU, Source.BEHAVIOUR, Source.SOCIAL))
"""Which sources are compared, each step with one more."""


def features(documents: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """A row per application with every feature as of its day; missing for what could not be read."""
    rows, told, asked = [], [], []
    for number, one in enumerate(documents):
        on = date.fromisoformat(one["on"])
        row: dict[str, Any] = {"person": str(number), TARGET: int(one["will_default"])}
        if one["report"] is not None:
            row |= bureau.features(reports.parse(one["report"]), on=on)
        if one["around"] is not None:
            row |= social.features(ties.around_of(one["around"]), on=on)
        if one["events"] is not None:
            told.append((str(number), events.parse(one)))
        asked.append({"person": str(number), "on": events.day_number(on)})
        rows.append(row)
    others = [feature.name for feature in (*bureau.FEATURES, *social.FEATURES)]
    plain = pl.DataFrame(rows, schema={"person": pl.String, TARGET: pl.Int8, **dict.fromkeys(others, pl.Int64)})
    done = behaviour.features(events.table(told), pl.DataFrame(asked, schema={"person": pl.String, "on": pl.Int32}))
    return plain.join(done, on="person", how="left").drop("person")


def of_sources(past: pl.DataFrame, sources: Iterable[Source]) -> pl.DataFrame:
    """The features of some sources only, and the target."""
    prefixes = tuple(f"{source.value}_" for source in sources)
    return past.select(TARGET, *(name for name in past.columns if name.startswith(prefixes)))


def train(past: pl.DataFrame, folder: Path, *, name: str) -> training.Trained:
    """Train on past applications and write the model folder."""
    trained = training.train(table.sample(past, target=TARGET), name=name, labels=LABELS)
    training.save(trained, folder, target=TARGET, source=name)
    return trained


def ablation(past: pl.DataFrame) -> list[dict[str, Any]]:
    """What each source adds: the scorecard's AUC and KS on unseen rows by step, and the gain with its 95 % interval."""
    found: list[dict[str, Any]] = []
    before = None
    for sources in STEPS:
        sample = table.sample(of_sources(past, sources), target=TARGET)
        judged, pds = training.unseen(sample)
        bad, pd = sample.bad[judged], pds["scorecard"][judged]
        row = {"sources": [source.value for source in sources], **measures.all_of(bad, pd)}
        if before is not None:
            row["gain"] = measures.auc_gain(bad, before, pd)
        found.append(row)
        before = pd
    return found


def main() -> None:
    """Train from a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="starter")
    parser.add_argument("--ablation", action="store_true", help="say what each source adds, too")
    options = parser.parse_args()
    with options.file.open(encoding="utf-8") as file:
        past = features(json.loads(line) for line in file)
    trained = train(past, options.out, name=options.name)
    print(json.dumps(trained.report["models"]))  # noqa: T201 - this is a command
    if options.ablation:
        steps = ablation(past)
        (options.out / "ablation.json").write_text(json.dumps(steps, indent=1), encoding="utf-8")
        for step in steps:
            print(json.dumps(step))  # noqa: T201


if __name__ == "__main__":
    main()
