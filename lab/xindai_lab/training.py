"""From a table to a model folder: scorecard and challenger, judged on what they have not seen, then fitted on all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from xindai.credit import scoring
from xindai_lab import challenger, measures, page, scorecard
from xindai_lab.challenger import Boosted
from xindai_lab.scorecard import Fitted
from xindai_lab.table import DataUnfit, Sample

FOLDS = 5
LATEST_SHARE = 0.2
WORTH_IT = 0.005
MODELS = ("scorecard", "challenger", "blend")
"""The blend is the mean of the two models' log-odds: additive, so it is explained feature by feature like either."""
Array = np.ndarray[Any, np.dtype[Any]]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Trained:
    """The models and what is known about them."""

    card: dict[str, Any]
    boosted: Boosted
    report: dict[str, Any]
    champion: str


def train(
    sample: Sample, *, name: str, labels: dict[str, tuple[str, str]] | None = None, progress: Progress = lambda _: None
) -> Trained:
    """Cross-validated (or, with a time column, out-of-time) figures, and the models fitted on every row."""
    seen, pds = unseen(sample, progress)
    progress("fitting on all rows")
    fitted, boosted = _fit(sample.features, sample.bad, sample.weight)
    document = scorecard.document(fitted, name=name, labels=labels or {})
    scoring.parse(document)
    bad = sample.bad[seen]
    champion = _champion(bad, {model: pd[seen] for model, pd in pds.items()})
    report = {
        "rows": len(sample.bad),
        "bad_rate": round(float(sample.bad.mean()), 6),
        "judged_on": f"{FOLDS}-fold cross-validation" if sample.order is None else "the latest fifth, out of time",
        "left_out": sample.left_out,
        "champion": champion,
        "models": {model: measures.all_of(bad, pd[seen]) for model, pd in pds.items()},
        "roc": {model: measures.roc(bad, pd[seen]) for model, pd in pds.items()},
        "spread": measures.spread(bad, _scores(pds["scorecard"][seen])),
        "calibration": measures.calibration(bad, pds["scorecard"][seen]),
        "gains": measures.gains(bad, pds["scorecard"][seen]),
        "bins": [
            {name: one[name] for name in ("name", "en", "zh", "value", "bins", "missing")}
            for one in document["characteristics"]
        ],
    }
    return Trained(document, boosted, report, champion)


def _scores(pd: Array) -> Array:
    """Scores of probabilities, as scorecards scale them."""
    odds = np.log(np.clip((1 - pd) / pd, 1e-9, 1e9))
    factor = scoring.POINTS_TO_DOUBLE / np.log(2)
    scores: Array = scoring.BASE_SCORE + factor * (odds - np.log(scoring.BASE_ODDS))
    return scores


def _champion(bad: Array, pds: dict[str, Array]) -> str:
    """The model that told best on unseen rows; the scorecard, unless another's log loss is lower by half a percent."""
    losses = {model: measures.log_loss(bad, pd) for model, pd in pds.items()}
    best = min(losses, key=lambda model: losses[model])
    return best if losses[best] < losses["scorecard"] * (1 - WORTH_IT) else "scorecard"


def _fit(features: pl.DataFrame, bad: Array, weight: Array | None) -> tuple[Fitted, Boosted]:
    return scorecard.fit(features, bad, weight), challenger.fit(features, bad, weight)


def unseen(sample: Sample, progress: Progress = lambda _: None) -> tuple[Array, dict[str, Array]]:
    """(rows that were judged, probabilities by model), each row by models that had not seen it."""
    pds = {model: np.zeros(len(sample.bad)) for model in MODELS}
    judged = np.zeros(len(sample.bad), dtype=bool)
    for number, (inside, outside) in enumerate(_splits(sample), start=1):
        progress(f"judging on unseen rows, part {number}")
        weight = None if sample.weight is None else sample.weight[inside]
        fitted, boosted = _fit(sample.features[inside], sample.bad[inside], weight)
        one, other = fitted.logit(sample.features[outside]), boosted.logit(sample.features[outside])
        for model, logit in zip(MODELS, (one, other, (one + other) / 2), strict=True):
            pds[model][outside] = probability(logit)
        judged[outside] = True
    return judged, pds


def _splits(sample: Sample) -> Iterator[tuple[Array, Array]]:
    if sample.order is not None:
        order = sample.order.arg_sort().to_numpy()
        cut = int(len(order) * (1 - LATEST_SHARE))
        inside, outside = np.sort(order[:cut]), np.sort(order[cut:])
        if min(len(np.unique(sample.bad[inside])), len(np.unique(sample.bad[outside]))) < 2:
            raise DataUnfit("The latest fifth has one class only; it cannot judge a model.", field=sample.order.name)
        yield inside, outside
        return
    fold = np.empty(len(sample.bad), dtype=int)
    rng = np.random.default_rng(0)
    for value in (0, 1):
        rows = rng.permutation(np.flatnonzero(sample.bad == value))
        fold[rows] = np.arange(len(rows)) % FOLDS
    for number in range(FOLDS):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def probability(logit: Array) -> Array:
    """The probability of log-odds."""
    chance: Array = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
    return chance


def save(trained: Trained, folder: Path, *, target: str, source: str) -> None:
    """Write the model folder: everything in it is text, and the card names each file's hash."""
    folder.mkdir(parents=True, exist_ok=True)
    boosted = {"columns": trained.boosted.columns, "codes": trained.boosted.codes}
    files = {
        "scorecard.json": json.dumps(trained.card, ensure_ascii=False, indent=1),
        "challenger.txt": trained.boosted.booster.model_to_string(),
        "challenger.json": json.dumps(boosted, ensure_ascii=False),
        "report.json": json.dumps(trained.report, ensure_ascii=False, indent=1),
    }
    card = {
        "name": trained.card["name"],
        "kind": "scorecard with challenger",
        "hash": trained.card["hash"],
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": source,
        "target": target,
        "bad_means": f"{target} is 1",
        "rows": trained.report["rows"],
        "bad_rate": trained.report["bad_rate"],
        "judged_on": trained.report["judged_on"],
        "champion": trained.champion,
        "models": trained.report["models"],
        "features": [one["name"] for one in trained.card["characteristics"]],
        "files": {name: _hash(text) for name, text in files.items()},
        "limits": "Learned from accepted loans only; not validated by a second person yet.",
    }
    shown = page.page(trained.report, card)
    for name, text in {
        **files,
        "card.json": json.dumps(card, ensure_ascii=False, indent=1),
        "report.html": shown,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")


def load(folder: Path) -> tuple[dict[str, Any], Boosted, dict[str, Any]]:
    """(scorecard, challenger, card) of a model folder, checked against their hashes. Refuses: ModelUnreadable."""
    texts = {}
    try:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        for name, expected in card["files"].items():
            texts[name] = (folder / name).read_text(encoding="utf-8")
            if _hash(texts[name]) != expected:
                raise scoring.ModelUnreadable(why=f"{name} is not the file that the card names")
        document, shape = json.loads(texts["scorecard.json"]), json.loads(texts["challenger.json"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise scoring.ModelUnreadable(why=f"{folder} is not a model folder ({type(error).__name__})") from None
    scoring.parse(document)
    booster = challenger.from_text(texts["challenger.txt"])
    return document, Boosted(booster, shape["columns"], shape["codes"]), card


def _hash(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()
