"""A model's report as one page that needs nothing else: figures, pictures, every bin of every characteristic."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, FAINT, ACCENT, ALARM, AMBER = "#1d2733", "#8b95a1", "#0f5b4c", "#b3261e", "#b7791f"
COLOURS = {"scorecard": ACCENT, "challenger": AMBER, "blend": INK}
STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.55 system-ui, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #1d2733;
       max-width: 1080px; margin: 0 auto; padding: 40px 24px 80px; background: #fff; }
h1 { font-size: 28px; margin: 0; color: #0f5b4c; } h2 { font-size: 18px; margin: 44px 0 12px; color: #0f5b4c; }
h3 { font-size: 15px; margin: 0; } p.faint, .faint { color: #6b7683; font-size: 13px; margin: 2px 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: right; font-weight: 600; border-bottom: 1.5px solid #0f5b4c; padding: 6px 8px; font-size: 13px; }
td { text-align: right; border-bottom: 1px solid #e3e8ec; padding: 5px 8px; } th:first-child, td:first-child { text-align: left; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 20px; }
.pictures svg, .card svg { width: 100%; height: auto; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 20px; }
.card { border: 1px solid #e3e8ec; border-radius: 8px; padding: 14px 16px; break-inside: avoid; }
.card table { font-size: 12px; } .card td, .card th { padding: 2px 4px; white-space: nowrap; } .champion td { font-weight: 600; }
"""


def page(report: dict[str, Any], card: dict[str, Any]) -> str:
    """The page as HTML."""
    pictures = (_roc(report), _spread(report), _gains(report), _calibration(report))
    left_out = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(why)}</td></tr>" for name, why in report["left_out"].items()
    )
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="zh"><head><meta charset="utf-8"><title>{escape(card["name"])}</title>',
            f"<style>{STYLE}</style></head><body>",
            _head(report, card),
            f'<h2>Pictures · 图示</h2><div class="pictures">{"".join(pictures)}</div>',
            *(section(report) for section in (_swap, _over_time, _fairness, _rejects, _suspects)),
            f"<h2>Characteristics · 特征分箱 ({len(report['bins'])})</h2>",
            '<p class="faint">More points mean less risk; bars show bad rates. 得分越高风险越低，条形为坏账率。</p>',
            f'<div class="cards">{"".join(_characteristic(one) for one in report["bins"])}</div>',
            f"<h2>Left out · 未使用的列</h2><table><tr><th>column</th><th>why</th></tr>{left_out}</table>"
            if left_out
            else "",
            "</body></html>",
        )
    )


