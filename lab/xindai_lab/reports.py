"""Past applications as a table of features, by the very code that serves: `python -m xindai_lab.reports FILE --out DIR`.

The file has one JSON document a line: `{"on", "report", "events", "around", "session", "business", "will_default"}`, as the sandbox's population
writes them with `--lives`; what somebody did not allow to be read is null. With `--accounts`, of lines in use:
`{"history", "will_default"}`, for the behaviour score.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from xindai.credit.features import LABELS, account
from xindai.credit.features.registry import Source
from xindai.credit.graph.standing import numbered, standings
from xindai.values.refusal import Refusal
from xindai_lab import measures, offline, table, training

TARGET = "bad"
FEW = 100
"""So many rows are counted again with a future added, to see that nothing of it is in them."""
LIVING = (Source.BUREAU, Source.BEHAVIOUR, Source.SESSION)
STEPS = ((Source.BUREAU,), LIVING, (*LIVING, Source.SOCIAL), (*LIVING, Source.SOCIAL, Source.BUSINESS))
"""Which sources are compared, each step with one more."""


class Leaking(Refusal):
    """A feature sees what was not known yet on its day."""

    code = "feature_leaks"
    en = "These features see the future: {names}."
    zh = "以下特征使用了决策日之后的信息：{names}。"


def features(documents: Iterable[dict[str, Any]], *, end: str = "will_default") -> pl.DataFrame:
    """A row per application with every feature as of its day; missing for what could not be read. Refuses: Leaking.

    Bad is what the documents call `end`.
    """
    told = with_standing(list(documents))
    past = [(str(number), date.fromisoformat(one["on"]), one) for number, one in enumerate(told)]
    held = offline.store(past)
    asked = pl.DataFrame(
        [(person, on, int(one[end])) for person, on, one in past],
        schema={"person": pl.String, "on": pl.Date, TARGET: pl.Int8},
        orient="row",
    )
    if found := offline.leaks(offline.Store.features, held, asked.head(FEW)):
        raise Leaking(names=", ".join(found))
    return held.features(asked).drop("person", "on")


def with_standing(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The documents, each neighbourhood with where its people stand in the net of all of them, who came earlier and told ties.

    All are as of one day, and the applicants are new: none of them is in the net by marks of their own.
    """
    arounds = [one["around"] for one in documents if one["around"] is not None]
    beyond = {node: ends for around in arounds for node, ends in around["beyond"].items()}
    pairs = [(around["node"], tie["to"]) for around in arounds for tie in around["ties"]]
    pairs += [(node, end) for node, ends in beyond.items() for end, _ in ends]
    nodes, start, end = numbered(pairs)
    if not nodes:
        return documents
    found = standings(start, end, people=len(nodes))
    place = {node: number for number, node in enumerate(nodes)}
    stands = {node: [int(part[place[node]]) for part in (found.core, found.rank, found.circle)] for node in beyond}
    marks = {node: kinds for around in arounds for node, kinds in around["marks"].items()}
    circles = _circles(found.circle, place, marks)

    def told(around: dict[str, Any]) -> dict[str, Any]:
        seen = {tie["to"]: stands[tie["to"]] for tie in around["ties"] if tie["to"] in stands}
        return {**around, "standing": seen, "circles": {str(one[2]): circles[one[2]] for one in seen.values()}}

    return [{**one, "around": told(one["around"]) if one["around"] else None} for one in documents]


def _circles(circle: Any, place: dict[str, int], marks: dict[str, Any]) -> dict[int, list[int]]:
    """Of each circle: its size, customers, defaulted, known fraud."""
    fared = {number: [int(size), 0, 0, 0] for number, size in enumerate(np.bincount(circle))}
    for node, kinds in marks.items():
        if node in place:
            for column, kind in enumerate(("customer", "defaulted", "fraud"), start=1):
                fared[int(circle[place[node]])][column] += any(one == kind for one, _ in kinds)
    return fared


def account_features(documents: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """A row per line in use, as of its day."""
    rows = [
        {TARGET: int(one["will_default"]), **account.features(account.of_document(one["history"]))} for one in documents
    ]
    names = [feature.name for feature in account.FEATURES]
    return pl.DataFrame(rows, schema={TARGET: pl.Int8, **dict.fromkeys(names, pl.Int64)})


def of_sources(past: pl.DataFrame, sources: Iterable[Source]) -> pl.DataFrame:
    """The features of some sources only, and the target."""
    prefixes = tuple(f"{source.value}_" for source in sources)
    return past.select(TARGET, *(name for name in past.columns if name.startswith(prefixes)))


def train(past: pl.DataFrame, folder: Path, *, name: str) -> training.Trained:
    """Train on past applications and write the model folder."""
    trained = training.train(table.sample(past, table.Roles(TARGET)), name=name, labels=LABELS)
    training.save(trained, folder, target=TARGET, source=name)
    return trained


def ablation(past: pl.DataFrame) -> list[dict[str, Any]]:
    """What each source adds: the scorecard's AUC and KS on unseen rows by step, and the gain with its 95 % interval."""
    found: list[dict[str, Any]] = []
    before = None
    known = {name.split("_", 1)[0] for name in past.columns}
    for sources in STEPS:
        if sources[-1].value not in known:
            continue
        sample = table.sample(of_sources(past, sources), table.Roles(TARGET))
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
    parser.add_argument("--end", default="will_default", help="what counts as bad: will_default, or fraud")
    parser.add_argument("--accounts", action="store_true", help="the file tells of lines in use")
    options = parser.parse_args()
    with options.file.open(encoding="utf-8") as file:
        documents = (json.loads(line) for line in file)
        past = account_features(documents) if options.accounts else features(documents, end=options.end)
    trained = train(past, options.out, name=options.name)
    print(json.dumps(trained.report["models"]))  # noqa: T201 - this is a command
    if options.ablation:
        steps = ablation(past)
        (options.out / "ablation.json").write_text(json.dumps(steps, indent=1), encoding="utf-8")
        for step in steps:
            print(json.dumps(step))  # noqa: T201


if __name__ == "__main__":
    main()
