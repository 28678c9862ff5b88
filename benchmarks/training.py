"""Training time and AUC beside `optbinning` used alone, on the real records, five folds, the same folds for both."""

import os
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.result import Result
from xindai_lab import challenger, measures, scorecard, table, training

DATA = Path(os.environ.get("XINDAI_DATA", Path(__file__).parents[2] / "shared" / "data"))
FILES = {
    "german": ("german_credit_1994.csv", "y"),
    "taiwan": ("taiwan_credit_2005.csv.gz", "default.payment.next.month"),
}


def run() -> list[Result]:
    warnings.filterwarnings("ignore")
    results = []
    for name, (file, target) in FILES.items():
        if not (DATA / file).exists():
            print(f"{file} is not here; set XINDAI_DATA")
            continue
        results += _compare(name, table.sample(table.read(DATA / file), table.Roles(target)))
    return results


def _compare(name: str, sample: table.Sample) -> list[Result]:
    from sklearn.model_selection import StratifiedKFold

    aucs: dict[str, list[float]] = {"scorecard": [], "challenger": [], "blend": [], "optbinning": []}
    spent = {"scorecard": 0.0, "optbinning": 0.0}
    rows = sample.features.to_pandas()
    texts = [column.name for column in sample.features if not table.is_number(column)]
    for inside, outside in StratifiedKFold(5, shuffle=True, random_state=0).split(rows, sample.bad):
        began = time.perf_counter()
        ours = scorecard.fit(sample.features[inside], sample.bad[inside]).logit(sample.features[outside])
        spent["scorecard"] += time.perf_counter() - began
        boosted = challenger.fit(sample.features[inside], sample.bad[inside]).logit(sample.features[outside])
        began = time.perf_counter()
        theirs = _optbinning(rows, texts, inside, outside, sample.bad)
        spent["optbinning"] += time.perf_counter() - began
        for model, logit in (
            ("scorecard", ours),
            ("challenger", boosted),
            ("blend", (ours + boosted) / 2),
            ("optbinning", theirs),
        ):
            aucs[model].append(measures.auc(sample.bad[outside], logit))
    mean = {model: float(np.mean(values)) for model, values in aucs.items()}
    began = time.perf_counter()
    trained = training.train(sample, name=name)
    whole = time.perf_counter() - began
    return [
        Result(f"{name}: AUC of the scorecard", mean["scorecard"], "", "optbinning alone", mean["optbinning"]),
        Result(
            f"{name}: AUC of the champion ({trained.champion})",
            mean[trained.champion],
            "",
            "optbinning alone",
            mean["optbinning"],
        ),
        Result(
            f"{name}: fitting a scorecard", spent["scorecard"] / 5, "s", "optbinning alone", spent["optbinning"] / 5
        ),
        Result(f"{name}: whole training, judged on unseen rows", whole, "s"),
    ]


def _optbinning(rows: Any, texts: list[str], inside: Any, outside: Any, bad: Any) -> Any:
    """Binning and logistic regression at the library's own defaults."""
    from optbinning import BinningProcess
    from sklearn.linear_model import LogisticRegression

    binning = BinningProcess(list(rows.columns), categorical_variables=texts)
    regression = LogisticRegression(max_iter=1000).fit(
        binning.fit_transform(rows.iloc[inside], bad[inside]), bad[inside]
    )
    return regression.decision_function(binning.transform(rows.iloc[outside]))
