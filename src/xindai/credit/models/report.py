"""What is known of a version of a model and what its validation found, as a document shows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xindai.credit.models.model import Status, Use, Version

FIGURES = (
    ("applications", "申请数", "applications"),
    ("approve", "通过", "approved"),
    ("review", "转人工", "to people"),
    ("decline", "拒绝", "declined"),
    ("approval_ppm", "通过率", "approval rate"),
    ("bad_ppm_approved", "坏账率（已知结果）", "bad rate, known ends"),
    ("lent", "放款额（元）", "lent, yuan"),
    ("expected_profit", "预期利润（元）", "expected profit, yuan"),
)
STANDINGS = {"steady": "稳定", "shifting": "偏移中", "shifted": "已偏移", "too_few": "样本太少"}
USES = {Use.APPLICATION: "申请评分", Use.FRAUD: "欺诈评分", Use.BEHAVIOUR: "行为评分", Use.COLLECTION: "催收评分"}
STATUSES = {
    Status.SUBMITTED: "已提交",
    Status.VALIDATED: "已验证",
    Status.APPROVED: "已批准",
    Status.REJECTED: "已驳回",
    Status.RETIRED: "已停用",
}
ALIKE = {True: "一致", False: "不一致", None: "—"}


def page(one: Version, scorecard: Mapping[str, Any], card: Mapping[str, Any], *, lender: str) -> dict[str, Any]:
    """What `report.typ` shows of a version."""
    told = card.get("models", {}).get("scorecard", {})
    measures = one.measures or {}
    now, then = measures.get("now", {}), measures.get("then", {})
    return {
        "title": f"模型验证报告 {one.ref}",
        "lender": lender,
        "number": f"{one.ref} {one.hash}",
        "about": [
            ["用途", "use", USES[one.use]],
            ["版本", "version", f"{one.name} · {one.number}"],
            ["状态", "status", STATUSES[one.status]],
            ["负责人", "owner", one.owner],
            ["提交", "submitted", f"{one.submitted_by} {one.submitted_on}"],
            ["验证", "validated", f"{one.validated_by or '—'} {one.validated_on or ''}"],
            ["决定", "decided", one.decided_by or "—"],
            ["生效日", "from", one.effective_from.isoformat()],
        ],
        "made": [
            ["训练时间", "made", str(card.get("made_at", "—"))[:10]],
            ["样本数", "rows", str(card.get("rows", "—"))],
            ["坏样本率", "bad rate", _percent(card.get("bad_rate"))],
            ["坏的定义", "bad means", str(card.get("bad_means", "—"))],
            ["AUC", "", _figure(told.get("auc"))],
            ["KS", "", _figure(told.get("ks"))],
        ],
        "limits": one.limits,
        "findings": one.findings or "",
        "measured": [
            ["评分数", "judged", str(measures.get("judged", "—"))],
            ["结论改变", "decided otherwise", str(measures.get("changed", "—"))],
            ["结果已知", "known", str(measures.get("known", "—"))],
            ["坏 / 预期", "bad / expected", f"{measures.get('bad', '—')} / {measures.get('expected_bad', '—')}"],
            ["AUC", "", f"{_figure(measures.get('auc'))}（{_figure(measures.get('auc_now'))}）"],
            ["年龄段通过率", "ages alike", ALIKE[measures.get("is_even")]],
        ],
        "sides": [[zh, en, _told(name, now.get(name)), _told(name, then.get(name))] for name, zh, en in FIGURES if now],
        "moved": [
            [each["name"], f"{each['index']:.4f}", STANDINGS[each["standing"]]] for each in measures.get("moved", [])
        ],
        "characteristics": [
            [each["name"], each["zh"], _figure(each.get("value")), str(len(each["bins"]))]
            for each in scorecard["characteristics"]
        ],
    }


def _told(name: str, value: Any) -> str:
    if not isinstance(value, int | float):
        return "—"
    if name.endswith("_ppm") or "_ppm_" in name:
        return f"{value / 10_000:.2f} %"
    return f"{value / 100:,.2f}" if name in {"lent", "expected_profit"} else f"{value:,}"


def _figure(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, int | float) else "—"


def _percent(value: Any) -> str:
    return f"{value * 100:.2f} %" if isinstance(value, int | float) else "—"
