"""`make bench`: runs all, prints a table, writes benchmarks/results.json."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    api,
    cluster,
    debits,
    early_warnings,
    features,
    money,
    onboarding,
    oversight,
    portfolio,
    quotes,
    reading,
    rotation,
    scoring,
    servicing,
    training,
)
from benchmarks.result import Result

ALL: dict[str, Callable[[], list[Result]]] = {
    "quotes": quotes.run, "servicing": servicing.run, "scoring": scoring.run, "features": features.run,
    "training": training.run, "cluster": cluster.run, "api": api.run, "reading": reading.run, "onboarding": onboarding.run,
    "money": money.run, "debits": debits.run, "portfolio": portfolio.run, "warnings": early_warnings.run, "oversight": oversight.run, "rotation": rotation.run,
}  # fmt: skip


def main() -> None:
    console = Console()
    results: list[Result] = []
    for name, run in ALL.items():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        with console.status(name):
            results += run()
    table = Table("what", "value", "unit", "aim", "peer", "peer's value", "ratio")
    for one in results:
        table.add_row(
            one.name,
            f"{one.value:,.4g}",
            one.unit,
            one.aim,
            one.peer or "",
            f"{one.peer_value:,.4g}" if one.peer_value else "",
            f"{one.ratio:,.3g}" if one.ratio else "",
        )
    console.print(table)
    path = Path(__file__).with_name("results.json")
    path.write_text(json.dumps([one.document() for one in results], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
