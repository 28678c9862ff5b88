"""What leaves the house bears tokens: the same for one receiver, another for each other, and back by our keys only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.base.crypto import KeyRing
from xindai.base.tokens import TokenUnknown, id_of, token

RING = KeyRing({1: bytes(32)}, bytes(range(32)))
IDS = st.from_regex(r"[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}", fullmatch=True)
RECEIVERS = st.text(min_size=2, max_size=20)


@given(IDS, IDS, RECEIVERS, RECEIVERS)
def test_a_token_leads_back_for_its_receiver_and_fits_no_other(one: str, other: str, to: str, else_: str) -> None:
    made = token(RING, one, to=to)
    assert id_of(RING, made, to=to) == one
    assert (made == token(RING, other, to=to)) is (one == other)
    assert one not in made
    if to != else_:
        assert made != token(RING, one, to=else_)
        with pytest.raises(TokenUnknown):
            id_of(RING, made, to=else_)


def test_other_keys_lead_nowhere_and_newer_keys_of_fields_change_nothing() -> None:
    made = token(RING, "lon_1", to="bank")
    assert token(RING.rotated(), "lon_1", to="bank") == made
    with pytest.raises(TokenUnknown):
        id_of(KeyRing({1: bytes(32)}, bytes(32)), made, to="bank")


@given(st.text(max_size=120))
def test_whatever_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(TokenUnknown):
        id_of(RING, text, to="bank")
