"""How a model treats groups of people that it must not treat differently: measured with columns that it never sees.

For each group: who is approved when the safest four fifths are, against the group that fares best (the four-fifths rule of
the EEOC's Uniform Guidelines, 1978), how many of its good payers are (equal opportunity: Hardt, Price and Srebro 2016), and
whether expected bads are seen bads. A gap is reported as one only where chance alone would not give it, and then with what
mending it would cost: other cuts by group, or a score that does not look at what tells the groups apart.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from xindai_lab import measures, stability
from xindai_lab.scorecard import Fitted
from xindai_lab.table import is_number

LEAST_RATIO = 0.8
MOST_GAP = 0.05
FEWEST = 100
BANDS = 4
MOST_GROUPS = 8
PROXIES = 5
STRONG = 0.1
MOST_LEFT_OUT = 3
SURE = 1.96
Array = np.ndarray[Any, np.dtype[Any]]


def groups(column: pl.Series) -> pl.Series:
    """The group of each row: its value, or for a number with many values the quarter that it lies in; sorted as texts."""
    if not is_number(column) or column.n_unique() <= MOST_GROUPS:
        return column.cast(pl.String).fill_null("missing")
    edges = [column.quantile(share / BANDS) for share in range(1, BANDS)]
    whole = sorted({float(edge) for edge in edges if edge is not None})
    between = [f"{one:g} to {other:g}" for one, other in itertools.pairwise(whole)]
    names = [
        f"{place}: {name}" for place, name in enumerate([f"below {whole[0]:g}", *between, f"from {whole[-1]:g}"], 1)
    ]
    place = np.searchsorted(whole, column.cast(pl.Float64).to_numpy(), side="right")
    known = column.is_not_null().to_numpy()
    return pl.Series([names[one] if there else "missing" for one, there in zip(place, known, strict=True)])


def judge(
    column: pl.Series, bad: Array, pds: Mapping[str, Array], champion: str, fitted: Fitted, features: pl.DataFrame
) -> dict[str, Any]:
    """How the champion treats rows of each group of `column`; groups of fewer than a hundred rows are only counted.

    `pds` are those of each model on rows that it has not seen; `fitted` is the scorecard.
    """
    pd = pds[champion]
    member, taken = groups(column), stability.approved(pd)
    names = member.unique().sort().to_list()
    rows = [_group(str(name), (member == name).to_numpy(), bad, pd, taken) for name in names]
    large = [row for row in rows if row["rows"] >= FEWEST]
    findings = _findings(large)
    proxies = _proxies(member, fitted, features)
    found: dict[str, Any] = {"name": column.name, "groups": rows, "findings": findings, "proxies": proxies}
    if findings:
        found["remedies"] = _Remedied(member, bad, pd, taken, [row["group"] for row in large]).all(
            pds["scorecard"],
            fitted,
            features,
            [one["name"] for one in proxies if one["strength"] >= STRONG][:MOST_LEFT_OUT],
        )
    return found


def _findings(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*_gaps(rows, "approved", "rows", ratio=True), *_gaps(rows, "goods_approved", "goods", ratio=False)]


@dataclass(frozen=True)
class _Remedied:
    """Those who were judged, by group; `large` are the groups that are compared."""

    member: pl.Series
    bad: Array
    pd: Array
    taken: Array
    large: list[str]

    def all(self, card: Array, fitted: Fitted, features: pl.DataFrame, proxies: list[str]) -> list[dict[str, Any]]:
        """As it is, with a cut for each group, and by the scorecard (which gives `card`) with one proxy after the other left out.

        As many are approved each time, so what they cost is the bad rate of those approved.
        """
        found = [self._said("as it is", self.pd, self.taken), self._said("cuts by group", self.pd, self._cut())]
        parts = {bins.name: (bins, part) for bins, part in zip(fitted.bins, fitted.parts, strict=True)}
        logit = np.log(card) - np.log1p(-card)
        for number, name in enumerate(proxies, 1):
            bins, part = parts[name]
            logit = logit - np.append(part, 0.0)[bins.index(features[name])]
            blind = 1 / (1 + np.exp(-logit))
            found.append(
                self._said(f"scorecard without {', '.join(proxies[:number])}", blind, stability.approved(blind))
            )
        return found

    def _said(self, remedy: str, pd: Array, taken: Array) -> dict[str, Any]:
        rows = [_group(name, (self.member == name).to_numpy(), self.bad, pd, taken) for name in self.large]
        shares = [row["approved"] for row in rows]
        goods = [row["goods_approved"] for row in rows if row["goods_approved"] is not None]
        return {
            "remedy": remedy,
            "approved": round(float(taken.mean()), 6),
            "bad_rate": round(float(self.bad[taken].mean()), 6),
            "auc": round(measures.auc(self.bad, pd), 6),
            "least_ratio": round(min(shares) / max(shares), 4) if max(shares) else None,
            "largest_gap": round(max(goods) - min(goods), 4) if goods else None,
            "other": int((taken != self.taken).sum()) // 2,
        }

    def _cut(self) -> Array:
        """Who is approved, as many as are now, when no group has less than four fifths of the best one's share.

        The best share is lowered, and the others are raised, no further than that needs.
        """
        inside = {str(name): (self.member == name).to_numpy() for name in self.member.unique()}
        shares = {name: float(self.taken[rows].mean()) for name, rows in inside.items()}

        def held(most: float) -> dict[str, float]:
            least = {name: LEAST_RATIO * most if name in self.large else 0.0 for name in inside}
            return {name: min(most, max(shares[name], least[name])) for name in inside}

        low, high, wanted = 0.0, 1.0, float(self.taken.sum())
        for _ in range(50):
            most = (low + high) / 2
            counted = sum(share * inside[name].sum() for name, share in held(most).items())
            low, high = (most, high) if counted < wanted else (low, most)
        chosen = np.zeros(len(self.pd), bool)
        for name, share in held(high).items():
            rows = np.flatnonzero(inside[name])
            safest = rows[np.argsort(self.pd[rows], kind="stable")]
            chosen[safest[: round(share * len(rows))]] = True
        return chosen


def _group(name: str, inside: Array, bad: Array, pd: Array, taken: Array) -> dict[str, Any]:
    bads, goods = int(bad[inside].sum()), int((1 - bad[inside]).sum())
    good = inside & (bad == 0)
    return {
        "group": name,
        "rows": int(inside.sum()),
        "goods": goods,
        "bad_rate": round(float(bad[inside].mean()), 6),
        "approved": round(float(taken[inside].mean()), 6),
        "goods_approved": round(float(taken[good].mean()), 6) if goods else None,
        "expected_over_seen": round(float(pd[inside].sum() / bads), 4) if bads else None,
        "auc": round(measures.auc(bad[inside], pd[inside]), 6) if bads and goods else None,
    }


def _gaps(rows: Sequence[dict[str, Any]], name: str, size: str, *, ratio: bool) -> list[dict[str, Any]]:
    """Groups that fare worse than the best one by more than is tolerated and by more than chance gives."""
    known = [row for row in rows if row[name] is not None]
    if not known:
        return []
    best = max(known, key=lambda row: float(row[name]))
    found: list[dict[str, Any]] = []
    for row in known:
        gap = best[name] - row[name]
        pooled = (best[name] * best[size] + row[name] * row[size]) / (best[size] + row[size])
        by_chance = SURE * float(np.sqrt(pooled * (1 - pooled) * (1 / best[size] + 1 / row[size])))
        said = {"group": row["group"], "against": best["group"]}
        if gap <= by_chance:
            continue
        if ratio and row[name] < LEAST_RATIO * best[name]:
            found.append({"measure": "four fifths", **said, "ratio": round(row[name] / best[name], 4)})
        if not ratio and gap > MOST_GAP:
            found.append({"measure": "equal opportunity", **said, "gap": round(gap, 4)})
    return found


def _proxies(member: pl.Series, fitted: Fitted, features: pl.DataFrame) -> list[dict[str, Any]]:
    """The characteristics from whose bins the group can best be told (Cramér's V, bias corrected: Bergsma 2013)."""
    codes = member.rank("dense").to_numpy().astype(int) - 1
    found: list[dict[str, Any]] = []
    for bins in fitted.bins:
        table = np.zeros((len(bins.woe) + 2, int(codes.max()) + 1))
        np.add.at(table, (bins.index(features[bins.name]), codes), 1)
        found.append({"name": bins.name, "strength": round(_association(table), 4)})
    return sorted(found, key=lambda one: -float(one["strength"]))[:PROXIES]


def _association(table: Array) -> float:
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    rows, columns = table.shape
    total = float(table.sum())
    if min(rows, columns) < 2:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    squared = float(((table - expected) ** 2 / expected).sum() / total)
    corrected = max(0.0, squared - (rows - 1) * (columns - 1) / (total - 1))
    least = min(rows - (rows - 1) ** 2 / (total - 1), columns - (columns - 1) ** 2 / (total - 1)) - 1
    return float(np.sqrt(corrected / least)) if least > 0 else 0.0
