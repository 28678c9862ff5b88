import sys

import pytest
import structlog

from xindai.base.log import masked_stay_masked
from xindai.values.masked import CardNumber, Phone

PHONE, CARD = Phone("13812341234"), CardNumber("6222021234567890128")


def test_masked_values_stay_masked_in_logs_however_deep_they_lie() -> None:
    shown = masked_stay_masked(None, "info", {"phone": PHONE, "in": {"list": [CARD, (PHONE,)]}, "text": f"{PHONE}"})
    assert PHONE.reveal() not in str(shown)
    assert CARD.reveal() not in str(shown)
    assert shown["phone"] == "138****1234"


def test_a_logged_bug_shows_where_it_was_and_no_values_of_the_moment(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(password: str) -> None:
        raise ZeroDivisionError("by zero")

    try:
        broken("hunter2-secret")
    except ZeroDivisionError as error:
        structlog.wrap_logger(structlog.PrintLogger(sys.stdout), processors=structlog.get_config()["processors"]).error(
            "bug", exc_info=error
        )
    said = capsys.readouterr().out
    assert "by zero" in said
    assert "hunter2-secret" not in said
