"""Eight months of a hundred and twenty real borrowers: their records go in, loans come out, are repaid or go bad, every fen is accounted for."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from installations import installed
from world import taiwan
from xindai_lab import reports
from xindai_sandbox.client import Clock

APPLICANTS, DAYS, SEED = 120, 240, 2005


@pytest.mark.skipif(
    not taiwan.DATA.exists(), reason=f"the real records are not here ({taiwan.DATA.name}); set XINDAI_DATA"
)
def test_eight_months_of_real_people(tmp_path: Path) -> None:
    records = list(taiwan.rows())
    random.Random(SEED).shuffle(records)
    learned, lived = records[:12_000], records[-5000:]
    past = reports.features(
        {
            "on": "2005-10-01",
            "report": taiwan.report(row),
            "events": None,
            "around": None,
            "will_default": taiwan.defaulted(row),
        }
        for row in learned
    )
    trained = reports.train(past, tmp_path / "model", name="taiwan")
    assert trained.report["models"]["scorecard"]["auc"] > 0.75
    with installed(tmp_path / "var", is_first=True, XINDAI_MODEL=str(tmp_path / "model")) as where:
        today = Clock(where.api).today()
        people = [taiwan.person(row, number, on=today) for number, row in enumerate(lived[:APPLICANTS])]
        population = tmp_path / "people.jsonl"
        population.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in people), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "xindai_sandbox.scenarios", "simulate", "--home", str(tmp_path / "var"), "--people", str(APPLICANTS),
             "--days", str(DAYS), "--seed", str(SEED), "--population", str(population), "--within", "30", "--json"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    print("\n" + "\n".join(f"{name.replace('_', ' '):<26} {value}" for name, value in figures.items()))
    assert figures["applied"] == APPLICANTS
    assert figures["books_proved"] == DAYS
    assert figures["outcomes"].get("submitted", 0) == 0
    assert 0.3 < figures["approval_rate"] < 0.95
    assert figures["bad_rate_approved"] < 0.75 * figures["bad_rate_applicants"]
    assert figures["interest_income"] > 0
    assert figures["written_off"] > 0
    assert figures["statuses"].get("charged_off", 0) > 0
    assert set(figures["statuses"]) <= {"closed", "charged_off", "current", "overdue"}
