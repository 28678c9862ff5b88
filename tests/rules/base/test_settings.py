"""Settings come from variables of our own names, and from no others."""

from pathlib import Path

import pytest

from xindai.base.settings import Settings

OURS = ("PORT", "HOST", "XINDAI_HOME", "DATABASE_URL", "XINDAI_SANDBOX", "XINDAI_MODEL")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OURS:
        monkeypatch.delenv(name, raising=False)


def test_variables_of_other_programs_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "SANDBOX", "MODEL", "EXECUTOR", "home", "sandbox", "WORLD_URL"):
        monkeypatch.setenv(name, "1")
    found = Settings()
    assert (found.home, found.sandbox, found.model, found.executor) == (Path("./var"), False, None, "")


def test_what_is_given_in_code_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINDAI_HOME", "/somewhere")
    monkeypatch.setenv("PORT", "9000")
    assert (Settings().home, Settings().port) == (Path("/somewhere"), 9000)
    assert (Settings(home=Path("/else"), port=1).home, Settings(home=Path("/else"), port=1).port) == (Path("/else"), 1)
    assert str(Settings().model_copy(update={"world_url": "x"}).world_url) == "x"
