"""A look at every rule, kept."""

from __future__ import annotations

from xindai.base import audit
from xindai.base.db import Tx, array
from xindai.governance.compliance import queries
from xindai.governance.compliance.model import Result


def prove(tx: Tx, *, by: str, seconds: int) -> list[Result]:
    """Look at every rule at the same moment, and keep what was found."""
    found = [queries.look(tx, rule, by=by, seconds=seconds) for rule in queries.CHECKS]
    for one in found:
        tx.run(
            "INSERT INTO compliance_result (rule, at, on_day, looked_by, counted, broken, named)"
            " VALUES (:rule, :at, :on, :by, :counted, :broken, CAST(:named AS text[]))",
            rule=one.rule,
            at=one.at,
            on=one.on,
            by=one.by,
            counted=one.counted,
            broken=one.broken,
            named=array(one.named),
        )
    broken = [one.rule for one in found if not one.holds]
    audit.note(tx, actor=by, action="compliance_looked_at", subject="compliance", facts={"broken": broken})
    return found
