"""The challenger: gradient boosting by LightGBM, kept as its own text, never as a pickle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import polars as pl

from xindai_lab.table import is_number

Array = np.ndarray[Any, np.dtype[Any]]
RATE = 0.05
MOST_ROUNDS = 600
PATIENCE = 40


@dataclass(frozen=True)
class Boosted:
    """A fitted booster, and the order of its columns with the codes of their names."""

    booster: Any
    columns: list[str]
    codes: dict[str, dict[str, int]]

    def logit(self, features: pl.DataFrame) -> Array:
        """The log-odds of going bad of each row."""
        raw: Array = self.booster.predict(matrix(features, self.columns, self.codes), raw_score=True)
        return raw

    def contributions(self, features: pl.DataFrame) -> Array:
        """What each column adds to the log-odds of each row (TreeSHAP); the last column is the base."""
        parts: Array = self.booster.predict(matrix(features, self.columns, self.codes), pred_contrib=True)
        return parts


def matrix(features: pl.DataFrame, columns: list[str], codes: dict[str, dict[str, int]]) -> Array:
    """The rows as LightGBM reads them: numbers, names as codes, NaN for what is missing or never seen."""
    result = np.empty((len(features), len(columns)))
    for place, name in enumerate(columns):
        if name not in features.columns:
            result[:, place] = np.nan
        elif name in codes:
            coded = (
                features[name]
                .cast(pl.String, strict=False)
                .replace_strict(codes[name], default=None, return_dtype=pl.Float64)
            )
            result[:, place] = coded.to_numpy()
        else:
            result[:, place] = features[name].cast(pl.Float64, strict=False).to_numpy()
    return result


def fit(features: pl.DataFrame, bad: Array, weight: Array | None = None, *, rounds: int | None = None) -> Boosted:
    """The booster of a sample; the number of rounds is found by cross-validation unless given."""
    columns = features.columns
    codes = {
        column.name: {name: code for code, name in enumerate(sorted(column.drop_nulls().unique().to_list()))}
        for column in features
        if not is_number(column)
    }
    rows = matrix(features, columns, codes)
    data = lightgbm.Dataset(
        rows,
        label=bad,
        weight=weight,
        feature_name=[f"f{place}" for place in range(len(columns))],
        categorical_feature=[place for place, name in enumerate(columns) if name in codes],
        free_raw_data=False,
        params={"verbose": -1},
    )
    settings = _settings(len(bad))
    if rounds is None:
        rounds = _rounds(data, settings)
    return Boosted(lightgbm.train(settings, data, num_boost_round=rounds), columns, codes)


def from_text(text: str) -> Any:
    """The booster again, from its own text."""
    return lightgbm.Booster(model_str=text)


def _settings(rows: int) -> dict[str, Any]:
    small = rows < 5_000
    return {
        "objective": "binary",
        "learning_rate": RATE / 2 if small else RATE,
        "num_leaves": 7 if small else 23,
        "min_data_in_leaf": 20 if small else 60,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "feature_fraction": 0.5,
        "lambda_l2": 10.0,
        "min_data_per_group": 20,
        "cat_smooth": 20.0,
        "max_cat_to_onehot": 8,
        "seed": 7,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }


def _rounds(data: Any, settings: dict[str, Any]) -> int:
    history = lightgbm.cv(
        {**settings, "metric": "binary_logloss"},
        data,
        num_boost_round=MOST_ROUNDS,
        nfold=4,
        stratified=True,
        seed=7,
        callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
    )
    return max(10, len(np.asarray(history["valid binary_logloss-mean"])))