def _head(report: dict[str, Any], card: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr{' class=champion' if model == report['champion'] else ''}><td>{escape(model)}</td>"
        + "".join(f"<td>{figures[name]:.4f}</td>" for name in ("auc", "gini", "ks", "brier", "expected_over_seen"))
        + "</tr>"
        for model, figures in report["models"].items()
    )
    return (
        f"<h1>{escape(card['name'])}</h1>"
        f'<p class="faint">{report["rows"]:,} rows, {report["bad_rate"]:.2%} bad · judged by {escape(report["judged_on"])}'
        f" · champion {escape(report['champion'])} · from {escape(str(card['source']))} · hash {card['hash'][:16]}</p>"
        "<h2>How good · 效果</h2><table><tr><th>model</th><th>AUC</th><th>Gini</th><th>KS</th><th>Brier</th>"
        f"<th>expected / seen bads</th></tr>{rows}</table>"
        f'<p class="faint">{escape(card["limits"])}</p>'
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    top = "".join(f"<th>{escape(one)}</th>" for one in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table>"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"


def _swap(report: dict[str, Any]) -> str:
    rows = [
        (name.replace("this", "scorecard").replace("other", "challenger"), f"{one['rows']:,}", _share(one["bad_rate"]))
        for name, one in report["swap"].items()
    ]
    said = "If each approved the safest four fifths. 若各自批准风险最低的八成申请。"
    return f'<h2>Swap set · 换入换出</h2><p class="faint">{said}</p>{_table(("approved by", "rows", "bad rate"), rows)}'


def _over_time(report: dict[str, Any]) -> str:
    if "stability" not in report:
        return ""
    found = report["stability"]
    fifths = [
        (f"{one['from']} – {one['to']}", f"{one['rows']:,}", _share(one["bad_rate"]), f"{one['psi']:.3f}")
        for one in found["fifths"]
    ]
    moved = [
        (one["name"], f"{one['psi']:.3f}", f"{one['by_chance']:.3f}", "moved 漂移" if one["moved"] else "")
        for one in [{"name": "score", **found["score"]}, *found["characteristics"][:12]]
    ]
    return (
        "<h2>Over time · 稳定性</h2>"
        + _table(("fifth of the time", "rows", "bad rate", "PSI to the first"), fifths)
        + '<p class="faint">The latest fifth against those before. By chance: what one case of twenty reaches with no '
        "change at all. 最近五分之一与此前相比。</p>" + _table(("", "PSI", "by chance", ""), moved)
    )


def _fairness(report: dict[str, Any]) -> str:
    parts = []
    for column in report.get("fairness", []):
        rows = [
            (
                one["group"],
                f"{one['rows']:,}",
                *(_share(one[name]) for name in ("bad_rate", "approved", "goods_approved")),
                *("–" if one[name] is None else f"{one[name]:.3f}" for name in ("expected_over_seen", "auc")),
            )
            for one in column["groups"]
        ]
        findings = [
            f"{found['measure']}: {found['group']} against {found['against']}, "
            + (f"ratio {found['ratio']}" if "ratio" in found else f"gap {found['gap']}")
            for found in column["findings"]
        ]
        proxies = ", ".join(f"{one['name']} {one['strength']:.2f}" for one in column["proxies"])
        head = (column["name"], "rows", "bad rate", "approved", "of the good", "expected / seen", "AUC")
        parts.append(
            _table(head, rows) + f'<p class="faint">Findings 发现: {escape("; ".join(findings) or "none 无")} · '
            f"told best by 最相关特征 (Cramér's V): {escape(proxies)}</p>" + _remedies(column)
        )
    return f"<h2>Fairness · 公平性</h2>{''.join(parts)}" if parts else ""


def _remedies(column: dict[str, Any]) -> str:
    """What mending it would cost: as many are approved each time."""
    rows = [
        (
            one["remedy"],
            f"{one['least_ratio']:.2f}",
            "–" if one["largest_gap"] is None else f"{one['largest_gap']:.3f}",
            f"{one['bad_rate']:.2%}",
            f"{one['auc']:.3f}",
            f"{one['other']:,}",
        )
        for one in column.get("remedies", [])
    ]
    head = (
        "What mending costs · 修正代价",
        "least ratio",
        "gap of the good",
        "bad rate approved",
        "AUC",
        "others approved",
    )
    said = "As many are approved each time. Cuts by group look at the group itself, which the law may forbid. 批准人数不变；分组阈值须先经合规评估。"
    return f'{_table(head, rows)}<p class="faint">{said}</p>' if rows else ""


def _rejects(report: dict[str, Any]) -> str:
    if "rejects" not in report:
        return ""
    one = report["rejects"]
    said = (
        f"{one['rows']:,} rejected applications were learned from at a bad rate of {one['bad_rate_assumed']:.2%}: their score "
        f"says {one['bad_rate_by_score']:.2%}, and their odds are taken as {one['prudence']} times that. "
        "What they would have done, nobody knows. 拒绝样本按推断坏账率参与训练，真实表现未知。"
    )
    return f"<h2>Rejected · 拒绝推断</h2><p>{escape(said)}</p>"


def _suspects(report: dict[str, Any]) -> str:
    rows = [(name, f"{auc:.3f}") for name, auc in report["suspects"].items()]
    said = '<p class="faint">These tell good from bad nearly alone. Were they known on the day? 是否为决策日可得？</p>'
    return f"<h2>Suspects · 疑似泄漏</h2>{said}{_table(('column', 'AUC alone'), rows)}" if rows else ""


def _picture(draw: Callable[[Axes], None], title: str, size: tuple[float, float] = (4.6, 3.6)) -> str:
    """What `draw` draws, as SVG inside the page."""
    with mpl.rc_context({"font.size": 9, "axes.edgecolor": FAINT, "text.color": INK, "svg.hashsalt": "xindai"}):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        axes.set_title(title, loc="left", fontsize=10, color=ACCENT)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return re.sub(r"^.*?(?=<svg)", "", out.getvalue(), flags=re.DOTALL)


def _roc(report: dict[str, Any]) -> str:
    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8, linestyle=":")
        for model, points in report["roc"].items():
            label = f"{model} {report['models'][model]['auc']:.3f}"
            axes.plot(*zip(*points, strict=True), color=COLOURS[model], linewidth=1.4, label=label)
        axes.set(xlabel="goods refused", ylabel="bads refused", xlim=(0, 1), ylim=(0, 1))
        axes.legend(frameon=False, loc="lower right")

    return _picture(draw, "ROC, area under it")


def _spread(report: dict[str, Any]) -> str:
    def draw(axes: Axes) -> None:
        edges, spread = report["spread"]["edges"], report["spread"]
        axes.stairs(spread["goods"], edges, color=ACCENT, fill=True, alpha=0.35, label="good")
        axes.stairs(spread["bads"], edges, color=ALARM, fill=True, alpha=0.35, label="bad")
        axes.set(xlabel="score", ylabel="share")
        axes.legend(frameon=False)

    return _picture(draw, f"Scores of good and bad, KS {report['models']['scorecard']['ks']:.3f}")


def _gains(report: dict[str, Any]) -> str:
    def draw(axes: Axes) -> None:
        gains = report["gains"]
        axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8, linestyle=":")
        refused, caught = [0.0, *(one["refused"] for one in gains)], [0.0, *(one["bads_caught"] for one in gains)]
        axes.plot(refused, caught, color=ACCENT, marker="o", markersize=3)
        axes.set(xlabel="loans refused, riskiest first", ylabel="bads caught", xlim=(0, 1), ylim=(0, 1))

    return _picture(draw, "Gains")


