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
from xindai_lab import challenger, fairness, measures, page, scorecard, stability
from xindai_lab.challenger import Boosted
from xindai_lab.scorecard import Fitted
from xindai_lab.table import DataUnfit, Sample

FOLDS = 5
LATEST_SHARE = 0.2
WORTH_IT = 0.005
SUSPECT = 0.9
PRUDENCE = 1.5
"""By how much the odds of going bad of somebody rejected are taken to be above what the score says: whoever rejected them
knew something, too. Each of them is learned from twice, as bad and as good, by these odds (fuzzy augmentation)."""
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
    fitted, boosted, inferred = _fit(sample, np.arange(len(sample.bad)))
    document = scorecard.document(fitted, name=name, labels=labels or {})
    scoring.parse(document)
    bad = sample.bad[seen]
    judged = {model: pd[seen] for model, pd in pds.items()}
    champion = _champion(bad, judged)
    report = {
        "rows": len(sample.bad),
        "bad_rate": round(float(sample.bad.mean()), 6),
        "judged_on": f"{FOLDS}-fold cross-validation" if sample.order is None else "the latest fifth, out of time",
        "left_out": sample.left_out,
        "champion": champion,
        "models": {model: measures.all_of(bad, pd) for model, pd in judged.items()},
        "roc": {model: measures.roc(bad, pd) for model, pd in judged.items()},
        "spread": measures.spread(bad, _scores(judged["scorecard"])),
        "calibration": measures.calibration(bad, judged["scorecard"]),
        "gains": measures.gains(bad, judged["scorecard"]),
        "swap": stability.swapped(bad, judged["scorecard"], judged["challenger"]),
        "suspects": _suspects(sample, fitted),
        "bins": [
            {name: one[name] for name in ("name", "en", "zh", "value", "bins", "missing")}
            for one in document["characteristics"]
        ],
    }
    if sample.order is not None:
        report["stability"] = stability.over_time(fitted, sample.features, sample.bad, sample.order, 1 - LATEST_SHARE)
    if sample.protected is not None:
        rows = pl.Series(seen)
        report["fairness"] = [
            fairness.judge(column.filter(rows), bad, judged, champion, fitted, sample.features.filter(rows))
            for column in sample.protected
        ]
    if inferred is not None:
        report["rejects"] = inferred
    return Trained(document, boosted, report, champion)


def _suspects(sample: Sample, fitted: Fitted) -> dict[str, float]:
    """Characteristics that tell good from bad nearly alone, with their AUC: perhaps they were not known on the day."""
    found = {one.name: measures.auc(sample.bad, one.evidence(sample.features[one.name])) for one in fitted.bins}
    return {name: round(auc, 4) for name, auc in found.items() if auc >= SUSPECT}


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


def _fit(sample: Sample, inside: Array) -> tuple[Fitted, Boosted, dict[str, Any] | None]:
    """Both models of some rows; with those who were rejected as they probably would have fared, if there are any."""
    features, bad = sample.features[inside], sample.bad[inside]
    weight = None if sample.weight is None else sample.weight[inside]
    inferred = None
    if sample.rejected is not None:
        guess = probability(scorecard.fit(features, bad, weight, by_hand=sample.by_hand).logit(sample.rejected))
        careful = guess * PRUDENCE / (1 + guess * (PRUDENCE - 1))
        inferred = {
            "rows": len(guess),
            "bad_rate_by_score": round(float(guess.mean()), 6),
            "bad_rate_assumed": round(float(careful.mean()), 6),
            "prudence": PRUDENCE,
        }
        ones = np.ones(len(bad)) if weight is None else weight
        features = pl.concat([features, sample.rejected, sample.rejected], how="vertical_relaxed")
        bad = np.concatenate([bad, np.ones(len(guess)), np.zeros(len(guess))]).astype(np.int8)
        weight = np.concatenate([ones, careful, 1 - careful])
    fitted = scorecard.fit(features, bad, weight, by_hand=sample.by_hand)
    return fitted, challenger.fit(features, bad, weight), inferred


def unseen(sample: Sample, progress: Progress = lambda _: None) -> tuple[Array, dict[str, Array]]:
    """(rows that were judged, probabilities by model), each row by models that had not seen it."""
    pds = {model: np.zeros(len(sample.bad)) for model in MODELS}
    judged = np.zeros(len(sample.bad), dtype=bool)
    for number, (inside, outside) in enumerate(_splits(sample), start=1):
        progress(f"judging on unseen rows, part {number}")
        fitted, boosted, _ = _fit(sample, inside)
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
        "bins.json": json.dumps(_edges(trained.card), ensure_ascii=False, indent=1),
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
        "limits": f"{_learned_from(trained.report)}; not validated by a second person yet.",
    }
    shown = page.page(trained.report, card)
    for name, text in {
        **files,
        "card.json": json.dumps(card, ensure_ascii=False, indent=1),
        "report.html": shown,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")


def _edges(document: dict[str, Any]) -> dict[str, list[Any]]:
    """The bins alone, to be edited and kept: upper bounds of numbers, groups of names."""
    return {
        one["name"]: [float(row["below"]) for row in one["bins"][:-1]]
        if one["type"] == "number"
        else [row["names"] for row in one["bins"]]
        for one in document["characteristics"]
    }


def _learned_from(report: dict[str, Any]) -> str:
    if "rejects" not in report:
        return "Learned from accepted loans only"
    return "Learned from accepted loans, and from rejected applications as they were assumed to fare"


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
