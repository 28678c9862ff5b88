"""A form over several sittings and devices: nothing saved is lost, nothing is overwritten unseen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.onboarding.application import form as filling
from xindai.onboarding.application.form import ASKED, Draft, DraftConflict
from xindai.onboarding.consent.model import Scope

AT = datetime(2026, 6, 1, tzinfo=UTC)


def save(before: Draft | None, expects: int, form: dict[str, Any], device: str = "phone") -> Draft:
    return filling.saved(before, expects=expects, form=form, device=device, at=AT)


def test_two_devices_do_not_overwrite_each_other() -> None:
    phone = save(None, 0, {"amount": 1})
    with pytest.raises(DraftConflict) as conflict:
        save(phone, 0, {"amount": 2}, "tablet")
    assert (conflict.value.facts["version"], conflict.value.facts["device"]) == (1, "phone")
    assert save(phone, 1, {"amount": 2}, "tablet").version == 2


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=20))
def test_a_save_is_kept_or_refused_and_versions_only_grow(saves: list[tuple[int, int]]) -> None:
    held: Draft | None = None
    for expects, amount in saves:
        form = {"amount": amount}
        try:
            after = save(held, expects, form)
        except DraftConflict:
            assert held is None or expects != held.version
            continue
        assert dict(after.form) == form
        assert after.version - (held.version if held else 0) in {0, 1}
        assert save(after, expects, form) == after  # repeated, it is the same save
        held = after


def test_a_form_lives_a_month_from_its_last_save() -> None:
    draft = save(None, 0, {})
    later = filling.saved(draft, expects=1, form={"months": 6}, device="", at=AT + timedelta(days=20))
    assert later.expires_at == AT + timedelta(days=50)


def test_what_is_lacking_is_told_in_the_order_in_which_it_is_asked_for() -> None:
    nothing = filling.lacking({}, papers={}, allowed=())
    assert nothing == [*ASKED, "name", "id_number", "card_number", "consent identity", "consent bureau"]
    filled = {name: "x" for name in nothing if " " not in name}
    assert filling.lacking(filled, papers={}, allowed={Scope.IDENTITY}) == ["consent bureau"]
    assert filling.lacking({**filled, "name": ""}, papers={}, allowed=set(Scope)) == ["name"]