def _calibration(report: dict[str, Any]) -> str:
    def draw(axes: Axes) -> None:
        expected = [one["expected"] for one in report["calibration"]]
        seen = [one["seen"] for one in report["calibration"]]
        most = max(*expected, *seen) * 1.05
        axes.plot([0, most], [0, most], color=FAINT, linewidth=0.8, linestyle=":")
        axes.plot(expected, seen, color=ACCENT, marker="o", markersize=4, linewidth=1)
        axes.set(xlabel="expected bad rate", ylabel="seen bad rate", xlim=(0, most), ylim=(0, most))

    return _picture(draw, "Calibration, by tenths")


def _characteristic(one: dict[str, Any]) -> str:
    rows, most = [], max([row["bad_rate"] or 0 for row in one["bins"]] + [1e-9])
    before = None
    for row in one["bins"]:
        rate = row["bad_rate"]
        bar = f'<span style="display:inline-block;height:8px;background:{ALARM};opacity:.55;width:{44 * (rate or 0) / most:.0f}px"></span>'
        shown = "–" if rate is None else f"{rate:.1%}"
        rows.append(
            f"<tr><td>{escape(_bounds(row, before))}</td><td>{row['share']:.1%}</td><td>{bar} {shown}</td>"
            f"<td>{row['points']:+.1f}</td></tr>"
        )
        before = row.get("below")
    missing = one["missing"]
    rows.append(
        f"<tr><td>missing 缺失</td><td>{missing['share']:.1%}</td><td></td><td>{missing['points']:+.1f}</td></tr>"
    )
    return (
        f'<div class="card"><h3>{escape(one["en"])}</h3><p class="faint">{escape(one["zh"])} · {escape(one["name"])}'
        f" · IV {one['value']:.3f}</p><table><tr><th>bin</th><th>share</th><th>bad rate</th><th>points</th></tr>"
        f"{''.join(rows)}</table></div>"
    )


def _bounds(row: dict[str, Any], before: str | None) -> str:
    """A bin in words."""
    if "names" in row:
        return ", ".join(map(str, row["names"]))[:60]
    if row["below"] is None:
        return f"from {float(before):g}" if before is not None else "any"
    return f"below {float(row['below']):g}" if before is None else f"{float(before):g} to {float(row['below']):g}"
