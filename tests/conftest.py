"""Properties are tried on a few examples in `make check`, on many in `make test`.

The examples are the same each time, so that what passed passes; `XINDAI_EXAMPLES=search` looks for new ones.
"""

import os

for _pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_pool, "1")  # tests run side by side already; pools inside pools only wait for each other

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

settings.register_profile(
    "quick", max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "full", max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("XINDAI_EXAMPLES", "full"))


RULE, LOOKED = "rule of law", "looked at"
"""What tests tell of the rules of law, so that the end of a run shows a table of them."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Each rule of law: whether what breaks it is found, and what a look after lives of all sorts found of it."""
    tried: dict[str, bool] = {}
    looked: dict[str, list[int]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, told in getattr(report, "user_properties", []):
                if name == RULE:
                    tried[told] = outcome == "passed"
                elif name == LOOKED:
                    looked |= told
    if tried:
        terminalreporter.section("rules of law")
        for rule in sorted(tried):
            counted, broken = looked.get(rule, [0, 0])
            lives = (
                f"{counted} looked at after lives, {broken} broken" if rule in looked else "not looked at in this run"
            )
            terminalreporter.line(
                f"{rule:<12} {'a breach is found' if tried[rule] else 'A BREACH IS NOT FOUND':<22} {lives}"
            )


LONGEST = ("test_taiwan.py", "test_kills.py", "test_chaos.py", "test_one_loan.py")
"""Files that take minutes: they begin first, so that no worker waits for another at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))
