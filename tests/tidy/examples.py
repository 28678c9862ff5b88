"""Works the examples of docs/figures.md: each loan document is answered, and its figures stand under it.

Run by `make states`; a test compares the page with the code.
"""

import json
import re
from pathlib import Path
from typing import Any

from xindai.edges import quote_json

PAGE = Path(__file__).parents[2] / "docs" / "figures.md"
_EXAMPLE = re.compile(r"```json\n(?P<loan>.*?)```\n\n```figures\n(?P<figures>.*?)```", re.DOTALL)


def worked() -> str:
    """The page with every example worked."""
    return _EXAMPLE.sub(lambda found: _work(found["loan"]), PAGE.read_text(encoding="utf-8"))


def _work(loan: str) -> str:
    answer = quote_json.answer(json.loads(loan))
    return f"```json\n{loan}```\n\n```figures\n" + "\n".join(_lines(answer)) + "\n```"


def _lines(answer: dict[str, Any]) -> list[str]:
    columns = ("principal", "interest", "fee", "total", "balance")
    lines = [
        f"{row['due_on']}  " + "".join(f"{row[name]:>11}" for name in columns) + f"  {row['status']}"
        for row in answer["schedule"]
    ]
    parts = ("amount", "principal", "interest", "fee", "penalty")
    lines += [
        f"= {one['on']} {one['type']:<12}" + "".join(f"{one[name]:>9}" for name in parts)
        for one in answer["transactions"]
    ]
    state, cost = answer["state"], answer["cost"]
    lines.append(f"cost: interest {cost['interest']}  fees {cost['fees']}  apr {cost['apr']}  eir {cost['eir']}")
    lines.append(
        f"state on {state['as_of']}: principal {state['principal']}  due {state['due']}  overdue {state['overdue_days']} days"
        f"  payoff {state['payoff']}  {state['status']}"
    )
    return lines


if __name__ == "__main__":
    PAGE.write_text(worked(), encoding="utf-8")
